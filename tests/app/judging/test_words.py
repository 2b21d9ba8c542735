"""Words of the Judge page."""

from dataclasses import replace

from app.judging.words import duration_words, plan_table, separation_words, work_words
from lpd.judging.separation import Separation
from tests.app.judging.plans import small_plan

APART = Separation("a", "b", -0.031, 0.02, 0.0158, False, True, 120, 900, {}, "optimal")


def test_a_plan_is_told_by_layers() -> None:
    table = plan_table(small_plan())
    assert [row.label for row in table.rows] == [
        "stratum 1: best rank 1 to 4",
        "stratum 2: best rank 5 to 10",
        "together",
    ]
    assert [[cell.mean for cell in row.cells[:2]] for row in table.rows] == [[6, 6], [6, 2], [12, 8]]
    assert [row.cells[2].text for row in table.rows] == ["100", "33", "67"]
    assert work_words(small_plan()) == "8 shots of 2 topics, about 24 s at 3 s each"


def test_durations_are_short() -> None:
    assert [duration_words(one) for one in (40, 720, 9000)] == ["40 s", "12 min", "2.5 h"]


def test_what_separates_two_runs_names_the_better_one_and_where_to_judge() -> None:
    strata = {("1501", "2"): 30, ("1502", "3"): 80, ("1503", "3"): 10}
    told, more = separation_words(replace(APART, strata=strata))
    assert told.startswith("b is .031 above a; judging only samples leaves ±.020")
    assert more == (
        "About 120 judgements more are expected to tell them apart, most of them: 80 in topic 1502 "
        "stratum 3, 30 in topic 1501 stratum 2, 10 in topic 1503 stratum 3."
    )
    assert "leaves out 0" in separation_words(replace(APART, separated=True, more=0))[1]
    assert "900 pooled shots left" in separation_words(replace(APART, possible=False, more=None))[1]
