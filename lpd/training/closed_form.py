"""Fitting ridge regression: no epochs, but one closed-form solution per penalty.

Sizes: C captions, N shots, D concatenated video dimensions, V words.
"""

import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from lpd.errors import FormatError
from lpd.models.ridge import Ridge, solve
from lpd.progress import Progress, no_progress
from lpd.training.data import PairedData, features_on, gather
from lpd.training.devices import choose_device
from lpd.training.epoch import STAGE
from lpd.training.history import HISTORY_NAME, append_history, write_history
from lpd.training.loop import TrainingResult
from lpd.training.validation import validate

__all__ = ["PENALTIES", "fit_ridge"]

PENALTIES = (1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0)
"""Ridge penalties that validation chooses from."""

SHOTS_AT_ONCE = 256


class Moments(NamedTuple):
    """Sums over the training captions, all float64; a shot counts as often as it has captions.

    Args:
        captions: C.
        inputs: (D,) of the normalised video features.
        words: (V,) of the word counts.
        holding: (V,) of captions that hold the word.
        gram: (D, D) of the products of inputs.
        cross: (D, V) of the products of inputs and word counts.
        squares: of the squared word counts.
    """

    captions: int
    inputs: Tensor
    words: Tensor
    holding: Tensor
    gram: Tensor
    cross: Tensor
    squares: float


def fit_ridge(
    model: Ridge,
    training: PairedData,
    validation: PairedData,
    *,
    penalties: Sequence[float] = PENALTIES,
    device: str = "auto",
    directory: Path | None = None,
    progress: Progress = no_progress,
) -> TrainingResult:
    """Returns the model with the coefficients of the best penalty by validation mAP, and how it came about.

    The result has the form of a training: `epoch` is the number of the penalty, from 1, and `penalties` is
    what it stopped by. A row's `loss` is the squared error of a training caption, summed over the words; the
    penalty has no part in it.

    Args:
        model: filled in place.
        training: pairs to learn from.
        validation: pairs that decide the penalty; all of its shots are searched.
        penalties: each above 0; of the squared coefficients, the error being summed over the captions. An
            equal mAP goes to the earlier one.
        device: `auto`, `cpu` or `cuda`.
        directory: gets history.jsonl; None keeps no file.
        progress: called as (`training`, steps done, steps at most).

    Raises:
        MismatchError: if data and model do not fit together.
        FormatError: if a penalty is not a number above 0, or there is none.
        LpdError: if a penalty is too small for the inputs.
    """
    _check_penalties(penalties)
    target, steps = choose_device(device), len(penalties) + 1
    progress(STAGE, 0, steps)
    began = time.perf_counter()
    model.to(target).eval()
    moments = collect_moments(model, training, device=target)
    progress(STAGE, 1, steps)
    text, video = features_on(target, validation.text), features_on(target, validation.video)
    history: list[dict[str, Any]] = []
    best: dict[str, float] = {}
    weights: dict[str, Tensor] = {}
    if directory is not None:
        Path(directory).mkdir(parents=True, exist_ok=True)
        write_history(Path(directory) / HISTORY_NAME, [])
    for number, penalty in enumerate(penalties, start=1):
        loss = _fill(model, moments, penalty)
        measures = validate(model, validation, device=target, text=text, video=video)
        better = not best or measures["mAP"] > best["mAP"]
        if better:
            best = {"epoch": number, "penalty": float(penalty), **measures}
            weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        seconds = round(time.perf_counter() - began, 3)
        history.append(_row(number, penalty, loss=loss, measures=measures, best=better, seconds=seconds))
        began = time.perf_counter()
        if directory is not None:
            append_history(Path(directory) / HISTORY_NAME, history[-1])
        progress(STAGE, number + 1, steps)
    model.load_state_dict(weights)
    return TrainingResult(
        model=model,
        best=best,
        history=history,
        stopped="penalties",
        resumed_from=0,
        seconds=sum(row["seconds"] for row in history),
    )


