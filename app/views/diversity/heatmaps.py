"""The heatmaps of the Diversity page, a card per model: overlap of its spaces, and infAP of each beside
it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import state
from app.charts import DARK, LIGHT, CellFacts, SpaceName, iou_heatmap
from app.components import note
from app.diversity.compared_models import ComparedModel
from app.diversity.comparison import ModelOverlap, Over, row_orders
from app.resources import DEPTH
from app.resources.reproduced import MEASURED_AT
from app.views.background_work import show_work
from app.views.diversity.choices import Scene
from app.views.diversity.clicks import chart_key, clicked
from app.views.diversity.pair import Pair
from app.words import plain, printed_share
from lpd.search.result import FUSED
from lpd.tables import Cell, seeds_cell
from lpd.words import counted

__all__ = ["DrawnHeatmap", "draw_heatmaps", "mean_words", "ordered_heatmaps", "worth_source"]

SIZES = ((7, "small"), (9, "medium"), (15, "large"))
"""Up to so many rows a heatmap is still read at a third of any page, of a wide one, or at a half of that; see
theme.css."""


@dataclass(frozen=True)
class DrawnHeatmap:
    """What a heatmap shows: its model, the rows in the order drawn, their overlap at k, and its spread."""

    model: ComparedModel
    overlap: ModelOverlap
    rows: tuple[SpaceName, ...]
    matrix: np.ndarray
    spread: np.ndarray | None
    mean: Cell | None


def ordered_heatmaps(compared: Sequence[ComparedModel], k: int, *, order: str) -> list[DrawnHeatmap]:
    """Returns what is drawn of the models whose overlap is known at k.

    Args:
        compared: the models.
        k: the cut-off.
        order: of the spaces, one of `app.diversity.comparison.ORDERS`.
    """
    known = [(one, one.overlap) for one in compared if one.overlap is not None and k in one.overlap.cutoffs]
    orders = row_orders([overlap for _, overlap in known], k, order=order)
    drawn = []
    for model, overlap in known:
        places = orders[overlap.name]
        grid, spread = np.ix_(places, places), overlap.spread(k)
        drawn.append(
            DrawnHeatmap(
                model,
                overlap,
                tuple(overlap.rows[place] for place in places),
                overlap.matrix(k)[grid],
                None if spread is None else spread[grid],
                overlap.mean(k),
            )
        )
    return drawn


def mean_words(mean: Cell | None) -> str:
    """Returns the mean off the diagonal in words: `.235`, or `.235 ± .010` over seeds."""
    if mean is None:
        return "one space, nothing to compare"
    spread = "" if mean.spread is None else f" ± {printed_share(mean.spread)}"
    return f"mean off the diagonal {printed_share(mean.mean)}{spread}"


def draw_heatmaps(
    compared: Sequence[ComparedModel],
    drawn: Sequence[DrawnHeatmap],
    *,
    scene: Scene,
    pair: Pair,
    beside: Mapping[str, str],
) -> DeltaGenerator:
    """Draws a card per model; returns where these stand.

    Args:
        compared: the models.
        drawn: what is known of them at k.
        scene: what is asked for.
        pair: the model and the two lists that are looked at.
        beside: model -> what its reproduced seeds say, in words.
    """
    of_model = {one.model.name: one for one in drawn}
    place = st.container(gap="small", key=f"heatmaps_{_size(compared, scene)}")
    with place:
        for model in compared:
            with st.container(border=True, height="stretch", key=f"card_heatmap_{model.name}"):
                rows = counted(len(model.card.spaces), "space")
                seeds = f" · {counted(model.seeds, 'seed')}" if model.seeds > 1 else ""
                note(f"{model.name} · {rows}{seeds}", "title")
                if model.unknown:
                    note(model.unknown, "warn")
                if model.problem is not None:
                    st.error(plain(str(model.problem)))
                elif model.name in of_model:
                    _draw(of_model[model.name], scene, pair)
                else:
                    _say_unknown(model, scene.k)
                if model.name in beside:
                    note(beside[model.name], "small")
                if model.name != pair.model:  # its progress stands beside what it is worth
                    _show_work(model)
    return place


def _size(compared: Sequence[ComparedModel], scene: Scene) -> str:
    """How large the heatmap with the most rows is."""
    rows = max(len(model.card.spaces) for model in compared) + len(scene.choice.extra)
    return next((size for most, size in SIZES if rows <= most), "whole")


def _draw(one: DrawnHeatmap, scene: Scene, pair: Pair) -> None:
    model, mean = one.model, mean_words(one.mean)
    note(f"{mean} · lists {model.exactness}", "small")
    inf_ap = _inf_ap(model)
    if len(one.rows) == 1:
        known = inf_ap.get(one.rows[0].name, Cell()).mean
        if known is not None:
            note(f"infAP of its list {printed_share(known)}", "small")
        return
    chosen = None
    if pair.first is not None and pair.second is not None and pair.model in model.models:
        chosen = (pair.first, pair.second)
    shown = {} if chosen is None else {"row": chosen[0], "column": chosen[1]}
    key = chart_key(f"heatmap_{model.name}", "cell", shown=shown)
    facts = CellFacts(
        source=one.overlap.source,
        spread=one.spread,
        inf_ap={name: cell.mean for name, cell in inf_ap.items() if cell.mean is not None} or None,
        inf_ap_spread={name: cell.spread for name, cell in inf_ap.items() if cell.spread is not None},
        worth_source=worth_source(model, scene.over, who=model.digests),
    )
    st.altair_chart(
        iou_heatmap(
            one.matrix, one.rows, colours=DARK if state.is_dark() else LIGHT, chosen=chosen, facts=facts
        ),
        theme=None,
        key=key,
        on_select=lambda: _take_cell(key, one),
        selection_mode="cell",
        alt=_in_words(one, scene.k),
    )


def _inf_ap(model: ComparedModel) -> dict[str, Cell]:
    """List -> its infAP over the seeds; empty where it is not known."""
    measured = model.evaluations
    return {
        name: seeds_cell({seed: one[name].mean["infAP"] for seed, one in enumerate(measured)})
        for name in (measured[0] if measured else ())
    }


def worth_source(model: ComparedModel, over: Over, *, who: str) -> str:
    """Returns where infAP of a model's lists is from, in words; empty where it is not known.

    Args:
        model: with its measures.
        over: topics and judgements.
        who: the model, or one of its seeds, with its digest.
    """
    if over.qrels is None or not model.evaluations:
        return ""
    judged = len(model.evaluations[0][FUSED].topics)
    mean = f"mean over {counted(judged, 'judged topic')} of {over.edition.name}" if over.whole else over.words
    qrels = f"qrels {over.qrels_name} {over.qrels.digest[:6]}"
    return f"{who}, {mean}, {qrels}, depth {DEPTH}, lists {model.exactness}"


def _in_words(one: DrawnHeatmap, k: int) -> str:
    """The chart for those who do not see it."""
    rows = len(one.rows)
    words = f"Inter-space IoU at {k} of {one.model.name}, {rows} by {rows} cells, {mean_words(one.mean)}"
    pairs = [(one.matrix[i, j], i, j) for i in range(rows) for j in range(i)]
    if not pairs:
        return words
    most, least = max(pairs), min(pairs)
    named = [
        f"{kind}: {one.rows[i].words} and {one.rows[j].words} {printed_share(float(value), 2)}"
        for kind, (value, i, j) in (("most alike", most), ("least alike", least))
    ]
    return f"{words}; {'; '.join(named)}"


def _take_cell(key: str, one: DrawnHeatmap) -> None:
    """A click on a cell chooses the pair; the diagonal and the column of infAP are no pairs."""
    cell, names = clicked(key, "cell"), {row.name for row in one.rows}
    if cell is None or not one.model.models:
        return
    first, second = cell.get("row"), cell.get("column")
    if first == second or first not in names or second not in names:
        return
    state.fill("pair_model", next(iter(one.model.models)))
    state.fill("pair_a", first)
    state.fill("pair_b", second)


def _say_unknown(model: ComparedModel, k: int) -> None:
    if model.overlap is None:
        note("What was measured of these seeds is no longer true, or was never measured here.")
    else:
        note(f"These seeds were measured at k = {MEASURED_AT}; k is {k} now.")


def _holds_made(model: ComparedModel) -> bool:
    return bool(model.models) if model.seeds > 1 else model.made is not None


def _show_work(model: ComparedModel) -> None:
    """How far the lists are that are being made; those of seeds are made when somebody asks."""
    if model.work is None:
        return
    if model.work.look().state == "done" and not _holds_made(model):
        st.rerun()  # it ended after the lists were gathered
    if model.seeds == 1:
        show_work(model.work, "Re-ranked lists, and the lists without each space", key=model.name)
        return
    if model.work.look().state == "idle":
        note(
            "Once the topics were searched with the seeds, infAP and every k are known and cells open lists.",
            "small",
        )
        st.button("Search with the seeds", key=f"search_{model.name}", on_click=model.work.start)
        return
    show_work(model.work, "Lists of the seeds", key=model.name)
