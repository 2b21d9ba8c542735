import numpy as np
import pytest

from lpd.judging.influence import shot_influences
from lpd.judging.resampling import ranked_rows
from tests.reference.judging import weighted_inf_ap

from .sampled_topics import sampled_topic

STEP = 1e-5


@pytest.mark.parametrize("seed", range(3))
def test_influences_are_derivatives_up_to_a_constant_in_each_stratum(seed: int) -> None:
    rankings, judged = sampled_topic(seed, rates=(1, 1, 1))
    ranking = [*rankings[0][:30], "elsewhere", *rankings[0][35:]]
    relevant = judged.relevance > 0
    found = shot_influences(ranked_rows(ranking, judged), relevant[None], judged.stratum_codes)[0]
    rows = list(zip(judged.shot_ids, judged.strata, judged.relevance.tolist(), strict=True))
    plain = np.zeros(len(rows))
    for row, (shot, _, _) in enumerate(rows):
        ends = [
            weighted_inf_ap(ranking, rows, {one: 1.0 for one, _, _ in rows} | {shot: 1 + step})
            for step in (STEP, -STEP)
        ]
        plain[row] = (ends[0] - ends[1]) / (2 * STEP)
    for code in range(len(judged.stratum_names)):
        own = judged.stratum_codes == code
        # weights of a stratum always have the same sum: a constant has no effect
        assert found[own] - found[own].mean() == pytest.approx(plain[own] - plain[own].mean(), abs=1e-4)


def test_a_pool_without_relevant_shots_has_no_influences() -> None:
    rankings, judged = sampled_topic(0)
    nothing = np.zeros((2, len(judged.shot_ids)), dtype=bool)
    assert not shot_influences(ranked_rows(rankings[0], judged), nothing, judged.stratum_codes).any()
