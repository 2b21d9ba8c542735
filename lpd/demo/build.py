"""The demo workspace, from nothing: world, pictures, features, models, indexes, runs, judgements."""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

from lpd.captions import save_captions
from lpd.collection import Collection, make_collection, write_collection
from lpd.demo.language import captions_of
from lpd.demo.media import MediaFiles, render_media
from lpd.demo.pooling import pooled_by_participants
from lpd.demo.topics import DemoTopic, topics_of
from lpd.demo.truth import complete_qrels, save_truth
from lpd.demo.video_features import (
    TWO_TOWER,
    extract_video_features,
    learn_two_tower,
    write_two_tower_feature,
)
from lpd.demo.world import Shot, World, generate_world, world_preset
from lpd.editions import Edition, write_edition
from lpd.errors import LpdError
from lpd.progress import Progress, no_progress
from lpd.services.training import ModelRequest
from lpd.storage import write_json, writer_lock
from lpd.trec import Qrels, Topic, write_qrels
from lpd.workspace import Workspace, write_settings

__all__ = ["CAPTIONED", "MODELS", "build_demo", "edition_of"]

CAPTIONED = "captioned"
"""The collection of the captioned shots: subsets `train` and `valid`."""

# few epochs at a high rate, the same for every model: the demo has to be ready in about 90 s on two cores
_RECIPE = ("epochs=10", "patience=5", "learning_rate=0.003")
MODELS = (
    # the longest training first: two processes then end together
    ModelRequest(
        "laff",
        "laff",
        "train",
        "valid",
        width=256,
        device="cpu",
        settings=_RECIPE,
    ),
    ModelRequest("lpd", "lpd", "train", "valid", width=256, device="cpu", settings=_RECIPE),
    ModelRequest(
        "lpd-no-dcl",
        "lpd",
        "train",
        "valid",
        width=256,
        device="cpu",
        settings=(*_RECIPE, "dcl_weight=0"),
    ),
)

_ROLES = {"inland": "development", "coast": "test"}
"""Collection -> the role of its edition."""


def edition_of(collection: str) -> str:
    """Returns the name of the edition that searches a collection of the demo."""
    return f"avs-{collection}"


def build_demo(
    path: Path, *, size: str = "default", workers: int | None = None, progress: Progress = no_progress
) -> dict[str, Any]:
    """Makes the demo workspace in a folder and returns its facts: workspace, world digest, seconds.

    workspace.toml is written last, so a workspace is never opened half-made; called again after a kill, the
    pictures that are there are kept and the rest is made again.

    Args:
        path: a folder that is absent, empty, or holds a demo that was not finished.
        size: `default`, or `small` for tests.
        workers: processes; None takes the machine's cores.
        progress: called per stage.

    Raises:
        LpdError: if a workspace or something else is there already.
    """
    started = time.perf_counter()
    if (path / "workspace.toml").exists():
        raise LpdError(
            "there is a workspace here already", where=path, next_step="open it, or remove the folder"
        )
    strangers = path.is_dir() and any(entry.name[0] != "." for entry in path.iterdir())
    if strangers and not (path / "world.json").is_file():
        raise LpdError("this folder is not empty", where=path, next_step="choose a new folder")
    processes = workers or os.cpu_count() or 1
    world = generate_world(world_preset(size))
    defaults = {"collection": "inland", "model": "lpd", "edition": edition_of("inland"), "k": 20}
    workspace = Workspace(path, "demo", defaults, source=f"generated world {world.digest}")
    with writer_lock(path):
        write_json(
            path / "world.json",
            {"digest": world.digest, "size": size, "parameters": asdict(world.parameters)},
        )
        save_truth(path / "truth.jsonl", world)
        _make_texts(workspace, world)
        _make_videos(workspace, world, processes, progress)
        _encode(workspace, world, progress)
        for collection in world.collections:
            _judge_pool(workspace, world, collection)
        _train_models(workspace, processes, world.parameters.seed, progress)
        _search_editions(workspace, world, progress)
        write_settings(workspace)
    return {"workspace": str(path), "world": world.digest, "seconds": time.perf_counter() - started}


def _make_videos(workspace: Workspace, world: World, workers: int, progress: Progress) -> None:
    """Draws every collection and extracts its features; the learned pair is trained beside the later ones."""
    captioned = (*world.part("training"), *world.part("validation"))
    _make_collection(workspace, CAPTIONED, captioned, workers, progress)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
        learning = beside.submit(learn_two_tower, workspace, CAPTIONED, world.parameters.seed)
        for name in world.collections:
            _make_collection(workspace, name, world.part(name), workers, progress)
        progress("learning the two-tower feature", 0, 1)
        learning.result()
        progress("learning the two-tower feature", 1, 1)
    for name in (CAPTIONED, *world.collections):
        write_two_tower_feature(workspace, name)


