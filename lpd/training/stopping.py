"""Stopping a training between two epochs, so that it can go on from there."""

from collections.abc import Callable

from lpd.errors import LpdError
from lpd.words import counted

__all__ = ["StopAsked", "TrainingStopped", "never"]

StopAsked = Callable[[], bool]
"""Says whether the training is to end after this epoch; asked once per epoch."""


class TrainingStopped(LpdError):
    """A training that has ended because it was asked to.

    Args:
        epochs: finished until then.
        saved: whether they were saved, so that a resume begins after them.
    """

    def __init__(self, epochs: int, *, saved: bool) -> None:
        self.epochs = epochs
        super().__init__(
            f"stopped after {counted(epochs, 'epoch')}, as asked",
            next_step="the same command with --resume goes on from there" if saved else None,
        )


def never() -> bool:
    """Returns False: nobody asks."""
    return False
