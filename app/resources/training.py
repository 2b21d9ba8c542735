"""What the Training page reads: cards of models, records of trainings, tables that were reproduced; and the
processes that make an index of a model.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from app.index_building import IndexBuild
from app.resources.stamps import Stamp
from app.resources.stamps import stamp as stamp_of
from app.training.reproduced_tables import WrittenTable, read_written_tables, written_files
from lpd.cards import ModelCard
from lpd.errors import LpdError
from lpd.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from lpd.services.training_curves import CurvePoint  # which brings torch

__all__ = ["cards", "drawable", "index_build", "points", "written_tables"]


def drawable(workspace: Workspace) -> list[str]:
    """Returns the models that have the record of a training, finished or not, sorted."""
    from lpd.services.training_curves import drawable_models

    return drawable_models(workspace)


def cards(workspace: Workspace) -> dict[str, ModelCard]:
    """Returns model -> card of the finished models whose weights are here; one whose card cannot be read is
    left out.
    """
    found = {}
    for name in workspace.checkpoint_names():
        try:
            found[name] = _card(
                str(workspace.path), name, stamp_of(workspace.model_folder(name) / "config.json")
            )
        except LpdError:
            continue
    return found


@st.cache_resource(max_entries=512, show_spinner=False)
def _card(path: str, model: str, stamp: Stamp) -> ModelCard:
    return open_workspace(Path(path)).model_card(model)


def points(workspace: Workspace, model: str) -> "tuple[CurvePoint, ...]":
    """Returns everything recorded of a training, finished or under way; read again when the file has grown.

    Raises:
        LpdError: if there is no record, or it is damaged.
    """
    folder = workspace.model_folder(model)
    files = (folder / "history.jsonl", folder / "training" / "history.jsonl")
    return _points(str(workspace.path), model, stamp_of(*files))


@st.cache_resource(max_entries=256, show_spinner="Reading the trainings")
def _points(path: str, model: str, stamp: Stamp) -> "tuple[CurvePoint, ...]":
    from lpd.services.training_curves import curve_points

    return tuple(curve_points(open_workspace(Path(path)), [model]))


def written_tables(workspace: Workspace, name: str) -> tuple[WrittenTable, ...]:
    """Returns a table of the papers as `lpd reproduce` wrote it, one per recipe.

    Raises:
        FormatError: if a file is damaged.
    """
    stamp = stamp_of(*written_files(workspace, name), *_models(workspace))
    return _written(str(workspace.path), name, stamp)


def _models(workspace: Workspace) -> list[Path]:
    # names of folders, which need not be such that a model can have
    return [workspace.path / "models" / name / "config.json" for name in workspace.checkpoint_names()]


@st.cache_resource(max_entries=16, show_spinner="Reading the table")
def _written(path: str, name: str, stamp: Stamp) -> tuple[WrittenTable, ...]:
    return tuple(read_written_tables(open_workspace(Path(path)), name))


@st.cache_resource(max_entries=64, show_spinner=False)
def index_build(path: str, model: str, collection: str) -> IndexBuild:
    """Returns the one making of an index that this server may run; all sessions see the same one."""
    return IndexBuild(Path(path), model, collection)
