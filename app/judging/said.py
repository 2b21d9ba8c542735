"""What a judge said at the desk, as the component reports it; it is checked before anything is kept."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from lpd.errors import FormatError, name_some
from lpd.judging import NOT_RELEVANT, RELEVANT
from lpd.judging.plan import JudgingPlan

__all__ = ["KINDS", "VERDICT_OF", "Said", "check_said", "read_said"]

KINDS = ("verdict", "skip", "unskip", "topic")
VERDICT_OF = {"relevant": RELEVANT, "not": NOT_RELEVANT, "none": None}
"""What the desk calls a verdict -> what is kept; `none` takes one back."""


class Said(NamedTuple):
    """One thing that was said: its running number, `kind` of KINDS, of which plan and topic, by whom, of
    which shots; `verdict` is a key of VERDICT_OF where the kind is `verdict`."""

    count: int
    kind: str
    plan: str
    judge: str
    topic: str
    shots: tuple[str, ...] = ()
    verdict: str = ""


def read_said(event: Any, *, heard: int) -> list[Said]:
    """Returns what an event of the desk tells that was not heard before, oldest first; what is no such thing
    is left out.

    Args:
        event: as it stands under the key of the component.
        heard: the running number of the last thing that was heard.
    """
    told = event.get("said") if isinstance(event, Mapping) else None
    if not isinstance(told, list | tuple):
        return []
    read = [_said(one) for one in told if isinstance(one, Mapping)]
    fresh = {one.count: one for one in read if one is not None and one.count > heard}
    return [fresh[count] for count in sorted(fresh)]


def _said(told: Mapping[str, Any]) -> Said | None:
    words = [told.get(name) for name in ("kind", "plan", "judge", "topic")]
    count, shots = told.get("count"), told.get("shots", ())
    if not isinstance(count, int) or not isinstance(shots, list | tuple):
        return None
    if not all(isinstance(one, str) for one in (*words, *shots)) or words[0] not in KINDS:
        return None
    verdict = told.get("verdict")
    if words[0] == "verdict" and verdict not in VERDICT_OF:
        return None
    kind, plan, judge, topic = (str(one) for one in words)
    return Said(count, kind, plan, judge, topic, tuple(shots), str(verdict) if kind == "verdict" else "")


def check_said(plan: JudgingPlan, said: Said) -> None:
    """Raises an LpdError if a topic is not of the plan, or shots are not in its pool."""
    strata = plan.topic(said.topic).stratum_of
    foreign = [shot for shot in said.shots if shot not in strata]
    if foreign:
        raise FormatError(
            "shots that the plan does not have",
            where=f"{plan.name}, topic {said.topic}",
            expected="shots of the pool",
            found=name_some(foreign),
        )
