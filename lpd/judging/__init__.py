"""Judging: what persons say of shots, kept with its history, and what follows from it.

`make_plan` pools runs, cuts the pool into strata and draws what is to be judged; `next_shots` says what comes
next, `give_verdicts` keeps what is said, `plan_qrels` makes qrels of it, and `judging_intervals` says how far
infAP of the runs may be off because only samples were judged. In a workspace, `lpd.services.judging` does it.

>>> from lpd.editions import Edition
>>> from lpd.judging import Layer, PlannedRun, TopicVerdicts, make_plan, next_shots, plan_qrels
>>> from lpd.trec import Topic
>>> edition = Edition("mine", "films", None, (Topic("1", "a dog"),), (), None)
>>> runs = {PlannedRun("first", "0123"): {"1": ["shot1_1", "shot2_5", "shot3_2", "shot4_1"]}}
>>> plan = make_plan("p", edition, runs, layers=[Layer(2, 1.0), Layer(4, 0.5)], seed=1)
>>> plan.pool, plan.sample
(4, 4)
>>> shot = plan.topic("1").order[0]
>>> said = TopicVerdicts({"Ada": {shot: "relevant"}}, {}, frozenset([shot]))
>>> len(next_shots(plan, "1", said, judge="Ada"))
3
>>> plan_qrels(plan, {"1": said}).qrels.judgements("1")[shot]
1
"""

from lpd.judging.agreement import Contradiction, PairAgreement, plan_agreement, plan_contradictions
from lpd.judging.counts import NeedCounts, VerdictCounts, judged_needs, verdict_counts
from lpd.judging.entries import ADJUDICATE_VIEW, GivenVerdict, judge_name
from lpd.judging.interval import JudgingInterval, JudgingIntervals, LiveIntervals, judging_intervals
from lpd.judging.needs import Need, edition_needs, query_need
from lpd.judging.plan import (
    JudgingPlan,
    PlannedRun,
    PlannedStratum,
    PlannedTopic,
    plan_needs,
)
from lpd.judging.plan_files import read_plan, update_plan, write_plan
from lpd.judging.plan_qrels import PlanQrels, plan_qrels
from lpd.judging.plan_verdicts import Ruling, TopicVerdicts, plan_verdicts
from lpd.judging.planning import extend_plan, make_plan
from lpd.judging.pooling import SAMPLINGS, Layer, pool_strata
from lpd.judging.progress import PlanProgress, StratumProgress, TopicProgress, plan_progress
from lpd.judging.qrels import CONFLICT_RULES, VerdictQrels, verdict_qrels
from lpd.judging.queue import next_shots
from lpd.judging.separation import ALLOCATIONS, Separation, judgements_to_separate
from lpd.judging.store import (
    damaged_verdicts,
    give_verdicts,
    keep_damaged_aside,
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
    "ADJUDICATE_VIEW",
    "ALLOCATIONS",
    "CONFLICT",
    "CONFLICT_RULES",
    "NOT_RELEVANT",
    "RELEVANT",
    "SAMPLINGS",
    "WITHDRAWN",
    "Contradiction",
    "GivenVerdict",
    "JudgedShots",
    "JudgingInterval",
    "JudgingIntervals",
    "JudgingPlan",
    "Layer",
    "LiveIntervals",
    "Need",
    "NeedCounts",
    "PairAgreement",
    "PlanProgress",
    "PlanQrels",
    "PlannedRun",
    "PlannedStratum",
    "PlannedTopic",
    "Ruling",
    "Separation",
    "ShotVerdict",
    "StratumProgress",
    "TopicProgress",
    "TopicVerdicts",
    "VerdictCounts",
    "VerdictQrels",
    "combine_verdicts",
    "damaged_verdicts",
    "edition_needs",
    "extend_plan",
    "give_verdicts",
    "judge_name",
    "judged_needs",
    "judged_shots",
    "judgements_to_separate",
    "judging_intervals",
    "keep_damaged_aside",
    "latest_verdicts",
    "make_plan",
    "next_shots",
    "plan_agreement",
    "plan_contradictions",
    "plan_needs",
    "plan_progress",
    "plan_qrels",
    "plan_verdicts",
    "pool_strata",
    "query_need",
    "read_plan",
    "update_plan",
    "verdict_counts",
    "verdict_history",
    "verdict_qrels",
    "withdraw_verdicts",
    "write_plan",
]
