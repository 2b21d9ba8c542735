"""The engine on a real small workspace: what it returns, and what it refuses."""

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.search import open_engine
from lpd.search.engine import SearchEngine
from lpd.services.editions import edition_runs
from lpd.services.indexing import index_collection
from lpd.services.status import workspace_status
from lpd.workspace import Workspace, open_workspace


@pytest.fixture(scope="module")
def engine(demo_workspace: Path) -> SearchEngine:
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


@pytest.fixture
def copy(demo_workspace: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=shutil.ignore_patterns("media", "previews"))
    return open_workspace(tmp_path / "w")


def test_fused_is_the_mean_of_the_spaces_over_all_shots(engine: SearchEngine) -> None:
    result = engine.search("two dogs running")
    scores = engine.similarities(result, np.arange(len(engine.shot_ids)))
    assert scores.shape == (10, len(engine.shot_ids))
    np.testing.assert_allclose(scores[0], scores[1:].mean(axis=0), atol=1e-6)
    for row, (name, hits) in enumerate(result.lists.items()):
        np.testing.assert_allclose(hits.scores, np.sort(scores[row])[::-1], atol=1e-6, err_msg=name)
        np.testing.assert_allclose(scores[row][hits.rows], hits.scores, atol=1e-6)


def test_similarities_are_the_model_s_own(engine: SearchEngine, demo_workspace: Path) -> None:
    """Index and query side together give what the model computes from the features directly."""
    import torch

    from lpd.checkpoints import load_checkpoint
    from lpd.text import load_text_encoder

    workspace = open_workspace(demo_workspace)
    folder = workspace.model_folder("lpd")
    model = load_checkpoint(folder).model
    query = "a red car on the street"
    text = {
        name: torch.from_numpy(load_text_encoder(folder / "text_encoders" / name).encode([query]))
        for name in model.text_features
    }
    video = {
        name: torch.from_numpy(workspace.features("inland", name).rows(engine.shot_ids))
        for name in model.video_features
    }
    with torch.inference_mode():
        expected = model(text, video)[:, 0].numpy()
    found = engine.similarities(engine.search(query), np.arange(len(engine.shot_ids)))[1:]
    np.testing.assert_allclose(found, expected, atol=2e-6)


def test_weights_change_the_fused_list_and_nothing_else(engine: SearchEngine) -> None:
    plain = engine.search("a boat")
    only = engine.search("a boat", weights=[0, 0, 0, 1, 0, 0, 0, 0, 0])
    assert only.lists["fused"].rows.tolist() == only.lists[engine.spaces[3]].rows.tolist()
    for space in engine.spaces:
        assert only.lists[space].rows.tolist() == plain.lists[space].rows.tolist()
    for weights in ([1.0], [0.0] * 9, [-1.0] + [1.0] * 8, [float("nan")] * 9):
        with pytest.raises(LpdError, match="weights"):
            engine.search("a boat", weights=weights)


def test_a_subset_is_searched_alone(demo_workspace: Path) -> None:
    workspace = open_workspace(demo_workspace)
    collection = workspace.collection("inland")
    engine = open_engine(workspace, model="lpd", collection="inland")
    collection.subsets["some"] = collection.shot_ids[5:12]
    object.__setattr__(engine, "collection", collection)
    result = engine.search("a horse", subset="some")
    assert result.shots_searched == 7
    for hits in result.lists.values():
        assert sorted(hits.rows.tolist()) == list(range(5, 12))


def test_threads_share_an_engine(engine: SearchEngine) -> None:
    queries = ["a dog", "two boats", "a child with a ball", "a bird at night"] * 4
    alone = [engine.search(query).lists["fused"].rows.tolist() for query in queries]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda query: engine.search(query).lists["fused"].rows.tolist(), queries))
    assert together == alone


def test_an_edition_in_one_pass_equals_single_queries(engine: SearchEngine, demo_workspace: Path) -> None:
    edition = open_workspace(demo_workspace).edition("avs-inland")
    runs = edition_runs(engine, edition, depth=30)
    for topic in edition.topics:
        result = engine.search(topic.text, depth=30)
        for name, hits in result.lists.items():
            ranked = runs[name].topics[topic.topic_id]
            assert set(ranked.shot_ids[:25]) <= {engine.shot_ids[row] for row in hits.rows}
            np.testing.assert_allclose(ranked.scores, hits.scores, atol=1e-6)


def test_fusion_weights_are_shares(engine: SearchEngine) -> None:
    weights = engine.fusion_weights(3)
    assert set(weights) == {space for space in engine.spaces if space.startswith("text:")}
    for shares in weights.values():
        assert sum(shares.values()) == pytest.approx(1, abs=1e-5)
        assert set(shares) == set(engine.card.video_features)


