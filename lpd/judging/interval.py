"""Intervals of the judging: how far infAP may be off because only samples of the pool were judged.

The topics are given: nothing here says how the runs would do on other topics (see lpd.evaluation.intervals).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import NormalDist

import numpy as np

from lpd.errors import LpdError, MismatchError, name_some
from lpd.judging.interval_results import JudgingInterval, JudgingIntervals
from lpd.judging.resampling import TopicResamples, resample_topic
from lpd.storage import digest_bytes
from lpd.trec.judged_topic import JudgedTopic
from lpd.trec.qrels import Qrels

__all__ = ["JudgingInterval", "JudgingIntervals", "LiveIntervals", "judging_intervals"]

REPLICATES = 200
FEWEST_REPLICATES = 50
NO_SHOTS: tuple[str, ...] = ()


def judging_intervals(
    rankings: Mapping[str, Mapping[str, Sequence[str]]],
    qrels: Qrels,
    *,
    level: float = 0.95,
    replicates: int = REPLICATES,
    seed: int = 0,
    missing: str = "skip",
) -> JudgingIntervals:
    """Returns infAP of runs with intervals that say what judging only samples of the pool leaves open.

    Args:
        rankings: tag -> topic -> shots, best first, each once; at most 1000 of a topic are looked at.
        qrels: the whole pool, -1 for what is not judged; the judged shots of each stratum are a random
            sample.
        level: between 0 and 1.
        replicates: how many resamples, at least 50.
        seed: for drawing them.
        missing: `skip` leaves topics that a run does not have out of its mean, `zero` counts them as zero.

    Raises:
        LpdError: for an impossible level, too few replicates or another word for `missing`.
        MismatchError: if a run has no topic in common with the qrels.
    """
    live = LiveIntervals(rankings, level=level, replicates=replicates, seed=seed, missing=missing)
    return live.intervals(qrels)


def topic_seed(seed: int, topic_id: str) -> tuple[int, ...]:
    """Returns the seed of one topic's draws, which do not depend on the other topics."""
    return (seed, *topic_id.encode("utf-8"))


@dataclass(frozen=True)
class _Part:
    """One topic of one number: a ranking's row, and that of the ranking whose infAP is subtracted, if any."""

    resamples: TopicResamples
    row: int
    other: int | None

    @property
    def estimate(self) -> float:
        return float(self._of(self.resamples.estimates))

    @property
    def errors(self) -> np.ndarray:
        """(B,)"""
        return self._of(self.resamples.errors)

    def _of(self, values: np.ndarray) -> np.ndarray:
        less: np.ndarray = values[self.row] if self.other is None else values[self.row] - values[self.other]
        return less


