"""What the parts of the Judge page are drawn from, and what a session remembers of judging."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app import resources, state
from app.components import note
from app.parameters import Value
from app.views.search.scene import judge_name, rename_judge
from lpd.collection import Collection
from lpd.editions import Edition
from lpd.judging.plan import JudgingPlan
from lpd.workspace import Workspace

__all__ = [
    "AGREEMENT",
    "DESK",
    "PLANS",
    "RESULTS",
    "TASKS",
    "DeskLog",
    "JudgeScene",
    "desk_log",
    "draw_told",
    "follow_jump",
    "judge_of_address",
    "jump_to",
    "tell",
]

DESK, RESULTS, AGREEMENT, PLANS = "judge", "results", "agreement", "plans"
TASKS = (DESK, RESULTS, AGREEMENT, PLANS)

JUMP, TOLD, LOG = "judge_jump", "judge_told", "judge_log"


@dataclass(frozen=True)
class JudgeScene:
    """One run of the page.

    Args:
        workspace: that is open.
        selection: the sidebar's choices.
        edition: whose topics are judged.
        plan: what is to be judged.
        judge: who is at the screen.
        way: one of `app.components.judge.WAYS`.
    """

    workspace: Workspace
    selection: state.Selection
    edition: Edition
    plan: JudgingPlan
    judge: str
    way: str

    @property
    def collection(self) -> Collection:
        """Whose shots are judged."""
        return resources.collection(self.workspace, self.plan.collection)

    @property
    def topic_id(self) -> str:
        """The topic at hand: that of the address if the plan has it, else the plan's first."""
        asked = state.value("judged")
        return asked if asked in self.plan.topics else next(iter(self.plan.topics))

    def parameters(self, task: str) -> dict[str, Value]:
        """Returns all that leads back to a part of the page."""
        own: dict[str, Value] = {
            **self.selection.parameters(),
            "plan": self.plan.name,
            "judge": self.judge,
            "judged": self.topic_id,
            "way": self.way,
            "task": task,
        }
        return own


@dataclass
class DeskLog:
    """What a session remembers of the desk.

    Args:
        heard: the running number of the last thing that was heard.
        failed: the running number of what could not be kept, and why; the last ones.
        skipped: plan, judge and topic -> the shots passed over, in order.
        pace: seconds from verdict to verdict as last known.
    """

    heard: int = 0
    failed: list[tuple[int, str]] = field(default_factory=list)
    skipped: dict[tuple[str, str, str], dict[str, None]] = field(default_factory=dict)
    pace: float | None = None

    def skipped_of(self, plan: str, judge: str, topic: str) -> dict[str, None]:
        """Returns the shots that a judge passed over."""
        return self.skipped.setdefault((plan, judge, topic), {})


def desk_log(key: str) -> DeskLog:
    """Returns what this session remembers of the desk of a key."""
    log: DeskLog = state.remembered(f"{LOG}_{key}", DeskLog)
    return log


def judge_of_address() -> str:
    """Returns who judges: whom the session or the address names, else the name of the account."""
    rename_judge(str(state.value("judge") or ""))
    name = judge_name()
    state.write("judge", name)
    return name


def tell(sentence: str, style: str = "hint") -> None:
    """Keeps a sentence for the next run of the page."""
    state.put(TOLD, (sentence, style))


def draw_told() -> None:
    """Draws what was kept, once."""
    told = state.remembered(TOLD, lambda: None)
    state.forget(TOLD)
    if told is not None:
        note(*told)


def jump_to(task: str, more: Mapping[str, Value] | None = None) -> None:
    """Opens a part of the page in its next run, for use as a callback."""
    state.put(JUMP, {"task": task, **(more or {})})


def follow_jump() -> None:
    """Opens what `jump_to` asked for; called before anything of the page is drawn."""
    asked = state.remembered(JUMP, lambda: None)
    state.forget(JUMP)
    for name, entry in (asked or {}).items():
        if name == "judged":
            state.write(name, entry)
        else:
            state.fill(name, entry)
