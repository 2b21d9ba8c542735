"""From the steps that a training process says it has done to the words of a person."""

from dataclasses import dataclass

from lpd.services.jobs.job_records import JobRecord, Position

__all__ = ["PREPARING", "SAVING", "TRAINING", "VALIDATING", "TrainingProgress", "training_progress"]

PREPARING = "preparing"
"""Before the first step."""

TRAINING = "training"
"""Within an epoch."""

VALIDATING = "validating"
"""Between two epochs."""

SAVING = "saving"
"""After the last."""


@dataclass(frozen=True)
class TrainingProgress:
    """Where a training stands, or stood when its process ended.

    Args:
        stage: `preparing`, `training`, `validating` or `saving`.
        share: of the steps at most, 0..1.
        epoch: from 1; None for a system that does not learn in epochs.
        epochs: at most; None likewise.
        step: done of the epoch; of the whole training without epochs.
        steps: of an epoch; of the whole training without epochs.
        seconds_left: at most, as validation may end it earlier; None while unknown.
        at: when this was said, in seconds since 1970.
    """

    stage: str
    share: float
    epoch: int | None
    epochs: int | None
    step: int
    steps: int
    seconds_left: float | None
    at: float


def training_progress(record: JobRecord, position: Position, *, validated: int) -> TrainingProgress:
    """Returns where a training stands.

    A position that was written before the record's process began is that of an earlier one: the new one
    prepares to go on from there.

    Args:
        record: what was asked for.
        position: what its process said last.
        validated: epochs that have been measured.
    """
    epochs = record.epochs
    steps = max(1, position.total // (epochs or 1))
    done, step = divmod(position.done, steps)
    stage = TRAINING
    if position.at < record.started:
        stage = PREPARING
    elif epochs is not None and step == 0 and done == validated + 1:
        stage = VALIDATING
    elif position.done >= position.total:
        stage = SAVING
    if stage == VALIDATING or done * steps >= position.total:
        done, step = done - 1, steps
    return TrainingProgress(
        stage=stage,
        share=position.done / position.total if position.total else 0.0,
        epoch=None if epochs is None else validated if stage == SAVING else done + 1,
        epochs=epochs,
        step=step,
        steps=steps,
        seconds_left=None if stage == PREPARING else position.seconds_left,
        at=position.at,
    )
