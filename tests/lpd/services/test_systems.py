"""Every system trained for a few steps on the demo, from names to a model that searches or re-ranks."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lpd.checkpoints import load_checkpoint
from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.models import MODELS, SpaceModel
from lpd.search import open_engine
from lpd.services.editions import edition_runs, evaluate_edition
from lpd.services.indexing import index_collection, measuring_engine
from lpd.services.reranking import RerankRequest, rerank_run
from lpd.services.status import workspace_status
from lpd.services.training import ModelRequest, train_model
from lpd.training import read_history
from lpd.workspace import Workspace, open_workspace

SETTINGS = ("epochs=1", "batch_size=32", "learning_rate=0.003")
FRAMES = {
    "text_features": ("twotower",),
    "video_features": ("frames:twotower@6",),
    "options": ("frames=6",),
    "width": 128,
}
REQUESTS: dict[str, ModelRequest] = {
    name: ModelRequest(name, **{"system": name, "width": 16, **more})
    for name, more in {
        "lpd": {},
        "laff": {},
        "sea": {},
        "txv": {},
        "w2vvpp": {},
        "dual-encoding": {},
        "dual-encoding-full": {
            "text_features": ("bow",),
            "video_features": ("frames:shape",),
            "options": ("text_hidden=8", "video_hidden=8", "filters=4", "embedding=8"),
        },
        "dual-task": {},
        "dual-task-full": {
            "text_features": ("bow",),
            "video_features": ("frames:shape",),
            "options": ("text_hidden=8", "video_hidden=8", "filters=4", "embedding=8"),
        },
        "ridge": {},
        "zero-shot": {"text_features": ("twotower",), "video_features": ("twotower",)},
        "clip4clip": FRAMES | {"options": ("frames=6", "heads=4", "layers=1", "pooling=transformer")},
        "ts2net": FRAMES,
        "xclip": FRAMES | {"options": ("frames=6", "heads=4", "layers=1")},
        "teachclip": FRAMES | {"options": ("frames=6", "heads=4", "layers=1"), "teachers": ("xclip",)},
        "sea-trainable": {
            "system": "sea",
            "text_features": ("bow",),
            "encoders": ("gru:hidden=8", "bigru:hidden=8", "netvlad:clusters=2"),
        },
        "w2vvpp-trainable": {"system": "w2vvpp", "text_features": ("bow",), "encoders": ("gru:hidden=8",)},
        "laff-trainable": {"system": "laff", "text_features": ("bow",), "encoders": ("bigru:hidden=8",)},
        "lpd-trainable": {"system": "lpd", "text_features": ("bow",), "encoders": ("gru:hidden=8",)},
        "laff-dcl": {"system": "laff", "settings": ("dcl_weight=0.2",)},
        "sea-dcl": {"system": "sea", "settings": ("dcl_weight=0.2",)},
        "txv-dcl": {"system": "txv", "settings": ("dcl_weight=0.2",), "options": ("two_layer=false",)},
        "sea-original": {"system": "sea", "preset": "original"},
        "txv-original": {"system": "txv", "preset": "original"},
        "dual-task-original": {"system": "dual-task", "preset": "original"},
        "sea-on-sum": {"system": "sea", "settings": ("select_on_sum=true",)},
        "lpd-literal": {"system": "lpd", "preset": "paper-literal"},
        "lpd-random-half": {"system": "lpd", "settings": ("ef=random_half", "dcl_mode=zero")},
    }.items()
    for more in [{"captions": "train", "validation": "valid", "device": "cpu", **more}]
}


@pytest.fixture(scope="module")
def copy(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    path = tmp_path_factory.mktemp("systems") / "w"
    shutil.copytree(demo_workspace, path, ignore=shutil.ignore_patterns("media", "indexes", "models"))
    (path / "models").mkdir()
    return open_workspace(path)


@pytest.fixture(scope="module")
def trained(copy: Workspace):
    """Trains a request once, its teachers first."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)

    def make(name: str) -> Workspace:
        if name not in copy.model_names():
            request = REQUESTS[name]
            for teacher in request.teachers:
                make(teacher)
            train_model(copy, replace(request, settings=(*SETTINGS, *request.settings)))
        return copy

    yield make
    torch.set_num_threads(before)


