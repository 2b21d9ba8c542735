import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from app.compare.exports import comparison_script, lists_frame
from app.compare.lists import Side, compare_sides
from app.compare.searching import searched_run
from app.resources.compare import Need, list_inf_ap, system_list
from app.systems import System, read_system, with_weights
from lpd.errors import LpdError, NotFoundError
from lpd.exports import Provenance, frame_csv
from lpd.search import open_engine
from lpd.services.editions import edition_runs
from lpd.workspace import open_workspace

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def workspace(demo_workspace):
    return open_workspace(demo_workspace)


@pytest.fixture
def need(workspace):
    edition = workspace.edition(str(workspace.defaults["edition"]))
    topic = edition.topics[0]
    return Need(edition.collection, topic.text, edition.subset, edition.name, topic.topic_id)


def side(workspace, letter, system, need):
    found = system_list(workspace, system, need)
    return Side(letter, system, system.words, "plain", found.ranked, found.exactness)


def compared(workspace, need, *texts):
    first, second = (read_system(text) for text in texts)
    sides = (side(workspace, "A", first, need), side(workspace, "B", second, need))
    collection = workspace.collection(need.collection)
    qrels = workspace.qrels(need.edition)
    relevance = qrels.judgements(need.topic) if need.topic in qrels.topic_ids else None
    return compare_sides(sides, k=10, p=0.9, collection=collection, relevance=relevance)


def test_rows_of_both_lists_say_where_the_other_has_them(workspace, need):
    found = compared(workspace, need, "model:lpd/fused", "model:laff/fused")
    frame = lists_frame(found)
    assert frame["list"].tolist() == ["A"] * 10 + ["B"] * 10
    both = {one.shot: (one.first_rank, one.second_rank) for one in found.lists.both}
    for row in frame.itertuples():
        if row.shot_id in both:
            ranks = (row.rank, row.other_rank) if row.list == "A" else (row.other_rank, row.rank)
            assert ranks == both[row.shot_id]
    assert set(frame["shot_id"][:10]) == set(found.sides[0].shots[:10])
    read = pd.read_csv(pd.io.common.BytesIO(frame_csv(frame, Provenance("w"))), comment="#")
    assert read["shot_id"].tolist() == frame["shot_id"].tolist()


def test_the_script_makes_the_same_comparison(workspace, need, tmp_path):
    found = compared(workspace, need, "model:lpd/text:bow", "model:lpd/fused")
    script = tmp_path / "again.py"
    script.write_bytes(comparison_script(workspace, found, need=need, provenance=Provenance("w")))
    done = subprocess.run(
        [sys.executable, str(script)], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"IoU {found.lists.iou}"
    assert float(lines[1].split()[1]) == pytest.approx(found.lists.rbo.extrapolated, abs=1e-12)
    ranks = [f"{one.first_rank} {one.second_rank} {one.shot}" for one in found.lists.both]
    assert lines[3:] == ranks


def test_a_hostile_query_stays_a_literal(workspace, need):
    found = compared(workspace, need, "model:lpd/fused", "model:laff/fused")
    query = "'''; import os; {x} \\ \0\n\"\"\" \u202e"
    provenance = Provenance("w", query=query)
    source = comparison_script(workspace, found, need=need._replace(query=query), provenance=provenance)
    compile(source, "script", "exec")
    assert repr(query) in source.decode()


def test_a_list_of_a_topic_is_the_one_of_the_edition(workspace, need):
    edition = workspace.edition(need.edition)
    engine = open_engine(workspace, model="lpd", collection=need.collection)
    runs = edition_runs(engine, edition)
    for name in ("fused", "text:bow"):
        run = searched_run(engine, edition, system=System("model", "lpd", name), weights=None)
        assert {one: run.topics[one].shot_ids[:50] for one in run.topics} == {
            one: runs[name].topics[one].shot_ids[:50] for one in run.topics
        }
        one = system_list(workspace, System("model", "lpd", name), need)
        assert one.ranked.shot_ids[:50] == run.topics[need.topic].shot_ids[:50]


def test_weights_change_the_fused_list_as_the_library_says(workspace, need):
    card = workspace.model_card("lpd")
    system = with_weights(System("model", "lpd"), f"{card.spaces[0].name}=0", card)
    engine = open_engine(workspace, model="lpd", collection=need.collection)
    weights = [0.0, *[1.0] * (len(card.spaces) - 1)]
    expected = engine.search(need.query, subset=need.subset, weights=weights).lists["fused"]
    shots = [engine.shot_ids[row] for row in expected.rows[:20].tolist()]
    assert system_list(workspace, system, need).ranked.shot_ids[:20] == shots


def test_searching_tells_how_far_it_is_and_can_be_stopped(workspace, need):
    engine = open_engine(workspace, model="lpd", collection=need.collection)
    told = []

    def stop(stage, done, total):
        told.append((done, total))
        raise InterruptedError

    with pytest.raises(InterruptedError):
        searched_run(
            engine,
            workspace.edition(need.edition),
            system=System("model", "lpd"),
            weights=None,
            progress=stop,
        )
    assert told == [(0, len(workspace.edition(need.edition).topics))]


def test_a_run_is_asked_for_topics_only(workspace, need):
    tag = workspace.run_tags(need.edition)[0]
    run = System("run", tag)
    assert system_list(workspace, run, need).ranked.shot_ids
    with pytest.raises(LpdError, match="topics only"):
        system_list(workspace, run, Need(need.collection, "a dog", None))
    with pytest.raises(NotFoundError, match="no list of this topic"):
        system_list(workspace, run, need._replace(topic="gone"))


def test_a_space_that_the_model_does_not_have(workspace, need):
    with pytest.raises(NotFoundError, match="no such space"):
        system_list(workspace, System("model", "lpd", "text:gone"), need)


def test_inf_ap_of_one_list_is_that_of_its_run(workspace, need):
    from lpd.evaluation import evaluate_run

    tag = workspace.run_tags(need.edition)[0]
    run, name = workspace.run(need.edition, tag), workspace.edition(need.edition).default_qrels
    expected = evaluate_run(run, workspace.qrels(need.edition, name)).topics[need.topic]["infAP"]
    ranked = run.topics[need.topic]
    given = {"edition": need.edition, "qrels_name": str(name)}
    assert list_inf_ap(workspace, ranked, topic=need.topic, **given) == expected
    assert list_inf_ap(workspace, ranked, topic="gone", **given) is None
