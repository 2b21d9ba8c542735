import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lpd.errors import LpdError, MismatchError
from lpd.evaluation import evaluate_run
from lpd.judging import interval
from lpd.judging.interval import LiveIntervals, judging_intervals
from lpd.judging.resampling import TopicResamples
from lpd.trec import Qrels
from lpd.trec.judged_topic import JudgedTopic
from lpd.trec.runs import RankedList, Run

from .sampled_topics import sampled_qrels


def changed(qrels: Qrels, topic_id: str, relevance: np.ndarray) -> Qrels:
    topics = {one: qrels.topic(one) for one in qrels.topic_ids}
    old = topics[topic_id]
    topics[topic_id] = JudgedTopic(old.shot_ids, old.strata, relevance)
    return Qrels.of_topics(topics)


def test_estimates_are_what_evaluation_says() -> None:
    rankings, qrels = sampled_qrels(range(4))
    found = judging_intervals(rankings, qrels)
    for tag, topics in rankings.items():
        scores = np.arange(100, 0, -1, dtype=np.float64)
        run = Run(tag, {one: RankedList(shots, scores) for one, shots in topics.items()})
        said = evaluate_run(run, qrels)
        assert found.runs[tag].estimate == pytest.approx(said.mean["infAP"], abs=1e-12)
        for topic_id, measures in said.topics.items():
            assert found.topics[topic_id][tag].estimate == measures["infAP"]


def test_the_mean_of_topics_has_their_mean_bias_and_their_independent_variances() -> None:
    rankings, qrels = sampled_qrels(range(4))
    found = judging_intervals(rankings, qrels)
    parts = [found.topics[topic_id]["a"] for topic_id in qrels.topic_ids]
    mean = found.runs["a"]
    assert mean.bias == pytest.approx(sum(one.bias for one in parts) / 4)
    assert mean.deviation == pytest.approx(math.sqrt(sum(one.deviation**2 for one in parts)) / 4)
    assert mean.high - mean.centre == pytest.approx(1.959964 * mean.deviation)
    assert mean.centre - mean.low == pytest.approx(1.959964 * mean.deviation)


def test_everything_judged_leaves_no_width() -> None:
    rankings, qrels = sampled_qrels(range(3), rates=(1, 1, 1))
    found = judging_intervals(rankings, qrels)
    assert found.complete
    every = [*found.runs.values(), *found.differences.values()]
    every += [one for topic in found.topics.values() for one in topic.values()]
    assert all(one.low == one.high == one.estimate and one.deviation == 0 for one in every)


def test_nothing_judged_yet_is_told() -> None:
    rankings, qrels = sampled_qrels(range(3), rates=(0, 0, 0))
    found = judging_intervals(rankings, qrels)
    assert found.unjudged == ("t0", "t1", "t2")
    assert (found.judged, found.pool) == (0, sum(1 for _ in qrels.rows()))
    assert not found.complete
    assert found.runs == found.topics == found.differences == {}
    assert found.difference("a", "b") is None


def test_topics_without_verdict_or_without_relevant_shot_are_named() -> None:
    rankings, qrels = sampled_qrels(range(3))
    qrels = changed(qrels, "t1", np.full_like(qrels.topic("t1").relevance, -1))
    qrels = changed(qrels, "t2", np.where(qrels.topic("t2").relevance < 0, -1, 0))
    found = judging_intervals(rankings, qrels)
    assert found.unjudged == ("t1",)
    assert found.without_relevant == ("t2",)
    assert list(found.topics) == ["t0", "t2"]
    guess = found.topics["t2"]["a"]
    assert guess.estimate == guess.low == 0 < guess.high


def test_fewer_judgements_make_wider_intervals() -> None:
    widths = []
    for share in (0.3, 0.6, 0.9):
        rankings, qrels = sampled_qrels(range(8), rates=[share] * 3)
        one = judging_intervals(rankings, qrels).runs["a"]
        widths.append(one.high - one.low)
    assert widths[0] > widths[1] > widths[2] > 0


def test_a_higher_level_makes_a_wider_interval() -> None:
    rankings, qrels = sampled_qrels(range(3))
    wide, narrow = (judging_intervals(rankings, qrels, level=level).runs["a"] for level in (0.99, 0.5))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_two_runs_are_compared_on_the_same_resamples() -> None:
    rankings, qrels = sampled_qrels(range(4))
    rankings["copy"] = rankings["a"]
    found = judging_intervals(rankings, qrels)
    same = found.differences["a", "copy"]
    assert same.estimate == same.low == same.high == same.deviation == 0
    assert list(found.differences) == [("a", "b"), ("a", "copy"), ("b", "copy")]
    forth, back = found.difference("a", "b"), found.difference("b", "a")
    assert forth is not None
    assert back is not None
    assert (back.estimate, back.low, back.high) == (-forth.estimate, -forth.high, -forth.low)
    apart = math.hypot(found.runs["a"].deviation, found.runs["b"].deviation)
    assert 0 < forth.deviation < apart