def test_every_system_is_trained_here():
    assert {request.system for request in REQUESTS.values()} == set(MODELS)


@pytest.mark.parametrize("name", REQUESTS)
def test_each_system_trains_and_searches(trained, name):
    workspace = trained(name)
    card = workspace.model_card(name)
    history = read_history(workspace.model_folder(name) / "history.jsonl")
    assert history[-1]["validation"]["mAP"] > 0
    edition, qrels = workspace.edition("avs-inland"), workspace.qrels("avs-inland")
    if card.bi_encoder:
        engine = measuring_engine(workspace, name, edition)
        measured = evaluate_edition(edition_runs(engine, edition), qrels)
        assert list(measured) == ["fused", *(space.name for space in card.spaces)]
        assert all(0 < one.mean["infAP"] < 1 for one in measured.values())
        return
    run = workspace.run("avs-inland", "lpd")
    again = rerank_run(workspace, run, edition=edition, request=RerankRequest("model", model=name, pool=20))
    for topic, ranked in run.topics.items():
        assert set(again.topics[topic].shot_ids) == set(ranked.shot_ids)
        assert again.topics[topic].shot_ids[20:] == ranked.shot_ids[20:]
    assert any(again.topics[topic].shot_ids != ranked.shot_ids for topic, ranked in run.topics.items())


def test_an_index_and_the_memory_give_the_same_lists(trained):
    workspace = trained("dual-task")
    index_collection(workspace, "dual-task", "inland", device="cpu")
    edition = workspace.edition("avs-inland")
    written = edition_runs(open_engine(workspace, model="dual-task", collection="inland"), edition)
    in_memory = edition_runs(measuring_engine(workspace, "dual-task", edition), edition)
    for name, run in written.items():
        for topic, ranked in run.topics.items():
            assert ranked.shot_ids == in_memory[name].topics[topic].shot_ids


def test_dual_task_fuses_stretched_lists(trained):
    workspace = trained("dual-task")
    edition = workspace.edition("avs-inland")
    engine = measuring_engine(workspace, "dual-task", edition)
    result = engine.search(edition.topics[0].text, depth=engine.index.shots)
    every = np.arange(engine.index.shots)
    fused, *spaces = engine.similarities(result, every)
    stretched = [(one - one.min()) / max(one.max() - one.min(), 1e-30) for one in spaces]
    np.testing.assert_allclose(fused, 0.7 * stretched[0] + 0.3 * stretched[1], atol=1e-5)
    hits = result.lists["fused"]
    np.testing.assert_allclose(hits.scores, fused[hits.rows], atol=1e-6)
    model = load_checkpoint(workspace.model_folder("dual-task")).model
    scores = model.fuse(torch.tensor(np.stack(spaces))[:, None])[0]
    np.testing.assert_allclose(scores.numpy(), fused, atol=1e-5)


def test_fusion_within_a_subset_stretches_within_it(trained):
    workspace = trained("dual-task")
    edition = workspace.edition("avs-inland")
    engine = measuring_engine(workspace, "dual-task", edition)
    some = engine.shot_ids[::3]
    engine.collection.subsets["third"] = some
    result = engine.search(edition.topics[0].text, depth=len(some), subset="third")
    rows = engine.collection.rows(some)
    spaces = engine.similarities(result, rows)[1:]
    stretched = [(one - one.min()) / max(one.max() - one.min(), 1e-30) for one in spaces]
    by_row = dict(zip(rows.tolist(), 0.7 * stretched[0] + 0.3 * stretched[1], strict=True))
    hits = result.lists["fused"]
    np.testing.assert_allclose(hits.scores, [by_row[row] for row in hits.rows.tolist()], atol=1e-5)


