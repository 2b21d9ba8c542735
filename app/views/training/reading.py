"""The recorded curves of trainings, read for drawing."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from app import state
from app.charts.curve_look import DARK_CURVES, LIGHT_CURVES
from app.resources import training as trained
from app.training.lines import Line, curve_table
from app.views.training.panels import CurveView
from lpd.errors import LpdError
from lpd.workspace import Workspace

__all__ = ["USUAL_MEASURE", "ReadCurves", "curve_view", "read_curves"]

USUAL_MEASURE = "mAP"


class ReadCurves(NamedTuple):
    """The curves of some trainings, how many epochs of each model are recorded, and why some of their records
    cannot be read."""

    table: pd.DataFrame
    epochs: dict[str, int]
    unreadable: dict[str, str]


def read_curves(workspace: Workspace, lines: Sequence[Line]) -> ReadCurves:
    """Returns the curves of some trainings as they are now; a damaged record does not hide the others."""
    points, epochs, unreadable = [], {}, {}
    for model in (model for line in lines for model in line.models):
        try:
            own = trained.points(workspace, model)
        except LpdError as error:
            unreadable[model] = str(error)
            continue
        points += own
        epochs[model] = max((point.epoch for point in own), default=0)
    return ReadCurves(curve_table(lines, points), epochs, unreadable)


def curve_view(
    workspace: Workspace, lines: Sequence[Line], read: ReadCurves, *, measure: str, series: str
) -> CurveView:
    """Returns what is drawn of some curves, in the colours of the theme.

    Args:
        workspace: of the trainings.
        lines: in order.
        read: their curves.
        measure: of the validation captions.
        series: what is shown of each space.
    """
    colours = DARK_CURVES if state.is_dark() else LIGHT_CURVES
    cards = trained.cards(workspace)
    return CurveView(tuple(lines), cards, read.epochs, read.table, measure, series, colours)
