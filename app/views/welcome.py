"""Welcome: no workspace yet; the demo is built here, with progress, and opened."""

from pathlib import Path

import streamlit as st

from app import resources, state
from app.building import BuildState, DemoBuild
from app.components import heading, note
from app.parameters import link
from app.words import plain, seconds
from lpd.errors import LpdError
from lpd.workspace import create_workspace, default_workspace_path

__all__ = ["progress_words", "show", "show_first_steps"]

PROBLEM = "welcome_problem"


def show() -> None:
    """Draws the page."""
    path = default_workspace_path().resolve()
    build = resources.demo_build(str(path))
    with (
        st.container(horizontal_alignment="center"),
        st.container(border=True, width=620, key="card_welcome"),
    ):
        heading("LPD Explorer", "Search video in many common spaces, and see what each of them is worth.")
        note(f"There is no workspace at {path}.", "title")
        note(
            "The demo is a generated world of short clips with captions, topics and judgements, "
            "and three models trained on it."
        )
        _watch(build)
        if build.look().state != "running":
            _offer_empty(path)
        note(
            "On a command line: lpd init DIR, then lpd import, lpd train, lpd index; "
            "start the app with LPD_WORKSPACE=DIR.",
            "small",
        )


def _offer_empty(path: Path) -> None:
    st.button("Begin with your own data", key="welcome_empty", on_click=_begin_empty, args=(path,))
    problem = state.remembered(PROBLEM, lambda: None)
    if problem is not None:
        st.error(plain(problem))


def _begin_empty(path: Path) -> None:
    """Makes an empty workspace; why that cannot be is told in the next run."""
    try:
        create_workspace(path)
    except (LpdError, OSError) as error:
        state.put(PROBLEM, str(error))


def show_first_steps(name: str) -> None:
    """Draws what a page says of a workspace that has no collection.

    Args:
        name: of the workspace.
    """
    with (
        st.container(horizontal_alignment="center"),
        st.container(border=True, width=620, key="card_welcome"),
    ):
        heading("Nothing to search yet", f"The workspace {name} has no collection of shots.")
        note("Bring in a list of shots with features that were computed before, or a folder of videos.")
        address = link("workspace", {"workspace": name, "part": "bring in", "bring": "shots"})
        st.link_button("Bring in your own data", address, type="primary")
        note(
            "On a command line: lpd import shots FILE --collection NAME, or lpd extract FOLDER "
            "--collection NAME",
            "small",
        )


@st.fragment(run_every=1.0)
def _watch(build: DemoBuild) -> None:
    """Starts, shows and stops the build; looks again every second."""
    at = build.look()
    if at.state == "done" and resources.workspace_paths():
        st.rerun()
    if at.state == "running":
        st.progress(min(1.0, max(0.0, at.share)), text=plain(progress_words(at)))
        st.button("Stop", on_click=build.stop)
        return
    if at.state == "failed":
        st.error(plain(f"The demo could not be built: {at.words or 'the process gave no reason'}"))
    if at.state == "stopped":
        note("Stopped. What was drawn so far is kept for the next build.", "warn")
    if at.state == "done":
        st.error("The build ended, but there is no workspace.")
    label = "Build the demo (about 90 s)" if at.state == "idle" else "Build the demo again"
    st.button(label, type="primary", on_click=build.start)


def progress_words(at: BuildState) -> str:
    """Returns the stage of a running build, how long it runs, and how long this stage still takes."""
    left = "" if at.seconds_left is None else f" · this stage about {seconds(at.seconds_left)} more"
    return f"{at.stage} {at.share:.0%} · {seconds(at.seconds_so_far)} so far{left}"
