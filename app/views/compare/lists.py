"""The two lists of one query: with lines between equal shots, as three sets, or rank against rank."""

import altair as alt
import streamlit as st

from app import resources, state
from app.charts.ranks import DARK_RANKS, LIGHT_RANKS, RankPoint, rank_chart
from app.compare.lanes import link_lanes, set_lanes, shown_links
from app.compare.lists import Compared, Side, compare_sides, unknown_shots
from app.components import grid_payload, note, shot_grid
from app.components.links import link_payload, linked_lists
from app.lanes import Judged, judgement_kind
from app.media import media_prefix
from app.resources.compare import list_inf_ap, system_list, system_result
from app.systems import MODEL, System
from app.views.compare.scene import LAYOUTS, LINES, SETS, Scene
from app.views.search.shot import show_shot
from lpd.rank_overlap import ranks_of
from lpd.words import counted

__all__ = ["compare_query", "draw_compared", "rank_chart_of", "unknown_words"]

LINKS, GRID, CHART = "compare_links", "compare_grid", "compare_ranks"
HINTS = {
    LINES: "A line joins the two places of a shot that both have.",
    SETS: "Under each shot stands where the other list has it.",
    "ranks": "Every shot at its rank in A and in B; on the line both agree. Click one to open it.",
}


def compare_query(scene: Scene) -> Compared:
    """Returns the two lists of the query, compared.

    Raises:
        LpdError: as `system_list`.
    """
    need, relevance = scene.need, scene.relevance
    sides = []
    for letter, system, label, end in zip("AB", scene.systems, scene.labels, scene.ends, strict=True):
        found = system_list(scene.workspace, system, need)
        measured = None
        if relevance is not None and need.edition is not None and need.topic is not None:
            measured = list_inf_ap(
                scene.workspace,
                found.ranked,
                edition=need.edition,
                qrels_name=str(scene.selection.qrels),
                topic=need.topic,
            )
        sides.append(Side(letter, system, label, end, found.ranked, found.exactness, measured))
    return compare_sides(
        (sides[0], sides[1]), k=scene.selection.k, p=scene.p, collection=scene.collection, relevance=relevance
    )


def unknown_words(scene: Scene) -> list[str]:
    """Returns words of the query that no or few text encoders know, a sentence per system, one for both
    where it is the same."""
    letters_of: dict[str, list[str]] = {}
    for letter, system in zip("AB", scene.systems, strict=True):
        unknown = system_list(scene.workspace, system, scene.need).unknown_words
        by_word: dict[str, list[str]] = {}
        for feature, words in unknown.items():
            for word in words:
                by_word.setdefault(word, []).append(feature)
        if by_word:
            listed = ", ".join(f"“{word}” ({', '.join(features)})" for word, features in by_word.items())
            letters_of.setdefault(listed, []).append(letter)
    return [
        f"Not known to the text encoders of {' and '.join(letters)}: {listed}."
        for listed, letters in letters_of.items()
    ]


def draw_compared(scene: Scene, compared: Compared) -> None:
    """Draws the choice of view and the two lists in it."""
    state.settle("layout", LAYOUTS)
    layout = st.segmented_control(
        "View of the two lists",
        LAYOUTS,
        default=LINES,
        required=True,
        label_visibility="collapsed",
        **state.bound("layout"),
    )
    note(HINTS[str(layout)], "small")
    for letter, missing in unknown_shots(compared).items():
        place = f"the first {compared.k} of {letter} are not in collection {scene.selection.collection}"
        note(f"{counted(missing, 'shot')} of {place}; they stand there by their id.", "warn")
    media = media_prefix(scene.selection.workspace, scene.selection.collection)
    marker, opened = f"{scene.systems[0].text} {scene.systems[1].text} {scene.query.text}", state.shot()
    if layout == LINES:
        left, right = link_lanes(compared)
        drawn = link_payload(left, right, links=shown_links(compared), media=media, marker=marker)
        linked_lists(drawn, key=LINKS, selected=opened, on_open=_open_linked)
    elif layout == SETS:
        drawn = grid_payload(set_lanes(compared), media=media, layout="grid", marker=marker)
        shot_grid(drawn, key=GRID, selected=opened, on_open=_open_tile)
    else:
        _draw_ranks(compared)
    if opened is not None:
        _show_detail(scene, compared, media)


def _open_linked() -> None:
    state.open_shot(LINKS)


def _open_tile() -> None:
    state.open_shot(GRID)


def _show_detail(scene: Scene, compared: Compared, media: str) -> None:
    """The shot as the first model among the systems sees it, else as the model of the sidebar does."""
    seeing = [system for system in scene.systems if system.kind == MODEL]
    if not seeing and scene.selection.model in scene.cards:
        seeing = [System(MODEL, str(scene.selection.model))]
    if not seeing:
        note("A shot is shown as the spaces of a model see it, and no model has an index here.", "warn")
        return
    need, system = scene.need, seeing[0]
    asked = resources.Asked(system.name, need.collection, need.query, need.subset)
    result = system_result(scene.workspace, system, need)
    show_shot(scene.workspace, asked, media, _judged(compared), result=result)


def _judged(compared: Compared) -> Judged | None:
    return None if compared.relevance is None else Judged(compared.relevance, {})


# --- rank against rank --------------------------------------------------------------------------------------


def rank_chart_of(compared: Compared, *, dark: bool) -> alt.LayerChart:
    """Returns the chart of every shot of both first k at its rank in either list."""
    first, second = compared.sides
    in_first, in_second = ranks_of(first.shots), ranks_of(second.shots)
    judged = _judged(compared)
    points = [
        RankPoint(shot, in_first.get(shot), in_second.get(shot), judgement_kind(shot, judged))
        for shot in dict.fromkeys([*compared.top(first), *compared.top(second)])
    ]
    return rank_chart(
        points,
        k=compared.k,
        labels=(f"rank in A, {first.label}", f"rank in B, {second.label}"),
        colours=DARK_RANKS if dark else LIGHT_RANKS,
    )


def _draw_ranks(compared: Compared) -> None:
    st.altair_chart(
        rank_chart_of(compared, dark=state.is_dark()),
        theme=None,
        key=CHART,
        on_select=_open_point,
        selection_mode="shot",
        alt=f"Rank in A against rank in B of {len(compared.lists.both)} shared and "
        f"{len(compared.lists.only_first) + len(compared.lists.only_second)} unshared shots",
    )


def _open_point() -> None:
    selected = state.event(CHART, "selection")
    points = selected.get("shot") if selected else None
    if points:
        state.write("shot", str(points[0]["shot"]))