def test_a_missing_encoder_leaves_the_topics_searchable(copy: Workspace) -> None:
    whole = open_engine(copy, model="lpd", collection="inland")
    topic = copy.edition("avs-inland").topics[0].text
    expected = whole.search(topic).lists["fused"].rows.tolist()
    shutil.rmtree(copy.model_folder("lpd") / "text_encoders" / "w2v")
    engine = open_engine(copy, model="lpd", collection="inland")
    assert engine.encoder.missing_encoders == ["w2v"]
    assert engine.search(topic).lists["fused"].rows.tolist() == expected
    with pytest.raises(LpdError, match="encoder of text feature 'w2v' is not here"):
        engine.search("a dog nobody asked for")


def edit_json(path: Path, change: Callable[[dict], object]) -> None:
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def other_weights(w: Workspace) -> None:
    for name in ("model.safetensors", "config.json"):
        shutil.copyfile(w.model_folder("lpd-no-dcl") / name, w.model_folder("lpd") / name)


def other_index(w: Workspace) -> None:
    shutil.rmtree(w.index_folder("lpd", "inland"))
    shutil.copytree(w.index_folder("laff", "inland"), w.index_folder("lpd", "inland"))


def collection_changed(w: Workspace) -> None:
    from lpd.collection import write_collection

    collection = w.collection("inland")
    table = collection.shots.iloc[1:].reset_index(drop=True)
    write_collection(w.collection_folder("inland"), type(collection)("inland", table, {}))


def truncated_weights(w: Workspace) -> None:
    path = w.model_folder("lpd") / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def no_index(w: Workspace) -> None:
    shutil.rmtree(w.index_folder("lpd", "inland"))


def half_index(w: Workspace) -> None:
    (w.index_folder("lpd", "inland") / "manifest.json").unlink()


def truncated_index(w: Workspace) -> None:
    path = w.index_folder("lpd", "inland") / "space_04.npy"
    path.write_bytes(path.read_bytes()[:-100])


def other_encoder(w: Workspace) -> None:
    folder = w.model_folder("lpd") / "text_encoders"
    shutil.rmtree(folder / "w2v")
    shutil.copytree(folder / "bow", folder / "w2v")


def damaged_encoder(w: Workspace) -> None:
    (w.model_folder("lpd") / "text_encoders" / "bow" / "encoder.json").write_text("{")


def damaged_config(w: Workspace) -> None:
    edit_json(w.model_folder("lpd") / "config.json", lambda document: document.pop("spaces"))


BAD_WORKSPACES = {
    "model trained again": (other_weights, "another model.*lpd index"),
    "index of another model": (other_index, "another model.*lpd index"),
    "collection with other shots": (collection_changed, "another collection.*lpd index"),
    "truncated checkpoint": (truncated_weights, "model.safetensors"),
    "no index": (no_index, "no index.*lpd index --model lpd --collection inland"),
    "half-written index": (half_index, "half-written"),
    "truncated index": (truncated_index, "space_04.npy"),
    "encoder of another width": (other_encoder, "encoder of another model|w2v"),
    "damaged encoder": (damaged_encoder, "encoder.json"),
    "damaged config": (damaged_config, "spaces"),
}


@pytest.mark.parametrize("name", BAD_WORKSPACES)
def test_what_does_not_fit_is_refused_with_a_sentence(name: str, copy: Workspace) -> None:
    damage, sentence = BAD_WORKSPACES[name]
    damage(copy)
    with pytest.raises(LpdError, match=sentence) as caught:
        open_engine(copy, model="lpd", collection="inland")
    assert "\n" not in str(caught.value)
    assert workspace_status(copy), "the status still lists what is there"


def test_status_names_stale_and_missing_indexes(copy: Workspace) -> None:
    other_weights(copy)
    shutil.rmtree(copy.index_folder("laff", "coast"))
    states = {(row.kind, row.name): row for row in workspace_status(copy)}
    assert states["index", "lpd@inland"].state == "stale"
    assert states["index", "laff@coast"].state == "missing"
    assert "lpd index --model laff --collection coast" in states["index", "laff@coast"].sentence


def test_features_of_another_width_are_not_indexed(copy: Workspace) -> None:
    from lpd.features import write_matrix

    ids = copy.collection("inland").shot_ids
    before = sorted(copy.index_folder("lpd", "inland").iterdir())
    rows = np.zeros((len(ids), 3), np.float32)
    write_matrix(copy.feature_folder("inland", "colour"), [rows], name="colour", ids=ids)
    with pytest.raises(LpdError, match="546 dimensions; found 3"):
        index_collection(copy, "lpd", "inland", device="cpu")
    assert sorted(copy.index_folder("lpd", "inland").iterdir()) == before
