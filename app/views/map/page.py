"""Map: the shots of a space, or of two side by side, in two dimensions; a lasso opens the shots."""

from dataclasses import replace

import streamlit as st

from app import resources, state
from app.components import empty_state, heading, note
from app.components.shot_map import MapPlaces, MapShots, map_payload, shot_map
from app.map.colouring import JUDGEMENT, SCORE
from app.map.lasso import lasso_of_event, lasso_text
from app.map_route import LAYERS, shots_prefix
from app.media import media_prefix
from app.views.head import HeadPlaces, fill_actions, head_places
from app.views.map.choices import MapScene, draw_choices, draw_inputs
from app.views.map.detail import draw_detail
from app.views.map.files import map_exports, map_facts
from app.views.map.making import draw_missing
from app.views.map.planes import DrawnMap, draw_planes_of, taken_rows
from app.views.map.shots import TakenShots, draw_taken, order_taken
from app.views.warming import await_indexes
from app.views.workspace.view import draw_told
from app.views.workspace.work import draw_work
from app.words import plain, shortened
from lpd.errors import LpdError
from lpd.services.jobs.job_states import FINISHED
from lpd.services.jobs.workspace_jobs import work_states

__all__ = ["show"]

KEY, AGAIN = "shot_map", "shot_map_again"


def show(selection: state.Selection) -> None:
    """Draws the page."""
    workspace = resources.named_workspace(selection.workspace)
    places = head_places()
    if selection.model is None:
        _say_no_model(places, selection)
        return
    card = workspace.model_card(selection.model)
    searchable = selection.collection in workspace.index_names(card.name)
    scene = MapScene(workspace, selection, card, draw_choices(places, card), searchable)
    edition = workspace.edition(selection.edition) if selection.edition else None
    draw_told()
    if any(one.state != FINISHED for one in work_states(workspace)[:1]):
        draw_work(workspace)
    scene = _answered(replace(scene, choice=draw_inputs(scene, edition)))
    with places.left:
        heading(_title(scene), _under(scene))
    drawn: list[DrawnMap] = []
    taken = None
    try:
        drawn = _planes(scene)
        if drawn:
            taken = _draw(scene, drawn)
    finally:
        facts = map_facts(scene, drawn, taken) if drawn else None
        fill_actions(places, pin=facts, exports=map_exports(scene, drawn, taken) if drawn else [])
    draw_detail(scene)


def _say_no_model(places: HeadPlaces, selection: state.Selection) -> None:
    with places.left:
        heading("Map")
    fill_actions(places)
    command = "lpd train" if not selection.model else f"lpd index --collection {selection.collection}"
    empty_state("No model", "A map shows the shots as a space of a model has them. Train one:", command)


def _title(scene: MapScene) -> str:
    names = {"fused": "the fusion"}
    spaces = " and ".join(names.get(space, space) for space in scene.choice.spaces)
    return f"Map of {spaces}"


def _under(scene: MapScene) -> str:
    choice = scene.choice
    shots = resources.collection(scene.workspace, scene.selection.collection)
    subset = scene.selection.subset
    searched = len(shots) if subset is None else len(shots.subsets[subset])
    told = [f"{scene.card.name} · {searched:,} shots"]
    if choice.query:
        topic = "" if choice.topic is None else f"topic {choice.topic.topic_id}: "
        told.append(f"{topic}“{shortened(choice.query)}” ★")
    return " · ".join(told)


def _answered(scene: MapScene) -> MapScene:
    """The scene with its query answered; a query that cannot be is told, and the map is shown without it."""
    if not scene.choice.query or not scene.searchable:
        return scene
    try:
        await_indexes(scene.workspace, [scene.card.name], scene.selection.collection)
        resources.search(scene.workspace, scene.asked)
    except LpdError as error:
        st.error(plain(str(error)))
        return replace(scene, searchable=False)
    return scene


def _planes(scene: MapScene) -> list[DrawnMap]:
    """The planes; where one cannot be shown, why not is drawn."""
    try:
        return draw_planes_of(scene)
    except LpdError as error:
        draw_missing(scene, error)
        return []


def _draw(scene: MapScene, drawn: list[DrawnMap]) -> TakenShots | None:
    choice, selection = scene.choice, scene.selection
    with st.container(border=True, key="card_map"):
        _say_lacking(scene)
        payload = map_payload(
            [one.plot for one in drawn],
            MapShots(
                len(drawn[0].opened.plane.places), choice.lasso, choice.found, state.remembered(AGAIN, int)
            ),
            places=MapPlaces(
                LAYERS,
                shots_prefix(selection.workspace, selection.collection),
                media_prefix(selection.workspace, selection.collection),
            ),
            colours=scene.colours,
        )
        shot_map(payload, key=KEY, on_choose=_take_lasso, on_open=_open, on_missing=_fetch_again)
    rows = taken_rows(scene, drawn)
    taken = None if rows is None else order_taken(scene, rows)
    draw_taken(scene, taken)
    return taken


def _say_lacking(scene: MapScene) -> None:
    """Says why the colours are not those that were asked for."""
    choice = scene.choice
    card, collection = scene.card, scene.selection.collection
    if choice.colour == SCORE and collection not in scene.workspace.index_names(card.name):
        command = f"lpd index --model {card.name} --collection {collection}"
        note(f"Scores need an index: {command}")
    elif choice.colour == SCORE and not choice.query:
        note("Type a query above: its score colours the shots, a star stands at its own place.")
    elif choice.colour == JUDGEMENT and choice.topic is None:
        note("Take a topic above: its judgements colour the shots.")
    elif choice.colour == JUDGEMENT and scene.judged is None:
        note("This topic has no judgements.")


def _take_lasso() -> None:
    lasso = lasso_of_event(state.event(KEY, "choose"))
    state.write("lasso", None if lasso is None else lasso_text(lasso))
    state.write("sheet", None)


def _open() -> None:
    state.open_shot(KEY)


def _fetch_again() -> None:
    """The run puts the missing layer back; another number lets the browser fetch it."""
    state.put(AGAIN, state.remembered(AGAIN, int) + 1)
