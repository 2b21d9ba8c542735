"""Welcome: no workspace yet; the demo is built here, with progress, and opened."""

import streamlit as st

from app import resources
from app.building import BuildState, DemoBuild
from app.components import heading, note
from app.words import plain, seconds
from lpd.workspace import default_workspace_path

__all__ = ["progress_words", "show"]


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
        note(
            "With your own data: lpd init DIR, then lpd import, lpd train, lpd index; "
            "start the app with LPD_WORKSPACE=DIR.",
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