def _check_penalties(penalties: Sequence[float]) -> None:
    wrong = [
        penalty
        for penalty in penalties
        if isinstance(penalty, bool)
        or not isinstance(penalty, int | float)
        or not (math.isfinite(penalty) and penalty > 0)
    ]
    if wrong or not penalties:
        raise FormatError("penalties of ridge regression", expected="numbers above 0", found=list(penalties))


@torch.no_grad()
def collect_moments(model: Ridge, data: PairedData, *, device: torch.device) -> Moments:
    """Returns what the normal equations need; the normalisation of the inputs is fitted first.

    Args:
        model: its inputs, on the device.
        data: pairs to learn from.
        device: where to compute.
    """
    text, video = features_on(device, data.text), features_on(device, data.video)
    model.fit_normalisation(text, video)
    size, vocabulary = model.inputs.dimension, len(model.word_weights)
    inputs, words, holding, gram, cross, squares = (
        torch.zeros(shape, dtype=torch.float64, device=device)
        for shape in ((size,), (vocabulary,), (vocabulary,), (size, size), (size, vocabulary), ())
    )
    for shots, captions, counts in _blocks(data):
        rows = model.inputs(gather(video, torch.from_numpy(shots), device=device)).double()
        said = gather(text, torch.from_numpy(captions), device=device)[model.text_name].double()
        often = torch.from_numpy(counts).to(device)
        together = torch.zeros(len(often), vocabulary, dtype=torch.float64, device=device)
        together.index_add_(0, torch.arange(len(often), device=device).repeat_interleave(often), said)
        weighted = rows * often.unsqueeze(1)
        inputs += weighted.sum(dim=0)
        words += together.sum(dim=0)
        holding += (said > 0).sum(dim=0)
        gram += rows.T @ weighted
        cross += rows.T @ together
        squares += said.square().sum()
    return Moments(len(data.caption_shot), inputs, words, holding, gram, cross, float(squares))


def _blocks(data: PairedData) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yields rows of some captioned shots, of all of their captions in the same order, and how many each has:
    neither inputs nor words are ever there as a whole in float64.
    """
    order = np.argsort(data.caption_shot, kind="stable")
    shots, starts, counts = np.unique(data.caption_shot[order], return_index=True, return_counts=True)
    for first in range(0, len(shots), SHOTS_AT_ONCE):
        part = slice(first, first + SHOTS_AT_ONCE)
        last = starts[part][-1] + counts[part][-1]
        yield shots[part], order[starts[part][0] : last], counts[part]


@torch.no_grad()
def _fill(model: Ridge, moments: Moments, penalty: float) -> float:
    """Returns the mean squared error over the training captions, after filling in the coefficients."""
    count = moments.captions
    mean, words = moments.inputs / count, moments.words / count
    gram = moments.gram - count * torch.outer(mean, mean)
    cross = moments.cross - count * torch.outer(mean, words)
    coefficients = solve(gram, cross, float(penalty))
    model.weight.copy_(coefficients.T)
    if model.config.idf:
        model.word_weights.copy_((count / moments.holding.clamp(min=1)).log())
    # |Y - X W|^2 without X: by the normal equations X^T X W = X^T Y - penalty W
    spread = moments.squares - count * float(words.square().sum())
    explained = float((coefficients * cross).sum()) + penalty * float(coefficients.square().sum())
    return (spread - explained) / count


def _row(
    number: int, penalty: float, *, loss: float, measures: dict[str, float], best: bool, seconds: float
) -> dict[str, Any]:
    """Returns a history row; what only epochs of ranking losses have is there and empty."""
    return {
        "epoch": number,
        "penalty": float(penalty),
        "loss": loss,
        "itrl": {},
        "selection_rate": {},
        "warnings": [],
        "validation": measures,
        "best": best,
        "seconds": seconds,
    }
