"""A small edition, its runs, and a plan made of them, for the tests of judging."""

from lpd.editions import Edition
from lpd.judging import JudgingPlan, Layer, PlannedRun, TopicVerdicts, make_plan
from lpd.trec import Topic

SHOTS = [f"s{number:03d}" for number in range(300)]
EDITION = Edition("tv", "c", None, (Topic("1", "a dog"), Topic("2", "a cat"), Topic("3", "a bus")), (), None)
RUNS = {
    PlannedRun("up", "d1"): {"1": SHOTS[:120], "2": SHOTS[100:220]},
    PlannedRun("down", "d2"): {"1": SHOTS[::-1][:120]},
}
LAYERS = (Layer(10, 1.0), Layer(40, 0.5), Layer(100, 0.1))


def small_plan(*, seed: int = 1, overlap: float = 0.0, name: str = "p") -> JudgingPlan:
    """Topic 1: strata of 20, 60 and 120 shots, of which 20, 30 and 12 are judged; topic 2: half of each."""
    return make_plan(name, EDITION, RUNS, layers=LAYERS, seed=seed, overlap=overlap)


def said(asked: bool = True, **judges: dict[str, str]) -> TopicVerdicts:
    """Returns what stands of a topic, all of it given in the plan's order unless said otherwise."""
    shots = {shot_id for verdicts in judges.values() for shot_id in verdicts}
    return TopicVerdicts(judges, {}, frozenset(shots if asked else ()))
