"""Judging: what persons say of shots, kept with its history, and what follows from it."""

from lpd.judging.counts import NeedCounts, VerdictCounts, judged_needs, verdict_counts
from lpd.judging.needs import Need, edition_needs, query_need
from lpd.judging.qrels import CONFLICT_RULES, VerdictQrels, verdict_qrels
from lpd.judging.store import (
    GivenVerdict,
    give_verdicts,
    latest_verdicts,
    verdict_history,
    withdraw_verdicts,
)
from lpd.judging.verdicts import (
    CONFLICT,
    NOT_RELEVANT,
    RELEVANT,
    WITHDRAWN,
    JudgedShots,
    ShotVerdict,
    combine_verdicts,
    judged_shots,
)

__all__ = [
    "CONFLICT",
    "CONFLICT_RULES",
    "NOT_RELEVANT",
    "RELEVANT",
    "WITHDRAWN",
    "GivenVerdict",
    "JudgedShots",
    "Need",
    "NeedCounts",
    "ShotVerdict",
    "VerdictCounts",
    "VerdictQrels",
    "combine_verdicts",
    "edition_needs",
    "give_verdicts",
    "judged_needs",
    "judged_shots",
    "latest_verdicts",
    "query_need",
    "verdict_counts",
    "verdict_history",
    "verdict_qrels",
    "withdraw_verdicts",
]
