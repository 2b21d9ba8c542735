"""Models that `lpd reproduce` trained with several seeds: what was measured of them, and their lists."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import streamlit as st

from app.background import BackgroundWork
from app.resources.stamps import Stamp, collection_stamp
from app.resources.stamps import stamp as stamp_of
from lpd.editions import Edition
from lpd.errors import LpdError
from lpd.names import REPRODUCED
from lpd.progress import Progress
from lpd.trec import Run
from lpd.workspace import Workspace, open_workspace

__all__ = [
    "MEASURED_AT",
    "MeasuredSeed",
    "SeedLists",
    "family_of",
    "measured_seeds",
    "offered_families",
    "seed_families",
    "seeds_work",
]

MEASURED_AT = 20
"""The cut-off at which `lpd reproduce` measures overlap."""

MEASURED = Path("reproduce") / "measured"
"""Where a workspace keeps what was measured."""

NAME = re.compile(rf"({re.escape(REPRODUCED)}.+)-s(\d{{1,9}})")
SeedLists = Mapping[int, Mapping[str, Run]]
"""Seed -> `fused` and space -> run over the topics."""


class MeasuredSeed(NamedTuple):
    """What was measured of one seed: names of its spaces, and (S, S) their overlap."""

    spaces: tuple[str, ...]
    iou: np.ndarray


def seed_families(models: list[str]) -> dict[str, dict[int, str]]:
    """Returns what the names of reproduced models begin with -> seed -> name of the model."""
    found: dict[str, dict[int, str]] = {}
    for name in sorted(models):
        parts = NAME.fullmatch(name)
        if parts is not None and parts[1] not in models:
            found.setdefault(parts[1], {})[int(parts[2])] = name
    return found


def offered_families(workspace: Workspace, edition: str) -> dict[str, dict[int, str]]:
    """Returns the families of `seed_families` that were measured on an edition and have spaces to compare."""
    folders = (workspace.path / "models", workspace.path / MEASURED)
    times = tuple(folder.stat().st_mtime_ns if folder.is_dir() else 0 for folder in folders)
    return _offered(str(workspace.path), edition, times)


@st.cache_resource(max_entries=16, show_spinner=False)
def _offered(path: str, edition: str, times: tuple[int, ...]) -> dict[str, dict[int, str]]:
    workspace = open_workspace(Path(path))
    return {
        name: seeds
        for name, seeds in seed_families(workspace.checkpoint_names()).items()
        if all((workspace.path / MEASURED / f"{model}@{edition}.json").is_file() for model in seeds.values())
        and _has_spaces(workspace, next(iter(seeds.values())))
    }


def _has_spaces(workspace: Workspace, model: str) -> bool:
    try:
        card = workspace.model_card(model)
    except LpdError:  # a damaged model is told where somebody opens it
        return False
    return card.bi_encoder and len(card.spaces) > 1


def family_of(model: str) -> str:
    """Returns what the reproduced models of the same recipe are called: `lpd` -> `rep-lpd`."""
    return f"{REPRODUCED}{model}"


def measured_seeds(
    workspace: Workspace, seeds: Mapping[int, str], *, edition: str
) -> dict[int, MeasuredSeed]:
    """Returns seed -> what `lpd reproduce` measured of it on an edition, where that is still true.

    Overlap does not depend on judgements, so it may have been measured beside any of the edition's.
    """
    found, path = {}, str(workspace.path)
    for seed, model in seeds.items():
        one = _measured(path, model, edition, _seed_stamp(workspace, model, edition))
        if one is not None:
            found[seed] = one
    return found


@st.cache_resource(max_entries=256, show_spinner=False)
def _measured(path: str, model: str, edition: str, stamp: Stamp) -> MeasuredSeed | None:
    # it brings torch, and few workspaces have reproduced models
    from lpd.reproduce.measured import measured_path, read_measured, topic_measures, topic_sources

    workspace = open_workspace(Path(path))
    file = measured_path(workspace, model, what=edition)
    card, opened = workspace.model_card(model), workspace.edition(edition)
    for qrels in opened.qrels_names if file.is_file() else ():
        try:
            sources = topic_sources(workspace, card, edition=opened, qrels=qrels, reranked=None)
        except LpdError:  # what it was measured on is gone, so it is no longer true
            return None
        document = read_measured(file, sources)
        if document is not None:
            measures = topic_measures(document)
            return None if measures.iou is None else MeasuredSeed(measures.spaces, measures.iou)
    return None


def seeds_work(workspace: Workspace, seeds: Mapping[int, str], *, edition: str) -> BackgroundWork[SeedLists]:
    """Returns what searches an edition's topics with every seed, embedded in memory; one for all sessions,
    not begun yet."""
    stamps = [_seed_stamp(workspace, model, edition) for model in seeds.values()]
    return _seeds_work(str(workspace.path), tuple(seeds.items()), edition, tuple(stamps))


@st.cache_resource(max_entries=6, show_spinner=False)
def _seeds_work(
    path: str, seeds: tuple[tuple[int, str], ...], edition: str, stamps: tuple[Stamp, ...]
) -> BackgroundWork[SeedLists]:
    def make(progress: Progress) -> SeedLists:
        workspace = open_workspace(Path(path))
        return _lists_of_seeds(workspace, dict(seeds), workspace.edition(edition), progress)

    return BackgroundWork(make, "searching with seeds")


def _lists_of_seeds(
    workspace: Workspace, seeds: Mapping[int, str], edition: Edition, progress: Progress
) -> SeedLists:
    from lpd.services.editions import edition_runs
    from lpd.services.indexing import measuring_engine  # brings torch

    stage, lists = "searching with each seed", {}
    progress(stage, 0, len(seeds))
    for number, (seed, model) in enumerate(seeds.items(), start=1):
        engine = measuring_engine(workspace, model, edition, device="cpu")
        lists[seed] = edition_runs(engine, edition)
        progress(stage, number, len(seeds))
    return lists


def _seed_stamp(workspace: Workspace, model: str, edition: str) -> Stamp:
    """What changes when a model, what it is measured on, or what was measured of it does."""
    opened = workspace.edition(edition)
    folder = workspace.model_folder(model)
    features = workspace.collection_folder(opened.collection) / "features"
    judged = [workspace.qrels_path(edition, name) for name in opened.qrels_names]
    return stamp_of(
        folder / "config.json",
        folder / "model.safetensors",
        workspace.edition_folder(edition) / "topics.txt",
        workspace.path / MEASURED / f"{model}@{edition}.json",
        *judged,
        *sorted(features.glob("*/manifest.json")),
    ) + collection_stamp(workspace, opened.collection)
