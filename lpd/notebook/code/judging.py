"""The Python of the live table of a judging plan."""

from lpd.notebook.code.literals import call, literal
from lpd.notebook.recipes_of_numbers import JudgeAgain

__all__ = ["judge_code"]

NUMBERS = """\
numbers = {
    "runs": {
        tag: {"inf_ap": one.estimate, "low": one.low, "high": one.high}
        for tag, one in table.intervals.runs.items()
    },
    "judged": table.intervals.judged,
    "pool": table.intervals.pool,
}
"""


def judge_code(recipe: JudgeAgain) -> str:
    """Returns the Python that measures the runs on what is judged now."""
    live = {
        "runs": recipe.runs,
        "level": recipe.level,
        "replicates": recipe.replicates,
        "seed": recipe.seed,
        "missing": recipe.missing,
    }
    said = {"judge": recipe.judge, "conflicts": recipe.conflicts}
    return "\n".join(
        [
            "from lpd.services.judging import LiveMeasures, judging_plan",
            "",
            f"plan = judging_plan(workspace, {literal(recipe.plan)})",
            call("measures = LiveMeasures", "workspace", "plan", named=live),
            call("table = measures.table", named=said),
            NUMBERS,
        ]
    )
