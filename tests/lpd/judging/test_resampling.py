import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lpd.evaluation import infer_topic
from lpd.judging import resampling
from lpd.judging.resampling import average_precision, ranked_rows, resample_topic
from lpd.trec.judged_topic import JudgedTopic
from tests.reference.evaluation import inferred_measures
from tests.reference.judging import average_precision as plain_average_precision

from .sampled_topics import RATES, sampled_topic

SEED = (0, 1)


@pytest.mark.parametrize("seed", range(4))
def test_errors_are_those_of_samples_judged_one_by_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rankings, judged = sampled_topic(seed)
    rankings[1] = [*rankings[1][:40], "elsewhere", *rankings[1][40:]]
    kept: list[np.ndarray] = []
    samples = resampling._samples

    def remembered(*args: object, **named: object) -> np.ndarray:
        kept.append(samples(*args, **named))  # type: ignore[arg-type]
        return kept[-1]

    monkeypatch.setattr(resampling, "_samples", remembered)
    made = resample_topic(rankings, judged, replicates=12, seed=SEED)
    pools = resampling.possible_pools(rankings, judged, pools=12, seed=SEED)
    for draw, (pool, sampled) in enumerate(zip(pools, kept[0], strict=True)):
        grades = np.where(sampled, pool, -1).tolist()
        rows = list(zip(judged.shot_ids, judged.strata, grades, strict=True))
        relevant = {
            shot for shot, is_relevant in zip(judged.shot_ids, pool.tolist(), strict=True) if is_relevant
        }
        for row, ranking in enumerate(rankings):
            error = inferred_measures(ranking, rows)["infAP"] - plain_average_precision(ranking, relevant)
            assert made.errors[row, draw] == pytest.approx(error, abs=1e-12)


def test_samples_have_the_sizes_that_were_judged_and_reach_every_shot() -> None:
    _, judged = sampled_topic(2)
    sampled = resampling._samples(judged, replicates=400, rng=np.random.default_rng(0))
    for code, (size, count, _) in enumerate(judged.stratum_counts.T.tolist()):
        own = sampled[:, judged.stratum_codes == code]
        assert (own.sum(axis=1) == count).all()
        assert own.mean(axis=0) == pytest.approx(count / size, abs=0.12)
        assert own.any(axis=0).all()


def test_estimates_are_inferred_average_precision() -> None:
    rankings, judged = sampled_topic(5, runs=3)
    made = resample_topic(rankings, judged, replicates=50, seed=SEED)
    assert made.estimates.tolist() == [infer_topic(one, judged).measures["infAP"] for one in rankings]
    assert made.errors.shape == (3, 50)


def test_a_pool_that_is_judged_wholly_has_no_error() -> None:
    rankings, judged = sampled_topic(5, rates=(1, 1, 1))
    made = resample_topic(rankings, judged, replicates=50, seed=SEED)
    assert not made.errors.any()


def test_more_than_a_thousand_relevant_shots_count_as_a_thousand() -> None:
    shots = [f"s{k}" for k in range(1500)]
    judged = JudgedTopic(shots, ["1"] * 1500, np.ones(1500, dtype=np.int64))
    relevant = np.ones((1, 1500), dtype=bool)
    assert average_precision(ranked_rows(shots, judged), relevant)[0] == pytest.approx(1.0)
    every_other = np.where(np.arange(1500) % 2, -1, 1)
    half = JudgedTopic(shots, ["1"] * 1500, every_other)
    made = resample_topic([shots], half, replicates=50, seed=SEED)
    assert made.estimates[0] == pytest.approx(1.0, abs=0.01)
    assert np.abs(made.errors).max() < 0.1  # were the limit of 1000 left out, they would reach 0.5


def test_the_order_of_the_runs_does_not_matter() -> None:
    rankings, judged = sampled_topic(4, runs=3)
    made = resample_topic(rankings, judged, replicates=60, seed=SEED)
    turned = resample_topic(rankings[::-1], judged, replicates=60, seed=SEED)
    assert np.array_equal(made.errors, turned.errors[::-1])


def test_the_seed_decides() -> None:
    rankings, judged = sampled_topic(4)
    first, again, other = (
        resample_topic(rankings, judged, replicates=60, seed=seed).errors for seed in ((1, 2), (1, 2), (1, 3))
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_more_judgements_make_smaller_errors() -> None:
    spreads = []
    for share in (0.2, 0.5, 0.9):
        rankings, judged = sampled_topic(6, rates=[share * rate for rate in (1, 1, 1)])
        spreads.append(resample_topic(rankings, judged, replicates=400, seed=SEED).errors.std(axis=1).max())
    assert spreads[0] > spreads[1] > spreads[2] > 0


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    rates=st.tuples(*[st.floats(0, 1)] * 3),
    relevance=st.sampled_from(["as drawn", "none", "all"]),
)
def test_any_judging_has_finite_errors(seed: int, rates: tuple[float, ...], relevance: str) -> None:
    rankings, judged = sampled_topic(seed, rates=rates)
    grades = judged.relevance
    if relevance != "as drawn":
        grades = np.where(grades < 0, -1, int(relevance == "all"))
    if (grades < 0).all():
        grades[0] = 0
    made = resample_topic(
        rankings, JudgedTopic(judged.shot_ids, judged.strata, grades), replicates=50, seed=SEED
    )
    assert np.isfinite(made.errors).all()
    assert np.abs(made.errors).max() < 3
    assert bool(made.errors.any()) == bool((grades < 0).any()) or rates > RATES
