"""The training loop."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from lpd.errors import LpdError
from lpd.models import SpaceModel
from lpd.progress import Progress, no_progress
from lpd.training.batches import check_batch_size
from lpd.training.config import TrainingConfig
from lpd.training.data import PairedData, features_on
from lpd.training.devices import choose_device
from lpd.training.epoch import RARELY_SELECTED, STAGE, steps_per_epoch, train_epoch, validate_epoch
from lpd.training.history import HISTORY_NAME, append_history, write_history
from lpd.training.objective import check_objective
from lpd.training.processes import ALONE, Processes, agreed, share_batch_norm
from lpd.training.state import STATE_NAME, TrainingState, load_state, save_state
from lpd.training.steps import TrainingRun, prepare_run
from lpd.training.stopping import StopAsked, TrainingStopped, never
from lpd.words import counted

__all__ = ["TrainingResult", "train"]

LOGGER = logging.getLogger(__name__)

PLATEAU_PATIENCE = 2
SHARE_FOR_SAVING = 0.1


@dataclass(frozen=True)
class TrainingResult:
    """What a training gave.

    Args:
        model: with the best weights, in evaluation mode, on the device of the training.
        best: `epoch` (from 1) and its validation measures.
        history: one row per epoch, as in history.jsonl.
        stopped: `patience` or `epochs`; `penalties` in closed form, `nothing to learn` without weights.
        resumed_from: epochs that were already finished when this call began.
        seconds: of all epochs together, those before a resume included.
    """

    model: SpaceModel
    best: dict[str, float]
    history: list[dict[str, Any]]
    stopped: str
    resumed_from: int
    seconds: float


def train(
    model: SpaceModel,
    training: PairedData,
    validation: PairedData,
    config: TrainingConfig,
    *,
    directory: Path | None = None,
    progress: Progress = no_progress,
    resume: bool = True,
    teachers: Sequence[SpaceModel] = (),
    started_from: str | None = None,
    processes: Processes = ALONE,
    stop_asked: StopAsked = never,
) -> TrainingResult:
    """Returns the model with the weights of its best epoch by the validation score, and how it came about.

    The normalisation of the inputs is fitted on the training rows first. While it runs, `directory` holds
    history.jsonl and state.safetensors; after a kill the same call goes on from the last saved epoch and
    ends in the same weights, bit for bit on a CPU with the same number of threads. The caller saves the
    model and removes the folder; calling again before that returns the finished result at once.

    Args:
        model: trained in place.
        training: pairs to learn from.
        validation: pairs that decide when to stop; all of its shots are searched.
        config: the settings.
        directory: None keeps no state and no file.
        progress: called as (`training`, steps done, steps at most).
        resume: go on from a state in the directory; else it is removed.
        teachers: models that the system learns from beside the pairs.
        started_from: digest of the weights that the model comes with and is to go on from; its input
            normalisation is kept as it is. None: the model is new.
        processes: those that call this together, with the same arguments, and get the same result; the first
            one validates, writes and reports progress.
        stop_asked: once it says so, the epoch is finished and saved, and the training ends.

    Raises:
        TrainingStopped: if it was asked to stop.
        MismatchError: if data, model and settings do not fit together.
        StaleError: if the state in the directory belongs to other settings or data.
        LpdError: if the loss is no longer a finite number, or processes do not share the directory.

    Source: LPD, Section 4.1.5.
    """
    device = choose_device(config.device)
    check_objective(model, config)
    check_batch_size(training, config.batch_size)
    processes.share(config.batch_size)
    identity = {
        "model": model.to_config(),
        "training": config.to_dict(),
        "training_data": training.digest(),
        "validation_data": validation.digest(),
        "started_from": started_from,
        "teachers": [teacher.to_config() for teacher in teachers],
    }
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        run = prepare_run(
            model,
            training,
            config,
            progress=progress if processes.first else no_progress,
            teachers=teachers,
            fit_inputs=started_from is None,
            processes=processes,
        )
        state = _begin(run, identity, directory=directory, resume=resume)
        resumed_from = state.epoch
        with share_batch_norm(model, processes):
            _run_epochs(run, state, validation, identity=identity, directory=directory, stop_asked=stop_asked)
    if processes.first:
        _warn_of_starved_spaces(state.history)
    model.load_state_dict(state.best_weights)
    model.float().eval()
    return TrainingResult(
        model=model,
        best={"epoch": state.best_epoch, **state.best},
        history=state.history,
        stopped="patience" if state.without_gain >= config.patience else "epochs",
        resumed_from=resumed_from,
        seconds=sum(row["seconds"] for row in state.history),
    )


def _warn_of_starved_spaces(history: list[dict[str, Any]]) -> None:
    """Logs one warning naming the spaces that the selection left out of nearly all batches of an epoch."""
    epochs: dict[str, int] = {}
    for row in history:
        for name, rate in row["selection_rate"].items():
            epochs[name] = epochs.get(name, 0) + (rate < RARELY_SELECTED)
    of_all = counted(len(history), "epoch")
    starved = [f"{name} ({count} of {of_all})" for name, count in epochs.items() if count]
    if starved:
        LOGGER.warning(
            "spaces that learnt from under %.0f%% of an epoch's batches: %s",
            100 * RARELY_SELECTED,
            ", ".join(starved),
        )


def _begin(
    run: TrainingRun, identity: dict[str, Any], *, directory: Path | None, resume: bool
) -> TrainingState:
    """Returns the state to go on from: the saved one, or that of a fresh start."""
    state = TrainingState(learning_rate=run.config.learning_rate)
    if directory is None:
        return state
    directory = Path(directory)
    path = directory / STATE_NAME
    if path.is_file() and resume:
        state = load_state(path, model=run.model, optimiser=run.optimiser, identity=identity)
        if state.scaler:
            run.scaler.load_state_dict(state.scaler)
    epochs = agreed(state.epoch, run.processes)  # all have read before the first one writes
    if epochs != state.epoch:
        raise LpdError(
            "the processes see different states of the training",
            where=path,
            expected="a folder that all of them share",
        )
    if run.processes.first:
        directory.mkdir(parents=True, exist_ok=True)
        if not resume:
            path.unlink(missing_ok=True)
        write_history(directory / HISTORY_NAME, state.history)  # rows after the last save are made again
    return state


def _run_epochs(
    run: TrainingRun,
    state: TrainingState,
    validation: PairedData,
    *,
    identity: dict[str, Any],
    directory: Path | None,
    stop_asked: StopAsked,
) -> None:
    """Trains and validates until the settings, or somebody, say stop; the state is changed in place."""
    config = run.config
    text, video = features_on(run.device, validation.text), features_on(run.device, validation.video)
    steps = steps_per_epoch(run)
    run.progress(STAGE, state.epoch * steps, config.epochs * steps)
    began, saving = time.perf_counter(), 0.0
    while state.epoch < config.epochs and state.without_gain < config.patience:
        epoch_began = time.perf_counter()
        row = train_epoch(run, state, steps=steps)
        measures = validate_epoch(run, validation, text=text, video=video)
        _update(state, measures, run=run)
        row |= {"validation": measures, "best": state.without_gain == 0}
        row["seconds"] = round(time.perf_counter() - epoch_began, 3)
        state.history.append(row)
        done = state.epoch >= config.epochs or state.without_gain >= config.patience
        stopping = not done and agreed(stop_asked(), run.processes)
        if directory is not None and run.processes.first:
            append_history(Path(directory) / HISTORY_NAME, row)
            # an epoch that is not saved is only trained again after a kill
            if done or stopping or saving <= SHARE_FOR_SAVING * (time.perf_counter() - began):
                saving += _save(run, state, identity=identity, directory=directory)
        if stopping:
            raise TrainingStopped(state.epoch, saved=directory is not None)
    run.progress(STAGE, config.epochs * steps, config.epochs * steps)


def _save(run: TrainingRun, state: TrainingState, *, identity: dict[str, Any], directory: Path) -> float:
    """Returns how many seconds it took to save the state."""
    began = time.perf_counter()
    path = Path(directory) / STATE_NAME
    save_state(path, state, model=run.model, optimiser=run.optimiser, identity=identity)
    return time.perf_counter() - began


def _update(state: TrainingState, measures: dict[str, float], *, run: TrainingRun) -> None:
    """Counts the epoch, keeps the weights if they are the best so far, and lowers the learning rate."""
    state.epoch += 1
    state.learning_rate *= run.config.decay
    criterion = run.config.criterion
    if not state.best or measures[criterion] > state.best[criterion]:
        state.best, state.best_epoch = measures, state.epoch
        state.without_gain = state.plateau_epochs = 0
        state.best_weights = {
            name: tensor.detach().clone() for name, tensor in run.model.state_dict().items()
        }
    else:
        state.without_gain += 1
        state.plateau_epochs += 1
    if run.config.plateau and state.plateau_epochs > PLATEAU_PATIENCE:
        state.learning_rate *= 0.5
        state.plateau_epochs = 0
    state.scaler = run.scaler.state_dict()
