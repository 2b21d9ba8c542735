"""What components report, heard once each, however fast a person is."""

from collections.abc import Mapping
from typing import Any

from app import state

__all__ = ["unheard"]

TOGETHER = ("open", "mark", "like", "unfold", "sort", "act")
"""The names that events of one component have."""


def unheard(key: str, name: str) -> list[Mapping[str, Any]]:
    """Returns what a component of that key reported under a name since this was asked last, oldest first.

    Of several events within one run only the last arrives, whatever their names; it brings along those
    before it, as `earlier`, each with its name as `event`. What has no running number `count` is no event.
    """
    told: dict[int, Mapping[str, Any]] = {}
    for arrived in TOGETHER:
        last = state.event(key, arrived)
        if not isinstance(last, Mapping):
            continue
        before = last.get("earlier")
        for one in before if isinstance(before, list | tuple) else ():
            if isinstance(one, Mapping) and one.get("event") == name:
                told[_count(one)] = {field: entry for field, entry in one.items() if field != "event"}
        if arrived == name:
            told[_count(last)] = last
    place = f"_heard_{key}_{name}"
    heard: int = state.remembered(place, int)
    fresh = [told[count] for count in sorted(told) if count > heard]
    if fresh:
        state.put(place, _count(fresh[-1]))
    return fresh


def _count(told: Mapping[str, Any]) -> int:
    count = told.get("count")
    return count if isinstance(count, int) else 0
