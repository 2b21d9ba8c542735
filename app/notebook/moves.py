"""Where a view goes: a place in the list a person sees, told as the neighbour that it is to stand before."""

from collections.abc import Sequence

__all__ = ["before_place", "neighbour", "view_after"]


def neighbour(order: Sequence[int], view_id: int, *, beside: int, after: bool) -> int | None:
    """Returns the view that a moved one is to stand before; None for the end.

    Args:
        order: all views in order.
        view_id: the moved one.
        beside: the view that it is put next to.
        after: whether behind it, else before it.
    """
    if not after or beside not in order:
        return beside if beside in order else None
    rest = [one for one in order if one != view_id]
    place = rest.index(beside) + 1 if beside in rest else len(rest)
    return rest[place] if place < len(rest) else None


def before_place(order: Sequence[int], view_id: int, *, place: int) -> int | None:
    """Returns the view that a moved one is to stand before, so that it has a place; None for the end.

    Args:
        order: all views in order.
        view_id: the moved one.
        place: the new place, from 1; beyond the ends it is the end.
    """
    rest = [one for one in order if one != view_id]
    wanted = max(0, place - 1)
    return rest[wanted] if wanted < len(rest) else None


def view_after(order: Sequence[int], view_id: int) -> int | None:
    """Returns the view that is opened once one is gone: the next, else the one before; None without any."""
    if view_id not in order:
        return order[0] if order else None
    place = list(order).index(view_id)
    rest = [one for one in order if one != view_id]
    return rest[min(place, len(rest) - 1)] if rest else None
