"""Indexes of the demo's collections: what is stored, what a stop costs, what the rule chooses."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.features import write_matrix
from lpd.progress import Progress
from lpd.search import choice, open_engine, open_exact_index
from lpd.search.quantised_files import open_quantised_arrays, verify_files
from lpd.search.quantised_writer import partial_build, partial_folder
from lpd.services import embedding
from lpd.services.indexing import index_collection
from lpd.services.status import StatusRow, workspace_status
from lpd.workspace import Workspace, open_workspace


@pytest.fixture
def copy(demo_workspace: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=shutil.ignore_patterns("media", "previews"))
    return open_workspace(tmp_path / "w")


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 10 shots."""
    monkeypatch.setattr(embedding, "_MOST_SHOTS", 10)


def status_of(workspace: Workspace, model: str, collection: str) -> StatusRow:
    name = f"{model}@{collection}"
    return next(row for row in workspace_status(workspace) if (row.kind, row.name) == ("index", name))


def stopping(at: int) -> Progress:
    """Returns progress that presses Ctrl-C when so many blocks are embedded."""
    calls = 0

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal calls
        calls += stage == "embedding shots"
        if calls == at:
            raise KeyboardInterrupt

    return progress


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(("model", "components"), [("lpd", 6), ("laff", 9)])
def test_codes_hold_the_same_vectors(
    copy: Workspace, small_blocks: None, model: str, components: int
) -> None:
    """LPD keeps six video embeddings and what mixes them in place of nine vectors; LAFF has no such form."""
    exact, _ = open_exact_index(copy.index_folder(model, "inland"))
    assert index_collection(copy, model, "inland", kind="quantised", device="cpu") == "quantised"
    folder = copy.index_folder(model, "inland")
    arrays, manifest = open_quantised_arrays(folder)
    verify_files(folder, manifest)
    assert len(arrays.component_widths) == components
    assert (arrays.mixing is None) == (model == "laff")
    engine = open_engine(copy, model=model, collection="inland")
    assert list(arrays.shot_ids) == engine.shot_ids
    rows = np.arange(exact.shots)
    for whole, kept in zip(exact.vectors(rows), engine.index.vectors(rows), strict=True):
        np.testing.assert_allclose(kept, whole, atol=5e-4)
    assert not engine.exactness.exact
    assert engine.exactness.words == "approximate (8-bit codes, recall 1.0000 over 64 queries)"


@pytest.mark.parametrize("model", ["lpd", "laff"])
def test_lists_of_codes_are_those_of_the_exact_index(copy: Workspace, model: str) -> None:
    topics = [topic.text for topic in copy.edition("avs-coast").topics]
    exact = open_engine(copy, model=model, collection="coast").search_many(topics, depth=100)
    index_collection(copy, model, "coast", kind="quantised", device="cpu")
    coded = open_engine(copy, model=model, collection="coast").search_many(topics, depth=100)
    for one, other in zip(exact, coded, strict=True):
        for name, hits in one.lists.items():
            np.testing.assert_allclose(other.lists[name].scores, hits.scores, atol=2e-4)


def test_the_recall_is_measured_and_written_down(copy: Workspace) -> None:
    index_collection(copy, "lpd", "inland", kind="quantised", device="cpu")
    _, manifest = open_quantised_arrays(copy.index_folder("lpd", "inland"))
    recall = manifest.settings["recall"]
    assert (recall["depth"], recall["queries"], recall["source"]) == (1000, 64, "topics and captions")
    assert list(recall["mean"]) == ["fused", *(space.name for space in copy.model_card("lpd").spaces)]
    assert all(0.99 <= recall["worst"][name] <= mean <= 1 for name, mean in recall["mean"].items())


