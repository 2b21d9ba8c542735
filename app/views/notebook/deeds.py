"""What is done to the notebook from its page: opening, moving, deleting, undoing; for use as callbacks.

What cannot be done is told in the run after it.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app import state
from app.events import unheard
from app.notebook.moves import before_place, neighbour, view_after
from app.views.notebook.drafts import begin_draft
from app.views.workspace.view import tell
from app.words import shortened
from lpd.errors import LpdError
from lpd.notebook import delete_view, move_view, pinned_view, pinned_views, restore_view

__all__ = ["LIST", "PLACE", "bring_back", "hear", "move_to_place", "open_view", "remove", "take_undo", "undo"]

LIST = "notebook_list"
"""Key of the list of views."""

PLACE = "notebook_place"
"""Key of the field for the place of the open view."""

DELETED = "notebook_deleted"
TITLE_SIGNS = 80


def open_view(view_id: int) -> None:
    """Opens a view."""
    state.write("view", view_id)


def hear(path: Path) -> None:
    """Does what the list reports, in the order in which it happened."""
    for told in unheard(LIST, "act"):
        view = told.get("view")
        if told.get("act") == "undo":
            undo(path)
        elif isinstance(view, int):
            _do(path, str(told.get("act")), view, told=told)


def _do(path: Path, act: str, view: int, *, told: Mapping[str, Any]) -> None:
    if act == "remove":
        remove(path, view)
    elif act == "move" and isinstance(told.get("beside"), int):
        beside, after = int(told["beside"]), bool(told.get("after"))
        _tried(lambda: _move_beside(path, view, beside=beside, after=after))
    elif act == "edit":
        open_view(view)
        _tried(lambda: begin_draft(pinned_view(path, view)))
    elif act == "open":
        open_view(view)


def _order(path: Path) -> list[int]:
    return [one.view_id for one in pinned_views(path)]


def _move_beside(path: Path, view: int, *, beside: int, after: bool) -> None:
    move_view(path, view, before=neighbour(_order(path), view, beside=beside, after=after))


def move_to_place(path: Path, view: int) -> None:
    """Moves the open view to the place that stands in its field."""
    place = state.remembered(PLACE, lambda: None)
    if isinstance(place, int):
        _tried(lambda: move_view(path, view, before=before_place(_order(path), view, place=place)))


def remove(path: Path, view: int) -> None:
    """Deletes a view; the next one is opened if it was open, and `undo` brings it back."""

    def delete() -> None:
        title, after = pinned_view(path, view).view.title, view_after(_order(path), view)
        delete_view(path, view)
        state.put(DELETED, (view, shortened(title, TITLE_SIGNS)))
        if state.value("view") in (view, None):
            state.write("view", after)

    _tried(delete)


def take_undo() -> tuple[int, str] | None:
    """Returns number and title of the view that was deleted last in this session, None once it is back."""
    deleted: tuple[int, str] | None = state.remembered(DELETED, lambda: None)
    return deleted


def undo(path: Path) -> None:
    """Brings back the view that was deleted last in this session."""
    deleted = take_undo()
    if deleted is not None:
        bring_back(path, deleted[0])


def bring_back(path: Path, view: int) -> None:
    """Brings a deleted view back to its place, and opens it."""

    def restore() -> None:
        restore_view(path, view)
        open_view(view)
        last = take_undo()
        if last is not None and last[0] == view:
            state.forget(DELETED)

    _tried(restore)


def _tried(deed: Callable[[], None]) -> None:
    try:
        deed()
    except (LpdError, OSError) as error:
        tell(str(error))
