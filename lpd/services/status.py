"""What is in a workspace, what fits together and what is stale, in plain sentences."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from lpd.errors import FormatError, LpdError
from lpd.names import REPRODUCED
from lpd.pretrained import check_unchanged, place_from_json
from lpd.search.choice import choice_reason, index_kind
from lpd.search.engine_opening import index_sources
from lpd.search.opening import INDEX_KINDS, open_index
from lpd.search.quantised_writer import PartialBuild, partial_build
from lpd.search.recall import recorded_recall
from lpd.search.result import Exactness
from lpd.services.map_states import map_groups, map_states
from lpd.services.written_states import written_states
from lpd.storage import Manifest, read_json, read_manifest
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["StatusRow", "index_row", "workspace_status"]


_IN_MILVUS = "milvus index"


class StatusRow(NamedTuple):
    """One thing of a workspace; `state` is `ok`, `stale`, `missing` or `damaged`."""

    kind: str
    name: str
    state: str
    sentence: str


def workspace_status(workspace: Workspace) -> list[StatusRow]:
    """Returns one row per thing; nothing is changed, and a damaged thing does not hide the others."""
    rows: list[StatusRow] = []
    for name in workspace.collection_names():
        rows.append(_row("collection", name, partial(_collection, workspace, name)))
        for feature in workspace.feature_names(name):
            label = f"{name}/{feature}"
            rows.append(_row("feature", label, partial(_feature, workspace, name, feature)))
    for name in workspace.caption_sets():
        rows.append(_row("captions", name, partial(_captions, workspace, name)))
    for name in workspace.text_encoder_names():
        rows.append(_row("text encoder", name, partial(_text_encoder, workspace, name)))
    for name in workspace.edition_names():
        rows.append(_row("edition", name, partial(_edition, workspace, name)))
    for name in workspace.model_names():
        rows.append(_row("model", name, partial(_model, workspace, name)))
        rows += [index_row(workspace, name, collection) for collection in _searched(workspace, name)]
    rows += _maps(workspace)
    for name in workspace.edition_names():
        tags = workspace.run_tags(name)
        if tags:
            rows.append(StatusRow("runs", name, "ok", counted(len(tags), "run")))
    return rows + _written_by_persons(workspace)


def _row(kind: str, name: str, describe: Callable[[], str]) -> StatusRow:
    try:
        return StatusRow(kind, name, "ok", describe())
    except LpdError as error:
        return StatusRow(kind, name, "damaged", str(error))


def _maps(workspace: Workspace) -> list[StatusRow]:
    """A row for the maps of a model over a collection by one method."""
    rows = []
    for one in map_groups(map_states(workspace)):
        sentence = f"{one.sentence}; next: {one.command}" if one.command else one.sentence
        rows.append(StatusRow("maps", one.label, one.state, sentence))
    return rows


def _written_by_persons(workspace: Workspace) -> list[StatusRow]:
    states = written_states(workspace)
    return [StatusRow(one.kind, one.name, one.state, one.sentence) for one in states]


def _collection(workspace: Workspace, name: str) -> str:
    collection = workspace.collection(name)
    subsets = ", ".join(f"{subset} {len(ids)}" for subset, ids in collection.subsets.items())
    videos = collection.shots["video_id"].nunique()
    return f"{counted(len(collection.shot_ids), 'shot')} of {counted(videos, 'video')}" + (
        f"; subsets {subsets}" if subsets else ""
    )


def _feature(workspace: Workspace, collection: str, feature: str) -> str:
    matrix = workspace.features(collection, feature)
    return f"{len(matrix.ids)} x {matrix.dimension} {matrix.matrix.dtype}"


def _captions(workspace: Workspace, name: str) -> str:
    captions = workspace.captions(name)
    shots = counted(len({caption.shot_id for caption in captions}), "shot")
    return f"{counted(len(captions), 'caption')} of {shots} of {workspace.caption_collection(name)}"


def _text_encoder(workspace: Workspace, name: str) -> str:
    folder = workspace.text_encoder_folder(name)
    document = read_json(folder / "encoder.json")
    if "place" not in document:
        return "fitted"
    return f"pretrained, at {check_unchanged(place_from_json(document, where=folder), folder)}"


def _edition(workspace: Workspace, name: str) -> str:
    edition = workspace.edition(name)
    where = edition.collection if edition.subset is None else f"{edition.collection}/{edition.subset}"
    topics = counted(len(edition.topics), "topic")
    role = "" if edition.role is None else f"; for {edition.role}"
    return f"{topics} over {where}; qrels {', '.join(edition.qrels_names) or '(none)'}{role}"


def _model(workspace: Workspace, name: str) -> str:
    card = workspace.model_card(name)
    spaces = f"{len(card.spaces)} spaces" if len(card.spaces) > 1 else "one space"
    if not card.has_weights:
        return f"{_brought(workspace, name)}, {spaces} of {card.width}, no weights, digest {card.digest}"
    kind = card.system if card.bi_encoder else f"{card.system} (re-ranker)"
    return f"{kind}, {spaces} of {card.width}, seed {card.seed}, digest {card.digest}"


def _brought_shots(workspace: Workspace, model: str) -> set[str]:
    """Returns the collections of which a model's vectors were brought; none where they cannot be read."""
    try:
        return set(workspace.embeddings(model).shots)
    except LpdError:
        return set()


