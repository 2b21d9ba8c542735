"""Training a model on a workspace's captions: from names to a checkpoint with everything a live query
needs.
"""

import shutil
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from lpd.checkpoints import CheckpointNotes, save_checkpoint
from lpd.errors import LpdError
from lpd.models import Ridge, SpaceModel, ZeroShot
from lpd.progress import Progress, no_progress
from lpd.services.earlier_models import begin_with, teachers_of, with_those_of_teachers
from lpd.services.jobs.training_request import ModelRequest
from lpd.services.model_settings import model_config, new_model, special_features
from lpd.services.pairs import InputNames, input_names, paired_data, split_names
from lpd.services.settings_text import read_settings
from lpd.storage import writer_lock
from lpd.training import (
    ALONE,
    HISTORY_NAME,
    Processes,
    StopAsked,
    TrainingConfig,
    TrainingResult,
    check_objective,
    choose_device,
    fit_ridge,
    measure_only,
    never,
    preset,
    train,
    training_config,
)
from lpd.training.batches import check_batch_size
from lpd.training.processes import agreed
from lpd.workspace import Workspace

__all__ = [
    "TRAINING_FOLDER",
    "ModelRequest",
    "check_request",
    "train_model",
    "training_settings",
    "training_sources",
]

TRAINING_FOLDER = "training"
"""In a model's folder until the training has ended: its history and its state."""


def train_model(
    workspace: Workspace,
    request: ModelRequest,
    *,
    resume: bool = False,
    progress: Progress = no_progress,
    processes: Processes = ALONE,
    stop_asked: StopAsked = never,
) -> dict[str, Any]:
    """Trains a model, writes models/<name>, and returns its facts: name, best, seconds, stopped, parameters,
    digest, and extra_hard_negatives, the share that several spaces bring beyond one per text.

    Everything that can be wrong with names, features and settings is found before the first step. The folder
    of an earlier model of the name is replaced only when the training has ended. A killed training leaves its
    state there, and `resume` goes on from it to the same weights. Of several processes the first one writes.

    Raises:
        TrainingStopped: if `stop_asked` said so; its state is kept as that of a killed one.
        LpdError: if names, features or settings do not fit together.
    """
    config = training_settings(request)
    inputs = _inputs(workspace, request)
    model = new_model(workspace, request, inputs)
    if any(parameter.requires_grad for parameter in model.parameters()):
        check_objective(model, config)
    started_from = begin_with(workspace, model, request)
    teachers = teachers_of(workspace, request)
    with writer_lock(workspace.model_folder(request.name)) if processes.first else nullcontext():
        result = _fitted(
            workspace,
            model,
            request,
            config,
            inputs=with_those_of_teachers(workspace, _caption_sets(request), inputs, teachers),
            started_from=started_from,
            teachers=teachers,
            resume=resume,
            progress=progress,
            processes=processes,
            stop_asked=stop_asked,
        )
        card = _saved(workspace, request, config, result, inputs=inputs) if processes.first else {}
    card = agreed(card, processes)
    return {
        "name": request.name,
        "best": result.best,
        "seconds": result.seconds,
        "stopped": result.stopped,
        "parameters": card["parameters"],
        "digest": card["weights_digest"],
        "extra_hard_negatives": result.history[int(result.best["epoch"]) - 1].get("extra_hard_negatives"),
    }


def check_request(workspace: Workspace, request: ModelRequest) -> TrainingConfig:
    """Returns the settings of a training, after finding what can be told before its model is made: names,
    features, settings and the device.

    Raises:
        LpdError: if one of them is not there or impossible.
    """
    workspace.model_folder(request.name)
    config = training_settings(request)
    model_config(workspace, request, _inputs(workspace, request))
    for name in (*request.teachers, *((request.init_from,) if request.init_from is not None else ())):
        workspace.model_card(name)
    choose_device(config.device)
    return config


def _caption_sets(request: ModelRequest) -> list[str]:
    return [*split_names(request.captions), request.validation]


