"""Diversity: how much the lists of the spaces overlap, per model, and what each space is worth."""

from contextlib import nullcontext

import streamlit as st

from app import resources, state
from app.components import empty_state, heading, note
from app.diversity.compared_models import ComparedModel, compare_model, compare_seeds, seeds_of_model
from app.media import media_prefix
from app.resources import reproduced
from app.views.diversity.choices import (
    OfferedModels,
    Scene,
    draw_choices,
    offered_models,
)
from app.views.diversity.curves import curve_series, draw_curves
from app.views.diversity.exports import ShownNumbers, diversity_exports, diversity_facts
from app.views.diversity.found import draw_found
from app.views.diversity.heatmaps import draw_heatmaps, mean_words, ordered_heatmaps
from app.views.diversity.pair import Pair, ShownShots, choose_pair, draw_pair, judged_topic
from app.views.diversity.worth import draw_worth, worth_of_model
from app.views.head import HeadPlaces, fill_actions, head_places
from app.views.search.shot import show_shot
from app.views.warming import await_indexes
from lpd.cards import ModelCard
from lpd.errors import LpdError

__all__ = ["show"]

FEW_SHOTS = 5
FEW_BESIDE_TWO = 16
"""Lists of a pair up to so long, in larger pictures, are as high as a table beside them, or two cards."""

ROW_HEIGHT = 27
CELL_HEIGHT = 31
"""Pixels of a row of the table of what the spaces are worth, and of one of a heatmap: a curve beside it is as
high."""


def show(selection: state.Selection) -> None:
    """Draws the page."""
    workspace = resources.named_workspace(selection.workspace)
    places, offered = head_places(), offered_models(workspace, selection)
    if not offered.ready and not offered.families:
        _say_no_index(places, selection)
        return
    choice = draw_choices(places, workspace, selection=selection, offered=offered)
    if choice.over is None:
        fill_actions(places)
        empty_state("Which query?", "Type a query above; the lists of its spaces are compared.")
        return
    scene = Scene(workspace, selection, choice, choice.over)
    shown = None
    try:
        shown = _draw(scene, offered)
    finally:
        facts = None if shown is None else diversity_facts(scene, shown)
        fill_actions(places, pin=facts, exports=[] if shown is None else diversity_exports(scene, shown))


def _say_no_index(places: HeadPlaces, selection: state.Selection) -> None:
    with places.left:
        heading(f"Inter-space IoU@{selection.k}")
    fill_actions(places)
    command = f"lpd index --model MODEL --collection {selection.collection}"
    sentence = "The lists of the spaces come from an index of this collection. Make one:"
    empty_state("No model with an index", sentence, command)


def _draw(scene: Scene, offered: OfferedModels) -> ShownNumbers:
    """Draws heatmaps and cards; the pair is chosen before the heatmaps, which change it."""
    with st.container(gap="small", key="diversity_body"):
        heatmaps = st.container()
        choosing = st.container(border=True, key="card_choice")
        cards = st.container()
        found_card = st.container(border=True, key="card_found")
    pairable = _pairable(scene, offered)
    with choosing:
        pair = choose_pair(pairable, scene.selection, extra=scene.choice.extra)
    with heatmaps:
        compared = [_compare(scene, name, offered, pair) for name in scene.choice.models]
        drawn = ordered_heatmaps(compared, scene.k, order=scene.choice.order)
        place = draw_heatmaps(compared, drawn, scene=scene, pair=pair, beside=_seeds_beside(scene, offered))
    if any(name not in pairable for one in compared for name in one.models):
        st.rerun()  # lists of seeds were finished after the choice of two lists was drawn
    model = next((one for one in compared if pair.model in (one.name, *one.models)), None)
    worth = None if model is None else worth_of_model(model, pair.model, scene=scene)
    shown = ShownNumbers(tuple(compared), tuple(drawn), worth, tuple(curve_series(compared, pair)))
    beside = (len(compared) > 1) + (worth is not None) + pair.chosen > 1
    with cards, st.container(key="diversity_cards" if beside else "diversity_card"):  # a grid, see theme.css
        of_pair = _draw_cards(model, shown, scene=scene, pair=pair)
    if len(compared) == 1:  # the curve stands beside its heatmap
        with place:
            _draw_curve_card(shown, scene, height=CELL_HEIGHT * len(compared[0].card.spaces))
    with found_card:
        found = draw_found(model, pair.model, scene=scene)
    _draw_detail(scene, [*([] if of_pair is None else [of_pair]), *found])
    return shown


