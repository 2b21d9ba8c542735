"""What each space is worth: against the library's own count, and against a plain count of shots."""

import pytest

from app.diversity.comparison import over_query, over_topics, rows_of
from app.diversity.measured_spaces import (
    SpacesToMeasure,
    WorthSources,
    found_shots,
    measure_spaces,
    subtopic_means,
    worth_rows,
)
from lpd.progress import no_progress
from lpd.reproduce.looks import looks_of
from lpd.search import open_engine
from lpd.services.editions import edition_runs, evaluate_edition
from lpd.services.richness import model_richness
from lpd.workspace import open_workspace

K = 20
EXTRA = ("fused", "mmr@.5", "xquad@.5")


@pytest.fixture(scope="module")
def workspace(demo_workspace):
    return open_workspace(demo_workspace)


@pytest.fixture(scope="module")
def over(workspace):
    edition = workspace.edition("avs-inland")
    name = edition.default_qrels
    return over_topics(edition, qrels_name=name, qrels=workspace.qrels(edition.name, name))


@pytest.fixture(scope="module")
def engine(workspace):
    return open_engine(workspace, model="lpd", collection="inland")


@pytest.fixture(scope="module")
def runs(engine, over):
    return edition_runs(engine, over.edition)


@pytest.fixture(scope="module")
def measured(engine, over):
    return measure_spaces(engine, SpacesToMeasure(over, EXTRA[1:], True), progress=no_progress)


@pytest.fixture(scope="module")
def rows(engine, over, runs, measured, workspace):
    known = looks_of(workspace, over.edition)
    all_runs = runs | measured.runs
    sources = WorthSources(
        runs=all_runs,
        evaluations=evaluate_edition(runs, over.qrels) | measured.evaluations,
        without=measured.without,
        covered={name: subtopic_means(run, over, known) for name, run in all_runs.items()},
        qrels=over.qrels,
    )
    return {row.row.name: row for row in worth_rows(rows_of(engine.card, EXTRA), sources, k=K)}


def test_the_numbers_are_those_of_the_library(engine, over, rows, workspace):
    known = looks_of(workspace, over.edition)
    assert known
    richness = model_richness(engine, over.edition, qrels=over.qrels, k=K, subtopics=known)
    for space in engine.spaces:
        row = rows[space]
        assert row.inf_ap == richness.inf_ap[space]
        assert row.found == richness.found_by_one[space]
        assert row.without["fused"] == pytest.approx(richness.without[space], abs=1e-12)
        assert row.alpha_ndcg == richness.alpha_ndcg[space]
        assert row.subtopic_recall == richness.subtopic_recall[space]
    assert rows["fused"].inf_ap == richness.inf_ap["fused"]
    assert rows["fused"].without == {}


def test_a_fused_list_is_compared_with_the_spaces(engine, over, runs, measured, rows):
    for name in EXTRA:
        of_list = (runs | measured.runs)[name]
        expected = total = 0
        for topic_id in over.topic_ids:
            relevant = over.qrels.relevant(topic_id)
            top = set(of_list.topics[topic_id].shot_ids[:K]) & relevant
            others = set().union(*(runs[space].topics[topic_id].shot_ids[:K] for space in engine.spaces))
            expected, total = expected + len(top - others), total + len(top)
        assert (rows[name].found, rows[name].relevant) == (expected, total)


def test_re_ranked_lists_hold_the_same_shots_and_say_what_was_done(over, runs, measured):
    assert set(measured.labels) == set(measured.runs) == {"mmr@.5", "xquad@.5"}
    assert measured.labels["mmr@.5"].startswith("MMR, lambda .5, over 9 spaces of lpd: post-processing")
    for topic_id in over.topic_ids:
        fused = set(runs["fused"].topics[topic_id].shot_ids)
        assert set(measured.runs["mmr@.5"].topics[topic_id].shot_ids) == fused
    assert set(measured.without) == {"fused", "mmr@.5", "xquad@.5"}


def test_without_judgements_spaces_are_not_left_out(engine, over):
    bare = over_query("a dog", None, searched=("inland", over.edition.subset))
    made = measure_spaces(engine, SpacesToMeasure(bare, ("mmr@.5",), True), progress=no_progress)
    assert (made.evaluations, made.without) == ({}, {})
    assert list(made.runs) == ["mmr@.5"]


def test_found_shots_are_in_one_space_alone_with_their_rank(engine, over, runs):
    spaces = {name: runs[name] for name in engine.spaces}
    found = found_shots(spaces, over.qrels, k=K)
    assert sum(map(len, found.values())) > 0
    for name, shots in found.items():
        assert [one.rank for one in shots] == sorted(one.rank for one in shots)
        for one in shots:
            assert one.rank <= K
            assert runs[name].topics[one.topic_id].shot_ids[one.rank - 1] == one.shot_id
            assert over.qrels.judgements(one.topic_id)[one.shot_id] > 0
            others = (spaces[other].topics[one.topic_id].shot_ids[:K] for other in spaces if other != name)
            assert not any(one.shot_id in ids for ids in others)


def test_subtopics_are_unknown_without_a_world(over, runs):
    assert subtopic_means(runs["fused"], over, None) is None
    assert subtopic_means(runs["fused"], over, {"other": {"s": {"look"}}}) is None