def _brought(workspace: Workspace, model: str) -> str:
    """Returns whose vectors were brought of a model."""
    embeddings = workspace.embeddings(model)
    topics = ", ".join(embeddings.topics) or "(no edition)"
    return f"vectors of shots of {', '.join(embeddings.shots) or '(none)'} and of topics of {topics}"


def _searched(workspace: Workspace, model: str) -> list[str]:
    """The collections that a model should have an index of: those of the editions, and those it has one of,
    if only begun; a re-ranker none, and one of a reproduced table needs none.
    """
    if model not in workspace.searchable_models():
        return []
    if model.startswith(REPRODUCED):
        return workspace.index_names(model)
    wanted = _edition_collections(workspace)
    if model not in workspace.checkpoint_names():
        wanted = _brought_shots(workspace, model)
    for name in workspace.collection_names():
        if partial_build(workspace.index_folder(model, name)) is not None:
            wanted.add(name)
    return sorted(wanted | set(workspace.index_names(model)))


def _edition_collections(workspace: Workspace) -> set[str]:
    found = set()
    for name in workspace.edition_names():
        try:
            found.add(workspace.edition(name).collection)
        except LpdError:
            continue  # its own row says why
    return found


def index_row(workspace: Workspace, model: str, collection: str) -> StatusRow:
    """Returns how a model's index of a collection stands."""
    label = f"{model}@{collection}"
    command = f"lpd index --model {model} --collection {collection}"
    folder = workspace.index_folder(model, collection)
    begun = partial_build(folder)
    if begun is None and not folder.is_dir():
        return StatusRow("index", label, "missing", f"no live query yet; next: {command}")
    try:
        shot_ids = workspace.collection(collection).shot_ids
        sources = index_sources(workspace, workspace.model_card(model), collection, shot_ids=shot_ids)
        stopped = None if begun is None else _stopped(begun, sources, command)
        if stopped and not folder.is_dir():
            return StatusRow("index", label, "missing", stopped)
        manifest = read_manifest(folder, *INDEX_KINDS)
        changed = manifest.changed(sources)
        sentence = _index_sentence(folder, manifest) if not changed else ""
    except LpdError as error:
        return StatusRow("index", label, "damaged", str(error))
    if changed:
        what = f"made from another {' and another '.join(changed)}"
        return StatusRow("index", label, "stale", f"{what}; {stopped or f'next: {command}'}")
    return StatusRow("index", label, "ok", f"{sentence}; {stopped}" if stopped else sentence)


def _index_sentence(folder: Path, manifest: Manifest) -> str:
    """Returns what kind of index it is, and what the rule that chooses says of such a collection.

    Raises:
        LpdError: if it is damaged. Of one in Milvus the server is not asked: it may be away, or slow.
    """
    if manifest.kind == _IN_MILVUS:
        exactness = Exactness("milvus", exact=True)
        try:
            shots, widths = int(manifest.settings["shots"]), [int(one) for one in manifest.settings["widths"]]
        except (KeyError, TypeError, ValueError) as error:
            raise FormatError(f"damaged manifest ({error!r})", where=folder, next_step="lpd index") from error
    else:
        index, _ = open_index(folder)
        recall = recorded_recall(manifest.settings, where=folder)
        exactness = Exactness(index.kind, index.exact, index.recall, recall.queries if recall else None)
        shots, widths = index.shots, list(index.widths)
    by_rule = exactness.kind == index_kind(shots, widths)
    how = "by the rule, which takes" if by_rule else "chosen by hand; the rule takes"
    what = f"{exactness.words}, {counted(shots, 'shot')}, spaces: {len(widths)}"
    return f"{what}; {how} {choice_reason(shots, widths)}"


def _stopped(begun: PartialBuild, sources: dict[str, str], command: str) -> str:
    what = f"a build was stopped at {begun.rows:,} of {counted(begun.shots, 'shot')}"
    if any(begun.made_from.get(name) != digest for name, digest in sources.items()):
        return f"{what}, of another model or collection; next, anew: {command}"
    return f"{what}; next, to go on: {command} --kind quantised"
