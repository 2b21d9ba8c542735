"""What is known of a training that runs in a process of its own: the question, the position, the end."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lpd.services.jobs.process_outcome import Outcome
from lpd.services.jobs.training_request import ModelRequest, train_command
from lpd.workspace import Workspace

if TYPE_CHECKING:
    from lpd.training import TrainingConfig

__all__ = ["JobRecord", "Outcome", "Position", "new_record", "record_of"]

WITHOUT_EPOCHS = ("ridge", "zero-shot")


@dataclass(frozen=True)
class JobRecord:
    """What was asked for.

    Args:
        request: the training.
        command: that trains it.
        epochs: at most so many; None for a system that does not learn in epochs.
        criterion: the validation measure that selects the epoch.
        begun: when it was last begun afresh, in seconds since 1970.
        started: when its latest process was.
        resumed: whether that one was to go on where an earlier one had stopped.
    """

    request: ModelRequest
    command: tuple[str, ...]
    epochs: int | None
    criterion: str
    begun: float
    started: float
    resumed: bool


@dataclass(frozen=True)
class Position:
    """Where a running training stands.

    Args:
        done: steps, of all epochs together.
        total: steps at most; validation may end it earlier.
        begun_at: steps that were done when its process began.
        seconds: since then.
        at: when this was said, in seconds since 1970.
    """

    done: int
    total: int
    begun_at: int
    seconds: float
    at: float

    @property
    def seconds_left(self) -> float | None:
        """At most so many seconds from `at`, validation included; None before the first step."""
        steps = self.done - self.begun_at
        return self.seconds / steps * (self.total - self.done) if steps > 0 else None


def new_record(
    workspace: Workspace,
    request: ModelRequest,
    config: "TrainingConfig",
    *,
    resume: bool,
    earlier: JobRecord | None,
) -> JobRecord:
    """Returns the record of a process that begins now.

    Args:
        workspace: gets the model.
        request: the training.
        config: its settings.
        resume: whether it goes on where an earlier process stopped.
        earlier: the record of that one, if there is one.
    """
    now = time.time()
    # without a record, what is gone on with may be of any age
    gone_on_with = 0.0 if earlier is None else earlier.begun
    return JobRecord(
        request=request,
        command=tuple(train_command(request, workspace=workspace.path, resume=resume)),
        epochs=None if request.system in WITHOUT_EPOCHS else config.epochs,
        criterion=config.criterion,
        begun=gone_on_with if resume else now,
        started=now,
        resumed=resume,
    )


def record_of(document: Mapping[str, Any]) -> JobRecord:
    """Returns the record that a JSON object holds.

    Raises:
        TypeError, KeyError, AttributeError: if it is not one.
    """
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in document["request"].items()
    }
    others = dict(document) | {"command": tuple(document["command"]), "request": ModelRequest(**fields)}
    return JobRecord(**others)