def _inputs(workspace: Workspace, request: ModelRequest) -> InputNames:
    return input_names(
        workspace,
        _caption_sets(request),
        text=request.text_features or (("bow",) if request.system == "ridge" else ()),
        video=request.video_features,
        special=special_features(request),
    )


def _saved(
    workspace: Workspace,
    request: ModelRequest,
    config: TrainingConfig,
    result: TrainingResult,
    *,
    inputs: InputNames,
) -> dict[str, Any]:
    """Returns the card of the checkpoint, after writing it with everything a live query needs."""
    folder = workspace.model_folder(request.name)
    notes = CheckpointNotes(
        training=config.to_dict()
        | {"preset": request.preset, "stopped": result.stopped, "seconds": result.seconds}
        | {"captions": list(split_names(request.captions)), "validation": request.validation}
        | {"init_from": request.init_from, "teachers": list(request.teachers)},
        seed=request.seed,
        best=result.best,
        made_from=training_sources(workspace, request, inputs),
    )

    def add_query_side(temporary: Path) -> None:
        shutil.copyfile(folder / TRAINING_FOLDER / HISTORY_NAME, temporary / HISTORY_NAME)
        for name in inputs.text:
            encoder = workspace.text_encoder_folder(name)
            if encoder.is_dir():
                shutil.copytree(encoder, temporary / "text_encoders" / name)

    return save_checkpoint(folder, result.model, notes=notes, extra=add_query_side)


def _fitted(
    workspace: Workspace,
    model: SpaceModel,
    request: ModelRequest,
    config: TrainingConfig,
    *,
    inputs: InputNames,
    started_from: str | None,
    teachers: Sequence[SpaceModel],
    resume: bool,
    progress: Progress,
    processes: Processes,
    stop_asked: StopAsked,
) -> TrainingResult:
    """Returns the model as its system learns: by steps, in closed form, or not at all."""
    if processes.count > 1 and isinstance(model, Ridge | ZeroShot):
        raise LpdError(f"{model.system} does not learn in steps", next_step="start it without torchrun")
    training = paired_data(workspace, split_names(request.captions), inputs)
    validation = paired_data(workspace, [request.validation], inputs)
    directory = workspace.model_folder(request.name) / TRAINING_FOLDER
    if isinstance(model, Ridge):
        return fit_ridge(model, training, validation, directory=directory, progress=progress)
    if isinstance(model, ZeroShot):
        return measure_only(model, validation, directory=directory)
    check_batch_size(training, config.batch_size)
    return train(
        model,
        training,
        validation,
        config,
        directory=directory,
        progress=progress,
        resume=resume,
        teachers=teachers,
        started_from=started_from,
        processes=processes,
        stop_asked=stop_asked,
    )


def training_settings(request: ModelRequest) -> TrainingConfig:
    """Returns the preset with the request's own changes.

    Raises:
        FormatError: if a change is not KEY=VALUE, its key is unknown or its value impossible.
        LpdError: if there are no validation captions.
    """
    if not request.validation:
        raise LpdError(
            "no validation captions, so nothing can say when to stop",
            expected="a caption set of other shots than the training's",
            next_step="lpd import captions FILE --set valid, then --validation valid",
        )
    changes = read_settings(request.settings, where="--set")
    settings = preset(request.preset, request.system).to_dict()
    return training_config(settings | {"seed": request.seed, "device": request.device} | changes)


def training_sources(workspace: Workspace, request: ModelRequest, inputs: InputNames) -> dict[str, str]:
    """Returns name -> digest of what a training learns from: features, and the models it needs."""
    found: dict[str, str] = {}
    captions = split_names(request.captions)
    for one in captions:
        collection = workspace.caption_collection(one)
        mark = "" if len(captions) == 1 else f"{one}:"
        for name in inputs.video:
            found[f"video:{mark}{name}"] = str(workspace.video_input(collection, name).digest)
        for name in inputs.text:
            found[f"text:{mark}{name}"] = str(workspace.text_features(one, name).digest)
    if request.init_from is not None:
        found["started_from"] = workspace.model_card(request.init_from).digest
    for name in request.teachers:
        found[f"teacher:{name}"] = workspace.model_card(name).digest
    return found
