"""Workspaces and what they hold as files: collections, captions, qrels, runs; and the build of the demo."""

from pathlib import Path

import streamlit as st

from app.building import DemoBuild
from app.resources.stamps import Stamp, collection_stamp
from app.resources.stamps import stamp as stamp_of
from lpd.collection import Collection
from lpd.errors import NotFoundError
from lpd.trec import Qrels, Run
from lpd.workspace import Workspace, default_workspace_path, open_workspace

__all__ = [
    "captions",
    "collection",
    "demo_build",
    "kept_run",
    "named_workspace",
    "qrels",
    "workspace_paths",
]


def workspace_paths() -> dict[str, Path]:
    """Returns the workspaces that can be opened by name: the default one and its siblings."""
    default = default_workspace_path().resolve()
    paths = {default.name: default} if (default / "workspace.toml").is_file() else {}
    if default.parent.is_dir():
        found = sorted(file.parent for file in default.parent.glob("*/workspace.toml"))
        paths.update({path.name: path for path in found if path.name not in paths})
    return paths


def named_workspace(name: str) -> Workspace:
    """Returns the opened workspace of a name.

    Raises:
        NotFoundError: if no workspace at hand has it.
    """
    paths = workspace_paths()
    if name not in paths:
        raise NotFoundError(
            "no such workspace", expected=f"one of {', '.join(paths) or '(none)'}", found=repr(name)
        )
    return _workspace(str(paths[name]), stamp_of(paths[name] / "workspace.toml"))


@st.cache_resource(max_entries=8, show_spinner=False)
def _workspace(path: str, stamp: Stamp) -> Workspace:
    return open_workspace(Path(path))


def collection(workspace: Workspace, name: str) -> Collection:
    """Returns a collection of a workspace."""
    return _collection(str(workspace.path), name, collection_stamp(workspace, name))


@st.cache_resource(max_entries=8, show_spinner="Reading the shot table")
def _collection(path: str, name: str, stamp: Stamp) -> Collection:
    return open_workspace(Path(path)).collection(name)


def captions(workspace: Workspace, collection_name: str) -> dict[str, list[str]]:
    """Returns shot id -> its captions, from every caption set that describes the collection."""
    files = [workspace.captions_path(name) for name in workspace.caption_sets()]
    return _captions(str(workspace.path), collection_name, stamp_of(*files))


@st.cache_resource(max_entries=4, show_spinner=False)
def _captions(path: str, collection_name: str, stamp: Stamp) -> dict[str, list[str]]:
    workspace = open_workspace(Path(path))
    found: dict[str, list[str]] = {}
    for name in workspace.caption_sets():
        if workspace.caption_collection(name) == collection_name:
            for caption in workspace.captions(name):
                found.setdefault(caption.shot_id, []).append(caption.text)
    return found


def qrels(workspace: Workspace, edition: str, name: str) -> Qrels:
    """Returns the named qrels of an edition."""
    return _qrels(str(workspace.path), edition, name, stamp_of(workspace.qrels_path(edition, name)))


@st.cache_resource(max_entries=16, show_spinner=False)
def _qrels(path: str, edition: str, name: str, stamp: Stamp) -> Qrels:
    return open_workspace(Path(path)).qrels(edition, name)


def kept_run(workspace: Workspace, edition: str, tag: str) -> Run:
    """Returns a run that the workspace keeps for an edition."""
    return _run(str(workspace.path), edition, tag, stamp_of(workspace.run_path(edition, tag)))


@st.cache_resource(max_entries=64, show_spinner=False)
def _run(path: str, edition: str, tag: str, stamp: Stamp) -> Run:
    return open_workspace(Path(path)).run(edition, tag)


@st.cache_resource(max_entries=4, show_spinner=False)
def demo_build(path: str) -> DemoBuild:
    """Returns the one build of the demo at a path that this server may run; all sessions see the same one."""
    return DemoBuild(Path(path))
