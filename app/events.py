"""What components report, heard once each, however fast a person is."""

from collections.abc import Mapping
from typing import Any

from app import state

__all__ = ["unheard"]


def unheard(key: str, name: str) -> list[Mapping[str, Any]]:
    """Returns what a component of that key reported under a name since this was asked last, oldest first.

    Of several events within one run only the last arrives; it brings along those before it, as `earlier`.
    What has no running number `count` is no event.
    """
    last = state.event(key, name)
    if not isinstance(last, Mapping):
        return []
    before = last.get("earlier")
    told = [*(before if isinstance(before, list | tuple) else ()), last]
    place = f"_heard_{key}_{name}"
    heard: int = state.remembered(place, int)
    fresh = [one for one in told if isinstance(one, Mapping) and _count(one) > heard]
    if fresh:
        state.put(place, max(_count(one) for one in fresh))
    return fresh


def _count(told: Mapping[str, Any]) -> int:
    count = told.get("count")
    return count if isinstance(count, int) else 0
