"""Checks of the forms that parts of a snapshot have, before they become blocks."""

import math
from collections.abc import Mapping
from typing import Any, TypeGuard

__all__ = ["as_number", "is_number", "is_object", "numbers_of", "numbers_or_gaps", "objects_of"]


def is_number(value: Any) -> TypeGuard[int | float]:
    """Returns whether a value of JSON is a number that a chart can show."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < 1e300 if isinstance(value, int) else math.isfinite(value)


def as_number(value: Any) -> float | None:
    """Returns a number, None for anything else."""
    return float(value) if is_number(value) else None


def is_object(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Returns whether a value of JSON is an object with something in it."""
    return isinstance(value, Mapping) and bool(value)


def numbers_of(value: Any) -> tuple[float, ...] | None:
    """Returns a list of numbers; None for anything else."""
    if not isinstance(value, list) or not all(is_number(one) for one in value):
        return None
    return tuple(float(one) for one in value)


def numbers_or_gaps(value: Any) -> tuple[float | None, ...] | None:
    """Returns a list of numbers, None in place of those that are absent; None for anything else."""
    if not isinstance(value, list) or not all(one is None or is_number(one) for one in value):
        return None
    return tuple(as_number(one) for one in value)


def objects_of(value: Any) -> list[Mapping[str, Any]] | None:
    """Returns a list of objects, at least one; None for anything else."""
    if not isinstance(value, list) or not value or not all(isinstance(one, Mapping) for one in value):
        return None
    return value
