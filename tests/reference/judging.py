"""Slow, plain versions of what lpd.judging infers: shot by shot, with weights, and by trying all ways."""

import itertools
from collections.abc import Mapping, Sequence

EPSILON = 0.00001


def average_precision(ranking: Sequence[str], relevant: set[str]) -> float:
    """Returns AP of a ranking whose relevant shots are all known."""
    hits, total = 0, 0.0
    for rank, shot in enumerate(ranking[:1000], start=1):
        if shot in relevant:
            hits += 1
            total += hits / rank
    return total / min(len(relevant), 1000) if relevant else 0.0


def weighted_inf_ap(
    ranking: Sequence[str], rows: Sequence[tuple[str, str, int]], weights: Mapping[str, float]
) -> float:
    """Returns infAP with the sum of the weights of shots wherever it counts judged shots.

    Args:
        ranking: shots, best first.
        rows: (shot, stratum, relevance) as in the qrels.
        weights: of each judged shot.
    """
    strata = {stratum for _, stratum, _ in rows}
    size = {c: sum(1 for _, s, _ in rows if s == c) for c in strata}
    judged = {c: sum(weights[shot] for shot, s, g in rows if s == c and g >= 0) for c in strata}
    raised = {c: size[c] / judged[c] if judged[c] else 0.0 for c in strata}
    of_shot = {shot: (stratum, grade) for shot, stratum, grade in rows}
    total = sum(weights[shot] * raised[c] for shot, c, g in rows if g > 0)
    value, pooled, seen, found = (
        0.0,
        dict.fromkeys(strata, 0),
        dict.fromkeys(strata, 0.0),
        dict.fromkeys(strata, 0.0),
    )
    for rank, shot in enumerate(ranking, start=1):
        if shot not in of_shot:
            continue
        c, grade = of_shot[shot]
        if grade > 0:
            before = sum(pooled[s] * (found[s] + EPSILON) / (seen[s] + 3 * EPSILON) for s in strata)
            value += weights[shot] * raised[c] * (1 + before) / rank
            found[c] += weights[shot]
        if grade >= 0:
            seen[c] += weights[shot]
        pooled[c] += 1
    return value / total if total else 0.0


def fewest_further(spread: Sequence[float], size: Sequence[int], judged: Sequence[int], target: float) -> int:
    """Returns the fewest further judgements after which sum a (1 / s - 1 / n) is at most the target."""
    choices = [range(s, n + 1) for s, n in zip(judged, size, strict=True)]
    return min(
        sum(chosen) - sum(judged)
        for chosen in itertools.product(*choices)
        if sum(a * (1 / s - 1 / n) for a, s, n in zip(spread, chosen, size, strict=True)) <= target + 1e-12
    )
