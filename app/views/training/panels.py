"""The charts of trainings: a measure of all of them; of each its losses and what its spaces did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from app.charts.curve_look import CurveColours, Look, line_looks, space_looks
from app.charts.curves import (
    LOSS_WORDS,
    ValueAxis,
    loss_curves,
    loss_looks,
    measure_curves,
    selection_strips,
    space_curves,
)
from app.training.lines import Line
from lpd.cards import ModelCard

__all__ = [
    "SELECTION",
    "SERIES",
    "CurveView",
    "Series",
    "keys_of_losses",
    "keys_of_measure",
    "keys_of_spaces",
    "loss_panel",
    "measure_panel",
    "space_panel",
]


@dataclass(frozen=True)
class Series:
    """One value that every space has in every epoch.

    Args:
        name: as `lpd.services.training_curves` calls it.
        title: of the axis.
        heading: of the charts.
        words: what it is and where it stands in the paper.
        absent: what is said of a training that has none.
    """

    name: str
    title: str
    heading: str
    words: str
    absent: str


SELECTION = "selection"
NO_ENTROPY = "no entropies: without EF-MTRL every space learns from every batch"
SERIES = {
    "entropy": Series(
        "entropy",
        "entropy, nats",
        "Entropy of each space",
        "entropy of a space's features, mean of an epoch's batches; LPD, Eq. 8",
        NO_ENTROPY,
    ),
    "weight": Series(
        "weight",
        "weight",
        "Weight of each space",
        "softmax(tanh(entropy)) over the spaces, mean of an epoch's batches; LPD, Eq. 9",
        NO_ENTROPY,
    ),
    SELECTION: Series(
        "selection_rate",
        "share of batches",
        "Selection of each space",
        "share of an epoch's batches that a space learnt from: its weight is above 1 / spaces; LPD, Eq. 10",
        "no selection: it does not learn in batches",
    ),
    "loss": Series(
        "itrl",
        "ITRL",
        "Loss of each space",
        "ranking loss of a space, mean of an epoch's batches; LPD, Eq. 7",
        "no loss of its own for each space",
    ),
}
"""Choice on the page -> what is shown of each space."""


@dataclass(frozen=True)
class CurveView:
    """What is drawn.

    Args:
        lines: the trainings, in order.
        cards: model -> card, of the finished ones.
        epochs: model -> how many epochs are recorded.
        table: `curve_table` of the lines.
        measure: of the validation captions.
        series: one of SERIES.
        colours: of the theme.
        keyed: whether every chart has its own legend, as in a file; on the page one stands above several.
    """

    lines: tuple[Line, ...]
    cards: Mapping[str, ModelCard]
    epochs: Mapping[str, int]
    table: pd.DataFrame
    measure: str
    series: str
    colours: CurveColours
    keyed: bool = False

    def of_group(self, group: str, series: Sequence[str], line: Line | None = None) -> pd.DataFrame:
        """Returns the rows of some series of a group, of one line or of all."""
        rows = self.table[(self.table["group"] == group) & self.table["series"].isin(list(series))]
        return rows if line is None else rows[rows["line"] == line.name]


def measure_panel(view: CurveView) -> alt.LayerChart:
    """Returns the chart of the validation measure, a line per training."""
    names, title = [line.name for line in view.lines], f"validation {view.measure}"
    table = view.of_group("validation", [view.measure])
    return measure_curves(table, names, title=title, colours=view.colours, keyed=view.keyed)


def keys_of_measure(view: CurveView) -> list[Look]:
    """Returns how the lines of `measure_panel` look."""
    return line_looks([line.name for line in view.lines], view.colours.lines)


# --- losses -------------------------------------------------------------------------------------------------


def loss_panel(view: CurveView, line: Line) -> alt.LayerChart | None:
    """Returns the chart of a training's losses, on the axis that all trainings shown share; None without
    any.
    """
    own = view.of_group("loss", list(LOSS_WORDS), line)
    if own.empty:
        return None
    highest = float(view.of_group("loss", list(LOSS_WORDS))["mean"].max())
    return loss_curves(own, highest=highest or 1.0, colours=view.colours, keyed=view.keyed)


def keys_of_losses(view: CurveView) -> list[Look]:
    """Returns how the lines of `loss_panel` look, of all trainings shown."""
    found = set(view.of_group("loss", list(LOSS_WORDS))["series"])
    return [look for series, look in loss_looks(view.colours).items() if series in found]


# --- spaces -------------------------------------------------------------------------------------------------


def space_panel(view: CurveView, line: Line) -> alt.Chart | alt.LayerChart | None:
    """Returns the chart of what each space of a training did, on the axis that all trainings shown share;
    None where nothing is known of the spaces.
    """
    series, spaces = SERIES[view.series], _spaces(view, line)
    own = view.of_group("space", [series.name], line)
    if own.empty:
        return None
    if view.series == SELECTION:
        return selection_strips(own, spaces, colours=view.colours, keyed=view.keyed)
    every = view.of_group("space", [series.name])["mean"]
    lowest, highest = float(every.min()), float(every.max())
    room = (highest - lowest) * 0.05 or 0.01
    values = ValueAxis(series.title, (0.0 if series.name == "itrl" else lowest - room, highest + room))
    return space_curves(own, spaces, axis_of=values, colours=view.colours, keyed=view.keyed)


def keys_of_spaces(view: CurveView, line: Line) -> list[Look]:
    """Returns how the lines of `space_panel` look."""
    return space_looks(_spaces(view, line), view.colours)


def _spaces(view: CurveView, line: Line) -> list[tuple[str, str]]:
    """Returns name and end of the spaces; of a training that is not finished, the name tells the end."""
    table, card = view.of_group("space", [SERIES[view.series].name], line), view.cards.get(line.models[0])
    ends = {} if card is None else {space.name: space.end for space in card.spaces}
    found = []
    for name in dict.fromkeys(str(name) for name in table["space"]):
        end = name.partition(":")[0]
        told = end if end in ("text", "video") and "+" not in name else "head"
        found.append((name, ends.get(name, told)))
    return found
