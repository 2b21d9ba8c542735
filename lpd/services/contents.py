"""What a workspace holds, thing by thing: size on disk, digest, and what each was made from."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from lpd.errors import LpdError
from lpd.names import REPRODUCED
from lpd.progress import Progress, no_progress
from lpd.services.sizes import size_of
from lpd.services.status import StatusRow, workspace_status
from lpd.storage import read_json, read_manifest
from lpd.workspace import Workspace

__all__ = ["SECTIONS", "Thing", "workspace_contents"]

SHOTS, TEXTS, MODELS, WRITTEN = (
    "Shots and features",
    "Captions and topics",
    "Models and indexes",
    "Written here",
)
SECTIONS = (SHOTS, TEXTS, MODELS, WRITTEN)
"""What belongs together, in order."""

ENCODERS = "text encoders"
"""The group that stands behind the models."""


class Thing(NamedTuple):
    """One thing of a workspace.

    Args:
        section: one of SECTIONS.
        group: what it belongs to: a collection, an edition, a model.
        name: of it, without its group.
        sentence: what it is; why it cannot be used, if its state is not `ok`.
        state: `ok`, `stale`, `missing` or `damaged`.
        size: bytes in the workspace; None if they were not counted.
        digest: of its content; empty where that is not known.
        made_from: in words; empty of what a person brought.
    """

    section: str
    group: str
    name: str
    sentence: str
    state: str = "ok"
    size: int | None = None
    digest: str = ""
    made_from: str = ""


def workspace_contents(workspace: Workspace, *, progress: Progress = no_progress) -> tuple[Thing, ...]:
    """Returns what is there; nothing is changed, and a damaged thing does not hide the others.

    Args:
        workspace: which.
        progress: called thing by thing; pictures are many files and take the longest.
    """
    rows = workspace_status(workspace)
    found: list[Thing] = []
    for number, row in enumerate(rows):
        progress("looking at what is there", number, len(rows))
        found += _things(workspace, row)
    progress("looking at what is there", len(rows), len(rows))
    groups = list(dict.fromkeys((thing.section, thing.group) for thing in found))
    order = {key: (SECTIONS.index(key[0]), key[1] == ENCODERS, place) for place, key in enumerate(groups)}
    path = f"{workspace.path}/"
    plain = [thing._replace(sentence=thing.sentence.replace(path, "")) for thing in found]
    return tuple(sorted(plain, key=lambda thing: order[thing.section, thing.group]))


def _things(workspace: Workspace, row: StatusRow) -> Iterator[Thing]:
    """Yields a row of the status as a thing, and what is in it that has no row of its own."""
    make = _MAKERS.get(row.kind)
    if make is None:
        yield Thing(WRITTEN, "", row.name, row.sentence, row.state, size_of(workspace.path / row.name))
        return
    yield from make(workspace, row)


def _collection(workspace: Workspace, row: StatusRow) -> Iterator[Thing]:
    folder = workspace.collection_folder(row.name)
    shots = size_of(folder / "shots.parquet") + size_of(folder / "subsets")
    yield Thing(SHOTS, row.name, "shots", row.sentence, row.state, shots)
    if (folder / "media").is_dir():
        yield Thing(
            SHOTS, row.name, "pictures", _picture_words(folder / "media"), size=size_of(folder / "media")
        )
    for feature in workspace.frame_feature_names(row.name):
        place = workspace.frame_feature_folder(row.name, feature)
        yield _derived(SHOTS, row.name, f"{feature}, frames", place)


def _picture_words(media: Path) -> str:
    kinds = sorted(entry.name for entry in media.iterdir() if entry.is_dir() and entry.name[0] != ".")
    return ", ".join(kinds)


def _feature(workspace: Workspace, row: StatusRow) -> Iterator[Thing]:
    collection, _, feature = row.name.partition("/")
    thing = _derived(SHOTS, collection, feature, workspace.feature_folder(collection, feature))
    yield thing if row.state == "ok" else thing._replace(sentence=row.sentence, state=row.state)


def _captions(workspace: Workspace, row: StatusRow) -> Iterator[Thing]:
    path = workspace.captions_path(row.name)
    yield Thing(TEXTS, f"captions {row.name}", "texts", row.sentence, row.state, size_of(path))
    yield from _text_features(workspace, row.name, f"captions {row.name}")


def _edition(workspace: Workspace, row: StatusRow) -> Iterator[Thing]:
    folder, group = workspace.edition_folder(row.name), f"edition {row.name}"
    yield Thing(TEXTS, group, "topics", row.sentence, row.state, size_of(folder / "topics.txt"))
    for path in sorted((folder / "qrels").glob("*.txt")):
        yield _qrels(workspace, row.name, path)
    yield from _text_features(workspace, row.name, group)


def _qrels(workspace: Workspace, edition: str, path: Path) -> Thing:
    thing = Thing(TEXTS, f"edition {edition}", f"qrels {path.stem}", "", size=size_of(path))
    try:
        qrels = workspace.qrels(edition, path.stem)
    except LpdError as error:
        return thing._replace(state="damaged", sentence=str(error))
    return thing._replace(sentence=f"{len(qrels.topic_ids)} topics", digest=qrels.digest)


def _runs(workspace: Workspace, row: StatusRow) -> Iterator[Thing]:
    size = size_of(workspace.path / "runs" / row.name)
    yield Thing(TEXTS, f"edition {row.name}", "runs", row.sentence, row.state, size)


def _text_features(workspace: Workspace, text_set: str, group: str) -> Iterator[Thing]:
    """Yields one thing for all text features of a set; whether they fit is for the health to say."""
    names = workspace.text_feature_names(text_set)
    if names:
        size = size_of(workspace.path / "text_features" / text_set)
        yield Thing(TEXTS, group, "text features", ", ".join(names), size=size)


def _text_encoder(workspace: Workspace, row: StatusRow) -> Iterator[Thing]:
    yield _encoder(row, workspace.text_encoder_folder(row.name), ENCODERS)


def _encoder(row: StatusRow, folder: Path, group: str) -> Thing:
    thing = Thing(MODELS, group, row.name, row.sentence, row.state, size_of(folder))
    try:
        document = read_json(folder / "encoder.json")
    except LpdError as error:
        return thing._replace(state="damaged", sentence=str(error))
    return thing._replace(sentence=str(document.get("kind", "")), digest=str(document.get("digest", "")))


def _model(workspace: Workspace, row: StatusRow) -> Iterator[Thing]:
    if row.name.startswith(REPRODUCED):
        return
    digest, made_from = "", ""
    try:
        card = workspace.model_card(row.name)
        training = card.config.get("training", {})
        digest = card.digest
        made_from = ", ".join(f"captions {name}" for name in training.get("captions", ()))
    except LpdError:
        pass  # its row says why
    size = size_of(workspace.model_folder(row.name)) + size_of(workspace.path / "embeddings" / row.name)
    sentence = row.sentence.removesuffix(f", digest {digest}")
    yield Thing(MODELS, f"model {row.name}", "weights", sentence, row.state, size, digest, made_from)


def _index(workspace: Workspace, row: StatusRow) -> Iterator[Thing]:
    model, _, collection = row.name.partition("@")
    folder = workspace.index_folder(model, collection)
    sentence = row.sentence.partition("; by the rule")[0].partition("; next")[0]
    made_from = ""
    try:
        sources = read_json(folder / "manifest.json")["made_from"]
        made_from = f"weights {str(sources['model'])[:6]}, shots {str(sources['collection'])[:6]}"
    except (LpdError, KeyError, TypeError):
        pass  # its row says why
    size = size_of(folder) if folder.is_dir() else None
    yield Thing(MODELS, f"model {model}", f"index of {collection}", sentence, row.state, size, "", made_from)


def _maps(workspace: Workspace, row: StatusRow) -> Iterator[Thing]:
    folder, _, method = row.name.rpartition("/")
    model, _, collection = folder.partition("@")
    size = sum(map(size_of, (workspace.path / "maps" / folder).glob(f"[!.]*.{method}")))
    name, sentence = f"maps of {collection} by {method}", row.sentence.partition("; next")[0]
    yield Thing(MODELS, f"model {model}", name, sentence, row.state, size)


def _judging_plan(workspace: Workspace, row: StatusRow) -> Iterator[Thing]:
    folder = workspace.judging_folder(row.name)
    yield Thing(WRITTEN, "", f"judging plan {row.name}", row.sentence, row.state, size_of(folder))


_MAKERS: dict[str, Callable[[Workspace, StatusRow], Iterator[Thing]]] = {
    "collection": _collection,
    "feature": _feature,
    "captions": _captions,
    "edition": _edition,
    "runs": _runs,
    "text encoder": _text_encoder,
    "model": _model,
    "index": _index,
    "maps": _maps,
    "judging plan": _judging_plan,
}
"""Kind of a row of the status -> what it is made into."""


def _derived(section: str, group: str, name: str, folder: Path) -> Thing:
    """Returns a matrix as its manifest tells it: its size, where it stays, what it was made by."""
    thing = Thing(section, group, name, "", size=size_of(folder))
    try:
        facts = read_manifest(folder, "features", "frame_features").settings
        how = dict(facts.get("how") or {}).items()
        made_from = ", ".join(f"{key} {value}" for key, value in how if not isinstance(value, dict | list))
        if (folder / "pointer.json").is_file():
            made_from = f"stays at {read_json(folder / 'pointer.json')['source']['path']}"
        sentence = f"{int(facts['rows']):,} x {int(facts['dimension']):,} {facts['dtype']}"
        return thing._replace(sentence=sentence, digest=str(facts["digest"]), made_from=made_from)
    except LpdError as error:
        return thing._replace(state="damaged", sentence=str(error))
    except (KeyError, TypeError, ValueError) as error:
        return thing._replace(state="damaged", sentence=f"not the manifest of a matrix ({error!r})")