def farthest_weight(first: SpaceModel, second: SpaceModel) -> float:
    pairs = zip(first.parameters(), second.parameters(), strict=True)
    return max(float((one - other).detach().abs().max()) for one, other in pairs)


def test_going_on_from_a_model(trained):
    workspace = trained("sea")
    request = replace(REQUESTS["sea"], name="sea-on", init_from="sea", settings=(*SETTINGS, "epochs=1"))
    train_model(workspace, request)
    first, second = (load_checkpoint(workspace.model_folder(name)).model for name in ("sea", "sea-on"))
    fresh = train_model(workspace, replace(REQUESTS["sea"], name="sea-new", seed=1, settings=SETTINGS))
    other = load_checkpoint(workspace.model_folder(fresh["name"])).model
    assert 0 < farthest_weight(first, second) < farthest_weight(first, other)
    buffers = zip(first.buffers(), second.buffers(), strict=True)
    assert all(torch.equal(one, other) for one, other in buffers)  # the input normalisation stays
    assert (
        workspace.model_card("sea-on").config["made_from"]["started_from"]
        == workspace.model_card("sea").digest
    )
    with pytest.raises(MismatchError, match="width 8"):
        train_model(workspace, replace(request, width=8))


BAD = {
    "no validation": ({"validation": ""}, LpdError, "no validation captions"),
    "feature not there": ({"text_features": ("bert",)}, NotFoundError, "bert of train, bert of valid"),
    "video feature not there": ({"video_features": ("clip",)}, NotFoundError, "'clip'"),
    "one space": (
        {"system": "w2vvpp", "settings": ("dcl_weight=0.2",)},
        MismatchError,
        "DcL needs two common spaces",
    ),
    "small batch": ({"settings": ("batch_size=2",)}, FormatError, "from 3"),
    "dimensions differ": (
        {"system": "zero-shot", "text_features": ("bow",), "video_features": ("colour",)},
        FormatError,
        "dimension",
    ),
    "no such system": ({"system": "sae"}, NotFoundError, "unknown system"),
    "no teacher": (
        {
            "system": "teachclip",
            "text_features": ("twotower",),
            "video_features": ("frames:twotower@6",),
            "options": ("frames=6", "heads=4"),
        },
        LpdError,
        "--teacher",
    ),
    "tokens as a vector": (
        {"system": "sea", "text_features": ("bow", "tokens")},
        FormatError,
        "no vector|need each",
    ),
    "unknown encoder": ({"system": "sea", "encoders": ("lstm",)}, FormatError, "gru"),
    "encoder in a system without": ({"system": "txv", "encoders": ("gru",)}, LpdError, "no trainable"),
    "unknown option": ({"options": ("fuse=1",)}, FormatError, "fuse"),
    "no such caption set": ({"captions": "train,valif"}, NotFoundError, "valif"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_sentence_before_any_step(copy: Workspace, case: str) -> None:
    changes, kind, words = BAD[case]
    request = replace(ModelRequest("bad", "lpd", "train", "valid", width=16, device="cpu"), **changes)

    def no_step(stage: str, done: int, total: int) -> None:
        raise AssertionError(f"{stage} began")

    with pytest.raises(kind, match=words) as raised:
        train_model(copy, request, progress=no_step)
    assert "\n" not in str(raised.value)
    assert not copy.model_folder("bad").exists() or not any(copy.model_folder("bad").iterdir())


def test_a_reranker_cannot_be_indexed(trained):
    workspace = trained("ts2net")
    with pytest.raises(LpdError, match="lpd rerank RUN"):
        index_collection(workspace, "ts2net", "inland")
    with pytest.raises(LpdError, match="lpd rerank RUN"):
        open_engine(workspace, model="ts2net", collection="inland")
    assert "ts2net" in workspace.model_names()
    assert "ts2net" not in workspace.searchable_models()
    rows = [row for row in workspace_status(workspace) if "ts2net" in row.name]
    assert [(row.kind, row.state) for row in rows] == [("model", "ok")]
    assert "re-ranker" in rows[0].sentence
