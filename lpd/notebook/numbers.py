"""Numbers that were made again, beside those that were pinned."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lpd.words import counted

__all__ = ["TOLERANCE", "NumbersCompared", "compare_numbers"]

TOLERANCE = 1e-6
"""Numbers up to so far apart (relative for those above 1) are the same: sums in another order, on another
processor, differ in their last digits."""

SHOWN = 20


@dataclass(frozen=True)
class NumbersCompared:
    """What became of numbers that were made again.

    Args:
        checked: how many values both have.
        differences: a line each, the first twenty of them.
        different: how many there are.
    """

    checked: int
    differences: tuple[str, ...]
    different: int

    @property
    def same(self) -> bool:
        """Whether there was something to compare, and none of it differs."""
        return self.checked > 0 and not self.different

    @property
    def sentence(self) -> str:
        """The outcome in one sentence."""
        if not self.checked and not self.different:
            return "Nothing of what was pinned could be compared."
        if self.same:
            return f"Same as pinned: {counted(self.checked, 'value')}."
        return f"Not as pinned: {self.different:,} of {counted(self.checked, 'value')} differ."


def compare_numbers(
    pinned: Mapping[str, Any], found: Mapping[str, Any], *, tolerance: float = TOLERANCE
) -> NumbersCompared:
    """Returns where what was made again differs from what was pinned.

    Args:
        pinned: plain JSON; what `found` does not have is passed over, be it words of a page or another view.
        found: plain JSON; a key that `pinned` lacks is passed over: it was not known then.
        tolerance: so far apart two numbers may be, relative where they are above 1.
    """
    told: list[str] = []
    checked, different = 0, 0
    for place, then, now in _pairs(pinned, found, ""):
        checked += 1
        if not _alike(then, now, tolerance):
            different += 1
            if len(told) < SHOWN:
                told.append(f"{place}: pinned {_shown(then)}, now {_shown(now)}")
    return NumbersCompared(checked, tuple(told), different)


def _pairs(then: Any, now: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Yields place, value then, value now; lists of other lengths as they are: they differ as a whole."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in now:
            if key in then:
                yield from _pairs(then[key], now[key], f"{place}, {key}" if place else str(key))
    elif _is_list(then) and _is_list(now) and len(then) == len(now):
        for number, (one, other) in enumerate(zip(then, now, strict=True), start=1):
            yield from _pairs(one, other, f"{place} {number}")
    else:
        yield place, then, now


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _alike(then: Any, now: Any, tolerance: float) -> bool:
    numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in (then, now))
    if numbers:
        return math.isclose(then, now, rel_tol=tolerance, abs_tol=tolerance)
    if _is_list(then) and _is_list(now):
        return False  # of different lengths
    return isinstance(then, bool) is isinstance(now, bool) and bool(then == now)


def _shown(value: Any) -> str:
    if _is_list(value):
        return counted(len(value), "entry")
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