def _draw_cards(
    model: ComparedModel | None, shown: ShownNumbers, *, scene: Scene, pair: Pair
) -> ShownShots | None:
    """Draws worth, curves and the lists of a pair: long lists beside both, short ones beside the worth."""
    several, under = len(shown.compared) > 1, pair.chosen and scene.k <= FEW_SHOTS
    rows = 0 if pair.chosen or shown.worth is None else len(shown.worth.rows)
    with st.container(gap="small", height="stretch") if pair.chosen and not under else nullcontext():
        with st.container(border=True, height="stretch", key="card_worth"):
            draw_worth(model, shown.worth, scene=scene, pair=pair)
        if several and not under:
            _draw_curve_card(shown, scene, height=ROW_HEIGHT * rows)
    if not pair.chosen:
        return None
    with st.container(border=True, height="stretch", key="card_pair"):
        few = FEW_BESIDE_TWO if several and not under else FEW_SHOTS
        of_pair = draw_pair(model, pair, scene=scene, few=few)
    if several and under:
        _draw_curve_card(shown, scene, height=0)
    return of_pair


def _draw_curve_card(shown: ShownNumbers, scene: Scene, *, height: int) -> None:
    with st.container(border=True, height="stretch", key="card_curves"):
        draw_curves(shown.series, scene=scene, height=height)


def _pairable(scene: Scene, offered: OfferedModels) -> dict[str, ModelCard]:
    """Models whose lists can be looked at: those with an index, and seeds that were searched with."""
    names: list[str] = []
    for name in scene.choice.models:
        if name not in offered.families:
            names.append(name)
        elif scene.over.whole:
            seeds = offered.families[name]
            work = reproduced.seeds_work(scene.workspace, seeds, edition=scene.over.edition.name)
            names += list(seeds.values()) if work.made is not None else []
    return {name: scene.workspace.model_card(name) for name in names}


def _compare(scene: Scene, name: str, offered: OfferedModels, pair: Pair) -> ComparedModel:
    """One of the models; why it cannot be compared is told in its card, and the others are drawn."""
    workspace, over = scene.workspace, scene.over
    if name in offered.families:
        return compare_seeds(workspace, name, over, seeds=offered.families[name])
    try:
        await_indexes(workspace, [name], over.edition.collection)
    except LpdError as error:
        return ComparedModel(name, workspace.model_card(name), problem=error)
    return compare_model(workspace, name, over, extra=scene.choice.extra, leave_out=name == pair.model)


def _seeds_beside(scene: Scene, offered: OfferedModels) -> dict[str, str]:
    """Model -> what the seeds of the reproduced model of its name say, where they were measured at k."""
    told = {}
    for name in scene.choice.models:
        family = reproduced.family_of(name)
        if not scene.over.whole or scene.k != reproduced.MEASURED_AT or family not in offered.families:
            continue
        overlap = seeds_of_model(scene.workspace, family, scene.over, seeds=offered.families[family])
        if overlap is not None:
            told[name] = f"{family}, {len(overlap.curves)} seeds: {mean_words(overlap.mean(scene.k))}"
    return told


def _draw_detail(scene: Scene, shown: list[ShownShots]) -> None:
    """Draws the shot that the address names, as the lists see it in which it stands."""
    opened = state.shot()
    if opened is None or not shown:
        return
    before = state.remembered("diversity_origin", lambda: None)
    origin = next((one for one in shown if opened in one.shots), None)
    if origin is None:  # a neighbour in the video of a shot that stood in a list
        origin = next((one for one in shown if (one.model, one.topic) == before), shown[0])
    state.put("diversity_origin", (origin.model, origin.topic))
    collection = scene.over.edition.collection
    if collection not in scene.workspace.index_names(origin.model):
        note(
            f"The detail of a shot needs an index: lpd index --model {origin.model} --collection {collection}"
        )
        return
    asked = resources.Asked(origin.model, collection, origin.topic.text, scene.over.edition.subset)
    media = media_prefix(scene.selection.workspace, collection)
    show_shot(scene.workspace, asked, media, judged_topic(scene, origin.topic))
