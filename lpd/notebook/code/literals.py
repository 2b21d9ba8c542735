"""Values as Python literals, and calls with them, so that no foreign word can end its place."""

from collections.abc import Mapping, Sequence
from pprint import pformat
from typing import Any

__all__ = ["LINE", "call", "literal", "long_literal"]

LINE = 88
PRETTY_CHARACTERS = 100_000
"""Larger values are written as they come, since bringing megabytes into lines takes seconds."""


def literal(value: Any) -> str:
    """Returns a plain value as a Python literal on one line: mappings as dicts, tuples as lists."""
    return repr(_plain(value))


def long_literal(value: Any) -> str:
    """Returns a plain value as a Python literal over several lines."""
    plain = _plain(value)
    whole = repr(plain)
    if len(whole) > PRETTY_CHARACTERS:
        return whole
    return pformat(plain, width=LINE, sort_dicts=False, compact=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise TypeError(f"no literal of {type(value).__name__}")


def call(
    function: str, *places: str, named: Mapping[str, Any] | None = None, keep: Sequence[str] = ()
) -> str:
    """Returns a call, on one line if it fits.

    Args:
        function: an expression of ours.
        places: arguments in their places, as code.
        named: arguments by name, as values; None, False and empty ones are left out.
        keep: names of arguments that are written whatever they are.
    """
    given = [*places]
    for name, value in (named or {}).items():
        if name in keep or (value is not None and value is not False and value != ()):
            given.append(f"{name}={literal(value)}")
    line = f"{function}({', '.join(given)})"
    if len(line) <= LINE:
        return line
    return f"{function}(\n" + "".join(f"    {one},\n" for one in given) + ")"
