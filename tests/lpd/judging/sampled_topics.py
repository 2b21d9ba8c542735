"""Pools judged by sample, for the tests of intervals: relevance that falls with the rank."""

from collections.abc import Sequence

import numpy as np

from lpd.trec import Qrels
from lpd.trec.judged_topic import JudgedTopic

RATES = (1.0, 0.5, 0.25)
DEPTHS = (10, 30, 80)


def sampled_topic(
    seed: int, *, rates: Sequence[float] = RATES, runs: int = 2
) -> tuple[list[list[str]], JudgedTopic]:
    """Returns the rankings of runs of 100 shots, and their pool to rank 80, judged by sample."""
    rng = np.random.default_rng([seed, 17])
    order = rng.permutation(100)
    rankings = [
        [f"s{order[k]}" for k in np.argsort(np.arange(100) + rng.normal(0, 6, 100))] for _ in range(runs)
    ]
    best = {shot: min(ranking.index(shot) for ranking in rankings) for shot in rankings[0]}
    shots = sorted(shot for shot in best if best[shot] < DEPTHS[-1])
    strata = [next(k for k, depth in enumerate(DEPTHS) if best[shot] < depth) for shot in shots]
    relevance = (rng.random(len(shots)) < 2 / (2 + np.array([best[shot] for shot in shots]))).astype(np.int64)
    for code, rate in enumerate(rates):
        own = [row for row, stratum in enumerate(strata) if stratum == code]
        kept = rng.permutation(own)[: round(rate * len(own))]
        relevance[[row for row in own if row not in kept]] = -1
    return rankings, JudgedTopic(shots, [str(code + 1) for code in strata], relevance)


def sampled_qrels(
    seeds: Sequence[int], *, rates: Sequence[float] = RATES, runs: int = 2
) -> tuple[dict[str, dict[str, list[str]]], Qrels]:
    """Returns the rankings of runs `a`, `b`, ... for a topic per seed (`t0`, ...), and the judgements."""
    made = {f"t{seed}": sampled_topic(seed, rates=rates, runs=runs) for seed in seeds}
    rankings = {
        "abcdefghijklmnop"[run]: {topic_id: lists[run] for topic_id, (lists, _) in made.items()}
        for run in range(runs)
    }
    return rankings, Qrels.of_topics({topic_id: judged for topic_id, (_, judged) in made.items()})
