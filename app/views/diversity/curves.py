"""IoU against k: one line per model, and one for the two lists that are looked at."""

from collections.abc import Sequence

import streamlit as st

from app import state
from app.charts import CurveSeries, overlap_curves
from app.charts.curve_look import DARK_CURVES, LIGHT_CURVES
from app.components import note
from app.diversity.compared_models import ComparedModel
from app.diversity.comparison import ModelOverlap
from app.views.diversity.choices import Scene
from app.views.diversity.clicks import chart_key, clicked
from app.views.diversity.pair import Pair

__all__ = ["curve_series", "draw_curves"]

HEIGHT = 220


def curve_series(compared: Sequence[ComparedModel], pair: Pair) -> list[CurveSeries]:
    """Returns the mean off the diagonal of every model against k, and the overlap of the pair.

    Args:
        compared: the models; those of one space have no line.
        pair: two lists of one of them.
    """
    found = []
    for model in compared:
        overlap = model.overlap
        if overlap is not None and overlap.spaces > 1:
            found.append(_of_model(overlap))
    for model in compared:
        if model.overlap is not None and pair.model in model.models:
            found += _of_pair(model.overlap, pair)
    return found


def _of_model(overlap: ModelOverlap) -> CurveSeries:
    cells = [cell for cell in (overlap.mean(k) for k in overlap.cutoffs) if cell is not None]
    means = [cell.mean or 0.0 for cell in cells]
    spread = [cell.spread or 0.0 for cell in cells] if len(overlap.curves) > 1 else None
    return CurveSeries(overlap.name, overlap.cutoffs, means, spread, overlap.source)


def _of_pair(overlap: ModelOverlap, pair: Pair) -> list[CurveSeries]:
    labels = {row.name: row.words for row in overlap.rows}
    if pair.first not in labels or pair.second not in labels or pair.first == pair.second:
        return []
    places = [row.name for row in overlap.rows]
    first, second = places.index(pair.first), places.index(pair.second)
    values = [float(overlap.matrix(k)[first, second]) for k in overlap.cutoffs]
    name = f"{labels[pair.first]} and {labels[pair.second]} of {overlap.name}"
    return [CurveSeries(name, overlap.cutoffs, values, None, overlap.source)]


def draw_curves(series: Sequence[CurveSeries], *, scene: Scene, height: int) -> None:
    """Draws the lines; a click sets k.

    Args:
        series: the lines.
        scene: what the page is asked for.
        height: of the chart in pixels, where it stands beside something; it is not lower than HEIGHT.
    """
    note("IoU against k", "title")
    if not series:
        note("One space has nothing to overlap with.")
        return
    note(f"mean off the diagonal, {scene.over.words} · a click sets k", "small")
    key = chart_key("overlap_curves", "at", shown={"k": scene.k})
    colours = DARK_CURVES if state.is_dark() else LIGHT_CURVES
    st.altair_chart(
        overlap_curves(series, k=scene.k, colours=colours, height=max(HEIGHT, height)),
        theme=None,
        key=key,
        on_select=lambda: _take_k(key),
        selection_mode="at",
        alt=_in_words(series, scene.k),
    )


def _in_words(series: Sequence[CurveSeries], k: int) -> str:
    told = [
        f"{one.label} from {one.iou[0]:.2f} at {one.ks[0]} to {one.iou[-1]:.2f} at {one.ks[-1]}"
        for one in series
    ]
    return f"IoU against k, {k} marked: {'; '.join(told)}"


def _take_k(key: str) -> None:
    point = clicked(key, "at")
    if point is not None and point.get("k") in state.K_STEPS:
        state.fill("k", int(point["k"]))
