"""Relevant shots that one list alone has in its first k, by hand and against plain sets."""

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.services.found_alone import found_by_one, relevant_in_top, shots_found_by_one
from lpd.trec import Qrels, Run, make_run


def run_of(tag: str, **rankings: str) -> Run:
    return make_run(
        tag, {topic: (list(one), np.arange(len(one), 0, -1.0)) for topic, one in rankings.items()}
    )


@pytest.fixture
def runs() -> dict[str, Run]:
    return {"x": run_of("x", t="abcd", u="ab"), "y": run_of("y", t="bcea")}


@pytest.fixture
def qrels() -> Qrels:
    judged = [("t", shot, "1", int(shot in "ade")) for shot in "abcde"]
    return Qrels([*judged, ("u", "a", "1", 1), ("u", "b", "1", -1), ("v", "a", "1", 1)])


@pytest.mark.parametrize(
    ("k", "found"),
    [
        (1, {"x": {"t": ["a"], "u": ["a"]}, "y": {}}),
        (3, {"x": {"t": ["a"], "u": ["a"]}, "y": {"t": ["e"]}}),
        (4, {"x": {"t": ["d"], "u": ["a"]}, "y": {"t": ["e"]}}),
    ],
)
def test_shots_by_hand(
    runs: dict[str, Run], qrels: Qrels, k: int, found: dict[str, dict[str, list[str]]]
) -> None:
    assert shots_found_by_one(runs, qrels, k=k) == found
    assert found_by_one(runs, qrels, k=k) == {
        name: sum(len(shots) for shots in topics.values()) for name, topics in found.items()
    }


def test_relevant_shots_by_hand(runs: dict[str, Run], qrels: Qrels) -> None:
    assert relevant_in_top(runs, qrels, k=1) == {"x": 2, "y": 0}
    assert relevant_in_top(runs, qrels, k=4) == {"x": 3, "y": 2}


def test_what_is_lost_without_a_run(qrels: Qrels) -> None:
    """The shots of all runs less those of the others are the ones that it alone finds."""
    draw = np.random.default_rng(0)
    shots = [f"s{number}" for number in range(40)]
    runs = {
        name: make_run(name, {t: (shots, draw.random(40)) for t in ("t", "u")}) for name in ("x", "y", "z")
    }
    judged = Qrels([(t, shot, "1", int(draw.random() < 0.4)) for t in ("t", "u") for shot in shots])
    counts = found_by_one(runs, judged, k=12)
    assert sum(counts.values()) > 0
    for name in runs:
        lost = 0
        for topic in ("t", "u"):
            tops = {other: set(run.topics[topic].shot_ids[:12]) for other, run in runs.items()}
            others = set().union(*(top for other, top in tops.items() if other != name))
            lost += len((tops[name] - others) & judged.relevant(topic))
        assert counts[name] == lost


def test_a_cut_off_below_1_is_refused(runs: dict[str, Run], qrels: Qrels) -> None:
    with pytest.raises(LpdError, match="cut-off below 1"):
        found_by_one(runs, qrels, k=0)
    with pytest.raises(LpdError, match="cut-off below 1"):
        relevant_in_top(runs, qrels, k=0)
