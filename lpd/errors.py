"""The exceptions of lpd.

LpdError                 the person's mistake or a missing piece; one sentence says what to do
├── FormatError          a file, row or key does not have the form it should have
├── MismatchError        two things that should fit together do not (ids, sizes, digests)
├── NotFoundError        something that was asked for by name or path is not there
├── StaleError           a derived thing is half-written or was made from something that changed
└── MissingExtraError    an optional package is not installed
"""

import sys
from collections.abc import Iterable

__all__ = [
    "FormatError",
    "LpdError",
    "MismatchError",
    "MissingExtraError",
    "NotFoundError",
    "StaleError",
    "name_some",
    "pip_line",
]


class LpdError(Exception):
    """A problem that a person can solve, told in one sentence.

    Args:
        what: what is wrong, without a full stop.
        where: the place: a path, `path:line`, a row, a key.
        expected: what should have been there.
        found: what was there instead.
        next_step: what to do about it, as a command or a short sentence.
    """

    def __init__(
        self,
        what: str,
        *,
        where: object = None,
        expected: object = None,
        found: object = None,
        next_step: str | None = None,
    ) -> None:
        self.what = what
        self.where = None if where is None else str(where)
        self.expected = None if expected is None else str(expected)
        self.found = None if found is None else str(found)
        self.next_step = next_step
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        parts = [self.what]
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        if self.found is not None:
            parts.append(f"found {self.found}")
        sentence = "; ".join(parts)
        if self.where is not None:
            sentence = f"{self.where}: {sentence}"
        return sentence if self.next_step is None else f"{sentence}. Next: {self.next_step}"


class FormatError(LpdError):
    """A file, row or key does not have the form it should have."""


class MismatchError(LpdError):
    """Two things that should fit together do not."""


class NotFoundError(LpdError):
    """Something asked for by name or path is not there."""


class StaleError(LpdError):
    """A derived thing is half-written, or what it was made from has changed."""


class MissingExtraError(LpdError):
    """An optional package is not installed; the sentence carries the pip line."""


def pip_line(extra: str) -> str:
    """Returns the command that installs an extra for the Python that runs here."""
    return f"{sys.executable} -m pip install 'lpd-explorer[{extra}]'"


def name_some(ids: Iterable[str], shown: int = 5) -> str:
    """Returns the first few ids and the number of the others: `a, b and 12 more`."""
    listed = list(ids)
    head = ", ".join(repr(one) for one in listed[:shown])
    return head if len(listed) <= shown else f"{head} and {len(listed) - shown} more"
