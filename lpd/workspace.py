"""The one folder that holds everything: where each thing lies, and how to open it."""

import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lpd.captions import Caption, load_captions
from lpd.cards import ModelCard, read_model_card
from lpd.collection import Collection, read_collection
from lpd.editions import Edition, read_edition
from lpd.embeddings import EMBEDDINGS_FILE, Embeddings, read_embeddings
from lpd.errors import FormatError, LpdError, NotFoundError
from lpd.features import (
    APPENDED,
    FRAMES,
    AppendedFeatures,
    FeatureMatrix,
    FrameFeatures,
    SampledFrames,
    VideoInput,
    open_frame_matrix,
    open_matrix,
)
from lpd.names import check_name
from lpd.storage import atomic_file, read_json
from lpd.trec import Qrels, Run, read_qrels, read_run

__all__ = ["Workspace", "create_workspace", "default_workspace_path", "open_workspace"]

FORMAT_VERSION = 1


def default_workspace_path() -> Path:
    """Returns `LPD_WORKSPACE` if that is set, else the demo's place, `workspaces/demo` under the current
    folder.
    """
    return Path(os.environ.get("LPD_WORKSPACE") or Path("workspaces") / "demo")


@dataclass(frozen=True)
class Workspace:
    """An opened workspace. It holds paths and names only; every method reads what is there now.

    Args:
        path: its folder.
        name: shown on screen.
        defaults: what a page opens first: `collection`, `model`, `edition`, `k`.
        source: what the data are, where tables should say so: the demo's world and its digest.
    """

    path: Path
    name: str
    defaults: dict[str, Any]
    source: str | None = None

    # --- names of what is there -------------------------------------------------------------------

    def collection_names(self) -> list[str]:
        """Names of the collections, sorted."""
        return _folders(self.path / "collections", "shots.parquet")

    def feature_names(self, collection: str) -> list[str]:
        """Names of the video features of a collection, sorted."""
        return _folders(self.collection_folder(collection) / "features", None)

    def frame_feature_names(self, collection: str) -> list[str]:
        """Names of the frame-level video features of a collection, sorted."""
        return _folders(self.collection_folder(collection) / "frame_features", None)

    def text_feature_names(self, text_set: str) -> list[str]:
        """Names of the text features that were computed for a caption set or edition, sorted."""
        return _folders(self.path / "text_features" / check_name(text_set, "text set"), None)

    def caption_sets(self) -> list[str]:
        """Names of the caption sets, sorted."""
        return sorted(file.stem for file in (self.path / "captions").glob("*.parquet"))

    def text_encoder_names(self) -> list[str]:
        """Names of the fitted text encoders, sorted."""
        return _folders(self.path / "text_encoders", "encoder.json")

    def video_encoder_names(self) -> list[str]:
        """Names of the video encoders that were learnt here or brought from elsewhere, sorted."""
        return _folders(self.path / "video_encoders", "encoder.json")

    def edition_names(self) -> list[str]:
        """Names of the topic editions, sorted."""
        return _folders(self.path / "editions", "edition.toml")

    def searchable_models(self) -> list[str]:
        """Names of the models that can be indexed, sorted: all but the re-rankers. One whose card cannot be
        read is among them, so that opening it says why.
        """
        return [name for name in self.model_names() if not self._is_reranker(name)]

    def _is_reranker(self, model: str) -> bool:
        try:
            return not read_model_card(self.model_folder(model)).bi_encoder
        except LpdError:
            return False

    def model_names(self) -> list[str]:
        """Names of the models, sorted: those with weights, and those that are here as vectors only."""
        return sorted({*self.checkpoint_names(), *self.embeddings_names()})

    def checkpoint_names(self) -> list[str]:
        """Names of the models whose weights are here, finished, sorted."""
        return _folders(self.path / "models", "config.json")

    def embeddings_names(self) -> list[str]:
        """Names of the models of which vectors were brought from elsewhere, sorted."""
        return _folders(self.path / "embeddings", EMBEDDINGS_FILE)

    def index_names(self, model: str) -> list[str]:
        """Collections that this model has an index of, sorted."""
        prefix = f"{model}@"
        found = _folders(self.path / "indexes", "manifest.json")
        return [name.removeprefix(prefix) for name in found if name.startswith(prefix)]

    def run_tags(self, edition: str) -> list[str]:
        """Tags of the runs kept for an edition, sorted."""
        folder = self.path / "runs" / check_name(edition, "edition")
        return sorted(file.name.removesuffix(".run.gz") for file in folder.glob("*.run.gz"))

    def judging_plan_names(self) -> list[str]:
        """Names of the judging plans, sorted."""
        return _folders(self.path / "judging", "plan.json")

    # --- places -------------------------------------------------------------------------------------

    def collection_folder(self, collection: str) -> Path:
        """Where a collection lies or will lie."""
        return self.path / "collections" / check_name(collection, "collection")

    def feature_folder(self, collection: str, feature: str) -> Path:
        """Where a video feature of a collection lies or will lie."""
        return self.collection_folder(collection) / "features" / check_name(feature, "video feature")

    def frame_feature_folder(self, collection: str, feature: str) -> Path:
        """Where the frame-level rows of a video feature lie or will lie."""
        return self.collection_folder(collection) / "frame_features" / check_name(feature, "video feature")

    def text_feature_folder(self, text_set: str, feature: str) -> Path:
        """Where a text feature of a caption set or edition lies or will lie."""
        return (
            self.path
            / "text_features"
            / check_name(text_set, "text set")
            / check_name(feature, "text feature")
        )

    def text_encoder_folder(self, feature: str) -> Path:
        """Where a fitted text encoder lies or will lie."""
        return self.path / "text_encoders" / check_name(feature, "text feature")

    def video_encoder_folder(self, feature: str) -> Path:
        """Where a video encoder lies or will lie."""
        return self.path / "video_encoders" / check_name(feature, "video feature")

    def edition_folder(self, edition: str) -> Path:
        """Where an edition lies or will lie."""
        return self.path / "editions" / check_name(edition, "edition")

    def qrels_path(self, edition: str, qrels: str) -> Path:
        """Where the qrels of an edition lie or will lie."""
        return self.edition_folder(edition) / "qrels" / f"{check_name(qrels, 'qrels')}.txt"

    def model_folder(self, model: str) -> Path:
        """Where a model lies or will lie."""
        return self.path / "models" / check_name(model, "model")

    def embeddings_folder(self, model: str) -> Path:
        """Where the vectors that were brought of a model lie or will lie."""
        return self.path / "embeddings" / check_name(model, "model")

    def index_folder(self, model: str, collection: str) -> Path:
        """Where a model's index of a collection lies or will lie."""
        return self.path / "indexes" / f"{check_name(model, 'model')}@{check_name(collection, 'collection')}"

    def maps_folder(self, model: str, collection: str) -> Path:
        """Where the maps of a model over a collection lie or will lie."""
        return self.path / "maps" / f"{check_name(model, 'model')}@{check_name(collection, 'collection')}"

    def run_path(self, edition: str, tag: str) -> Path:
        """Where a run lies or will lie."""
        return self.path / "runs" / check_name(edition, "edition") / f"{check_name(tag, 'run')}.run.gz"

    def captions_path(self, caption_set: str) -> Path:
        """Where a caption set lies or will lie."""
        return self.path / "captions" / f"{check_name(caption_set, 'caption set')}.parquet"

    @property
    def notebook_path(self) -> Path:
        """Where the pinned views lie or will lie."""
        return self.path / "notebook.sqlite"

    @property
    def judgements_path(self) -> Path:
        """Where the verdicts of persons lie or will lie."""
        return self.path / "judgements.sqlite"

    def judging_folder(self, plan: str) -> Path:
        """Where a judging plan lies or will lie."""
        return self.path / "judging" / check_name(plan, "judging plan")

    # --- things, opened -----------------------------------------------------------------------------

    def collection(self, name: str) -> Collection:
        """Returns a collection with its subsets."""
        _known(name, self.collection_names(), "collection", "lpd import shots")
        return read_collection(self.collection_folder(name))

    def features(self, collection: str, feature: str) -> FeatureMatrix:
        """Returns a video feature of a collection, memory-mapped."""
        _known(
            feature, self.feature_names(collection), f"video feature of {collection}", "lpd import features"
        )
        return open_matrix(self.feature_folder(collection, feature))

    def frame_features(self, collection: str, feature: str) -> FrameFeatures:
        """Returns the frame-level rows of a video feature, memory-mapped."""
        return open_frame_matrix(self.frame_feature_folder(collection, feature))

    def video_input(self, collection: str, name: str) -> VideoInput:
        """Returns what a model reads under a name: a video feature, several appended (`a+b`), or frames
        sampled from a frame-level one (`frames:a`, 12 per shot; `frames:a@8`). A feature whose own name has a
        plus sign goes before appending.
        """
        if APPENDED in name and name not in self.feature_names(collection):
            return AppendedFeatures(
                tuple(self.video_input(collection, part) for part in name.split(APPENDED))
            )
        if not name.startswith(FRAMES):
            return self.features(collection, name)
        feature, _, count = name.removeprefix(FRAMES).partition("@")
        if count and not (count.isdecimal() and int(count) > 0):
            raise FormatError(
                "not a number of frames", where=name, expected="a whole number from 1", found=count
            )
        known = self.frame_feature_names(collection)
        _known(feature, known, f"frame feature of {collection}", "lpd extract, or bring frame features")
        return SampledFrames(self.frame_features(collection, feature), int(count or 12))

    def captions(self, caption_set: str) -> list[Caption]:
        """Returns the captions of a set, in the order of its file."""
        _known(caption_set, self.caption_sets(), "caption set", "lpd import captions")
        return load_captions(self.captions_path(caption_set))

    def caption_collection(self, caption_set: str) -> str:
        """Returns the name of the collection whose shots a caption set describes."""
        _known(caption_set, self.caption_sets(), "caption set", "lpd import captions")
        document = read_json(self.captions_path(caption_set).with_suffix(".json"))
        return str(document["collection"])

    def text_features(self, text_set: str, feature: str) -> FeatureMatrix:
        """Returns a text feature of a caption set or edition, memory-mapped."""
        folder = self.text_feature_folder(text_set, feature)
        if not folder.is_dir():
            raise NotFoundError("this text feature was not computed", where=folder, next_step="lpd encode")
        return open_matrix(folder)

    def edition(self, name: str) -> Edition:
        """Returns a topic edition."""
        _known(name, self.edition_names(), "edition", "lpd import topics")
        return read_edition(self.edition_folder(name))

    def qrels(self, edition: str, name: str | None = None) -> Qrels:
        """Returns the named qrels of an edition; its default ones when no name is given."""
        opened = self.edition(edition)
        chosen = name or opened.default_qrels
        if chosen is None:
            raise NotFoundError("this edition has no qrels", where=edition, next_step="lpd import qrels")
        _known(chosen, list(opened.qrels_names), f"qrels of {edition}", "lpd import qrels")
        return read_qrels(self.qrels_path(edition, chosen))

    def run(self, edition: str, tag: str) -> Run:
        """Returns a run kept for an edition."""
        _known(tag, self.run_tags(edition), f"run of {edition}", "lpd run, or lpd import run")
        return read_run(self.run_path(edition, tag))

    def model_card(self, name: str) -> ModelCard:
        """Returns the facts of a model without loading its weights; where only vectors of it are here, what
        those tell.
        """
        _known(name, self.model_names(), "model", "lpd train")
        if name in self.checkpoint_names():
            return read_model_card(self.model_folder(name))
        return self.embeddings(name).card

    def embeddings(self, model: str) -> Embeddings:
        """Returns what was brought of a model as vectors."""
        _known(model, self.embeddings_names(), "model with vectors", "lpd import embeddings")
        return read_embeddings(self.embeddings_folder(model))

    def media_file(self, collection: Collection, shot_id: str, kind: str) -> Path | None:
        """Returns the picture of a shot, looked up in the shot table, or None where there is none here.

        Args:
            collection: whose shot table names the file.
            shot_id: an id of it; any other gives None.
            kind: `thumbnail` or `preview`.

        The entry of the table is a path under the collection's media/ folder; one that leaves it gives None,
        and so does a URL (the browser fetches that itself).
        """
        entry = collection.media_entry(shot_id, kind)
        if entry is None or "://" in entry:
            return None
        media = (self.collection_folder(collection.name) / "media").resolve()
        path = (media / entry).resolve()
        return path if path.is_relative_to(media) and path.is_file() else None


