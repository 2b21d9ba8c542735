"""The lists of a model as columns, on a real small workspace: against runs made and measured one by one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lpd.editions import Edition
from lpd.evaluation import BEST, add_best, evaluate_run, topic_table
from lpd.search import SearchEngine, open_engine
from lpd.services.editions import edition_runs
from lpd.services.model_columns import measured_runs, model_runs, without_name
from lpd.services.space_worth import search_space_lists
from lpd.trec import Qrels, Run
from lpd.workspace import Workspace, open_workspace


@pytest.fixture(scope="module")
def workspace(demo_workspace: Path) -> Workspace:
    return open_workspace(demo_workspace)


@pytest.fixture(scope="module")
def engine(workspace: Workspace) -> SearchEngine:
    return open_engine(workspace, model="lpd", collection="inland")


@pytest.fixture(scope="module")
def edition(workspace: Workspace) -> Edition:
    whole = workspace.edition("avs-inland")
    return replace(whole, topics=whole.topics[:6])


@pytest.fixture(scope="module")
def runs(engine: SearchEngine, edition: Edition) -> dict[str, Run]:
    return model_runs(engine, edition, search_space_lists(engine, edition, depth=200))


def only(qrels: Qrels, edition: Edition) -> Qrels:
    kept = {topic.topic_id for topic in edition.topics}
    return Qrels([row for row in qrels.rows() if row.topic_id in kept])


def test_names_and_lists(engine: SearchEngine, edition: Edition, runs: dict[str, Run]) -> None:
    assert list(runs) == ["fused", *engine.spaces, *(without_name(one) for one in engine.spaces)]
    plain = edition_runs(engine, edition, depth=200)
    for name, run in plain.items():
        assert {one: ranked.shot_ids for one, ranked in runs[name].topics.items()} == {
            one: ranked.shot_ids for one, ranked in run.topics.items()
        }
    first = engine.spaces[0]
    weights = [float(one != first) for one in engine.spaces]
    left = edition_runs(engine, edition, depth=200, weights=weights)["fused"]
    for topic_id, ranked in left.topics.items():
        assert runs[without_name(first)].topics[topic_id].shot_ids == ranked.shot_ids


def test_the_table_of_a_model(
    workspace: Workspace, engine: SearchEngine, edition: Edition, runs: dict[str, Run]
) -> None:
    qrels = only(workspace.qrels("avs-inland", "pooled"), edition)
    table = add_best(topic_table(edition, measured_runs(runs, qrels), qrels=qrels), engine.spaces)
    assert table.columns == (*runs, BEST)
    for name, run in runs.items():
        expected = evaluate_run(run, qrels)
        assert table.of(name).tolist() == [expected.topics[one]["infAP"] for one in table.topic_ids]
        assert table.means[table.position(name)] == pytest.approx(expected.mean["infAP"], abs=1e-15)
    spaces = np.array([table.of(one) for one in engine.spaces])
    assert table.of(BEST).tolist() == spaces.max(axis=0).tolist()
    assert set(table.taken_from[BEST]) <= set(engine.spaces)


def test_complete_judgements_bring_both_families(
    workspace: Workspace, edition: Edition, runs: dict[str, Run]
) -> None:
    qrels = only(workspace.qrels("avs-inland", "complete"), edition)
    columns = measured_runs({"fused": runs["fused"]}, qrels, judged_at=20)
    assert columns[0].complete
    table = topic_table(edition, columns, qrels=qrels, measure="AP")
    inferred = topic_table(edition, columns, qrels=qrels, measure="infAP")
    # with everything judged infAP is AP but for the smoothing constants
    assert table.values == pytest.approx(inferred.values, abs=1e-4)
    assert table.judged.min() == 1.0
    assert table.judged_at == 20
