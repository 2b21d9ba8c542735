"""A lasso: a polygon on one plane of the map, as the address keeps it, and the shots inside.

Sizes: N shots.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

__all__ = ["MOST_CORNERS", "Lasso", "inside", "lasso_of_event", "lasso_text", "read_lasso"]

MOST_CORNERS = 60
"""The browser simplifies what was drawn to so many."""

FAR = 1_000_000.0
UNIT = 10_000
"""Corners stand in the address in ten-thousandths."""

_CORNER = re.compile(r"(-?[0-9]{1,11})\.(-?[0-9]{1,11})")


class Lasso(NamedTuple):
    """A polygon on the plane of a space (or `fused`); its last corner, of three or more, joins the first."""

    plot: str
    corners: tuple[tuple[float, float], ...]


def lasso_text(lasso: Lasso) -> str:
    """Returns a lasso as the address keeps it: `text:bow@-1200.400_..._...`."""
    corners = (f"{round(x * UNIT)}.{round(y * UNIT)}" for x, y in lasso.corners)
    return f"{lasso.plot}@{'_'.join(corners)}"


def read_lasso(text: str | None) -> Lasso | None:
    """Returns the lasso that the address names; None for none, or for what is none."""
    plot, _, written = (text or "").rpartition("@")
    found = [_CORNER.fullmatch(one) for one in written.split("_")]
    corners = tuple((int(one[1]) / UNIT, int(one[2]) / UNIT) for one in found if one is not None)
    return Lasso(plot, corners) if plot and len(corners) == len(found) and _fits(corners) else None


def lasso_of_event(event: object) -> Lasso | None:
    """Returns the lasso that the browser reported; None where it let the shots go, or reported none."""
    if not isinstance(event, Mapping):
        return None
    plot, polygon = event.get("plot"), event.get("polygon")
    if not isinstance(plot, str) or not isinstance(polygon, list | tuple):
        return None
    corners = tuple(one for one in map(_corner, polygon) if one is not None)
    return Lasso(plot, corners) if plot and len(corners) == len(polygon) and _fits(corners) else None


def _corner(entry: Any) -> tuple[float, float] | None:
    if not isinstance(entry, list | tuple) or len(entry) != 2:
        return None
    if not all(isinstance(one, int | float) and abs(one) <= FAR for one in entry):
        return None
    x, y = (round(float(one) * UNIT) / UNIT for one in entry)
    return x, y


def _fits(corners: tuple[tuple[float, float], ...]) -> bool:
    return 3 <= len(corners) <= MOST_CORNERS


def inside(corners: tuple[tuple[float, float], ...], places: np.ndarray) -> np.ndarray:
    """Returns (N,) bool, which places are inside a polygon by the even-odd rule, as the browser has it.

    Args:
        corners: of the polygon.
        places: (N, 2) float32.
    """
    polygon = np.asarray(corners, np.float64)
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    near = np.flatnonzero(((places >= low) & (places <= high)).all(axis=1))
    x, y = places[near].astype(np.float64).T
    found = np.zeros(len(near), dtype=bool)
    for (x1, y1), (x2, y2) in zip(polygon.tolist(), np.roll(polygon, 1, axis=0).tolist(), strict=True):
        crossed = (y1 > y) != (y2 > y)
        if y1 != y2:
            found ^= crossed & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    chosen = np.zeros(len(places), dtype=bool)
    chosen[near[found]] = True
    return chosen
