from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, NotFoundError
from lpd.judging import Layer, Need, PlannedRun, extend_plan, make_plan, plan_needs
from tests.lpd.judging.small_plans import EDITION, LAYERS, RUNS, SHOTS, small_plan


def test_pool_strata_and_samples_by_hand() -> None:
    plan = small_plan()
    assert list(plan.topics) == ["1", "2"], "no run has topic 3"
    first, second = plan.topics.values()
    sizes = [(one.name, len(one.shot_ids), one.sample) for one in first.strata]
    assert sizes == [("1", 20, 20), ("2", 60, 30), ("3", 120, 12)]
    assert [(len(one.shot_ids), one.sample) for one in second.strata] == [(10, 10), (30, 15), (60, 6)]
    assert (first.pool, first.sample, plan.pool, plan.sample) == (200, 62, 300, 93)
    assert set(first.strata[0].shot_ids) == {*SHOTS[:10], *SHOTS[-10:]}
    assert first.stratum_of[SHOTS[30]].name == "2"
    assert plan.runs == (PlannedRun("up", "d1"), PlannedRun("down", "d2"))
    assert plan_needs(plan) == {"1": Need("c", "1", "tv"), "2": Need("c", "2", "tv")}


def test_the_order_is_of_the_seed_and_of_the_topic_alone() -> None:
    plan = small_plan()
    assert plan == small_plan()
    assert plan.digest == small_plan().digest
    assert plan.topic("1").order != small_plan(seed=2).topic("1").order
    alone = make_plan("p", EDITION, RUNS, layers=LAYERS, seed=1, topics=["2"])
    assert alone.topic("2") == plan.topic("2")
    other = {small_plan(seed=2).digest, small_plan(name="q").digest, small_plan(overlap=0.5).digest}
    assert len(other | {plan.digest}) == 4


def test_every_shot_of_a_stratum_is_as_likely_at_every_place() -> None:
    found = np.zeros((20, 20))
    shots = sorted(small_plan().topic("1").strata[0].shot_ids)
    for seed in range(400):
        for place, shot_id in enumerate(small_plan(seed=seed).topic("1").strata[0].shot_ids):
            found[place, shots.index(shot_id)] += 1
    expected = 400 / 20
    chi2 = ((found - expected) ** 2 / expected).sum()
    freedom = 19 * 19
    assert abs(chi2 - freedom) < 4 * np.sqrt(2 * freedom)


def test_all_strata_advance_in_step() -> None:
    topic = small_plan().topic("1")
    assert len(topic.order) == len(set(topic.order)) == 62
    for done in range(63):
        judged = Counter(topic.stratum_of[shot_id].name for shot_id in topic.order[:done])
        for stratum in topic.strata:
            assert abs(judged[stratum.name] - done * stratum.sample / 62) <= 1.5
            assert {one for one in topic.order[:done] if one in stratum.shot_ids} == set(
                stratum.shot_ids[: judged[stratum.name]]
            ), "a beginning of the permutation"


def test_an_extended_plan_goes_on_with_the_same_permutation() -> None:
    plan = small_plan()
    more = extend_plan(plan, [0.1, 1.0, 0.2])
    assert [one.sample for one in more.topic("1").strata] == [20, 60, 24]
    for topic_id in plan.topics:
        assert set(plan.topic(topic_id).order) <= set(more.topic(topic_id).order)
    assert [one.shot_ids for one in more.topic("1").strata] == [
        one.shot_ids for one in plan.topic("1").strata
    ]
    only = extend_plan(plan, [1, 1, 1], topics=["2"])
    assert only.topic("1") == plan.topic("1")
    assert only.topic("2").sample == only.topic("2").pool
    with pytest.raises(LpdError, match="one rate per layer"):
        extend_plan(plan, [1, 1])
    with pytest.raises(LpdError, match="rate of a layer"):
        extend_plan(plan, [1, 1, 0])
    with pytest.raises(NotFoundError, match="no such topic"):
        extend_plan(plan, [1, 1, 1], topics=["9"])


def test_a_stratum_is_sampled_by_two_shots_or_by_all_it_has() -> None:
    runs = {PlannedRun("r", "d"): {"1": SHOTS[:4], "2": SHOTS[:3]}}
    plan = make_plan("p", EDITION, runs, layers=[Layer(2, 0.01), Layer(100, 0.01)], seed=0)
    assert [one.sample for one in plan.topic("1").strata] == [2, 2]
    assert [one.sample for one in plan.topic("2").strata] == [2, 1]


def test_the_shared_shots_are_about_the_overlap() -> None:
    plan = small_plan(overlap=0.3)
    pairs = [(topic_id, shot_id) for topic_id, topic in plan.topics.items() for shot_id in topic.stratum_of]
    shared = [pair for pair in pairs if plan.is_shared(*pair)]
    assert abs(len(shared) - 0.3 * len(pairs)) < 4 * np.sqrt(0.3 * 0.7 * len(pairs))
    assert all(small_plan(overlap=1.0).is_shared(*pair) for pair in pairs)
    assert not any(small_plan().is_shared(*pair) for pair in pairs)
    assert {pair for pair in pairs if small_plan(overlap=0.5).is_shared(*pair)} >= set(shared)


def test_what_cannot_be_planned_is_refused() -> None:
    with pytest.raises(LpdError, match="no runs to pool"):
        make_plan("p", EDITION, {}, layers=LAYERS, seed=0)
    with pytest.raises(LpdError, match="nothing to judge"):
        make_plan("p", EDITION, RUNS, layers=LAYERS, seed=0, topics=["3"])
    with pytest.raises(NotFoundError, match="no such topic"):
        make_plan("p", EDITION, RUNS, layers=LAYERS, seed=0, topics=["9"])
    with pytest.raises(LpdError, match="not a seed"):
        make_plan("p", EDITION, RUNS, layers=LAYERS, seed=-1)
    with pytest.raises(LpdError, match="overlap"):
        make_plan("p", EDITION, RUNS, layers=LAYERS, seed=0, overlap=1.5)
    with pytest.raises(FormatError, match="not a name"):
        make_plan("../p", EDITION, RUNS, layers=LAYERS, seed=0)
    with pytest.raises(NotFoundError, match="no such topic in this judging plan"):
        small_plan().topic("3")


def test_excluded_shots_are_in_no_stratum() -> None:
    plan = make_plan("p", EDITION, RUNS, layers=LAYERS, seed=1, exclude={SHOTS[0], SHOTS[105]})
    assert SHOTS[0] not in plan.topic("1").stratum_of
    assert plan.pool == small_plan().pool - 2 - 0
    assert replace(plan, name="p").sample == plan.sample
