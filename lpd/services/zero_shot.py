"""Models that learn nothing: a text feature and a video feature of one joint space; no captions needed."""

import shutil
from pathlib import Path
from typing import Any

from lpd.checkpoints import CheckpointNotes, save_checkpoint
from lpd.errors import MismatchError, NotFoundError
from lpd.models import build_model
from lpd.models.frame_ends import FRAMES, USUAL_FRAMES
from lpd.services.settings_text import read_settings
from lpd.storage import writer_lock
from lpd.text import load_text_encoder
from lpd.text.encoder_files import positive_integer, read_encoder_document
from lpd.workspace import Workspace

__all__ = ["make_zero_shot"]


def make_zero_shot(
    workspace: Workspace,
    encoder: str,
    *,
    video_feature: str | None = None,
    collection: str | None = None,
    name: str | None = None,
    options: tuple[str, ...] = (),
) -> str:
    """Makes a model that compares a text feature with a video feature, and returns its name.

    Nothing is learnt or measured, so no captions are needed. The encoder goes with the model: any text can be
    searched. Of a text feature without an encoder only topics can be searched whose vectors were computed.

    Args:
        workspace: gets models/<name>; a model of that name is replaced.
        encoder: the text feature.
        video_feature: its partner, `frames:<feature>` for the frames; None takes that of the same name.
        collection: that must have the video feature; None asks for any.
        name: of the model; None takes `zero-shot-<encoder>`.
        options: `KEY=VALUE` settings of the model, as `normalise_frames=true`.

    Raises:
        NotFoundError: if there is no such text feature, or no collection has the video feature.
        FormatError: if their dimensions differ, or an option is unknown.
    """
    video = video_feature or encoder
    chosen = name or f"zero-shot-{encoder}"
    folder = workspace.model_folder(chosen)
    width = _text_width(workspace, encoder)
    dimension, sources = _video_dimension(workspace, video, collection)
    sources |= _text_source(workspace, encoder)
    config: dict[str, Any] = {
        "system": "zero-shot",
        "text_features": {encoder: width},
        "video_features": {video: dimension},
    }
    if video.startswith(FRAMES):
        config["frames"] = _frame_count(video)
    model = build_model(config | read_settings(options, where="--option"), seed=0)
    notes = CheckpointNotes(
        training={"captions": [], "validation": "", "stopped": "nothing to learn"},
        best={},
        made_from=sources,
    )

    def add_encoder(temporary: Path) -> None:
        own = workspace.text_encoder_folder(encoder)
        if own.is_dir():
            shutil.copytree(own, temporary / "text_encoders" / encoder)

    with writer_lock(workspace.path):
        save_checkpoint(folder, model, notes=notes, extra=add_encoder)
    return chosen


def _frame_count(video: str) -> int:
    """Returns the number of frames that `frames:<feature>@<count>` asks for; 12 where it does not say."""
    _, _, count = video.rpartition("@")
    return int(count) if "@" in video and count.isdecimal() else USUAL_FRAMES


def _text_width(workspace: Workspace, feature: str) -> int:
    """Returns the dimension of a text feature: its encoder's, else that of vectors computed for topics."""
    folder = workspace.text_encoder_folder(feature)
    if folder.is_dir():
        document = read_encoder_document(folder)
        if "dimension" in document:
            return positive_integer(document, "dimension", where=folder)
        return load_text_encoder(folder).dimension
    for edition in workspace.edition_names():
        if feature in workspace.text_feature_names(edition):
            return workspace.text_features(edition, feature).dimension
    raise NotFoundError(
        "no such text feature",
        where=workspace.path,
        expected=f"one of {', '.join(workspace.text_encoder_names()) or '(none yet)'}",
        found=repr(feature),
        next_step=f"lpd import encoder FOLDER --name {feature}",
    )


def _text_source(workspace: Workspace, feature: str) -> dict[str, str]:
    """Returns the digest of a text feature's encoder, if it has one."""
    folder = workspace.text_encoder_folder(feature)
    return {f"text:{feature}": str(read_encoder_document(folder)["digest"])} if folder.is_dir() else {}


def _video_dimension(workspace: Workspace, video: str, collection: str | None) -> tuple[int, dict[str, str]]:
    """Returns the dimension of a video feature, and place -> digest of where it was found.

    Raises:
        NotFoundError: if it is nowhere, or not in the collection named.
        MismatchError: if collections hold it in different dimensions.
    """
    found = {}
    for place in workspace.collection_names() if collection is None else [collection]:
        try:
            found[place] = workspace.video_input(place, video)
        except NotFoundError:
            if collection is not None:
                raise
    if not found:
        raise NotFoundError(
            "no collection has this video feature",
            where=workspace.path,
            expected=repr(video),
            found=", ".join(workspace.collection_names()) or "no collection",
            next_step=f"lpd extract VIDEOS --collection NAME --encoder {video}, or lpd import features",
        )
    if len({one.dimension for one in found.values()}) > 1:
        raise MismatchError(
            f"video feature {video} differs in dimension",
            expected="one dimension everywhere",
            found=", ".join(f"{one.dimension} in {place}" for place, one in found.items()),
            next_step="name the collection, or extract it the same way everywhere",
        )
    sources = {f"video:{place}:{video}": str(one.digest) for place, one in found.items()}
    return next(iter(found.values())).dimension, sources
