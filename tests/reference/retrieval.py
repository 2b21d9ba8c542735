"""Slow, plain fusion, re-ranking, subtopic measures and sign flips: one shot at a time, lists and dicts."""

import itertools
import math
from collections.abc import Sequence


def late_average(lists: Sequence[dict[str, float]], normalisation: str, weights: Sequence[float]) -> dict:
    """Returns shot -> weighted mean of its scores, each list normalised by itself."""
    total = dict.fromkeys({shot for one in lists for shot in one}, 0.0)
    for one, weight in zip(lists, weights, strict=True):
        scores = {shot: normalised(shot, one, normalisation) for shot in one}
        absent = 0.0 if normalisation == "minmax" else min(scores.values())
        for shot in total:
            total[shot] += weight * scores.get(shot, absent) / sum(weights)
    return total


def normalised(shot: str, scores: dict[str, float], normalisation: str) -> float:
    """Returns one shot's normalised score."""
    values, score = list(scores.values()), scores[shot]
    if normalisation == "none":
        return score
    if normalisation == "minmax":
        width = max(values) - min(values)
        return (score - min(values)) / width if width else 0.0
    if normalisation == "zscore":
        mean = sum(values) / len(values)
        deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
        return (score - mean) / deviation if min(values) < max(values) else 0.0
    # the mean rank of the shots with this score
    ranks = [rank for rank, value in enumerate(sorted(values, reverse=True), start=1) if value == score]
    return (len(values) - sum(ranks) / len(ranks) + 1) / len(values)


def mmr(
    relevance: Sequence[float], similarity: Sequence[Sequence[float]], trade_off: float, depth: int
) -> list[int]:
    """Returns the picks of maximal marginal relevance."""
    picked: list[int] = []
    while len(picked) < min(depth, len(relevance)):
        best, best_value = -1, -math.inf
        for shot in range(len(relevance)):
            if shot in picked:
                continue
            alike = max((similarity[other][shot] for other in picked), default=0.0)
            value = trade_off * relevance[shot] - (1 - trade_off) * alike
            if value > best_value:
                best, best_value = shot, value
        picked.append(best)
    return picked


def xquad(
    relevance: Sequence[float],
    aspects: Sequence[Sequence[float]],
    weights: Sequence[float],
    trade_off: float,
    depth: int,
) -> list[int]:
    """Returns the picks of xQuAD; the weights add up to 1."""
    picked: list[int] = []
    while len(picked) < min(depth, len(relevance)):
        best, best_value = -1, -math.inf
        for shot in range(len(relevance)):
            if shot in picked:
                continue
            gain = 0.0
            for weight, aspect in zip(weights, aspects, strict=True):
                gain += weight * math.prod(1 - aspect[other] for other in picked) * aspect[shot]
            value = (1 - trade_off) * relevance[shot] + trade_off * gain
            if value > best_value:
                best, best_value = shot, value
        picked.append(best)
    return picked


def alpha_dcg(ranking: Sequence[str], subtopics: dict[str, set[str]], alpha: float) -> float:
    """Returns the discounted gain of a ranking."""
    total = 0.0
    for rank, shot in enumerate(ranking, start=1):
        for subtopic in subtopics.get(shot, set()):
            before = sum(1 for other in ranking[: rank - 1] if subtopic in subtopics.get(other, set()))
            total += (1 - alpha) ** before / math.log2(rank + 1)
    return total


def alpha_ndcg(ranking: Sequence[str], k: int, subtopics: dict[str, set[str]], alpha: float) -> float:
    """Returns alpha-nDCG@k; the ideal list grows by the shot that adds most, the first id among equals."""
    ideal: list[str] = []
    while len(ideal) < min(k, len(subtopics)):
        left = sorted(set(subtopics) - set(ideal))

        # the discount is the same for every candidate of a rank: compare undiscounted gains
        def gain(shot: str) -> float:
            counts = [sum(1 for other in ideal if one in subtopics[other]) for one in sorted(subtopics[shot])]
            return sum((1 - alpha) ** count for count in counts)

        ideal.append(max(left, key=gain))
    best = alpha_dcg(ideal, subtopics, alpha)
    return alpha_dcg(ranking[:k], subtopics, alpha) / best if best else 0.0


def sign_flip_p(differences: Sequence[float]) -> float:
    """Returns the two-sided p of the enumerated sign flips."""
    observed = abs(sum(differences)) / len(differences)
    flips = itertools.product((1, -1), repeat=len(differences))
    means = [
        abs(sum(s * d for s, d in zip(signs, differences, strict=True))) / len(differences) for signs in flips
    ]
    return sum(mean >= observed - 1e-12 for mean in means) / len(means)
