"""Slow, plain versions of the measures: one shot at a time, dictionaries, nothing precomputed."""

import math
from collections.abc import Sequence

EPSILON = 0.00001


def inferred_measures(ranking: Sequence[str], rows: Sequence[tuple[str, str, int]]) -> dict[str, float]:
    """Returns infAP, infNDCG, iP10, iP100, iP1000, inum_rel and inum_rel_ret of one topic.

    Args:
        ranking: shots, best first.
        rows: (shot, stratum, relevance) as in the qrels, repeated rows included.

    Source: the description of sample_eval.pl, walked rank by rank.
    """
    strata = sorted({stratum for _, stratum, _ in rows})
    size = {c: sum(1 for _, s, _ in rows if s == c) for c in strata}
    judged = {c: sum(1 for _, s, g in rows if s == c and g >= 0) for c in strata}
    relevant = {c: sum(1 for _, s, g in rows if s == c and g > 0) for c in strata}
    total = sum(relevant[c] * size[c] / judged[c] for c in strata if judged[c])
    of_shot = {shot: (stratum, grade) for shot, stratum, grade in rows}
    p, j, q = (dict.fromkeys(strata, 0) for _ in range(3))
    sums, gain = dict.fromkeys(strata, 0.0), dict.fromkeys(strata, 0.0)
    estimates: list[float] = []
    for k, shot in enumerate(ranking[:1000], start=1):
        if shot in of_shot:
            stratum, grade = of_shot[shot]
            if grade > 0:
                pool = sum(p.values())
                share = sum(p[c] / pool * (q[c] + EPSILON) / (j[c] + 3 * EPSILON) for c in strata if p[c])
                sums[stratum] += 1 / k + pool / k * share
                gain[stratum] += grade / math.log2(k + 1)
                q[stratum] += 1
            p[stratum] += 1
            j[stratum] += 1 if grade >= 0 else 0
        estimates.append(sum(p[c] * (q[c] + EPSILON) / (j[c] + 3 * EPSILON) for c in strata))
    inf_ap = 0.0
    for c in strata:
        if judged[c] and relevant[c]:
            inf_ap += relevant[c] * size[c] / judged[c] / total * sums[c] / relevant[c]
    if total > 1000:
        inf_ap *= total / 1000
    ideal = ideal_gain(rows, size, judged)
    dcg = sum(p[c] * gain[c] / j[c] for c in strata if j[c])
    last = estimates[-1] if estimates else 0.0
    at = {k: (estimates[k - 1] if k <= len(estimates) else last) / k for k in (10, 100, 1000)}
    return {
        "infAP": inf_ap,
        "infNDCG": dcg / ideal if ideal else 0.0,
        "iP10": at[10],
        "iP100": at[100],
        "iP1000": at[1000],
        "inum_rel": total,
        "inum_rel_ret": last,
    }


def ideal_gain(rows: Sequence[tuple[str, str, int]], size: dict[str, int], judged: dict[str, int]) -> float:
    """Returns the ideal discounted gain, grade by grade and rank by rank."""
    ideal, start = 0.0, 0.0
    for grade in sorted({g for _, _, g in rows if g > 0}, key=str, reverse=True):
        number = sum(
            sum(1 for _, s, g in rows if s == c and g == grade) * size[c] / judged[c]
            for c in judged
            if judged[c]
        )
        rank = 1
        while rank <= number:
            ideal += grade / math.log2(start + rank + 1)
            if start + rank >= 1000:
                break
            rank += 1
        start += number
    return ideal


def average_precision(ranking: Sequence[str], relevant: set[str]) -> float:
    """Returns AP by counting hits rank by rank."""
    hits, total = 0, 0.0
    for rank, shot in enumerate(ranking, start=1):
        if shot in relevant:
            hits += 1
            total += hits / rank
    return total / len(relevant) if relevant else 0.0
