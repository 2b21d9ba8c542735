"""Easy, not easy, hard: the table of the slides, the thresholds themselves, what is refused."""

import json
from pathlib import Path

import pytest

from lpd.errors import FormatError, LpdError
from lpd.evaluation import DIFFICULTIES, difficulty, difficulty_groups


def test_the_groups_of_the_slides(oracles: Path) -> None:
    slides = json.loads((oracles / "utilities.json").read_text())["tv20_slides"]
    assert difficulty_groups(slides["table"]) == slides["groups_lo0.1_hi0.3"]
    assert tuple(difficulty_groups(slides["table"])) == DIFFICULTIES


@pytest.mark.parametrize("thresholds", [(0.1, 0.3), (0.4, 0.45)])
def test_named_topics_are_where_the_slides_name_them(oracles: Path, thresholds: tuple[float, float]) -> None:
    slides = json.loads((oracles / "utilities.json").read_text())["tv20_slides"]
    groups = difficulty_groups(slides["table"], low=thresholds[0], high=thresholds[1])
    for name, topics in slides["named_on_slides"].items():
        assert set(topics) <= set(groups[name.replace("_", "-")])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.3, 0.9], "easy"),
        ([0.29, 0.9], "not-easy"),
        ([0.09, 0.1], "not-easy"),
        ([0.0, 0.099], "hard"),
        ([0.2], "not-easy"),
    ],
)
def test_the_thresholds_themselves(values: list[float], expected: str) -> None:
    assert difficulty(values) == expected


def test_equal_thresholds_leave_nothing_between_for_one_system() -> None:
    table = {"a": [0.2], "b": [0.19]}
    assert difficulty_groups(table, low=0.2, high=0.2) == {"easy": ["a"], "not-easy": [], "hard": ["b"]}


def test_an_empty_table_has_empty_groups() -> None:
    assert difficulty_groups({}) == {"easy": [], "not-easy": [], "hard": []}


def test_what_cannot_be_grouped_is_said() -> None:
    with pytest.raises(LpdError, match="thresholds in the wrong order"):
        difficulty([0.1], low=0.5, high=0.2)
    with pytest.raises(LpdError, match="no values"):
        difficulty([])
    with pytest.raises(LpdError, match=r"lack values.*expected 2 values.*'b', 'c'"):
        difficulty_groups({"a": [0.1, 0.2], "b": [0.1], "c": []})
    with pytest.raises(LpdError, match=r"lack values.*'a'"):
        difficulty_groups({"a": []})
    with pytest.raises(FormatError, match=r"not finite.*'b'"):
        difficulty_groups({"a": [0.1], "b": [float("nan")]})
    with pytest.raises(FormatError, match="not finite"):
        difficulty([float("nan")])
