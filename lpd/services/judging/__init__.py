"""Judging in a workspace: plans made of its runs, simulated judges, live measures, qrels to evaluate with.

`lpd judge` has a verb for each.
"""

from lpd.services.judging.exporting import ExportedQrels, export_plan_qrels
from lpd.services.judging.giving import judge_shots, rule_on_shots
from lpd.services.judging.live import LiveMeasures, LiveTable, live_table
from lpd.services.judging.plans import (
    MadePlan,
    extend_judging_plan,
    judging_plan,
    judging_verdicts,
    make_judging_plan,
    plan_changes,
)
from lpd.services.judging.simulation import SimulatedJudging, simulate_into, simulate_judging

__all__ = [
    "ExportedQrels",
    "LiveMeasures",
    "LiveTable",
    "MadePlan",
    "SimulatedJudging",
    "export_plan_qrels",
    "extend_judging_plan",
    "judge_shots",
    "judging_plan",
    "judging_verdicts",
    "live_table",
    "make_judging_plan",
    "plan_changes",
    "rule_on_shots",
    "simulate_into",
    "simulate_judging",
]
