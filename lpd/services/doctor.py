"""Examining an index: whether its files are whole, fit the model, and give the lists that they should.

Sizes: N shots, n of them sampled, S spaces of widths D_s.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lpd.errors import FormatError, MismatchError, NotFoundError, StaleError
from lpd.progress import Progress, no_progress
from lpd.search import ExactIndex, SearchEngine, open_engine
from lpd.search.opening import INDEX_KINDS
from lpd.search.recall import Recall, recorded_recall
from lpd.search.result import Exactness
from lpd.services.sample_queries import sample_queries, sampled_recall
from lpd.services.shot_vectors import vector_origin
from lpd.storage import Manifest, read_manifest
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["IndexReport", "chosen_indexes", "examine_index"]

_SHOTS_MADE_AGAIN = 64
_QUERIES = 8
_DEPTH = 100
_SAME_VECTOR = 0.01
_SAME_SCORE = 1e-4
_BLOCK_BYTES = 16 << 20


@dataclass(frozen=True)
class IndexReport:
    """An index in which everything was found right.

    Args:
        name: `MODEL@COLLECTION`.
        exactness: how its lists call themselves.
        shots: N.
        checks: what was found right, a sentence each.
        recall: measured now; None where the lists are exact, or there are no shots.
        recorded: measured when it was built.
    """

    name: str
    exactness: Exactness
    shots: int
    checks: tuple[str, ...]
    recall: Recall | None
    recorded: Recall | None


class _Patient(NamedTuple):
    """What the checks look at."""

    workspace: Workspace
    engine: SearchEngine
    folder: Path
    manifest: Manifest
    progress: Progress

    @property
    def command(self) -> str:
        """What makes the index anew."""
        return f"lpd index --model {self.engine.card.name} --collection {self.engine.collection.name}"


def chosen_indexes(workspace: Workspace, names: Sequence[str]) -> list[tuple[str, str]]:
    """Returns model and collection of the indexes named `MODEL@COLLECTION`; of all without a name.

    Raises:
        NotFoundError: if there is no such index.
    """
    known = {
        f"{model}@{collection}": (model, collection)
        for model in workspace.searchable_models()
        for collection in workspace.index_names(model)
    }
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        raise NotFoundError(
            "no such index" if unknown else "no index to examine",
            where=workspace.path,
            expected=f"one of {', '.join(known) or '(none yet)'}",
            found=", ".join(repr(name) for name in unknown) or None,
            next_step="lpd index",
        )
    return [known[name] for name in names or known]


def examine_index(
    workspace: Workspace, model: str, collection: str, *, progress: Progress = no_progress
) -> IndexReport:
    """Returns what was found right in an index; nothing is changed.

    Raises:
        LpdError: naming the first thing that is wrong, in one sentence.
    """
    engine = open_engine(workspace, model=model, collection=collection)
    folder = workspace.index_folder(model, collection)
    manifest = read_manifest(folder, *INDEX_KINDS)
    patient = _Patient(workspace, engine, folder, manifest, progress)
    checks = ["it was made by this model of this collection; sizes and types are right"]
    checks += _CONTENT_CHECKS[engine.index.kind](patient)
    recall = None
    if engine.index.shots:
        checks += [_vectors_are_the_models(patient), _scores_are_products(patient)]
        recall = _recall(patient)
    return IndexReport(
        f"{model}@{collection}",
        engine.exactness,
        engine.index.shots,
        tuple(checks),
        recall,
        recorded_recall(manifest.settings, where=folder),
    )


def _exact_content(patient: _Patient) -> list[str]:
    """Every number is finite."""
    index = patient.engine.index
    assert isinstance(index, ExactIndex)
    done, total = 0, sum(array.nbytes for array in index.arrays)
    for space, array in zip(index.spaces, index.arrays, strict=True):
        step = max(1, _BLOCK_BYTES // (4 * array.shape[1]))
        for start in range(0, len(array), step):
            patient.progress("reading vectors", done, total)
            block = array[start : start + step]
            bad = np.flatnonzero(~np.isfinite(block).all(axis=1))
            if len(bad):
                shot = index.shot_ids[start + int(bad[0])]
                where = f"{patient.folder}, space {space}, shot {shot!r}"
                raise FormatError("not a finite number", where=where, next_step=patient.command)
            done += block.nbytes
    patient.progress("reading vectors", total, total)
    return [_ids_are_the_collections(patient), "every number of every vector is finite"]


def _quantised_content(patient: _Patient) -> list[str]:
    """Every file is what was written."""
    from lpd.search.quantised_files import verify_files

    verify_files(patient.folder, patient.manifest, progress=patient.progress)
    files = patient.manifest.settings["files"]
    size = sum(facts["bytes"] for facts in files.values()) / 1e6
    return [
        f"the checksums of {len(files)} files, {size:,.1f} MB, are those that were written",
        _ids_are_the_collections(patient),
    ]


def _milvus_content(patient: _Patient) -> list[str]:
    """Milvus has the collection, and as many rows as there are shots."""
    patient.engine.warm_up(patient.progress)
    rows = counted(patient.engine.index.shots, "row")
    return [
        f"Milvus holds its {rows} (whether its files are whole, Milvus says)",
        _ids_are_the_collections(patient),
    ]


def _ids_are_the_collections(patient: _Patient) -> str:
    found, expected = patient.engine.index.shot_ids, patient.engine.shot_ids
    for row, (one, other) in enumerate(zip(found, expected, strict=True)):
        if one != other:
            where = f"{patient.folder}, row {row}"
            raise MismatchError(
                "another shot", where=where, expected=other, found=one, next_step=patient.command
            )
    return "its shots are those of the collection, in the same order"


def _vectors_are_the_models(patient: _Patient) -> str:
    """Compares the vectors of some shots with what the model makes of their features now, or with what was
    brought.
    """
    engine, index = patient.engine, patient.engine.index
    try:
        origin = vector_origin(patient.workspace, engine.card, engine.collection.name)
    except NotFoundError as error:
        return f"its vectors were not made again, for the features are not here ({error})"
    changed = [
        name.removeprefix("feature ")
        for name, digest in origin.digests.items()
        if patient.manifest.made_from.get(name) not in (None, digest)
    ]
    if changed:
        raise StaleError(
            f"the index was made from other features {', '.join(changed)}",
            where=patient.folder,
            next_step=patient.command,
        )
    count = min(_SHOTS_MADE_AGAIN, index.shots)
    rows = np.sort(np.random.default_rng(0).choice(index.shots, count, replace=False))
    shot_ids = [engine.shot_ids[row] for row in rows]
    embedding = origin.open(shot_ids, device="cpu")
    made = [np.concatenate(space) for space in zip(*embedding.blocks(), strict=True)]
    for space, stored, again in zip(index.spaces, index.vectors(rows), made, strict=True):
        differs = np.linalg.norm(stored - again, axis=1)
        bad = np.flatnonzero(~(differs <= _SAME_VECTOR * np.linalg.norm(again, axis=1) + 1e-6))
        if len(bad):
            where = f"{patient.folder}, space {space}, shot {shot_ids[bad[0]]!r}"
            raise MismatchError(
                "another vector than the model makes",
                where=where,
                expected=f"a difference of at most {_SAME_VECTOR:.0%}",
                found=f"{differs[bad[0]]:.4f}",
                next_step=patient.command,
            )
    whose = "the model makes of their features" if origin.brought is None else "were brought"
    return f"the vectors of {counted(count, 'shot')} are those that {whose}"


def _scores_are_products(patient: _Patient) -> str:
    """Compares the scores in the spaces' lists with the products of queries and stored vectors."""
    index = patient.engine.index
    queries = sample_queries(patient.engine.encoder, index)
    some = [space[:_QUERIES] for space in queries.vectors]
    blocks = index.search(some, _DEPTH)
    for number, block in enumerate(blocks):
        for space, hits in enumerate(block.spaces):
            products = index.vectors(hits.rows)[space] @ some[space][number]
            differs = np.abs(products - hits.scores).max(initial=0.0)
            if not differs <= _SAME_SCORE * max(1.0, float(np.abs(products).max(initial=0.0))):
                raise MismatchError(
                    "scores are not the products of query and shot",
                    where=f"{patient.folder}, space {index.spaces[space]}, query {number}",
                    expected=f"a difference of at most {_SAME_SCORE}",
                    found=f"{differs:.6f}",
                    next_step=patient.command,
                )
    asked = f"{counted(len(blocks), 'query')} ({queries.source})"
    return f"the scores of {asked} are the products of query and shot"


def _recall(patient: _Patient) -> Recall | None:
    from lpd.search.quantised import QuantisedIndex

    engine = patient.engine
    if not isinstance(engine.index, QuantisedIndex):
        return None
    return sampled_recall(engine.encoder, engine.index, progress=patient.progress)


_CONTENT_CHECKS: dict[str, Callable[[_Patient], list[str]]] = {
    "exact": _exact_content,
    "quantised": _quantised_content,
    "milvus": _milvus_content,
}
"""Kind of an index -> what is looked at beside its vectors and lists."""
