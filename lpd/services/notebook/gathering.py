"""A notebook with the pictures of its workspace and what changed since: gathered for an export or a page."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lpd import __version__
from lpd.collection import Collection
from lpd.errors import LpdError, NotFoundError, name_some
from lpd.notebook.blocks import snapshot_blocks
from lpd.notebook.code import recipe_code, why_kept
from lpd.notebook.exports.document import NotebookDocument, Picture, ViewDocument, shown_shots
from lpd.notebook.reading import list_views, view_snapshot
from lpd.notebook.recipes import recipe_of
from lpd.notebook.views import PinnedView
from lpd.services.notebook.changes import WorkspaceNow, view_changes
from lpd.workspace import Workspace

__all__ = ["notebook_document", "shot_pictures"]

MEDIA_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
"""Files of other kinds are no pictures here: an SVG may hold scripts and addresses."""

PICTURE_BYTES = 1024 * 1024
"""A thumbnail is a few kilobytes; a larger file is left out."""


def notebook_document(
    workspace: Workspace, *, views: Sequence[int] | None = None, pictures: bool = True
) -> NotebookDocument:
    """Returns a workspace's notebook, gathered.

    Args:
        workspace: which.
        views: numbers of the views wanted, in the order of the notebook; None takes all that are shown.
        pictures: whether pictures of shots are read.

    Raises:
        NotFoundError: if a view is not among those shown.
        FormatError: if the notebook as a whole is damaged or of a newer version.
    """
    path = workspace.notebook_path
    listed = list_views(path)
    chosen = listed.pinned
    if views is not None:
        known = {one.view_id for one in listed.pinned}
        absent = [str(view) for view in views if view not in known]
        if absent:
            raise NotFoundError(
                "no such view in the notebook",
                where=path,
                found=name_some(absent),
                next_step="lpd notebook list",
            )
        chosen = tuple(one for one in listed.pinned if one.view_id in set(views))
    now = WorkspaceNow(workspace)
    return NotebookDocument(
        workspace=workspace.name,
        path=workspace.path.resolve(),
        views=tuple(_gathered(now, path, one, pictures=pictures) for one in chosen),
        version=__version__,
        made_at=datetime.now(UTC),
        problem=listed.problem,
    )


def _gathered(now: WorkspaceNow, path: Path, pinned: PinnedView, *, pictures: bool) -> ViewDocument:
    """One view; what was kept of it may be damaged while the view itself is not."""
    changes = view_changes(now, path, pinned)
    snapshot, why = None, "Nothing was kept of what it showed."
    if pinned.has_snapshot:
        try:
            snapshot = view_snapshot(path, pinned.view_id)
            why = why_kept(snapshot) or ""
        except LpdError as error:
            why = f"What was kept of it cannot be read: {error}."
    code = None
    if snapshot is not None and not why:
        recipe = recipe_of(snapshot)
        code = None if recipe is None else recipe_code(recipe)
    blocks = tuple(snapshot_blocks(snapshot))
    found: Mapping[str, Picture] = {}
    if pictures:
        found = _pictures(now, pinned.view.provenance, shown_shots(blocks))
    return ViewDocument(pinned, snapshot, blocks, code, why, changes, found)


def _pictures(now: WorkspaceNow, provenance: Mapping[str, Any], shots: Sequence[str]) -> dict[str, Picture]:
    name = provenance.get("collection")
    if not isinstance(name, str) or not shots:
        return {}
    collection = now.collection(name)
    return {} if isinstance(collection, LpdError) else shot_pictures(now.workspace, collection, shots)


def shot_pictures(workspace: Workspace, collection: Collection, shots: Sequence[str]) -> dict[str, Picture]:
    """Returns shot -> its thumbnail, of those that have one in the workspace.

    Args:
        workspace: of the collection.
        collection: whose shot table names the files.
        shots: ids; unknown ones have none.
    """
    found = {}
    for shot in shots:
        path = workspace.media_file(collection, shot, "thumbnail")
        media_type = None if path is None else MEDIA_TYPES.get(path.suffix.lower())
        if path is None or media_type is None:
            continue
        try:
            if path.stat().st_size <= PICTURE_BYTES:
                found[shot] = Picture(path.read_bytes(), media_type)
        except OSError:
            continue  # a picture that cannot be read is one that is not there
    return found
