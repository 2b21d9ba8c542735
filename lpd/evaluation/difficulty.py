"""How hard the topics are for a set of systems: easy, not easy, hard."""

from collections.abc import Mapping, Sequence

import numpy as np

from lpd.errors import FormatError, LpdError, name_some

__all__ = ["DIFFICULTIES", "EASY_FROM", "HARD_BELOW", "difficulty", "difficulty_groups"]

DIFFICULTIES = ("easy", "not-easy", "hard")
"""Easy: every list reaches `EASY_FROM`; hard: none reaches `HARD_BELOW`; not easy: the others."""

HARD_BELOW = 0.1
EASY_FROM = 0.3


def difficulty(values: Sequence[float], *, low: float = HARD_BELOW, high: float = EASY_FROM) -> str:
    """Returns `hard` if every system is below `low`, `easy` if every system reaches `high`, else `not-easy`.

    Args:
        values: a measure of one topic, one number per system.
        low: a topic is hard if the best value is below it.
        high: a topic is easy if the worst value is not below it.

    Raises:
        LpdError: if there are no values, or `low` is above `high`.
        FormatError: if a value is not finite.

    Source: the groups on the slides of the SEA runs at TRECVID 2020, which give no thresholds; .1 and .3 put
    every topic that they name into its group.
    """
    if low > high:
        raise LpdError("thresholds in the wrong order", expected="low not above high", found=(low, high))
    if not len(values):
        raise LpdError("no values to judge a topic by", expected="one per system")
    if not np.isfinite(values).all():
        raise FormatError("values are not finite", expected="one number per system", found=list(values))
    if max(values) < low:
        return "hard"
    return "easy" if min(values) >= high else "not-easy"


def difficulty_groups(
    table: Mapping[str, Sequence[float]], *, low: float = HARD_BELOW, high: float = EASY_FROM
) -> dict[str, list[str]]:
    """Returns each of `DIFFICULTIES` -> its topics, in the order of the table; see `difficulty`.

    Args:
        table: topic -> one value per system.
        low, high: the thresholds.

    Raises:
        LpdError, FormatError: as `difficulty`, naming the topics.
    """
    widths = {topic_id: len(values) for topic_id, values in table.items()}
    usual = max(widths.values(), default=0)
    short = [topic_id for topic_id, width in widths.items() if width < max(usual, 1)]
    if short:
        raise LpdError(
            "topics lack values of some systems",
            expected=f"{max(usual, 1)} values",
            found=f"fewer for {name_some(short)}",
        )
    odd = [topic_id for topic_id, values in table.items() if not np.isfinite(values).all()]
    if odd:
        raise FormatError("values are not finite", expected="one number per system", found=name_some(odd))
    groups: dict[str, list[str]] = {name: [] for name in DIFFICULTIES}
    for topic_id, values in table.items():
        groups[difficulty(values, low=low, high=high)].append(topic_id)
    return groups
