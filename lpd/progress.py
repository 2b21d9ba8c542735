"""How long work reports where it stands: one plain callback, drawn by whoever called."""

from collections.abc import Callable

__all__ = ["Progress", "no_progress"]

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total); the first call of a stage has done = 0, the last done = total."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Draws nothing."""
