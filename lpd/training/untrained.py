"""The result of a system that has nothing to learn."""

import time
from pathlib import Path

from lpd.models import SpaceModel
from lpd.training.data import PairedData
from lpd.training.devices import choose_device
from lpd.training.history import HISTORY_NAME, write_history
from lpd.training.loop import TrainingResult
from lpd.training.validation import validate

__all__ = ["measure_only"]


def measure_only(
    model: SpaceModel, validation: PairedData, *, directory: Path | None = None, device: str = "auto"
) -> TrainingResult:
    """Returns the model as it is, with its validation measures as epoch 1.

    Args:
        model: without anything to learn.
        validation: captions and the shots searched.
        directory: where history.jsonl is written; None writes none.
        device: where to measure.
    """
    began = time.perf_counter()
    chosen = choose_device(device)
    measures = validate(model.to(chosen), validation, device=chosen)
    seconds = round(time.perf_counter() - began, 3)
    row = {
        "epoch": 1,
        "validation": measures,
        "best": True,
        "seconds": seconds,
        "selection_rate": {},
        "itrl": {},
    }
    if directory is not None:
        directory.mkdir(parents=True, exist_ok=True)
        write_history(directory / HISTORY_NAME, [row])
    return TrainingResult(
        model=model.eval(),
        best={"epoch": 1, **measures},
        history=[row],
        stopped="nothing to learn",
        resumed_from=0,
        seconds=seconds,
    )