def test_the_rule_chooses_and_the_status_says_why(copy: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert index_collection(copy, "lpd", "inland", device="cpu") == "exact"
    assert "exact, " in status_of(copy, "lpd", "inland").sentence
    assert "by the rule, which takes exact for at most 512 MiB" in status_of(copy, "lpd", "inland").sentence
    index_collection(copy, "lpd", "inland", kind="quantised", device="cpu")
    row = status_of(copy, "lpd", "inland")
    assert row.state == "ok"
    assert row.sentence.startswith("approximate (8-bit codes, recall 1.0000 over 64 queries), ")
    assert "chosen by hand; the rule takes exact for at most 512 MiB" in row.sentence
    monkeypatch.setattr(choice, "EXACT_AT_MOST", 1 << 18)
    assert index_collection(copy, "lpd", "inland", device="cpu") == "quantised"
    assert (
        "by the rule, which takes quantised for more than 0.25 MiB"
        in status_of(copy, "lpd", "inland").sentence
    )
    assert "exact, " in status_of(copy, "lpd", "coast").sentence
    assert "chosen by hand; the rule takes quantised" in status_of(copy, "lpd", "coast").sentence


@pytest.mark.parametrize("model", ["lpd", "laff"])
def test_a_stopped_build_goes_on(copy: Workspace, small_blocks: None, model: str) -> None:
    folder = copy.index_folder(model, "inland")
    index_collection(copy, model, "inland", kind="quantised", device="cpu")
    at_once = files_of(folder)
    shutil.rmtree(folder)
    with pytest.raises(KeyboardInterrupt):
        index_collection(copy, model, "inland", kind="quantised", device="cpu", progress=stopping(4))
    assert not folder.exists()
    stopped = partial_build(folder)
    assert stopped is not None
    assert 0 < stopped.rows < stopped.shots
    row = status_of(copy, model, "inland")
    assert row.state == "missing"
    command = f"lpd index --model {model} --collection inland --kind quantised"
    shots = stopped.shots
    assert (
        row.sentence == f"a build was stopped at {stopped.rows} of {shots} shots; next, to go on: {command}"
    )
    calls: list[tuple[str, int, int]] = []
    index_collection(
        copy, model, "inland", kind="quantised", device="cpu", progress=lambda *call: calls.append(call)
    )
    assert calls[0] == ("embedding shots", stopped.rows, shots)
    assert ("embedding shots", shots, shots) in calls
    assert calls[-1] == ("measuring recall", shots, shots)
    assert files_of(folder) == at_once
    assert not partial_folder(folder).exists()


def test_an_old_index_serves_while_a_build_is_stopped(copy: Workspace, small_blocks: None) -> None:
    before = files_of(copy.index_folder("lpd", "inland"))
    with pytest.raises(KeyboardInterrupt):
        index_collection(copy, "lpd", "inland", kind="quantised", device="cpu", progress=stopping(3))
    assert files_of(copy.index_folder("lpd", "inland")) == before
    row = status_of(copy, "lpd", "inland")
    assert row.state == "ok"
    assert row.sentence.startswith("exact, ")
    assert "; a build was stopped at " in row.sentence
    assert open_engine(copy, model="lpd", collection="inland").search("a dog").lists
    assert copy.index_names("lpd") == ["coast", "inland"], "a build that was stopped is no index"


def test_a_stopped_build_of_another_model_begins_anew(copy: Workspace, small_blocks: None) -> None:
    with pytest.raises(KeyboardInterrupt):
        index_collection(copy, "lpd", "inland", kind="quantised", device="cpu", progress=stopping(3))
    for name in ("model.safetensors", "config.json"):
        shutil.copyfile(copy.model_folder("lpd-no-dcl") / name, copy.model_folder("lpd") / name)
    row = status_of(copy, "lpd", "inland")
    assert row.state == "stale"
    assert "of another model or collection; next, anew: " in row.sentence
    calls: list[tuple[str, int, int]] = []
    index_collection(
        copy, "lpd", "inland", kind="quantised", device="cpu", progress=lambda *call: calls.append(call)
    )
    assert calls[0][1] == 0
    assert status_of(copy, "lpd", "inland").state == "ok"


def test_an_exact_index_takes_the_place_of_a_stopped_build(copy: Workspace, small_blocks: None) -> None:
    with pytest.raises(KeyboardInterrupt):
        index_collection(copy, "lpd", "inland", kind="quantised", device="cpu", progress=stopping(3))
    index_collection(copy, "lpd", "inland", device="cpu")
    assert partial_build(copy.index_folder("lpd", "inland")) is None
    assert "stopped" not in status_of(copy, "lpd", "inland").sentence


def test_an_unknown_kind_is_refused(copy: Workspace) -> None:
    with pytest.raises(LpdError, match="expected auto, exact, quantised, milvus; found 'faiss'"):
        index_collection(copy, "lpd", "inland", kind="faiss", device="cpu")


def test_blocks_are_as_small_as_features_are_wide(copy: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    card, ids = copy.model_card("laff"), copy.collection("inland").shot_ids
    opened = embedding.open_embedding(
        copy, card, embedding.video_inputs(copy, card, "inland"), shot_ids=ids, device="cpu"
    )
    numbers = sum(card.video_features.values()) + sum(space.width for space in card.spaces)
    monkeypatch.setattr(embedding, "_BLOCK_BYTES", 4 * numbers * 7)
    first, *_, last = (block[0].shape[0] for block in opened.blocks())
    assert (first, last) == (7, len(ids) % 7 or 7)


@pytest.mark.parametrize("kind", ["exact", "quantised"])
def test_features_may_lie_in_another_order(copy: Workspace, small_blocks: None, kind: str) -> None:
    index_collection(copy, "lpd", "inland", kind=kind, device="cpu")
    before = files_of(copy.index_folder("lpd", "inland"))
    for name in ("colour", "shape"):
        matrix = copy.features("inland", name)
        ids = matrix.ids[::-1]
        rows = matrix.rows(ids)
        write_matrix(copy.feature_folder("inland", name), [rows], name=name, ids=ids)
    index_collection(copy, "lpd", "inland", kind=kind, device="cpu")
    after = files_of(copy.index_folder("lpd", "inland"))
    del before["manifest.json"], after["manifest.json"]  # the features' digests
    assert after == before
