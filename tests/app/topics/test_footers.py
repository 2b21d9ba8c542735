"""The lines under the table: means with intervals, editions, differences with marks, published figures."""

import pytest

from app.topics.footers import CORRECTION_WORDS, TEST_WORDS, topic_footers
from app.topics.published import Beside, PublishedFigure, PublishedLine
from lpd.evaluation import CORRECTIONS, PAIRED_TESTS
from lpd.services.published_beside import PublishedRuns
from tests.app.topics.shown_topics import shown_of
from tests.lpd.evaluation.table_cases import table_of

MANY = {str(number): [0.5, 0.1 + (number - 700) / 1000, 0.1] for number in range(700, 720)}
RUNS = PublishedRuns(
    "t",
    "SEA",
    "slide 14",
    (),
    "infAP",
    {"Run 1": {"661": 0.2}, "Run 2": {}},
    {"Run 1": 0.2, "Run 2": 0.3},
    {},
)


def lines_of(shown) -> dict[str, list[str]]:
    return {line.label: [cell.text for cell in line.cells] for line in topic_footers(shown)}


def test_means_carry_their_interval_and_the_topics_they_count():
    mean = topic_footers(shown_of())[0]
    assert (mean.label, mean.note, mean.kind) == ("mean", "95 % interval over 4 of 5 topics", "mean")
    assert [cell.text for cell in mean.cells] == [".483", ".205", ".328"]
    assert "over 3 of 5 topics" in mean.cells[0].title
    assert "95% bootstrap interval (BCa, 200 resamples of 3 topics" in mean.cells[0].title
    assert "run one, file d-one" in mean.cells[0].title
    low, high = mean.cells[1].note.split("–")
    assert float(low) <= 0.205 <= float(high)


def test_without_a_baseline_nothing_is_tested():
    assert [line.label for line in topic_footers(shown_of(MANY, baseline=None))] == ["mean"]


def test_differences_carry_the_mark_of_the_corrected_test():
    shown = shown_of(MANY)
    difference, counts = topic_footers(shown)[1:3]
    assert difference.label == "against TWO: difference, p (randomization, Holm)"
    one = shown.against("one")
    assert difference.cells[0].text == f"+{one.difference:.3f}".replace("0.", ".")
    assert difference.cells[2].text.startswith("−.")
    assert [cell.mark for cell in difference.cells] == ["***", "", "***"]
    assert difference.cells[0].note == "p < .001"
    assert f"corrected {one.corrected:.4g}" in difference.cells[0].title
    assert "exact, all 1,048,576 sign flips" in difference.cells[0].title
    assert [cell.text for cell in counts.cells] == ["20 / 0 / 0", "", "0 / 1 / 19"]
    assert difference.kind == counts.kind == "difference"


def test_every_test_and_correction_has_its_word():
    assert list(TEST_WORDS) == list(PAIRED_TESTS)
    assert list(CORRECTION_WORDS) == list(CORRECTIONS)


def test_topics_that_one_of_the_two_lacks_are_named():
    counted, difference = topic_footers(shown_of())[1:3]
    assert (counted.label, counted.note) == ("topics in the mean", "of 5")
    assert [cell.text for cell in counted.cells] == ["3", "4", "4"]
    assert [cell.title for cell in counted.cells] == ["ONE lacks 662", "", ""]
    assert "left out, since one of the two lacks them: 662" in difference.cells[0].title


def test_every_edition_and_the_mean_over_them():
    other = table_of({"701": [0.1, 0.2]}, ["one", "two"], name="tv00")
    lines = topic_footers(shown_of(baseline=None, others=[other]))
    assert [line.label for line in lines] == [
        "mean",
        "topics in the mean",
        "mean, tv00",
        "mean over 2 editions",
    ]
    assert [cell.text for cell in lines[2].cells] == [".100", ".200", "–"]
    assert [cell.text for cell in lines[3].cells] == [".292", ".203", "–"]
    assert lines[3].cells[0].note == ""  # one topic is too few for an interval


@pytest.mark.parametrize("same", [True, False])
def test_published_figures_are_set_apart_and_say_where_they_stand(same):
    figure = PublishedFigure(0.251, "SEA", "TV20", "Some One: a paper", "section 4, Table 3")
    beside = Beside(PublishedLine("published, TV20", same, {"two": figure}), RUNS)
    shown = shown_of(beside=beside)
    *_, line = topic_footers(shown)
    assert (line.kind, line.label) == ("published", "published, TV20")
    assert [cell.text for cell in line.cells] == ["", ".251", "", "", ""]
    assert (
        line.cells[1].title
        == "published, not measured here: SEA, TV20; Some One: a paper; section 4, Table 3"
    )
    assert line.note == "Some One, Table 3" + ("" if same else " · for orientation")


def test_columns_of_published_runs_have_their_mean_and_no_test():
    shown = shown_of(beside=Beside(None, RUNS))
    lines = topic_footers(shown)
    assert all(len(line.cells) == 5 for line in lines)
    assert [cell.text for cell in lines[0].cells[3:]] == [".200", ".300"]
    assert {cell.text for line in lines[1:] for cell in line.cells[3:]} == {""}
    wider = topic_footers(shown, more=2)
    assert [cell.text for cell in wider[0].cells[3:]] == [".200", ".300", "", ""]
