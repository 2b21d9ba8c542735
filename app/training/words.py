"""What is said of trainings on screen: how long, how far, how good, when."""

from collections.abc import Mapping
from datetime import datetime

from app.words import printed_share
from lpd.services.jobs.job_progress import PREPARING, SAVING, VALIDATING, TrainingProgress

__all__ = ["STATE_MARKS", "clock", "duration", "measure_words", "progress_words"]

STATE_MARKS = {
    "running": "●",
    "finished": "✓",
    "stopped": "■",
    "failed": "✕",
    "died": "✕",
    "not started": "·",
}
"""Beside the word, never in its place."""

MINUTE, HOUR, DAY = 60, 3600, 86400


def duration(seconds: float) -> str:
    """Returns a time that something takes: `12 s`, `3 min 07 s`, `2 h 05 min`, `3 d 4 h`."""
    whole = max(0, round(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE:02d} s"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE:02d} min"
    return f"{whole // DAY} d {whole % DAY // HOUR} h"


def clock(at: float | None) -> str:
    """Returns a moment, in seconds since 1970, as this machine's clock says it; an en dash for None."""
    return "–" if at is None else f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M:%S}"


def progress_words(progress: TrainingProgress | None, now: float) -> str:
    """Returns how far a training is and how long it takes at most: `epoch 3 of 40 · step 12 of 26 · at most 3
    min 07 s more`.

    Args:
        progress: None before its first step.
        now: in seconds since 1970; what has passed since the progress was said is off the time left.
    """
    if progress is None or progress.stage == PREPARING:
        return "preparing: reading features, making the model"
    if progress.stage == SAVING:
        return "saving the model"
    parts = []
    if progress.epoch is not None and progress.epochs is not None:
        verb = "validating epoch" if progress.stage == VALIDATING else "epoch"
        parts.append(f"{verb} {progress.epoch} of {progress.epochs}")
    if progress.stage != VALIDATING:
        parts.append(f"step {progress.step} of {progress.steps}")
    if progress.seconds_left is not None:
        left = max(0.0, progress.seconds_left - max(0.0, now - progress.at))
        parts.append(f"at most {duration(left)} more")
    return " · ".join(parts)


def measure_words(measures: Mapping[str, float]) -> str:
    """Returns an epoch and its measures: `epoch 3: mAP .246, R@10 .493`; an en dash where there are none."""
    if not measures:
        return "–"
    told = [f"{name} {printed_share(measures[name])}" for name in ("mAP", "R@10") if name in measures]
    return f"epoch {int(measures['epoch'])}: {', '.join(told)}"
