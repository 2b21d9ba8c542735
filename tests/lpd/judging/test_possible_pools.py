import numpy as np
import pytest
from scipy.optimize import minimize

from lpd.judging.possible_pools import fill_pools, fit_relevance, rank_columns
from lpd.judging.resampling import ranked_rows
from lpd.trec.judged_topic import JudgedTopic

from .sampled_topics import sampled_topic


@pytest.mark.parametrize(("relevant", "judged"), [(0, 1), (0, 7), (3, 10), (10, 10), (1, 200)])
def test_without_ranks_jeffreys_prior_adds_half_a_shot_of_each_kind(relevant: int, judged: int) -> None:
    found, covariance = fit_relevance(np.ones((judged, 1)), np.arange(judged) < relevant)
    chance = (relevant + 0.5) / (judged + 1)
    assert 1 / (1 + np.exp(-found[0])) == pytest.approx(chance, abs=1e-6)
    assert covariance[0, 0] == pytest.approx(1 / (judged * chance * (1 - chance)), rel=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_the_fit_is_the_highest_of_likelihood_times_prior(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ranks = np.arange(1, 41)
    columns = np.stack([np.ones(40), np.log(ranks) - 2, ranks / 20 - 1], axis=1)
    relevant = rng.random(40) < 0.6 / np.arange(1, 41) ** 0.5

    def depth(found: np.ndarray) -> float:
        chances = 1 / (1 + np.exp(-columns @ found))
        likelihood = np.log(np.where(relevant, chances, 1 - chances)).sum()
        return -float(
            likelihood + np.linalg.slogdet(columns.T @ np.diag(chances * (1 - chances)) @ columns)[1] / 2
        )

    plain = minimize(
        depth, np.zeros(3), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000}
    )
    found, _ = fit_relevance(columns, relevant)
    assert depth(found) <= plain.fun + 1e-9
    assert found == pytest.approx(plain.x, abs=1e-4)


def test_shots_that_are_told_apart_by_rank_have_finite_coefficients() -> None:
    columns = np.stack([np.ones(20), np.linspace(-1, 1, 20)], axis=1)
    found, covariance = fit_relevance(columns, np.arange(20) < 8)
    assert np.abs(found).max() < 30
    assert np.isfinite(covariance).all()


def test_columns_of_ranks() -> None:
    rows = [np.array([2, 0, -1, 1]), np.array([0, -1, 2])]
    columns = rank_columns(rows, size=4)
    best = np.array([1, 4, 1])  # shots 0, 1, 2; shot 3 is in no ranking
    for column, values in ((1, np.log(best)), (2, best)):
        assert columns[:3, column] == pytest.approx((values - values.mean()) / values.std())
    assert columns[:, 0].tolist() == [1, 1, 1, 1]
    assert columns[:, 3].tolist() == [0, 0, 0, 1]
    assert columns[3, 1:3].tolist() == [0, 0]


@pytest.mark.parametrize("rates", [(1.0, 0.5, 0.25), (0.1, 0.05, 0.03), (0.1, 0, 0), (0.2, 0, 0.1)], ids=str)
def test_what_is_judged_stays_and_the_rest_is_filled_in(rates: tuple[float, ...]) -> None:
    rankings, judged = sampled_topic(3, rates=rates)
    rows = [ranked_rows(ranking, judged) for ranking in rankings]
    pools = fill_pools(rows, judged, pools=300, rng=np.random.default_rng(0))
    seen = judged.relevance >= 0
    assert (pools[:, seen] == (judged.relevance[seen] > 0)).all()
    filled = pools[:, ~seen].mean(axis=0)
    assert 0 < filled.mean() < 1
    assert (filled > 0).any()


def test_shots_of_worse_best_rank_are_less_often_relevant() -> None:
    rankings, judged = sampled_topic(1)
    rows = [ranked_rows(ranking, judged) for ranking in rankings]
    pools = fill_pools(rows, judged, pools=2000, rng=np.random.default_rng(0))
    codes, unjudged = judged.stratum_codes, judged.relevance < 0
    shares = [pools[:, unjudged & (codes == code)].mean() for code in (1, 2)]
    assert shares[0] > shares[1] > 0


@pytest.mark.parametrize("grade", [0, 1])
def test_one_verdict_is_enough(grade: int) -> None:
    judged = JudgedTopic(["a", "b", "c", "d"], ["1"] * 4, np.array([grade, -1, -1, -1]))
    rows = [ranked_rows(["a", "b", "c", "x"], judged)]
    share = fill_pools(rows, judged, pools=4000, rng=np.random.default_rng(0))[:, 1:].mean()
    assert share < 0.5 if grade == 0 else share > 0.5