@dataclass
class LiveIntervals:
    """The intervals of the same runs while judging goes on: only topics whose judgements changed since the
    last call are resampled.

    Args:
        rankings, level, replicates, seed, missing: as `judging_intervals`.

    Raises:
        LpdError: as `judging_intervals`.
    """

    rankings: Mapping[str, Mapping[str, Sequence[str]]]
    level: float = 0.95
    replicates: int = REPLICATES
    seed: int = 0
    missing: str = "skip"
    _known: dict[str, tuple[str, TopicResamples]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise LpdError("no level of an interval", expected="a number between 0 and 1", found=self.level)
        if self.replicates < FEWEST_REPLICATES:
            raise LpdError(
                "too few replicates for an interval",
                expected=f"at least {FEWEST_REPLICATES}",
                found=self.replicates,
            )
        if self.missing not in ("skip", "zero"):
            raise LpdError(
                "unknown way to treat missing topics", expected="skip or zero", found=repr(self.missing)
            )

    def intervals(self, qrels: Qrels) -> JudgingIntervals:
        """Returns what `judging_intervals` returns for these judgements.

        Args:
            qrels: as in `judging_intervals`.

        Raises:
            MismatchError: as `judging_intervals`.
        """
        for tag, topics in self.rankings.items():
            if not any(topic_id in topics for topic_id in qrels.topic_ids):
                raise MismatchError(
                    "run and qrels have no topic in common",
                    where=f"run {tag}",
                    expected=f"topics of the qrels, {name_some(qrels.topic_ids)}",
                    found=f"topics {name_some(topics)}",
                )
        judged = {topic_id: qrels.topic(topic_id) for topic_id in qrels.topic_ids}
        begun = [topic_id for topic_id, one in judged.items() if (one.relevance >= 0).any()]
        resamples = {topic_id: self._resampled(topic_id, judged[topic_id]) for topic_id in begun}
        return JudgingIntervals(
            runs=self._runs(resamples),
            topics=self._topics(resamples),
            differences=self._differences(resamples),
            level=self.level,
            replicates=self.replicates,
            seed=self.seed,
            judged=sum(int((one.relevance >= 0).sum()) for one in judged.values()),
            pool=sum(len(one.relevance) for one in judged.values()),
            unjudged=tuple(topic_id for topic_id in judged if topic_id not in resamples),
            without_relevant=tuple(one for one in begun if not (judged[one].relevance > 0).any()),
        )

    def _resampled(self, topic_id: str, judged: JudgedTopic) -> TopicResamples:
        text = "\n".join([*judged.shot_ids, *judged.strata, " ".join(map(str, judged.relevance.tolist()))])
        digest = digest_bytes(text.encode("utf-8"))
        known = self._known.get(topic_id)
        if known is None or known[0] != digest:
            lists = [run.get(topic_id, NO_SHOTS) for run in self.rankings.values()]
            seed = topic_seed(self.seed, topic_id)
            known = digest, resample_topic(lists, judged, replicates=self.replicates, seed=seed)
            self._known[topic_id] = known
        return known[1]

    def _counts(self, tag: str, topic_id: str) -> bool:
        return self.missing == "zero" or topic_id in self.rankings[tag]

    def _runs(self, resamples: Mapping[str, TopicResamples]) -> dict[str, JudgingInterval]:
        found = {}
        for row, tag in enumerate(self.rankings):
            parts = [
                _Part(one, row, None) for topic_id, one in resamples.items() if self._counts(tag, topic_id)
            ]
            if parts:
                found[tag] = self._interval(parts)
        return found

    def _topics(self, resamples: Mapping[str, TopicResamples]) -> dict[str, dict[str, JudgingInterval]]:
        return {
            topic_id: {
                tag: self._interval([_Part(one, row, None)])
                for row, tag in enumerate(self.rankings)
                if self._counts(tag, topic_id)
            }
            for topic_id, one in resamples.items()
        }

    def _differences(self, resamples: Mapping[str, TopicResamples]) -> dict[tuple[str, str], JudgingInterval]:
        found: dict[tuple[str, str], JudgingInterval] = {}
        for (row, first), (other, second) in combinations(enumerate(self.rankings), 2):
            parts = [
                _Part(one, row, other)
                for topic_id, one in resamples.items()
                if self._counts(first, topic_id) and self._counts(second, topic_id)
            ]
            if parts:
                found[first, second] = self._interval(parts)
        return found

    def _interval(self, parts: Sequence[_Part]) -> JudgingInterval:
        """Returns the interval of a mean over topics, which are judged independently of each other."""
        bounds = (0.0, 1.0) if parts[0].other is None else (-1.0, 1.0)
        estimate = float(np.mean([part.estimate for part in parts]))
        errors = [part.errors for part in parts]
        deviation = math.sqrt(sum(float(one.var(ddof=1)) for one in errors)) / len(errors)
        if deviation == 0:
            return JudgingInterval(estimate, estimate, estimate, 0.0)
        bias = float(np.mean(errors))
        centre = estimate - bias
        reach = NormalDist().inv_cdf((1 + self.level) / 2) * deviation
        low, high = np.clip([centre - reach, centre + reach], *bounds).tolist()
        return JudgingInterval(estimate, low, high, deviation, bias)
