"""How many judgements more would separate two runs: the variance after further samples of the strata.

In a stratum with s of n shots judged, the linear part of infAP has the variance a (1 / s - 1 / n), where a is
n squared times the variance, over the stratum's shots, of what judging each of them would change. This a is
computed on possible pools, and all are scaled alike so that their sum is the variance of the interval as it
is. The difference is taken to stay what it is now, less its bias. So the number is an expectation, not a
promise: a small difference is uncertain itself, and with it the number of judgements that it takes.

Source: W. G. Cochran, "Sampling techniques", 1977, chapters 2 (finite-population correction) and 5 (optimal
allocation); C.-E. Särndal, B. Swensson, J. Wretman, "Model assisted survey sampling", 1992, chapter 5
(linearization).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from lpd.errors import LpdError, MismatchError, NotFoundError, name_some
from lpd.judging.allocation import ALLOCATIONS, Strata, further_judgements
from lpd.judging.influence import shot_influences
from lpd.judging.interval import LiveIntervals, topic_seed
from lpd.judging.resampling import possible_pools, ranked_rows
from lpd.trec.judged_topic import JudgedTopic
from lpd.trec.qrels import Qrels

__all__ = ["ALLOCATIONS", "Separation", "judgements_to_separate", "separation_of"]

POOLS = 30
NEGLIGIBLE = 1e-9
"""A difference of means below this is no difference but rounding."""


@dataclass(frozen=True)
class Separation:
    """What it would take to tell two runs apart on the topics judged so far.

    Args:
        first, second: tags of the runs.
        difference: the first's mean infAP less the second's, on what was judged.
        deviation: of the difference now, from judging only samples.
        needed: the deviation at which the interval of the level would just leave out 0, were the difference
            to stay what it is now, less its bias.
        separated: whether the interval leaves out 0 already.
        possible: whether judging the rest of the pool is expected to separate them; False where they do not
            differ (the same rankings, say), so that no interval would ever leave out 0.
        more: judgements more that are expected to do it, 0 where separated, None where not possible.
        rest: rows of the pool without a verdict, in the topics that have one.
        strata: (topic, stratum) -> judgements more there, where there are any; empty where `more` is 0 or
            None.
        allocation: one of `ALLOCATIONS`.
    """

    first: str
    second: str
    difference: float
    deviation: float
    needed: float
    separated: bool
    possible: bool
    more: int | None
    rest: int
    strata: dict[tuple[str, str], int]
    allocation: str


def judgements_to_separate(
    rankings: Mapping[str, Mapping[str, Sequence[str]]],
    qrels: Qrels,
    *,
    first: str,
    second: str,
    level: float = 0.95,
    allocation: str = "optimal",
    missing: str = "skip",
    seed: int = 0,
) -> Separation:
    """Returns how many judgements more, and in which strata, are expected to separate two runs.

    Topics without any verdict are not counted: nothing is known of them.

    Args:
        rankings: tag -> topic -> shots, as in `judging_intervals`; of the two runs at least.
        qrels: the whole pool, -1 for what is not judged.
        first, second: the two tags.
        level: of the interval of their difference that is to leave out 0.
        allocation: one of `ALLOCATIONS`.
        missing: as in `judging_intervals`.
        seed: for the resamples.

    Raises:
        NotFoundError: for a tag that is not among the rankings.
        LpdError: for an impossible level, another allocation or another word for `missing`.
        MismatchError: if the two runs have no judged topic in common.

    Source: as the module.
    """
    _check(rankings, first=first, second=second, allocation=allocation)
    live = LiveIntervals(rankings, level=level, missing=missing, seed=seed)
    return separation_of(live, qrels, first=first, second=second, allocation=allocation)


def separation_of(
    live: LiveIntervals, qrels: Qrels, *, first: str, second: str, allocation: str = "optimal"
) -> Separation:
    """Returns what `judgements_to_separate` returns, with the resamples that `live` has already.

    Args:
        live: the intervals of the runs, which say the level and what missing topics are.
        qrels, first, second, allocation: as in `judgements_to_separate`.

    Raises:
        NotFoundError, LpdError, MismatchError: as `judgements_to_separate`.
    """
    _check(live.rankings, first=first, second=second, allocation=allocation)
    found = live.intervals(qrels)
    now = found.difference(first, second)
    shared = [topic_id for topic_id, of in found.topics.items() if first in of and second in of]
    if now is None:
        raise MismatchError(
            "the two runs have no judged topic in common",
            where=f"runs {first} and {second}",
            expected="a topic that both have, with a verdict",
        )
    rest = sum(int((qrels.topic(topic_id).relevance < 0).sum()) for topic_id in shared)
    reach = NormalDist().inv_cdf((1 + live.level) / 2)
    needed = abs(now.centre) / reach
    possible = abs(now.centre) > NEGLIGIBLE
    separated = possible and now.deviation < needed
    strata: dict[tuple[str, str], int] = {}
    if possible and not separated:
        parts = [_topic_strata(live, topic_id, qrels.topic(topic_id), (first, second)) for topic_id in shared]
        strata = further_judgements(Strata.of(parts, variance=now.deviation**2), needed**2, allocation)
    return Separation(
        first=first,
        second=second,
        difference=now.estimate,
        deviation=now.deviation,
        needed=needed,
        separated=separated,
        possible=possible,
        more=sum(strata.values()) if possible else None,
        rest=rest,
        strata=strata,
        allocation=allocation,
    )


def _check(rankings: Mapping[str, object], *, first: str, second: str, allocation: str) -> None:
    for tag in (first, second):
        if tag not in rankings:
            raise NotFoundError("no such run", expected=f"one of {name_some(rankings)}", found=repr(tag))
    if allocation not in ALLOCATIONS:
        known = " or ".join(ALLOCATIONS)
        raise LpdError("unknown allocation of judgements", expected=known, found=repr(allocation))


def _topic_strata(live: LiveIntervals, topic_id: str, judged: JudgedTopic, pair: tuple[str, str]) -> Strata:
    """Returns the strata of one topic for the difference of two runs; the spread is not scaled."""
    rankings = [run.get(topic_id, ()) for run in live.rankings.values()]
    relevant = possible_pools(rankings, judged, pools=POOLS, seed=topic_seed(live.seed, topic_id))
    codes = judged.stratum_codes
    first, second = (
        shot_influences(ranked_rows(live.rankings[tag].get(topic_id, ()), judged), relevant, codes)
        for tag in pair
    )
    size, count, _ = judged.stratum_counts
    influences = first - second
    spread = np.array([_variance(influences[:, codes == code]) for code in range(len(size))])
    names = [(topic_id, name) for name in judged.stratum_names]
    return Strata(names, size=size, judged=count, spread=spread * size**2)


def _variance(influences: np.ndarray) -> float:
    """Returns the variance over (B, n) the shots of a stratum, the mean of B pools."""
    return float(influences.var(axis=1, ddof=1).mean()) if influences.shape[1] > 1 else 0.0
