"""Relevant shots in the top k of several lists, and those that would be lost without one of them."""

from collections.abc import Mapping

from lpd.errors import LpdError
from lpd.trec import Qrels, Run

__all__ = ["found_by_one", "relevant_in_top", "shots_found_by_one"]


def shots_found_by_one(runs: Mapping[str, Run], qrels: Qrels, *, k: int) -> dict[str, dict[str, list[str]]]:
    """Returns name -> topic -> the relevant shots in the top k of this run and of no other, best first.

    Topics for which a run has none are left out of it.

    Args:
        runs: name -> run, such as one per space, or the spaces and one fused or re-ranked list.
        qrels: judgements; shots that are not judged relevant do not count.
        k: the cut-off.

    Raises:
        LpdError: for k below 1.
    """
    found: dict[str, dict[str, list[str]]] = {name: {} for name in runs}
    for topic_id, tops in _relevant_tops(runs, qrels, k).items():
        finders: dict[str, list[str]] = {}
        for name, shots in tops.items():
            for shot_id in shots:
                finders.setdefault(shot_id, []).append(name)
        for shot_id, names in finders.items():
            if len(names) == 1:
                found[names[0]].setdefault(topic_id, []).append(shot_id)
    return found


def found_by_one(runs: Mapping[str, Run], qrels: Qrels, *, k: int) -> dict[str, int]:
    """Returns name -> the number of `shots_found_by_one`, summed over topics."""
    found = shots_found_by_one(runs, qrels, k=k)
    return {name: sum(len(shots) for shots in topics.values()) for name, topics in found.items()}


def relevant_in_top(runs: Mapping[str, Run], qrels: Qrels, *, k: int) -> dict[str, int]:
    """Returns name -> the relevant shots in the top k of this run, summed over topics.

    Args:
        runs: name -> run.
        qrels: judgements; shots that are not judged relevant do not count.
        k: the cut-off.

    Raises:
        LpdError: for k below 1.
    """
    counts = dict.fromkeys(runs, 0)
    for tops in _relevant_tops(runs, qrels, k).values():
        for name, shots in tops.items():
            counts[name] += len(shots)
    return counts


def _relevant_tops(runs: Mapping[str, Run], qrels: Qrels, k: int) -> dict[str, dict[str, list[str]]]:
    """Returns topic -> name -> the relevant shots in the top k of this run, best first."""
    if k < 1:
        raise LpdError("cut-off below 1", expected="a whole number from 1", found=k)
    tops = {}
    for topic_id in qrels.topic_ids:
        relevant = qrels.relevant(topic_id)
        rankings = {
            name: run.topics[topic_id].shot_ids for name, run in runs.items() if topic_id in run.topics
        }
        tops[topic_id] = {name: [s for s in ids[:k] if s in relevant] for name, ids in rankings.items()}
    return tops
