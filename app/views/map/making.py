"""What the page shows while a map is not there: why, the button that makes it, and the command."""

from importlib.util import find_spec

import streamlit as st

from app import resources
from app.components import empty_state, note
from app.views.map.choices import MapScene
from app.views.workspace.view import start
from app.words import plain
from lpd.errors import LpdError, NotFoundError, StaleError, pip_line
from lpd.services.jobs.job_states import RUNNING
from lpd.services.jobs.work_files import WorkRequest
from lpd.services.jobs.workspace_jobs import work_states

__all__ = ["draw_missing", "map_request"]


def map_request(scene: MapScene) -> WorkRequest:
    """Returns the work that makes the maps of the spaces that are asked for."""
    choice, selection = scene.choice, scene.selection
    spaces = [f"--space={space}" for space in choice.spaces]
    words = ["map", "build", f"--model={scene.card.name}", f"--collection={selection.collection}"]
    title = f"map {scene.card.name}@{selection.collection} {' '.join(choice.spaces)} {choice.method}"
    return WorkRequest(title, (*words, *spaces, f"--method={choice.method}"))


def draw_missing(scene: MapScene, problem: LpdError) -> None:
    """Draws why there is no map, and what makes it."""
    request = map_request(scene)
    title = "This map is stale" if isinstance(problem, StaleError) else "This map was not made yet"
    if not isinstance(problem, NotFoundError | StaleError):
        title = "This map cannot be shown"
        st.error(plain(str(problem)))
    shots = len(resources.collection(scene.workspace, scene.selection.collection))
    lacking = scene.choice.method == "umap" and find_spec("umap") is None
    sentence = f"It is made once of {shots:,} shots and kept in the workspace:"
    with st.container(border=True, key="card_missing"):
        empty_state(title, sentence, request.typed)
        if isinstance(problem, StaleError):
            note(str(problem), "warn")
        if lacking:
            note(f"UMAP is an extra that is not installed: {pip_line('umap')}", "warn")
        running = [one.title for one in work_states(scene.workspace) if one.state == RUNNING]
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.button(
                "Make it",
                type="primary",
                key="map_make",
                disabled=bool(running) or lacking,
                help=plain(f"{running[0]} is under way") if running else None,
                on_click=start,
                args=(scene.workspace, request),
            )
