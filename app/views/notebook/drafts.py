"""What a person is writing about views: kept from run to run, and from view to view, until it is saved."""

from dataclasses import dataclass, replace
from pathlib import Path

from app import state
from lpd.errors import LpdError, MismatchError
from lpd.notebook import PinnedView, edit_view, pinned_view

__all__ = [
    "NOTE",
    "TITLE",
    "Draft",
    "begin_draft",
    "draft_of",
    "drop_draft",
    "keep_draft",
    "save_draft",
    "show_draft",
]

TITLE, NOTE = "notebook_title", "notebook_note"
"""Keys of the fields; the same for every view, for a session remembers every key that a field ever had."""

DRAFTS, SHOWN = "notebook_drafts", "notebook_draft_shown"


@dataclass(frozen=True)
class Draft:
    """A title and a note as a person has them.

    Args:
        title: of the view.
        note: in Markdown.
        revision: of the view that was edited.
        problem: why it could not be saved, empty if nothing was tried.
        newer: the view as somebody else has edited it meanwhile.
    """

    title: str
    note: str
    revision: int
    problem: str = ""
    newer: PinnedView | None = None


def _drafts() -> dict[int, Draft]:
    drafts: dict[int, Draft] = state.remembered(DRAFTS, dict)
    return drafts


def draft_of(view_id: int) -> Draft | None:
    """Returns what is being written about a view; None while nothing is."""
    return _drafts().get(view_id)


def begin_draft(pinned: PinnedView) -> None:
    """Begins to write about a view, with its texts as they are; what was begun before is kept."""
    if pinned.view_id not in _drafts():
        _drafts()[pinned.view_id] = Draft(pinned.view.title, pinned.view.note, pinned.revision)


def drop_draft(view_id: int) -> None:
    """Gives up what was written about a view."""
    _drafts().pop(view_id, None)
    state.forget(SHOWN)


def show_draft(view_id: int) -> Draft:
    """Returns the draft of a view, and fills the fields with it if they hold those of another one."""
    draft = _drafts()[view_id]
    if state.remembered(SHOWN, lambda: None) != view_id or state.remembered(NOTE, lambda: None) is None:
        state.put(TITLE, draft.title)
        state.put(NOTE, draft.note)
        state.put(SHOWN, view_id)
    return draft


def keep_draft(view_id: int) -> None:
    """Takes over what stands in the fields, for use as their callback."""
    draft = draft_of(view_id)
    if draft is not None:
        title, note = state.remembered(TITLE, str), state.remembered(NOTE, str)
        _drafts()[view_id] = replace(draft, title=str(title or ""), note=str(note or ""))


def save_draft(path: Path, view_id: int, *, over: bool = False) -> None:
    """Saves what was written, and ends writing; what cannot be saved stays with the sentence that says why.

    Args:
        path: of the notebook.
        view_id: of the view.
        over: whether it replaces a newer text that the person has seen.
    """
    keep_draft(view_id)
    draft = _drafts()[view_id]
    newer = draft.newer if over else None
    revision = draft.revision if newer is None else newer.revision
    try:
        edit_view(path, view_id, title=draft.title, note=draft.note, revision=revision)
    except MismatchError:
        _drafts()[view_id] = replace(
            draft,
            problem="Somebody edited this view meanwhile; yours is kept below and not saved yet.",
            newer=pinned_view(path, view_id),
        )
    except (LpdError, OSError) as error:
        _drafts()[view_id] = replace(draft, problem=f"Not saved: {error}")
    else:
        drop_draft(view_id)