def create_workspace(path: Path, *, name: str | None = None) -> Workspace:
    """Returns a new, empty workspace in a folder that is absent, or empty but for it.

    Raises:
        LpdError: if a workspace or other files are there already.
    """
    if (path / "workspace.toml").exists():
        raise LpdError(
            "there is a workspace here already", where=path, next_step="open it, or choose another folder"
        )
    if path.exists() and any(not entry.name.startswith(".") for entry in path.iterdir()):
        raise LpdError("this folder is not empty", where=path, next_step="choose a new folder")
    workspace = Workspace(path, name or path.resolve().name, {})
    write_settings(workspace)
    return workspace


def write_settings(workspace: Workspace) -> None:
    """Writes workspace.toml: format version, name and defaults."""
    lines = [f"format_version = {FORMAT_VERSION}", f"name = {json.dumps(workspace.name)}"]
    if workspace.source is not None:
        lines.append(f"source = {json.dumps(workspace.source)}")
    lines += ["", "[defaults]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in workspace.defaults.items()]
    with atomic_file(workspace.path / "workspace.toml") as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def open_workspace(path: Path) -> Workspace:
    """Returns the workspace in a folder.

    Raises:
        NotFoundError: if there is none.
        FormatError: if workspace.toml is damaged or of a newer format.
    """
    settings = path / "workspace.toml"
    if not settings.is_file():
        raise NotFoundError(
            "no workspace here",
            where=path,
            expected="a folder with workspace.toml",
            next_step=f"lpd demo {path}   (the demo) or   lpd init {path}   (an empty one)",
        )
    try:
        document = tomllib.loads(settings.read_text(encoding="utf-8"))
        version, name = int(document["format_version"]), str(document["name"])
        defaults, source = dict(document.get("defaults") or {}), document.get("source")
        if source is not None and not isinstance(source, str):
            raise TypeError(f"source is no text: {source!r}")
    except (KeyError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise FormatError(f"damaged ({error!r})", where=settings) from error
    if version != FORMAT_VERSION:
        raise FormatError(
            "workspace of another format",
            where=settings,
            expected=FORMAT_VERSION,
            found=version,
            next_step="update lpd",
        )
    return Workspace(path, name, defaults, source)


def _folders(parent: Path, needed: str | None) -> list[str]:
    if not parent.is_dir():
        return []
    return sorted(
        entry.name
        for entry in parent.iterdir()
        if entry.is_dir()
        and not entry.name.startswith(".")
        and (needed is None or (entry / needed).is_file())
    )


def _known(name: str, names: list[str], kind: str, next_step: str) -> None:
    if name not in names:
        raise NotFoundError(
            f"no such {kind}",
            expected=f"one of {', '.join(names) or '(none yet)'}",
            found=repr(name),
            next_step=next_step,
        )
