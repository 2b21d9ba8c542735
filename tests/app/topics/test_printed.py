"""The table as it pastes into a paper: LaTeX that is taken apart, Markdown, rows and columns of numbers."""

import io
from dataclasses import replace

import pandas as pd
import pyarrow.parquet as pq
import pytest

from app.topics.frames import comparison_frame, for_spreadsheets, topics_frame
from app.topics.printed import OUTSIDE, result_table
from app.topics.published import Beside, PublishedFigure, PublishedLine
from lpd.exports import Digested, Provenance, frame_csv, frame_parquet, table_bytes
from lpd.services.published_beside import PublishedRuns
from tests.app.topics.shown_topics import HOSTILE, shown_of
from tests.lpd.evaluation.table_cases import table_of
from tests.lpd.exports.latex_reader import check_balanced, plain, tabular_rows

PROVENANCE = Provenance("demo", qrels=Digested("tv99/main", "91ab"), depth=1000)
RUNS = PublishedRuns("t", "SEA", "slide 14", (), "infAP", {"Run 1": {"661": 0.2}}, {"Run 1": 0.2}, {})
LINE = PublishedLine(
    "published, TV20",
    True,
    {"two": PublishedFigure(0.251, "SEA", "TV20", "Some One: a paper", "section 4, Table 3")},
)


@pytest.fixture
def shown():
    """A table with everything: a hostile topic, one outside of the edition, editions, a baseline, figures."""
    other = table_of({"701": [0.1, 0.2, 0.3], "702": [0.2, 0.3, 0.4]}, ["one", "two", "three"], name="tv00")
    made = shown_of(others=[other], beside=Beside(LINE, RUNS))
    return replace(made, table=replace(made.table, texts=(HOSTILE, None, *made.table.texts[2:])))


def test_latex_has_a_row_per_topic_and_the_numbers_of_the_page(shown):
    text = table_bytes(result_table(shown, [3, 0, 1, 2]), PROVENANCE, form="latex").decode()
    check_balanced(text)
    columns, rows = tabular_rows(text)
    assert columns == "lllrrrr"
    heading = [plain(cell) for cell in rows[0]]
    assert heading == ["topic", "topic text", "topic class", "one", "two", "three", "published Run 1"]
    assert [row[0].strip() for row in rows[1:5]] == ["664", "661", "662", "663"]
    assert plain(rows[2][1]) == HOSTILE
    assert plain(rows[3][1]) == OUTSIDE
    assert [cell.strip() for cell in rows[1][2:6]] == ["easy", ".900", ".500", ".600"]
    assert rows[3][3].strip() == "--"
    labels = [plain(row[0]) for row in rows[5:]]
    assert labels == [
        "mean",
        "mean, 95 % interval",
        "mean of tv99",
        "mean of tv00",
        "mean over editions",
        "mean over editions, 95 % interval",
        "difference to two",
        "p, corrected",
        "win / tie / loss",
        "published, TV20",
    ]
    assert r"\textit{published .251}" in rows[-1][4]
    assert text.startswith("% lpd: ")
    assert "% qrels: tv99/main (91ab)" in text


def test_significant_differences_are_marked_and_the_marks_explained():
    rows = {str(number): [0.5, 0.1 + number / 10000, 0.1] for number in range(700, 720)}
    table = result_table(shown_of(rows), range(20))
    text = table_bytes(table, PROVENANCE, form="latex").decode()
    mean = next(row for row in tabular_rows(text)[1] if row[0].strip() == "mean")
    assert r"$^{\dagger}$" in mean[3]
    assert "differs from two" in text
    assert "randomization test, two-sided, holm correction over 2 comparisons" in text


def test_markdown_has_as_many_cells_in_every_line(shown):
    text = table_bytes(result_table(shown, range(4)), PROVENANCE, form="markdown").decode()
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == 2 + 4 + 10
    bare = [line.replace("\\|", "") for line in lines]
    assert {line.count("|") for line in bare} == {8}
    assert "not judged, so not counted: 669" in text


def test_rows_and_columns_are_at_full_precision(shown):
    frame = topics_frame(shown, [3, 0, 1, 2])
    text = frame_csv(for_spreadsheets(frame), PROVENANCE).decode()
    read = pd.read_csv(io.StringIO(text), comment="#")
    assert read["topic id"].tolist() == [664, 661, 662, 663]
    assert read["one"].tolist()[:2] == [0.9, 0.5]
    assert read["one"].isna().tolist() == [False, False, True, False]
    assert read["relevant shots, estimated"].tolist() == pytest.approx(shown.table.relevant[[3, 0, 1, 2]])
    assert read["judged share, top 100"].tolist() == [0.5] * 4
    assert read["published Run 1"].tolist()[1] == 0.2
    packed = pq.read_table(io.BytesIO(frame_parquet(frame, PROVENANCE))).to_pandas()
    assert packed["topic text"].tolist() == frame["topic text"].tolist()


def test_no_word_starts_a_formula():
    frame = pd.DataFrame({"words": ["=1+1", "@x", "-x", "plain"], "number": [-1.0, 2.0, 3.0, 4.0]})
    guarded = for_spreadsheets(frame)
    assert guarded["words"].tolist() == ["'=1+1", "'@x", "'-x", "plain"]
    assert guarded["number"].tolist() == [-1.0, 2.0, 3.0, 4.0]
    assert frame["words"].tolist()[0] == "=1+1"


def test_means_and_tests_have_a_row_per_column(shown):
    frame = comparison_frame(shown).set_index("column")
    assert frame.loc["one", "topics"] == 3
    assert frame.loc["one", "missing"] == "662"
    assert frame.loc["one", "difference"] == pytest.approx(shown.against("one").difference)
    assert frame.loc["one", "p corrected"] == pytest.approx(shown.against("one").corrected)
    assert pd.isna(frame.loc["two", "difference"])
    assert (frame["low"] <= frame["mean"]).all()
    assert (frame["baseline"] == "two").all()
    bare = comparison_frame(shown_of(baseline=None))
    assert "p" not in bare.columns
