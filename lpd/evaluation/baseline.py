"""Every list of a table of topics against one of them: differences, tests corrected for their number, wins.

Letters: T topics, C columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lpd.errors import LpdError
from lpd.evaluation.corrections import correct_p_values, significance_mark
from lpd.evaluation.intervals import Interval, bootstrap_mean
from lpd.evaluation.paired_tests import PairedTest, WinTieLoss, paired_test, win_tie_loss
from lpd.evaluation.topic_table import TopicTable
from lpd.words import counted

__all__ = ["AgainstBaseline", "BaselineComparison", "ComparisonSettings", "compare_with_baseline"]


@dataclass(frozen=True)
class ComparisonSettings:
    """How lists are compared.

    Args:
        test: one of `PAIRED_TESTS`.
        correction: one of `CORRECTIONS`, over the columns that are tested.
        tie: a difference up to it is a tie, in win / tie / loss and in the sign test.
        level: of the intervals of the mean differences.
        resamples: of the sign flips (more than 20 topics) and of the bootstrap.
        seed: for drawing both.
    """

    test: str = "randomization"
    correction: str = "holm"
    tie: float = 0.0
    level: float = 0.95
    resamples: int = 10_000
    seed: int = 0


DEFAULT = ComparisonSettings()


@dataclass(frozen=True)
class AgainstBaseline:
    """One list against the baseline, over the topics that both have.

    Args:
        column: the list.
        topics: how many topics both have; with none there is neither difference nor test.
        left_out: topics of the table that one of the two lacks.
        difference: the mean over these topics of list minus baseline; None without topics.
        interval: of that mean; None for fewer than two topics.
        outcome: the test; its p-value is not corrected. None without topics.
        corrected: the corrected p-value; None without topics.
        mark: stars of the corrected p-value; see `significance_mark`.
        counts: topics won, tied and lost by the list.
    """

    column: str
    topics: int
    left_out: tuple[str, ...]
    difference: float | None
    interval: Interval | None
    outcome: PairedTest | None
    corrected: float | None
    mark: str
    counts: WinTieLoss


@dataclass(frozen=True, eq=False)
class BaselineComparison:
    """Every chosen list against the baseline.

    Args:
        baseline: its name.
        settings: of the comparison.
        tests: how many were made together, for which the p-values are corrected.
        columns: one entry per list, in the order asked for.
        differences: (T, C) float64, list minus baseline in each topic of the table, C as `columns`; NaN where
            one of the two lacks the topic.
    """

    baseline: str
    settings: ComparisonSettings
    tests: int
    columns: tuple[AgainstBaseline, ...]
    differences: np.ndarray

    @property
    def words(self) -> str:
        """What the marks mean, as a sentence."""
        method = self.settings.correction
        corrected = "not corrected" if method == "none" else f"{method} correction"
        return (
            f"Against {self.baseline}: {self.settings.test} test, two-sided, {corrected} over "
            f"{counted(self.tests, 'comparison')}; * p <= .05, ** p <= .01, *** p <= .001."
        )


def compare_with_baseline(
    table: TopicTable,
    baseline: str,
    *,
    columns: Sequence[str] | None = None,
    settings: ComparisonSettings = DEFAULT,
) -> BaselineComparison:
    """Returns lists against a baseline, topic by topic, with tests corrected for how many there are.

    Topics that one of the two lacks are left out of that comparison and named.

    Args:
        table: of the lists.
        baseline: one of its columns.
        columns: the lists to compare, the baseline not among them; None for all others. Only tests that are
            asked for belong in it, since each makes the correction stricter.
        settings: of test and correction.

    Raises:
        NotFoundError: if the table has no such column.
        LpdError: if the baseline is compared with itself, or for impossible settings.
    """
    chosen = [one for one in table.columns if one != baseline] if columns is None else list(columns)
    if baseline in chosen:
        raise LpdError("a list cannot be compared with itself", where=table.edition, found=repr(baseline))
    pairs = [_pair(table, one, baseline) for one in chosen]
    outcomes = [_outcome(pair, settings) for pair in pairs]
    known = [outcome.p_value for outcome in outcomes if outcome is not None]
    corrected = iter(correct_p_values(known, settings.correction).tolist())
    found = [
        _against(pair, outcome, None if outcome is None else next(corrected), settings)
        for pair, outcome in zip(pairs, outcomes, strict=True)
    ]
    values = table.values[:, [table.position(one) for one in chosen]]
    differences = values - table.of(baseline)[:, None]
    return BaselineComparison(baseline, settings, len(known), tuple(found), differences)


class _Pair(NamedTuple):
    """The values of a list and of the baseline in the topics that both have, and the other topics."""

    column: str
    first: np.ndarray
    second: np.ndarray
    left_out: tuple[str, ...]


def _pair(table: TopicTable, column: str, baseline: str) -> _Pair:
    first, second = table.of(column), table.of(baseline)
    both = np.isfinite(first) & np.isfinite(second)
    left_out = tuple(one for one, has in zip(table.topic_ids, both.tolist(), strict=True) if not has)
    return _Pair(column, first[both], second[both], left_out)


def _outcome(pair: _Pair, settings: ComparisonSettings) -> PairedTest | None:
    if not len(pair.first):
        return None
    return paired_test(
        pair.first,
        pair.second,
        test=settings.test,
        tie=settings.tie,
        resamples=settings.resamples,
        seed=settings.seed,
    )


def _against(
    pair: _Pair, outcome: PairedTest | None, corrected: float | None, settings: ComparisonSettings
) -> AgainstBaseline:
    if outcome is None or corrected is None:
        return AgainstBaseline(pair.column, 0, pair.left_out, None, None, None, None, "", WinTieLoss(0, 0, 0))
    interval = None
    if len(pair.first) >= 2:
        interval = bootstrap_mean(
            pair.first - pair.second,
            level=settings.level,
            resamples=settings.resamples,
            seed=settings.seed,
        )
    return AgainstBaseline(
        column=pair.column,
        topics=len(pair.first),
        left_out=pair.left_out,
        difference=outcome.observed,
        interval=interval,
        outcome=outcome,
        corrected=corrected,
        mark=significance_mark(corrected),
        counts=win_tie_loss(pair.first, pair.second, tie=settings.tie),
    )
