"""Lists against a baseline: every part against the functions it is made of, missing topics, the slides."""

import numpy as np
import pytest

from lpd.errors import LpdError, NotFoundError
from lpd.evaluation import (
    CORRECTIONS,
    PAIRED_TESTS,
    ComparisonSettings,
    bootstrap_mean,
    compare_with_baseline,
    correct_p_values,
    paired_test,
)
from lpd.published import published_table
from tests.lpd.evaluation.table_cases import table_of

NAN = float("nan")
RUNS = ("Run 1", "Run 2", "Run 3", "Run 4")


def slides() -> dict[str, list[float]]:
    published = published_table("sea-slide14")
    return {one: [published.value(one, run) or 0.0 for run in RUNS] for one in published.labels}


@pytest.mark.parametrize("correction", list(CORRECTIONS))
@pytest.mark.parametrize("test", list(PAIRED_TESTS))
def test_the_runs_of_the_slides_against_run_4(test: str, correction: str) -> None:
    rows = slides()
    settings = ComparisonSettings(test=test, correction=correction, tie=0.01, resamples=400)
    found = compare_with_baseline(table_of(rows, RUNS), "Run 4", settings=settings)
    of_run = {run: [row[number] for row in rows.values()] for number, run in enumerate(RUNS)}
    plain = [
        paired_test(of_run[run], of_run["Run 4"], test=test, tie=0.01, resamples=400) for run in RUNS[:3]
    ]
    corrected = correct_p_values([one.p_value for one in plain], correction)
    assert [one.column for one in found.columns] == list(RUNS[:3])
    assert [one.outcome for one in found.columns] == plain
    assert [one.corrected for one in found.columns] == pytest.approx(corrected.tolist(), abs=0)
    assert found.tests == 3
    for run, one in zip(RUNS, found.columns, strict=False):
        differences = [a - b for a, b in zip(of_run[run], of_run["Run 4"], strict=True)]
        assert one.difference == pytest.approx(sum(differences) / 20, abs=1e-12)
        assert one.interval == bootstrap_mean(differences, resamples=400)
        assert one.counts == (
            sum(value > 0.01 + 1e-9 for value in differences),
            sum(abs(value) <= 0.01 + 1e-9 for value in differences),
            sum(value < -0.01 - 1e-9 for value in differences),
        )
        assert (one.topics, one.left_out) == (20, ())


def test_what_the_slides_say_of_run_1_and_run_4() -> None:
    """The mean rises by .033, in half of the topics by next to nothing: no test calls it a finding."""
    found = compare_with_baseline(table_of(slides(), RUNS), "Run 4").columns[0]
    assert found.difference == pytest.approx(0.26870 - 0.23605, abs=1e-9)
    assert found.outcome is not None
    assert found.outcome.how == "exact, all 1,048,576 sign flips"
    assert found.mark == ""


def test_marks_are_of_the_corrected_values() -> None:
    rows = {
        str(number): [0.1 + step, 0.3, 0.3] for number, step in enumerate(np.linspace(0, 0.09, 8).tolist())
    }
    table = table_of(rows, ["base", "a", "b"])
    alone = compare_with_baseline(table, "base", columns=["a"])
    both = compare_with_baseline(table, "base")
    # all eight differences point one way: 2 of 256 flips are as extreme
    assert [one.corrected for one in alone.columns] == [2 / 256]
    assert [one.mark for one in alone.columns] == ["**"]
    assert [one.corrected for one in both.columns] == [4 / 256, 4 / 256]
    assert [one.mark for one in both.columns] == ["*", "*"]
    assert (alone.tests, both.tests) == (1, 2)


def test_topics_that_one_of_the_two_lacks_are_left_out_and_named() -> None:
    table = table_of({"1": [0.1, 0.4], "2": [NAN, 0.5], "3": [0.2, NAN], "4": [0.3, 0.2]}, ["base", "a"])
    found = compare_with_baseline(table, "base")
    one = found.columns[0]
    assert (one.topics, one.left_out) == (2, ("2", "3"))
    assert one.difference == pytest.approx(0.1)
    assert one.counts == (1, 0, 1)
    assert found.differences == pytest.approx(np.array([[0.3], [NAN], [NAN], [-0.1]]), nan_ok=True)


def test_a_list_without_common_topics_is_not_tested() -> None:
    table = table_of({"1": [0.1, NAN, 0.3], "2": [0.2, NAN, 0.4]}, ["base", "none", "a"])
    found = compare_with_baseline(table, "base")
    none, other = found.columns
    assert (none.topics, none.difference, none.outcome, none.corrected, none.mark) == (
        0,
        None,
        None,
        None,
        "",
    )
    assert none.left_out == ("1", "2")
    assert found.tests == 1, "what cannot be tested does not make the correction stricter"
    assert other.corrected == 0.5


def test_one_common_topic_has_no_interval() -> None:
    found = compare_with_baseline(table_of({"1": [0.1, 0.3]}, ["base", "a"]), "base").columns[0]
    assert (found.interval, found.corrected) == (None, 1.0)


def test_a_baseline_alone_has_nothing_to_be_compared_with() -> None:
    found = compare_with_baseline(table_of({"1": [0.1], "2": [0.2]}, ["base"]), "base")
    assert (found.columns, found.tests, found.differences.shape) == ((), 0, (2, 0))


def test_words() -> None:
    table = table_of({"1": [0.1, 0.3], "2": [0.1, 0.3]}, ["base", "a"])
    assert compare_with_baseline(table, "base").words == (
        "Against base: randomization test, two-sided, holm correction over 1 comparison; "
        "* p <= .05, ** p <= .01, *** p <= .001."
    )
    plain = compare_with_baseline(table, "base", settings=ComparisonSettings(test="t", correction="none"))
    assert "t test, two-sided, not corrected" in plain.words


def test_what_cannot_be_compared_is_said() -> None:
    table = table_of({"1": [0.1, 0.3]}, ["base", "a"])
    with pytest.raises(LpdError, match="tv99: a list cannot be compared with itself; found 'base'"):
        compare_with_baseline(table, "base", columns=["a", "base"])
    with pytest.raises(NotFoundError, match="no such column"):
        compare_with_baseline(table, "b")
    with pytest.raises(LpdError, match="unknown test"):
        compare_with_baseline(table, "base", settings=ComparisonSettings(test="z"))
    with pytest.raises(LpdError, match="unknown correction"):
        compare_with_baseline(table, "base", settings=ComparisonSettings(correction="z"))
