"""Bringing vectors of shots and topics into a workspace, in every common space of a model, with or without
its checkpoint."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lpd.editions import Edition
from lpd.embeddings import (
    SHOTS,
    TOPICS,
    BroughtVectors,
    Embeddings,
    space_folder,
    topics_digest,
    write_embeddings,
)
from lpd.errors import LpdError, MismatchError
from lpd.features import FeatureSource, open_matrix, picked_blocks, stream_source, write_matrix, write_pointer
from lpd.names import check_name
from lpd.progress import Progress, no_progress
from lpd.services.importing.embedding_checks import Asked, Inspection, inspect_folder
from lpd.services.importing.embedding_folders import (
    FUSIONS,
    SIMILARITIES,
    EmbeddingFolder,
    read_embedding_folder,
)
from lpd.services.importing.features import stored_type
from lpd.storage import atomic_directory, writer_lock
from lpd.workspace import Workspace

__all__ = ["Asked", "Brought", "import_embeddings"]


class Brought(NamedTuple):
    """What was brought: space -> width; number of shots, 0 where their vectors did not come; edition ->
    number of topics; editions of the collection that were left out, for they lack vectors; rows of other
    shots that were left out."""

    spaces: dict[str, int]
    shots: int
    topics: dict[str, int]
    editions_left_out: list[str]
    rows_left_out: int


def import_embeddings(
    workspace: Workspace, source: Path, *, asked: Asked, progress: Progress = no_progress
) -> Brought:
    """Writes embeddings/<model> with the vectors of a collection's shots and of its editions' topics, and
    returns what was brought. What was brought before of other collections and editions stays.

    Numbers keep their type; float64 becomes float32. Memory: a block of rows, and the ids of one matrix.

    Args:
        workspace: where they go.
        source: the folder; `lpd.services.importing.embedding_folders` says how it looks.
        asked: whose vectors they are.
        progress: called after each block of rows.

    Raises:
        MismatchError: naming at once every space, shot and topic without vectors, and what else does not fit.
        FormatError: if the folder is damaged, or a vector has NaN or infinity.
        NotFoundError: if there is no such collection or edition.
        LpdError: if the model scores pairs and has no spaces.
    """
    check_name(asked.model, "model")
    _check_choice("similarity", asked.similarity, SIMILARITIES)
    _check_choice("fusion", asked.fusion, FUSIONS)
    folder = read_embedding_folder(source)
    found = inspect_folder(workspace, folder, asked)
    if found.problems:
        raise MismatchError("these vectors do not fit", where=source, found="; ".join(found.problems))
    made = _begun(workspace, asked, found)
    with writer_lock(workspace.path):
        shot_ids = workspace.collection(asked.collection).shot_ids if folder.shots is not None else []
        if shot_ids:
            made.shots[asked.collection] = _write_shots(made, folder, asked, shot_ids, progress)
        for edition in found.editions:
            made.topics[edition.name] = _write_topics(made, folder, edition, found)
        write_embeddings(made)
    return Brought(
        spaces={space.name: space.width for space in found.spaces},
        shots=len(shot_ids),
        topics={one.name: len(one.topics) for one in found.editions},
        editions_left_out=found.left_out,
        rows_left_out=0 if asked.pointer else found.rows_left_out,
    )


def _check_choice(what: str, chosen: str | None, options: Sequence[str]) -> None:
    if chosen not in (None, *options):
        raise LpdError(f"unknown {what}", expected=" or ".join(options), found=repr(chosen))


def _begun(workspace: Workspace, asked: Asked, found: Inspection) -> Embeddings:
    """Returns what was brought of the model before, with the spaces and the fusion of now; nothing where the
    spaces were others, as they may be if the checkpoint came later.
    """
    directory = workspace.embeddings_folder(asked.model)
    if asked.model not in workspace.embeddings_names():
        return Embeddings(directory, found.spaces, found.fusion)
    before = workspace.embeddings(asked.model)
    if before.spaces != found.spaces:
        return Embeddings(directory, found.spaces, found.fusion)
    return Embeddings(directory, found.spaces, found.fusion, dict(before.shots), dict(before.topics))


def _write_shots(
    made: Embeddings, folder: EmbeddingFolder, asked: Asked, shot_ids: list[str], progress: Progress
) -> BroughtVectors:
    digests = []
    with atomic_directory(made.directory / SHOTS / asked.collection) as written:
        for number, space in enumerate(made.spaces):
            place, source = written / space_folder(number), folder.shot_source(space.name)
            if asked.pointer:
                write_pointer(place, source, name=space.name)
            else:
                _copy(place, source, rows=shot_ids, ids=shot_ids, name=space.name, progress=progress)
            digests.append(str(open_matrix(place).digest))
    return BroughtVectors(len(shot_ids), tuple(digests), str(folder.path.resolve()))


def _copy(
    place: Path,
    source: FeatureSource,
    *,
    rows: Sequence[str],
    ids: Sequence[str],
    name: str,
    progress: Progress = no_progress,
) -> None:
    """Copies rows of a source under the ids of their own, block by block.

    Args:
        place: where they go.
        source: where they lie.
        rows: what they are called there, in the order wanted.
        ids: what they are called from now on.
        name: of the space.
        progress: called after each block.
    """
    stream = stream_source(source, name=name)
    table = {one: row for row, one in enumerate(stream.ids)}
    targets = np.full(len(stream.ids), -1, dtype=np.int64)
    targets[[table[one] for one in rows]] = np.arange(len(rows))
    with picked_blocks(stream, targets, scratch=place.parent) as blocks:
        write_matrix(
            place,
            blocks,
            name=name,
            ids=ids,
            dtype=stored_type(stream),
            settings={"source": str(source.path)},
            progress=lambda stage, done, total: progress(f"vectors of {name}", done, total),
        )


def _write_topics(
    made: Embeddings, folder: EmbeddingFolder, edition: Edition, found: Inspection
) -> BroughtVectors:
    """Topics are few: they are copied, even where the shots are pointed to."""
    digests, ids = [], [topic.topic_id for topic in edition.topics]
    with atomic_directory(made.directory / TOPICS / edition.name) as written:
        for number, space in enumerate(made.spaces):
            source = folder.topic_source(edition.name, space.name)
            place = written / space_folder(number)
            rows = found.topic_ids[edition.name, space.name]
            _copy(place, source, rows=rows, ids=ids, name=space.name)
            digests.append(str(open_matrix(place).digest))
    texts = topics_digest(edition.topics)
    return BroughtVectors(len(ids), tuple(digests), str(folder.path.resolve()), texts)
