"""What the Workspace page knows of a workspace: what is in it, and its health; examined in the background."""

import stat
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from app.background import BackgroundWork
from lpd.progress import Progress
from lpd.services.contents import Thing, workspace_contents
from lpd.services.health.workspace import Health, workspace_health
from lpd.workspace import Workspace, open_workspace

__all__ = ["Examination", "examination", "workspace_stamp"]

LOOKED_AT = (
    "*",
    "collections/*/*",
    "collections/*/subsets/*",
    "collections/*/features/*/*",
    "collections/*/frame_features/*/*",
    "captions/*",
    "editions/*/*",
    "editions/*/qrels/*",
    "text_features/*/*/*",
    "text_encoders/*/*",
    "video_encoders/*/*",
    "models/*/*",
    "models/*/text_encoders/*/*",
    "embeddings/*/*",
    "embeddings/*/*/*/*/*",
    "indexes/*/*",
    "jobs/*/outcome.json",
    "judging/*/*",
    "runs/*/*",
)
"""Files whose times and sizes tell that something has changed; pictures are not among them."""


class Examination(NamedTuple):
    """What was found in a workspace."""

    contents: tuple[Thing, ...]
    health: Health


def workspace_stamp(path: Path) -> int:
    """Returns what changes when anything is brought into a workspace, made in it, or taken from it."""
    found = []
    for pattern in LOOKED_AT:
        for file in path.glob(pattern):
            try:
                state = file.stat()
            except OSError:
                continue  # just removed
            if stat.S_ISREG(state.st_mode) and not file.name.startswith("."):
                found.append((str(file), state.st_mtime_ns, state.st_size))
    return hash(tuple(sorted(found)))


def examination(workspace: Workspace, *, again: int = 0) -> BackgroundWork[Examination]:
    """Returns the work that examines a workspace as it is now; all sessions see the same one.

    Args:
        workspace: which.
        again: another number examines anew what has not changed, for files outside of the workspace may have.
    """
    return _examination(str(workspace.path), workspace_stamp(workspace.path), again)


@st.cache_resource(max_entries=8, show_spinner=False)
def _examination(path: str, stamp: int, again: int) -> BackgroundWork[Examination]:
    def make(progress: Progress) -> Examination:
        workspace = open_workspace(Path(path))
        contents = workspace_contents(workspace, progress=progress)
        return Examination(contents, workspace_health(workspace, progress=progress))

    return BackgroundWork(make, "examination of a workspace")
