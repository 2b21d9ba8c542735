"""Settings given as `KEY=VALUE` texts."""

import json
from collections.abc import Sequence
from typing import Any

from lpd.errors import FormatError

__all__ = ["read_settings"]


def read_settings(settings: Sequence[str], *, where: str) -> dict[str, Any]:
    """Returns KEY -> value of `KEY=VALUE` texts, the value in JSON or a plain word.

    Args:
        settings: the texts.
        where: the option they came from, for the error.

    Raises:
        FormatError: for any other text.
    """
    found: dict[str, Any] = {}
    for text in settings:
        key, equals, value = text.partition("=")
        if not (key and equals and value):
            raise FormatError("not a setting", where=where, expected="KEY=VALUE", found=repr(text))
        try:
            found[key] = json.loads(value)
        except json.JSONDecodeError:
            found[key] = value
    return found