def _make_collection(
    workspace: Workspace, name: str, shots: Sequence[Shot], workers: int, progress: Progress
) -> None:
    def named(stage: str, done: int, total: int) -> None:
        progress(f"drawing {name}", done, total)

    media = workspace.collection_folder(name) / "media"
    files = render_media(shots, media, workers=workers, progress=named)
    write_collection(workspace.collection_folder(name), _collection(name, shots, files))
    extract_video_features(workspace, name, workers=workers, progress=progress)


def _collection(name: str, shots: Sequence[Shot], files: Sequence[MediaFiles]) -> Collection:
    table = pd.DataFrame(
        {
            "shot_id": [shot.shot_id for shot in shots],
            "video_id": [shot.video_id for shot in shots],
            "start_s": [shot.start_s for shot in shots],
            "end_s": [shot.end_s for shot in shots],
            "thumbnail": [file.thumbnail for file in files],
            "preview": [file.preview for file in files],
        }
    )
    subsets = {}
    if name == CAPTIONED:
        subsets = {
            "train": [shot.shot_id for shot in shots if shot.part == "training"],
            "valid": [shot.shot_id for shot in shots if shot.part == "validation"],
        }
    return make_collection(name, table, subsets=subsets)


def _make_texts(workspace: Workspace, world: World) -> None:
    for caption_set, part in (("train", "training"), ("valid", "validation")):
        path = workspace.captions_path(caption_set)
        save_captions(path, captions_of(world, part))
        write_json(path.with_suffix(".json"), {"collection": CAPTIONED, "source": world.digest})
    for collection in world.collections:
        chosen = topics_of(world, collection)
        topics = tuple(Topic(topic.topic_id, topic.text) for topic in chosen)
        edition = edition_of(collection)
        write_edition(
            workspace.edition_folder(edition),
            Edition(edition, collection, None, topics, (), "complete", role=_ROLES[collection]),
        )
        complete = Qrels(complete_qrels(chosen, world.part(collection)))
        write_qrels(workspace.qrels_path(edition, "complete"), complete)


def _encode(workspace: Workspace, world: World, progress: Progress) -> None:
    from lpd.services.encoding import FitSettings, encode_texts, fit_text_encoders

    settings = FitSettings(min_count=2, word_vector_dimension=128, seed=world.parameters.seed)
    kinds = ["bow", "w2v", "tokens", "concepts"]
    fit_text_encoders(workspace, kinds, captions="train", settings=settings, progress=progress)
    for text_set in ("train", "valid", *(edition_of(name) for name in world.collections)):
        encode_texts(workspace, text_set, [*kinds, TWO_TOWER], progress=progress)


def _judge_pool(workspace: Workspace, world: World, collection: str) -> None:
    topics: list[DemoTopic] = topics_of(world, collection)
    rows = pooled_by_participants(
        workspace, topics, world.part(collection), captioned=CAPTIONED, seed=world.parameters.seed
    )
    write_qrels(workspace.qrels_path(edition_of(collection), "pooled"), Qrels(rows))


def _train_models(workspace: Workspace, workers: int, seed: int, progress: Progress) -> None:
    """Trains the models side by side, one thread each, so that the weights do not depend on the number of
    cores.
    """
    stage = f"training {', '.join(request.name for request in MODELS)}"
    progress(stage, 0, len(MODELS))
    with ProcessPoolExecutor(min(workers, len(MODELS)), mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_train_one, workspace, replace(request, seed=seed)) for request in MODELS]
        for number, future in enumerate(as_completed(futures), start=1):
            future.result()
            progress(stage, number, len(MODELS))


def _train_one(workspace: Workspace, request: ModelRequest) -> None:
    import torch

    from lpd.services.training import train_model

    torch.set_num_threads(1)
    train_model(workspace, request)


def _search_editions(workspace: Workspace, world: World, progress: Progress) -> None:
    from lpd.search import open_engine
    from lpd.services.editions import write_edition_runs
    from lpd.services.indexing import index_collection

    for request in MODELS:
        for collection in world.collections:

            def named(stage: str, done: int, total: int, name: str = f"{request.name}@{collection}") -> None:
                progress(f"indexing {name}", done, total)

            index_collection(workspace, request.name, collection, device="cpu", progress=named)
            engine = open_engine(workspace, model=request.name, collection=collection)
            write_edition_runs(workspace, engine, workspace.edition(edition_of(collection)))
