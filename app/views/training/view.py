"""What the parts of the Training page share: their names, what each says of its view, and drawing again
while something runs.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import streamlit as st

from app import state
from app.parameters import Value
from app.views.exporting import ExportItem
from app.views.pinning import ViewFacts
from app.words import plain
from lpd.errors import LpdError
from lpd.services.jobs.job_states import RUNNING, job_states
from lpd.services.jobs.training_request import ModelRequest
from lpd.workspace import Workspace

__all__ = [
    "CURVES",
    "NEW",
    "TABLES",
    "TABS",
    "TRAININGS",
    "Shown",
    "ask_for_training",
    "ask_for_whole_page",
    "follow_jump",
    "live",
    "look_at",
    "parameters_of",
    "running_trainings",
    "take_asked",
]

CURVES, TRAININGS = "curves", "trainings"
TABLES = {"table 4": "table4", "table 5": "table5", "table 6": "table6"}
"""Part of the page -> table of `lpd reproduce`."""

TABS = (CURVES, TRAININGS, *TABLES)

NEW = "new training"
"""Stands among the trainings for the form; no model can be called so."""

LIVE_S = 2.0
"""So often is drawn again while something runs; never otherwise."""

JUMP, ASKED, WHOLE = "training_jump", "training_asked", "training_whole"


class Shown(NamedTuple):
    """What a part of the page says of its view; None and nothing while there is nothing to show."""

    pin: ViewFacts | None = None
    exports: Sequence[ExportItem] = ()


def parameters_of(selection: state.Selection, more: Mapping[str, Value]) -> dict[str, Value]:
    """Returns all that leads back to a view of the page."""
    return {**selection.parameters(), **more}


def running_trainings(workspace: Workspace) -> tuple[str, ...]:
    """Returns the models that are being trained now, wherever that was begun, sorted."""
    return tuple(sorted(one.name for one in job_states(workspace) if one.state == RUNNING))


def live(draw: Callable[[], None], probe: Callable[[], Sequence[str]]) -> None:
    """Draws now, and again every LIVE_S seconds while `probe` names something that runs; the whole page runs
    again when that begins or ends, or when a button in it asked for that.
    """
    at_first = tuple(probe())

    def again() -> None:
        if tuple(probe()) != at_first or _taken(WHOLE):
            st.rerun()
        try:
            draw()
        except LpdError as error:  # drawn again alone, it is out of reach of the frame that tells errors
            st.error(plain(str(error)))

    st.fragment(again, run_every=LIVE_S if at_first else None)()


def ask_for_whole_page() -> None:
    """Lets the whole page run after a callback of a button in a part of it."""
    state.put(WHOLE, True)


def look_at(model: str) -> None:
    """Opens the training of a model in the next run of the page."""
    state.put(JUMP, model)
    ask_for_whole_page()


def ask_for_training(request: ModelRequest | None) -> None:
    """Opens the form in the next run of the page, with the choices of a request; None leaves them as they are
    at first.
    """
    look_at(NEW)
    state.put(ASKED, request)


def take_asked() -> ModelRequest | None:
    """Returns the request that `ask_for_training` was given, once."""
    asked: ModelRequest | None = _taken(ASKED)
    return asked


def follow_jump() -> None:
    """Opens what `look_at` or `ask_for_training` asked for; called before anything of the page is drawn."""
    state.forget(WHOLE)
    job = _taken(JUMP)
    if job is not None:
        state.fill("tab", TRAININGS)
        state.fill("job", job)


def _taken(key: str) -> Any:
    entry = state.remembered(key, lambda: None)
    state.forget(key)
    return entry
