"""What the parts of the Workspace page share: their names, the place they are drawn for, jumps and notes."""

from collections.abc import Mapping
from typing import NamedTuple

from app import state
from app.components import note
from app.parameters import Value
from app.views.training.view import ask_for_whole_page
from lpd.errors import LpdError
from lpd.services.jobs.work_files import WorkRequest
from lpd.services.jobs.workspace_jobs import start_work
from lpd.workspace import Workspace

__all__ = [
    "BRING",
    "CONTENTS",
    "HEALTH",
    "PARTS",
    "Place",
    "draw_told",
    "follow_jump",
    "jump_to",
    "start",
    "tell",
]

CONTENTS, HEALTH, BRING = "contents", "health", "bring in"
PARTS = (CONTENTS, HEALTH, BRING)

JUMP, TOLD = "workspace_jump", "workspace_told"


class Place(NamedTuple):
    """A workspace and what the sidebar holds; None where it has nothing to choose from."""

    workspace: Workspace
    name: str
    selection: state.Selection | None

    def parameters(self, more: Mapping[str, Value]) -> dict[str, Value]:
        """Returns all that leads back to a view of the page."""
        own: dict[str, Value] = (
            {"workspace": self.name} if self.selection is None else self.selection.parameters()
        )
        return {**own, **more}


def jump_to(part: str, kind: str | None = None) -> None:
    """Opens a part of the page in its next run, for use as a callback."""
    state.put(JUMP, (part, kind))
    ask_for_whole_page()


def follow_jump() -> None:
    """Opens what `jump_to` asked for; called before anything of the page is drawn."""
    asked = state.remembered(JUMP, lambda: None)
    state.forget(JUMP)
    if asked is not None:
        state.fill("part", asked[0])
        if asked[1] is not None:
            state.fill("bring", asked[1])


def tell(sentence: str, style: str = "warn") -> None:
    """Keeps a sentence for the next run of the page."""
    state.put(TOLD, (sentence, style))


def draw_told() -> None:
    """Draws what was kept, once."""
    told = state.remembered(TOLD, lambda: None)
    state.forget(TOLD)
    if told is not None:
        note(*told)


def start(workspace: Workspace, request: WorkRequest) -> None:
    """Begins a work, for use as a callback; why it cannot be begun is told in the next run."""
    try:
        start_work(workspace, request)
    except (LpdError, OSError) as error:
        tell(str(error))
    ask_for_whole_page()
