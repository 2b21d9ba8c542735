"""How a process ended that others watch, said by itself."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Outcome"]


@dataclass(frozen=True)
class Outcome:
    """How the process ended, said by itself.

    Args:
        state: `finished`, `stopped` or `failed`.
        sentence: why it failed, or how far it came before it stopped.
        ended: when, in seconds since 1970.
        report: what a training that finished returned; None of anything else.
    """

    state: str
    sentence: str
    ended: float
    report: dict[str, Any] | None = None
