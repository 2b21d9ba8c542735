"""How much of a topic's variety a list covers: alpha-nDCG and subtopic recall over judged subtopics.

Conventions: a shot without subtopics is not relevant. A topic without subtopics, and a topic that the run
does not have, is 0 in every measure and stays in the means. Letters: N judged shots, M subtopics of a topic.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from lpd.errors import LpdError, MismatchError, name_some
from lpd.trec.runs import Run

__all__ = ["alpha_ndcg_at", "group_subtopics", "measure_subtopics", "subtopic_recall_at"]

ALPHA = 0.5


def group_subtopics(rows: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, set[str]]]:
    """Returns topic -> shot -> its subtopics, from rows of (topic, subtopic, shot)."""
    grouped: dict[str, dict[str, set[str]]] = {}
    for topic_id, subtopic, shot_id in rows:
        grouped.setdefault(topic_id, {}).setdefault(shot_id, set()).add(subtopic)
    return grouped


def alpha_ndcg_at(
    ranking: Sequence[str],
    k: int,
    *,
    subtopics: Mapping[str, AbstractSet[str]],
    alpha: float = ALPHA,
) -> float:
    """Returns alpha-nDCG@k of one topic's ranking: its discounted gain over that of an ideal list.

    A shot gains, for each of its subtopics, (1 - alpha) to the number of shots before it that have the
    subtopic too; the discount is log2(rank + 1). The ideal list is picked greedily, always the shot that
    gains most (equal gains: the first shot id), which is the custom but not always the best list, so that
    values slightly above 1 are possible.

    Args:
        ranking: shots, best first, each once.
        k: the cut-off, of the ideal list too.
        subtopics: shot -> its subtopics, for the shots of the topic that have any.
        alpha: from 0 (a repeated subtopic is worth as much as a new one) to 1 (it is worth nothing).

    Raises:
        LpdError: for k below 1 or alpha outside of 0..1.

    Source: C. L. A. Clarke et al., "Novelty and diversity in information retrieval evaluation", SIGIR 2008,
    equations of section 4.
    """
    _check(k, alpha)
    has, row_of = _table(subtopics)  # (N, M) bool
    if not has.any():
        return 0.0
    best = _discounted(_ideal_gains(has, k, alpha))
    found = [has[row_of[shot_id]] if shot_id in row_of else None for shot_id in ranking[:k]]
    met = np.zeros(has.shape[1])
    gains = np.zeros(len(found))
    for rank, row in enumerate(found):
        if row is not None:
            gains[rank] = ((1 - alpha) ** met)[row].sum()
            met += row
    return _discounted(gains) / best


def subtopic_recall_at(ranking: Sequence[str], k: int, *, subtopics: Mapping[str, AbstractSet[str]]) -> float:
    """Returns the share of a topic's subtopics that the first k shots of a ranking have; 0 if it has none.

    Args:
        ranking: shots, best first.
        k: the cut-off.
        subtopics: shot -> its subtopics.

    Raises:
        LpdError: for k below 1.

    Source: C. X. Zhai, W. W. Cohen, J. Lafferty, "Beyond independent relevance: methods and evaluation
    metrics for subtopic retrieval", SIGIR 2003 (S-recall).
    """
    _check(k, ALPHA)
    known = set().union(*subtopics.values())
    reached = set().union(*(subtopics.get(shot_id, ()) for shot_id in ranking[:k]))
    return len(reached) / len(known) if known else 0.0


def measure_subtopics(
    run: Run,
    subtopics: Mapping[str, Mapping[str, AbstractSet[str]]],
    *,
    k: int = 20,
    alpha: float = ALPHA,
) -> dict[str, dict[str, float]]:
    """Returns topic -> `alpha-nDCG@k` and `S-recall@k` -> value, for every topic that has subtopics.

    Args:
        run: sorted.
        subtopics: topic -> shot -> its subtopics.
        k: the cut-off.
        alpha: see `alpha_ndcg_at`.

    Raises:
        LpdError: for k below 1 or alpha outside of 0..1.
        MismatchError: if the run has none of the topics.
    """
    if not set(run.topics) & set(subtopics):
        raise MismatchError(
            "run and subtopics have no topic in common",
            where=f"run {run.tag}",
            expected=f"topics {name_some(subtopics)}",
            found=f"topics {name_some(run.topics)}",
        )
    measured = {}
    for topic_id, of_shot in subtopics.items():
        ranking = run.topics[topic_id].shot_ids if topic_id in run.topics else []
        measured[topic_id] = {
            f"alpha-nDCG@{k}": alpha_ndcg_at(ranking, k, subtopics=of_shot, alpha=alpha),
            f"S-recall@{k}": subtopic_recall_at(ranking, k, subtopics=of_shot),
        }
    return measured


def _check(k: int, alpha: float) -> None:
    if k < 1:
        raise LpdError("cut-off below 1", expected="a whole number from 1", found=k)
    if not 0 <= alpha <= 1:
        raise LpdError("alpha outside of 0..1", expected="a number from 0 to 1", found=alpha)


def _table(subtopics: Mapping[str, AbstractSet[str]]) -> tuple[np.ndarray, dict[str, int]]:
    """Returns (N, M) bool, which shot has which subtopic, shots sorted by id; and shot -> row."""
    shot_ids, names = sorted(subtopics), sorted(set().union(*subtopics.values()))
    has = np.array([[name in subtopics[shot_id] for name in names] for shot_id in shot_ids], dtype=bool)
    return has.reshape(len(shot_ids), len(names)), {shot_id: row for row, shot_id in enumerate(shot_ids)}


def _ideal_gains(has: np.ndarray, k: int, alpha: float) -> np.ndarray:
    """Returns (min(k, N),) float64, the gains of the greedily picked list."""
    met = np.zeros(has.shape[1])
    taken = np.zeros(len(has), dtype=bool)
    gains = np.zeros(min(k, len(has)))
    for rank in range(len(gains)):
        worth = np.where(taken, -1.0, (has * (1 - alpha) ** met).sum(axis=1))
        row = int(worth.argmax())
        gains[rank] = worth[row]
        met += has[row]
        taken[row] = True
    return gains


def _discounted(gains: np.ndarray) -> float:
    return float((gains / np.log2(np.arange(2, len(gains) + 2))).sum())
