"""Curves of trainings as lines of a chart: one model, or several seeds as their mean with its spread."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from lpd.tables import mean_and_spread

if TYPE_CHECKING:
    import pandas as pd

    from lpd.services.training_curves import CurvePoint  # which brings torch

__all__ = ["COLUMNS", "line_curves"]

COLUMNS = ("line", "epoch", "group", "series", "space", "mean", "low", "high", "seeds")
"""Of the table that `line_curves` makes."""


def line_curves(lines: Mapping[str, Sequence[str]], points: "Iterable[CurvePoint]") -> "pd.DataFrame":
    """Returns COLUMNS, a row per line, epoch, series and space, in the order of the lines and epochs.

    `mean` is over the seeds that came as far as the epoch, `low` and `high` are one sample standard deviation
    from it (the mean itself for one seed); `space` is empty where the value is of all spaces together.

    Args:
        lines: name -> its models, one per seed.
        points: of `lpd.services.training_curves.curve_points`; those of other models are passed over.
    """
    import pandas as pd

    line_of = {model: name for name, models in lines.items() for model in models}
    found: dict[tuple[str, int, str, str, str], list[float]] = {}
    for point in points:
        if point.model in line_of:
            key = (line_of[point.model], point.epoch, point.group, point.series, point.space or "")
            found.setdefault(key, []).append(point.value)
    rows = []
    for key, values in found.items():
        mean, spread = mean_and_spread(values)
        rows.append((*key, mean, mean - (spread or 0.0), mean + (spread or 0.0), len(values)))
    places = {name: place for place, name in enumerate(lines)}
    rows.sort(key=lambda row: (places[row[0]], row[1]))
    return pd.DataFrame(rows, columns=list(COLUMNS))
