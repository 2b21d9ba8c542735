import numpy as np
import pytest

from lpd.errors import LpdError, MismatchError, NotFoundError
from lpd.judging import judgements_to_separate, judging_intervals
from lpd.judging.allocation import Strata, further_judgements
from lpd.trec import Qrels
from lpd.trec.judged_topic import JudgedTopic
from tests.reference.judging import fewest_further

from .sampled_topics import sampled_qrels


@pytest.mark.parametrize("seed", range(8))
def test_the_optimal_allocation_is_the_fewest_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = rng.integers(2, 9, 4)
    judged = np.minimum(rng.integers(1, 5, 4), size)
    spread = rng.random(4) * [0, 1, 5, 20]
    strata = Strata([("t", str(k)) for k in range(4)], size.astype(float), judged.astype(float), spread)
    target = strata.variance(strata.judged) * 0.4
    if not target:
        return
    best = fewest_further(spread.tolist(), size.tolist(), judged.tolist(), target)
    more = further_judgements(strata, target, "optimal")
    assert sum(more.values()) == best
    after = strata.judged + [more.get(name, 0) for name in strata.names]
    assert strata.variance(after) <= target * (1 + 1e-9)
    share = further_judgements(strata, target, "proportional")
    after = strata.judged + [share.get(name, 0) for name in strata.names]
    assert strata.variance(after) <= target * (1 + 1e-9)
    assert sum(share.values()) >= best


def test_a_stratum_without_any_verdict_is_begun_first() -> None:
    strata = Strata([("t", "1"), ("t", "2")], np.array([10.0, 10]), np.array([5.0, 0]), np.array([1.0, 1]))
    more = further_judgements(strata, strata.variance(strata.judged) * 0.99, "optimal")
    assert more["t", "2"] >= 1


@pytest.mark.parametrize("allocation", ["optimal", "proportional"])
def test_what_is_said_to_be_needed_separates(allocation: str) -> None:
    """The judgements it asks for are made, at random; the deviation then is about what was said."""
    truth_rankings, truth = sampled_qrels(range(6), rates=(1, 1, 1), runs=3)
    rankings, qrels = sampled_qrels(range(6), rates=(0.6, 0.3, 0.2), runs=3)
    assert rankings == truth_rankings
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]
    every = [
        judgements_to_separate(rankings, qrels, first=first, second=second, allocation=allocation)
        for first, second in pairs
    ]
    open_ones = [one for one in every if one.more]
    assert open_ones
    for one in open_ones:
        assert one.more is not None
        assert 0 < one.more <= one.rest
        assert one.more == sum(one.strata.values())
        after = judged_more(qrels, truth, one.strata)
        now = judging_intervals(rankings, after).difference(one.first, one.second)
        assert now is not None
        assert now.deviation == pytest.approx(one.needed, rel=0.5, abs=0.002)


def judged_more(qrels: Qrels, truth: Qrels, more: dict[tuple[str, str], int]) -> Qrels:
    rng = np.random.default_rng(0)
    topics = {}
    for topic_id in qrels.topic_ids:
        old, whole = qrels.topic(topic_id), truth.topic(topic_id)
        relevance = old.relevance.copy()
        for name in old.stratum_names:
            left = [row for row, at in enumerate(old.strata) if at == name and relevance[row] < 0]
            chosen = rng.permutation(left)[: more.get((topic_id, name), 0)].astype(int)
            relevance[chosen] = whole.relevance[chosen]
        topics[topic_id] = JudgedTopic(old.shot_ids, old.strata, relevance)
    return Qrels.of_topics(topics)


def test_optimal_needs_no_more_than_proportional() -> None:
    rankings, qrels = sampled_qrels(range(6), rates=(0.6, 0.3, 0.2))
    optimal, proportional = (
        judgements_to_separate(rankings, qrels, first="a", second="b", allocation=allocation).more
        for allocation in ("optimal", "proportional")
    )
    assert optimal is not None
    assert proportional is not None
    assert 0 < optimal <= proportional


def test_runs_that_are_apart_need_nothing() -> None:
    rankings, qrels = sampled_qrels(range(6), rates=(1, 0.9, 0.9))
    rankings["bad"] = {topic_id: shots[::-1] for topic_id, shots in rankings["a"].items()}
    found = judgements_to_separate(rankings, qrels, first="a", second="bad")
    assert found.separated
    assert found.more == 0
    assert found.strata == {}
    assert found.difference > 0
    turned = judgements_to_separate(rankings, qrels, first="bad", second="a")
    assert (turned.difference, turned.deviation) == (-found.difference, found.deviation)


def test_runs_that_are_the_same_cannot_be_separated() -> None:
    rankings, qrels = sampled_qrels(range(3))
    rankings["copy"] = rankings["a"]
    found = judgements_to_separate(rankings, qrels, first="a", second="copy")
    assert not found.possible
    assert not found.separated
    assert found.more is None
    assert found.rest > 0


def test_a_whole_pool_separates_or_never_will() -> None:
    rankings, qrels = sampled_qrels(range(3), rates=(1, 1, 1))
    found = judgements_to_separate(rankings, qrels, first="a", second="b")
    assert (found.rest, found.deviation, found.more) == (0, 0, 0)
    assert found.separated


def test_what_cannot_be_asked_is_refused() -> None:
    rankings, qrels = sampled_qrels(range(2))
    with pytest.raises(NotFoundError, match="no such run; expected one of 'a', 'b'; found 'x'"):
        judgements_to_separate(rankings, qrels, first="a", second="x")
    with pytest.raises(LpdError, match="unknown allocation of judgements"):
        judgements_to_separate(rankings, qrels, first="a", second="b", allocation="best")
    del rankings["a"]["t0"], rankings["b"]["t1"]
    with pytest.raises(MismatchError, match="no judged topic in common"):
        judgements_to_separate(rankings, qrels, first="a", second="b")
