"""How long work reports where it stands: one plain callback, drawn by whoever called."""

from collections.abc import Callable

__all__ = ["Progress", "both", "no_progress"]

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total); the first call of a stage says where it begins: done = 0, or after a stop
what was done before it; the last has done = total."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Draws nothing."""


def both(first: Progress, second: Progress) -> Progress:
    """Returns a callback that tells two."""

    def tell(stage: str, done: int, total: int) -> None:
        first(stage, done, total)
        second(stage, done, total)

    return tell
