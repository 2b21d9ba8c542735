"""The queries that an index is measured with: topics, then captions, else shots."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from lpd.search import SearchEngine, open_engine
from lpd.search.queries import QueryEncoder
from lpd.services import sample_queries as module
from lpd.services.sample_queries import sample_queries
from lpd.workspace import Workspace, open_workspace


@pytest.fixture
def copy(demo_workspace: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=shutil.ignore_patterns("media", "previews"))
    return open_workspace(tmp_path / "w")


def opened(workspace: Workspace) -> SearchEngine:
    return open_engine(workspace, model="lpd", collection="inland")


def no_captions(workspace: Workspace) -> None:
    """The model says nothing of captions that it was validated with, as one brought from elsewhere."""
    path = workspace.model_folder("lpd") / "config.json"
    document = json.loads(path.read_text())
    document["training"].pop("validation")
    path.write_text(json.dumps(document))


def test_topics_first_then_captions(copy: Workspace) -> None:
    engine = opened(copy)
    queries = sample_queries(engine.encoder, engine.index)
    assert queries.source == "topics and captions"
    topics = [topic.text for topic in copy.edition("avs-inland").topics]
    assert [len(space) for space in queries.vectors] == [64] * 9
    for found, expected in zip(queries.vectors, engine.encoder.vectors(topics), strict=True):
        np.testing.assert_allclose(found[: len(topics)], expected, atol=1e-6)
    again = sample_queries(engine.encoder, engine.index)
    other = sample_queries(engine.encoder, engine.index, seed=1)
    assert all(np.array_equal(one, two) for one, two in zip(queries.vectors, again.vectors, strict=True))
    assert not np.array_equal(queries.vectors[0], other.vectors[0])


def test_topics_alone(copy: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    no_captions(copy)
    engine = opened(copy)
    assert sample_queries(engine.encoder, engine.index).source == "topics"
    monkeypatch.setattr(module, "MOST", 5)
    assert [len(space) for space in sample_queries(engine.encoder, engine.index).vectors] == [5] * 9


def test_captions_alone(copy: Workspace) -> None:
    shutil.rmtree(copy.edition_folder("avs-inland"))
    engine = opened(copy)
    queries = sample_queries(engine.encoder, engine.index)
    assert queries.source == "captions"
    assert len(queries.vectors[0]) == 64


def test_shots_where_there_is_no_text(copy: Workspace) -> None:
    no_captions(copy)
    shutil.rmtree(copy.edition_folder("avs-inland"))
    engine = opened(copy)
    queries = sample_queries(engine.encoder, engine.index)
    assert queries.source == "shots"
    count = min(64, engine.index.shots)
    assert [len(space) for space in queries.vectors] == [count] * 9
    best = engine.index.search(queries.vectors, 1)
    assert len({int(block.fused.rows[0]) for block in best}) == count, "each finds itself"


def test_texts_that_cannot_be_encoded_are_left_out(copy: Workspace) -> None:
    """Without an encoder the topics' features were computed before, and captions cannot be searched."""
    shutil.rmtree(copy.model_folder("lpd") / "text_encoders" / "w2v")
    engine = opened(copy)
    assert sample_queries(engine.encoder, engine.index).source == "topics"
    shutil.rmtree(copy.text_feature_folder("avs-inland", "w2v"))
    engine = opened(copy)
    assert sample_queries(engine.encoder, engine.index).source == "shots"


def test_texts_without_a_vector_are_left_out(copy: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A zero vector would find every shot equally good, and miss nothing."""
    no_captions(copy)
    vectors = QueryEncoder.vectors

    def some_are_zero(self: QueryEncoder, queries: list[str]) -> list[np.ndarray]:
        found = vectors(self, queries)
        for space in found[3:5]:
            space[["dog" in query for query in queries]] = 0
        return found

    monkeypatch.setattr(QueryEncoder, "vectors", some_are_zero)
    engine = opened(copy)
    topics = [topic.text for topic in copy.edition("avs-inland").topics]
    dogs = sum("dog" in topic for topic in topics)
    assert dogs > 0
    assert len(sample_queries(engine.encoder, engine.index).vectors[0]) == len(topics) - dogs
