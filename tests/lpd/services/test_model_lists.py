"""Every list of a model over an edition, and what each alone finds."""

import pytest

from lpd.search import open_engine
from lpd.services.editions import edition_runs
from lpd.services.live_reranking import LiveReranking
from lpd.services.model_lists import found_alone_counts, model_lists, named_reranking
from lpd.trec import Qrels, make_run
from lpd.workspace import open_workspace


@pytest.fixture(scope="module")
def engine(demo_workspace):
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


def test_a_name_says_how_a_list_is_reranked() -> None:
    assert named_reranking("mmr@.5") == LiveReranking("mmr", 0.5)
    assert named_reranking("xquad@0.3") == LiveReranking("xquad", 0.3)


def test_the_lists_are_those_of_the_edition(engine, demo_workspace) -> None:
    edition = open_workspace(demo_workspace).edition("avs-inland")
    plain = edition_runs(engine, edition)
    made = model_lists(engine, edition, reranked=["mmr@.5"], leave_out=True)
    assert list(made.runs) == [*plain, "mmr@.5"]
    topic = edition.topics[0].topic_id
    for name, run in plain.items():
        assert made.runs[name].topics[topic].shot_ids == run.topics[topic].shot_ids
    assert set(made.without) == {"fused", "mmr@.5"}
    assert set(made.without["fused"]) == set(engine.spaces)
    assert model_lists(engine, edition).without == {}


def test_what_a_list_alone_finds() -> None:
    def run(shots: str):
        return make_run("x", {"t": (list(shots), list(range(len(shots), 0, -1)))})

    qrels = Qrels([("t", shot, "1", 1) for shot in "abcd"])
    spaces = {"one": run("ab"), "two": run("bc")}
    found, relevant = found_alone_counts(spaces, {"fused": run("bd")}, qrels=qrels, k=2)
    assert found == {"one": 1, "two": 1, "fused": 1}  # the fused list takes nothing from the spaces
    assert relevant == {"one": 2, "two": 2, "fused": 2}