def test_a_topic_does_not_depend_on_the_others() -> None:
    rankings, qrels = sampled_qrels(range(4))
    alone = Qrels.of_topics({"t2": qrels.topic("t2")})
    assert judging_intervals(rankings, alone).topics["t2"] == judging_intervals(rankings, qrels).topics["t2"]


def test_the_order_of_runs_does_not_matter() -> None:
    rankings, qrels = sampled_qrels(range(3), runs=3)
    turned = {tag: rankings[tag] for tag in reversed(rankings)}
    assert judging_intervals(turned, qrels).runs == judging_intervals(rankings, qrels).runs


def test_the_seed_decides() -> None:
    rankings, qrels = sampled_qrels(range(3))
    first, again, other = (judging_intervals(rankings, qrels, seed=seed) for seed in (5, 5, 6))
    assert first == again
    assert first.runs["a"].low != other.runs["a"].low
    assert first.runs["a"].low == pytest.approx(other.runs["a"].low, abs=0.05)


def test_only_what_changed_is_resampled(monkeypatch: pytest.MonkeyPatch) -> None:
    rankings, qrels = sampled_qrels(range(4))
    live = LiveIntervals(rankings)
    live.intervals(qrels)
    resampled: list[JudgedTopic] = []
    resample = interval.resample_topic

    def counted(
        lists: list[list[str]], judged: JudgedTopic, *, replicates: int, seed: tuple[int, ...]
    ) -> TopicResamples:
        resampled.append(judged)
        return resample(lists, judged, replicates=replicates, seed=seed)

    monkeypatch.setattr(interval, "resample_topic", counted)
    relevance = qrels.topic("t2").relevance.copy()
    relevance[np.flatnonzero(relevance < 0)[0]] = 1
    later = changed(qrels, "t2", relevance)
    found = live.intervals(later)
    assert resampled == [later.topic("t2")]
    assert found == judging_intervals(rankings, later)


def test_topics_that_a_run_does_not_have() -> None:
    rankings, qrels = sampled_qrels(range(4))
    del rankings["b"]["t3"]
    skip = judging_intervals(rankings, qrels)
    zero = judging_intervals(rankings, qrels, missing="zero")
    assert list(skip.topics["t3"]) == ["a"]
    assert zero.topics["t3"]["b"].estimate == zero.topics["t3"]["b"].high == 0
    assert zero.runs["b"].estimate == pytest.approx(skip.runs["b"].estimate * 3 / 4)
    three = [skip.topics[one]["a"].estimate - skip.topics[one]["b"].estimate for one in ("t0", "t1", "t2")]
    assert skip.differences["a", "b"].estimate == pytest.approx(sum(three) / 3)
    assert zero.differences["a", "b"].estimate == pytest.approx(
        (sum(three) + skip.topics["t3"]["a"].estimate) / 4
    )


def test_a_run_whose_topics_have_no_verdict_yet_is_in_no_mean() -> None:
    rankings, qrels = sampled_qrels(range(2))
    del rankings["b"]["t1"]
    qrels = changed(qrels, "t0", np.full_like(qrels.topic("t0").relevance, -1))
    found = judging_intervals(rankings, qrels)
    assert list(found.runs) == ["a"]
    assert found.differences == {}


@pytest.mark.parametrize(
    ("option", "word"),
    [({"level": 1.0}, "level"), ({"replicates": 49}, "replicates"), ({"missing": "ignore"}, "missing")],
    ids=["level", "replicates", "missing"],
)
def test_options_out_of_range_are_refused(option: dict[str, object], word: str) -> None:
    rankings, qrels = sampled_qrels(range(1))
    with pytest.raises(LpdError, match=word):
        judging_intervals(rankings, qrels, **option)  # type: ignore[arg-type]


def test_a_run_of_other_topics_is_refused() -> None:
    rankings, qrels = sampled_qrels(range(1))
    with pytest.raises(MismatchError, match="run c: run and qrels have no topic in common"):
        judging_intervals(rankings | {"c": {"other": ["s1"]}}, qrels)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), rates=st.tuples(*[st.floats(0, 1)] * 3))
def test_intervals_stay_within_what_can_be(seed: int, rates: tuple[float, ...]) -> None:
    rankings, qrels = sampled_qrels([seed, seed + 1], rates=rates)
    found = judging_intervals(rankings, qrels, replicates=50)
    for one in [*found.runs.values(), *(one for topic in found.topics.values() for one in topic.values())]:
        assert 0 <= one.low <= one.high <= 1
    for one in found.differences.values():
        assert -1 <= one.low <= one.high <= 1
