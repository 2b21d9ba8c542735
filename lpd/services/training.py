"""Training a model on a workspace's captions: from names to a checkpoint with everything a live query
needs.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lpd.checkpoints import CheckpointNotes, save_checkpoint
from lpd.errors import FormatError, LpdError, NotFoundError
from lpd.models import MODELS, build_model
from lpd.progress import Progress, no_progress
from lpd.services.encoding import CaptionedShots, captioned_shots
from lpd.storage import writer_lock
from lpd.text import load_text_encoder
from lpd.training import HISTORY_NAME, PairedData, TrainingConfig, preset, train, training_config
from lpd.workspace import Workspace

__all__ = ["ModelRequest", "paired_data", "train_model"]

_TRAINING_FOLDER = "training"


@dataclass(frozen=True)
class ModelRequest:
    """What is to be trained.

    Args:
        name: of the model in the workspace.
        system: key in `MODELS`.
        captions: caption set to learn from.
        validation: caption set that selects the epoch.
        text_features: names; empty takes all that are encoded for the captions.
        video_features: names; empty takes all of the collection.
        preset: named training settings.
        settings: `KEY=VALUE` changes to the preset, the value in JSON or a plain word.
        width: of the common spaces.
        heads: of LAFF; None takes as many as there are features.
        seed: of initial weights, batches and dropout.
        device: `auto`, `cpu` or `cuda`.
    """

    name: str
    system: str
    captions: str
    validation: str
    text_features: tuple[str, ...] = ()
    video_features: tuple[str, ...] = ()
    preset: str = "lpd-recipe"
    settings: tuple[str, ...] = ()
    width: int = 512
    heads: int | None = None
    seed: int = 0
    device: str = "auto"


def train_model(
    workspace: Workspace, request: ModelRequest, *, resume: bool = False, progress: Progress = no_progress
) -> dict[str, Any]:
    """Trains a model, writes models/<name>, and returns its facts: name, best, seconds, stopped, parameters,
    digest.

    The folder of an earlier model of the name is replaced only when the training has ended. A killed training
    leaves its state there, and `resume` goes on from it to the same weights.

    Raises:
        LpdError: if names, features or settings do not fit together.
    """
    config = training_settings(request)
    training = captioned_shots(workspace, request.captions)
    held_out = captioned_shots(workspace, request.validation)
    text = request.text_features or _encoded_features(workspace, request.captions)
    video = request.video_features or tuple(workspace.feature_names(training.collection))
    pairs = paired_data(workspace, training, request.captions, text=text, video=video)
    validation = paired_data(workspace, held_out, request.validation, text=text, video=video)
    model = build_model(_model_config(workspace, request, pairs), seed=request.seed)
    folder = workspace.model_folder(request.name)
    with writer_lock(folder):
        result = train(
            model,
            pairs,
            validation,
            config,
            directory=folder / _TRAINING_FOLDER,
            progress=progress,
            resume=resume,
        )

        def add_query_side(temporary: Path) -> None:
            shutil.copyfile(folder / _TRAINING_FOLDER / HISTORY_NAME, temporary / HISTORY_NAME)
            for name in text:
                encoder = workspace.text_encoder_folder(name)
                if encoder.is_dir():
                    shutil.copytree(encoder, temporary / "text_encoders" / name)

        notes = CheckpointNotes(
            training=config.to_dict()
            | {"preset": request.preset, "stopped": result.stopped, "seconds": result.seconds},
            seed=request.seed,
            best=result.best,
            made_from=_sources(workspace, request, training, text=text, video=video),
        )
        card = save_checkpoint(folder, result.model, notes=notes, extra=add_query_side)
    return {
        "name": request.name,
        "best": result.best,
        "seconds": result.seconds,
        "stopped": result.stopped,
        "parameters": card["parameters"],
        "digest": card["weights_digest"],
    }


def training_settings(request: ModelRequest) -> TrainingConfig:
    """Returns the preset with the request's own changes.

    Raises:
        FormatError: if a change is not KEY=VALUE, its key is unknown or its value impossible.
    """
    changes: dict[str, Any] = {}
    for text in request.settings:
        key, equals, value = text.partition("=")
        if not (key and equals and value):
            raise FormatError("not a training setting", where="--set", expected="KEY=VALUE", found=repr(text))
        try:
            changes[key] = json.loads(value)
        except json.JSONDecodeError:
            changes[key] = value
    settings = preset(request.preset).to_dict() | {"seed": request.seed, "device": request.device} | changes
    return training_config(settings)


def _encoded_features(workspace: Workspace, text_set: str) -> tuple[str, ...]:
    folder = workspace.path / "text_features" / text_set
    names = tuple(sorted(entry.name for entry in folder.glob("[!.]*") if entry.is_dir()))
    if not names:
        raise NotFoundError(
            f"no text features of {text_set}", where=folder, next_step=f"lpd encode --fit-on {text_set}"
        )
    return names


def paired_data(
    workspace: Workspace, shots: CaptionedShots, text_set: str, *, text: Sequence[str], video: Sequence[str]
) -> PairedData:
    """Returns the captions of a set with their shots, as features.

    Raises:
        NotFoundError: if a feature was not computed.
        MismatchError: if a feature lacks rows.
    """
    groups: dict[str, int] = {}
    return PairedData(
        text={name: workspace.text_features(text_set, name).rows(shots.caption_ids) for name in text},
        video={name: workspace.features(shots.collection, name).rows(shots.shot_ids) for name in video},
        caption_shot=shots.caption_shot,
        caption_group=np.array([groups.setdefault(one, len(groups)) for one in shots.texts], dtype=np.int64),
    )


def _model_config(workspace: Workspace, request: ModelRequest, pairs: PairedData) -> dict[str, Any]:
    text = {name: matrix.shape[1] for name, matrix in pairs.text.items()}
    video = {name: matrix.shape[1] for name, matrix in pairs.video.items()}
    config: dict[str, Any] = {"system": request.system, "text_features": text, "video_features": video}
    if request.system not in MODELS:
        raise NotFoundError("unknown system", expected=", ".join(MODELS), found=repr(request.system))
    config["width"] = request.width
    if request.system == "laff":
        config["heads"] = request.heads or len(text) + len(video)
    elif request.heads is not None:
        raise LpdError(f"{request.system} has no heads", next_step="leave --heads out")
    config["normalisation"] = {f"video:{name}": "zscore" for name in video} | {
        f"text:{name}": "none" if _counts_words(workspace, name) else "zscore" for name in text
    }
    return config


def _counts_words(workspace: Workspace, feature: str) -> bool:
    folder = workspace.text_encoder_folder(feature)
    return folder.is_dir() and load_text_encoder(folder).kind == "bow"


def _sources(
    workspace: Workspace,
    request: ModelRequest,
    shots: CaptionedShots,
    *,
    text: Sequence[str],
    video: Sequence[str],
) -> dict[str, str]:
    features = {f"video:{name}": workspace.features(shots.collection, name).digest for name in video}
    features |= {f"text:{name}": workspace.text_features(request.captions, name).digest for name in text}
    return {name: str(digest) for name, digest in features.items()}
