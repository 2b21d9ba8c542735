"""The large workspace answers real text with the demo's models and shows the demo's pictures."""

import numpy as np
import pytest

from benchmarks.make_large import copied_rows, make_large
from lpd.errors import LpdError
from lpd.search import open_engine
from lpd.services.indexing import index_collection
from lpd.workspace import Workspace, open_workspace

SHOTS = 300


@pytest.fixture(scope="module")
def demo(demo_workspace) -> Workspace:
    return open_workspace(demo_workspace)


@pytest.fixture(scope="module")
def large(demo, tmp_path_factory) -> Workspace:
    out = tmp_path_factory.mktemp("large") / "large"
    return make_large(demo, out, collection=demo.defaults["collection"], shots=SHOTS, seed=0)


def test_copies_come_in_the_order_of_the_demo(demo, large):
    small, collection = (one.collection(demo.defaults["collection"]) for one in (demo, large))
    assert len(collection) == SHOTS > 2 * len(small)
    rows, numbers = copied_rows(len(small), SHOTS)
    expected = [f"{small.shot_ids[row]}.{number}" for row, number in zip(rows, numbers, strict=True)]
    assert collection.shot_ids == expected
    assert collection.shots["video_id"].nunique() > 2 * small.shots["video_id"].nunique()


def test_a_copy_shows_the_picture_of_its_shot(demo, large):
    name = demo.defaults["collection"]
    small, collection = demo.collection(name), large.collection(name)
    for kind in ("thumbnail", "preview"):
        original = demo.media_file(small, small.shot_ids[3], kind)
        copy = large.media_file(collection, f"{small.shot_ids[3]}.1", kind)
        assert original is not None
        assert copy.read_bytes() == original.read_bytes()


def test_features_are_the_demo_s_with_noise_of_their_own(demo, large):
    name = demo.defaults["collection"]
    assert large.feature_names(name) == demo.feature_names(name)
    feature, copies = demo.features(name, "colour"), large.features(name, "colour")
    shot = demo.collection(name).shot_ids[5]
    original = feature.rows([shot])[0]
    first, second, third = copies.rows([f"{shot}.{number}" for number in range(3)])
    np.testing.assert_allclose(first, original, atol=1e-3)
    assert not np.allclose(second, third, atol=1e-3)
    moving = feature.rows(demo.collection(name).shot_ids).std(axis=0) > 1e-3
    assert np.abs(second - original)[moving].mean() > 0.0
    assert np.abs(second - original)[~moving].max(initial=0) < 0.01


def test_relevant_shots_are_relevant_in_every_copy(demo, large):
    edition = large.edition(large.defaults["edition"])
    assert [topic.text for topic in edition.topics] == [
        topic.text for topic in demo.edition(edition.name).topics
    ]
    topic = edition.topics[0].topic_id
    before, after = demo.qrels(edition.name).relevant(topic), large.qrels(edition.name).relevant(topic)
    known = set(large.collection(edition.collection).shot_ids)
    assert after == {f"{shot}.{number}" for shot in before for number in range(SHOTS)} & known
    assert len(after) > 2 * len(before)


def test_real_text_is_answered_from_a_quantised_index(demo, large):
    name, model = large.defaults["collection"], large.defaults["model"]
    assert large.model_card(model).digest == demo.model_card(model).digest
    assert index_collection(large, model, name, kind="quantised", device="cpu") == "quantised"
    engine = open_engine(large, model=model, collection=name)
    text = large.edition(large.defaults["edition"]).topics[0].text
    result = engine.search(text, depth=50)
    assert len(result.lists["fused"].rows) == 50
    original = open_engine(demo, model=model, collection=name).search(text, depth=5)
    demo_ids = demo.collection(name).shot_ids
    best = {demo_ids[row] for row in original.lists["fused"].rows}
    found = {engine.shot_ids[row].rpartition(".")[0] for row in result.lists["fused"].rows}
    assert best <= found  # the first copies have no noise


def test_nothing_is_overwritten_and_a_failure_leaves_nothing(demo, tmp_path, monkeypatch):
    (tmp_path / "taken").mkdir()
    name = demo.defaults["collection"]
    with pytest.raises(LpdError, match="something here already"):
        make_large(demo, tmp_path / "taken", collection=name, shots=10, seed=0)

    def fails(*arguments: object, **settings: object) -> None:
        raise LpdError("no more room")

    monkeypatch.setattr("benchmarks.make_large.copy_models", fails)
    with pytest.raises(LpdError, match="no more room"):
        make_large(demo, tmp_path / "new", collection=name, shots=10, seed=0)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
