"""What intervals of the judging say: of one number, and of all runs."""

from dataclasses import dataclass, replace
from typing import Self

__all__ = ["JudgingInterval", "JudgingIntervals"]


@dataclass(frozen=True)
class JudgingInterval:
    """What sampled judgements say of one number: a run's infAP, or the difference of two runs.

    Args:
        estimate: as `lpd evaluate` prints it.
        low, high: the interval's ends, around the estimate less its bias, cut to 0..1 (a difference: -1..1);
            both are the estimate where everything is judged.
        deviation: the standard deviation that comes from judging only samples.
        bias: how much too high infAP is on samples of these sizes, in the mean.
    """

    estimate: float
    low: float
    high: float
    deviation: float
    bias: float = 0.0

    @property
    def centre(self) -> float:
        """The estimate less its bias: the middle of the interval, where its ends are not cut."""
        return self.estimate - self.bias

    @property
    def turned(self) -> Self:
        """The interval of the number with the other sign."""
        return replace(self, estimate=-self.estimate, low=-self.high, high=-self.low, bias=-self.bias)


@dataclass(frozen=True)
class JudgingIntervals:
    """The runs on what was judged so far, with intervals of the judging.

    Args:
        runs: tag -> interval of the mean infAP over the run's judged topics; tags without one are left out.
        topics: topic -> tag -> interval of that topic's infAP; topics of the qrels with a verdict, in the
            order of the qrels.
        differences: (tag, later tag) -> interval of the first's mean less the second's, over the topics that
            both have.
        level: how often such intervals hold the value that judging the whole pool would give, about.
        replicates: how many resamples.
        seed: for drawing them.
        judged, pool: rows of the qrels with a verdict, and in all.
        unjudged: topics of the qrels without any verdict; they are in no mean.
        without_relevant: topics with verdicts in which no relevant shot was found yet; their infAP counts as
            0, and their intervals, mere guesses, hang on how many shots were judged.
    """

    runs: dict[str, JudgingInterval]
    topics: dict[str, dict[str, JudgingInterval]]
    differences: dict[tuple[str, str], JudgingInterval]
    level: float
    replicates: int
    seed: int
    judged: int
    pool: int
    unjudged: tuple[str, ...]
    without_relevant: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether the whole pool is judged, so that the intervals have no width."""
        return self.judged == self.pool

    def difference(self, first: str, second: str) -> JudgingInterval | None:
        """Returns the interval of one run's mean less another's, None where they share no judged topic.

        Args:
            first, second: tags, in whichever order.
        """
        turned = self.differences.get((second, first))
        return self.differences.get((first, second)) if turned is None else turned.turned
