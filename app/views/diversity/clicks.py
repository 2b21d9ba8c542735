"""Clicks on charts: what was clicked last, and keys under which the same place can be clicked again."""

from collections.abc import Mapping
from typing import Any

from app import state

__all__ = ["chart_key", "clicked"]


def clicked(key: str, selection: str) -> Mapping[str, Any] | None:
    """Returns what stands at the place that was clicked last in the chart of that key; None for nothing."""
    selected = state.event(key, "selection")
    points = selected.get(selection) if selected else None
    return points[0] if points else None


def chart_key(name: str, selection: str, *, shown: Mapping[str, Any]) -> str:
    """Returns the key of a chart that can be clicked.

    A browser says nothing of a second click on the place that was clicked last. So the chart has another key,
    and forgets that place, once something else is shown.

    Args:
        name: of the chart, unique on the page.
        selection: name of the chart's selection.
        shown: what stands at the place that is shown now.
    """
    rounds = state.remembered(f"{name}_rounds", int)
    last = clicked(f"{name}_{rounds}", selection)
    if last is not None and dict(last) != dict(shown):
        rounds += 1
        state.put(f"{name}_rounds", rounds)
    return f"{name}_{rounds}"
