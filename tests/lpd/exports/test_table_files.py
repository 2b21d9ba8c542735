"""Tables as files of every form: literal text, what pandas reads back, LaTeX taken apart, hostile words."""

import io
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from lpd.errors import LpdError, NotFoundError
from lpd.evaluation import RunEvaluation
from lpd.exports import TABLE_FORMS, Digested, Provenance, table_bytes, topics_table
from lpd.tables import Cell, Column, ResultTable, Row
from tests.lpd.exports.latex_reader import check_balanced, plain, tabular_rows

PROVENANCE = Provenance(
    "demo", qrels=Digested("q", "91ab"), version="1.2.3", made_at="2026-01-02T03:04:05Z", depth=1000
)


def evaluation(tag: str, values: dict[str, float], *, missing: tuple[str, ...] = ()) -> RunEvaluation:
    topics = {topic: {"infAP": value, "num_ret": 1000.0} for topic, value in values.items()}
    mean = {"infAP": float(np.mean(list(values.values()))), "num_ret": 1000.0 * len(values)}
    warnings = [f"Topics absent: {', '.join(missing)}."] if missing else []
    return RunEvaluation(tag, topics, mean, list(missing), warnings)


EVALUATIONS = {
    "lpd": evaluation("lpd", {"1661": 0.25, "1662": 1.0949999999999998}),
    "lpd.text-bow": evaluation("lpd.text-bow", {"1661": 0.1}, missing=("1662",)),
}
TABLE = topics_table(EVALUATIONS, texts={"1661": "a hang glider", "1662": "one & two"})

CSV = """\
# lpd: 1.2.3
# made at: 2026-01-02T03:04:05Z
# workspace: demo
# qrels: q (91ab)
# depth: 1000
"table","group","row","column","style","mean","spread","seeds","runs","p_value","compared_with",\
"published","published_in","needs","text","note"
"infAP per topic","","1661","lpd","share",0.25,"","","","","","","","","",""
"infAP per topic","","1661","lpd.text-bow","share",0.1,"","","","","","","","","",""
"infAP per topic","","1662","lpd","share",1.0949999999999998,"","","","","","","","","",""
"infAP per topic","","1662","lpd.text-bow","share","","","","","","","","","","",""
"infAP per topic","","mean","lpd","share",0.6724999999999999,"","","","","","","","","",""
"infAP per topic","","mean","lpd.text-bow","share",0.1,"","","","","","","","","","1 of 2 topics"
"""

MARKDOWN = """\
### infAP per topic

| topic | topic text    |   lpd | lpd.text-bow |
| ----- | ------------- | ----: | -----------: |
| 1661  | a hang glider |  .250 |         .100 |
| 1662  | one \\& two    | 1.095 |            – |
| mean  | –             |  .672 |     .100 [1] |

- [1] 1 of 2 topics
- lpd.text-bow: Topics absent: 1662.
- lpd: 1.2.3; made at: 2026-01-02T03:04:05Z; workspace: demo; qrels: q (91ab); depth: 1000
"""

LATEX = r"""% lpd: 1.2.3
% made at: 2026-01-02T03:04:05Z
% workspace: demo
% qrels: q (91ab)
% depth: 1000
% \usepackage{booktabs}
\begin{table}
\centering
\caption{infAP per topic}
\begin{tabular}{llrr}
\toprule
topic & topic text & lpd & lpd.text-bow \\
\midrule
1661 & a hang glider & .250 & .100 \\
1662 & one \& two & 1.095 & -- \\
mean & -- & .672 & .100\textsuperscript{1} \\
\bottomrule
\end{tabular}
\par\smallskip\footnotesize
\textsuperscript{1} 1 of 2 topics\par
lpd.text-bow: Topics absent: 1662.\par
\end{table}
"""


def test_csv_is_this_text_and_pandas_reads_it() -> None:
    data = table_bytes(topics_table(EVALUATIONS), PROVENANCE, form="csv")
    assert data.decode() == CSV
    frame = pd.read_csv(io.BytesIO(data), comment="#", dtype={"row": str})
    assert frame["row"].tolist() == ["1661", "1661", "1662", "1662", "mean", "mean"]
    assert frame["mean"].tolist()[:3] == [0.25, 0.1, 1.0949999999999998]
    assert np.isnan(frame["mean"][3])


def test_markdown_is_this_text() -> None:
    assert table_bytes(TABLE, PROVENANCE, form="markdown").decode() == MARKDOWN


def test_latex_is_this_text_and_well_formed() -> None:
    text = table_bytes(TABLE, PROVENANCE, form="latex").decode()
    assert text == LATEX
    check_balanced(text)
    columns, rows = tabular_rows(text)
    assert columns == "llrr"
    assert {len(row) for row in rows} == {4}
    assert plain(rows[2][1]) == "one & two"


def test_parquet_holds_the_same_cells_and_the_provenance() -> None:
    data = table_bytes(topics_table(EVALUATIONS), PROVENANCE, form="parquet")
    table = pq.read_table(io.BytesIO(data))
    assert json.loads(table.schema.metadata[b"lpd.provenance"]) == PROVENANCE.as_dict()
    assert table.schema.field("mean").type == "double"
    assert table.schema.field("published").type in ("string", "large_string")
    frame = pd.read_parquet(io.BytesIO(data))
    again = pd.read_csv(io.StringIO(CSV), comment="#", dtype=str)
    assert frame["mean"].tolist()[:3] == [0.25, 0.1, 1.0949999999999998]
    for name in ("row", "column", "style", "note"):
        assert frame[name].fillna("").tolist() == again[name].fillna("").tolist()


HOSTILE = [
    'x #1, "quoted", & 50% of $3_{a}^b~c\\d',
    "\\end{tabular}\\input{/etc/passwd}",
    "a\nb\r\n% c",
    "| a | b |\n|---|",
    "--><script>alert(1)</script>",
    "[link](javascript:alert(1)) <b>*x*</b>",
    "\u2028# \u202e",
    "[1pt] * ## ^^M",
]


def hostile_table(word: str) -> tuple[ResultTable, Provenance]:
    table = ResultTable(
        word,
        word,
        (Column(f"{word}1", "text"), Column(f"{word}2")),
        (Row(word, (Cell(text=word), Cell(0.5, note=word)), word), Row(word, (Cell(), Cell(0.25)))),
        notes=(word,),
    )
    return table, Provenance(word, query=word, runs=(Digested(word, word),), made_at="now")


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_words_come_back_from_csv_and_parquet(place: int) -> None:
    word = HOSTILE[place]
    table, provenance = hostile_table(word)
    data = table_bytes(table, provenance, form="csv")
    read = {
        "csv": pd.read_csv(io.BytesIO(data), comment="#"),
        "parquet": pd.read_parquet(io.BytesIO(table_bytes(table, provenance, form="parquet"))),
    }
    for frame in read.values():
        assert len(frame) == 4
        for name in ("table", "row"):
            assert set(frame[name]) == {word}
        assert frame["text"].dropna().tolist() == [word]
        assert frame["mean"].dropna().tolist() == [0.5, 0.25]


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_words_stay_in_their_cells_in_latex(place: int) -> None:
    word = HOSTILE[place]
    table, provenance = hostile_table(word)
    text = table_bytes(table, provenance, form="latex").decode()
    check_balanced(text)
    columns, rows = tabular_rows(text)
    assert columns == "llr"
    assert {len(row) for row in rows} == {3}
    assert len(rows) == 4  # heading, group, two rows
    shown = " ".join(word.replace("\r", " ").split())
    assert " ".join(plain(rows[2][1]).split()) == shown
    comments = text[: text.index(r"% \usepackage")]
    assert all(line.startswith("% ") for line in comments.splitlines())


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_words_stay_in_their_cells_in_markdown(place: int) -> None:
    table, provenance = hostile_table(HOSTILE[place])
    text = table_bytes(table, provenance, form="markdown").decode()
    lines = text.split("\n")
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) == 6  # heading, dashes, group, row, gap, row
    assert {line.replace("\\\\", "").replace("\\|", "").count("|") for line in rows} == {4}
    assert not [line for line in lines if line and not line.startswith(("###", "|", "-"))]
    assert "<script" not in text.replace("\\<", "")


def test_measures_that_are_counts_have_a_sum_below() -> None:
    table = topics_table(EVALUATIONS, measure="num_ret", title="Rows")
    assert (table.title, table.rows[-1].label) == ("Rows", "all")
    assert "| all   | 2,000 |" in table_bytes(table, PROVENANCE, form="markdown").decode()


def test_topics_that_count_as_zero_are_told() -> None:
    zeros = replace(EVALUATIONS["lpd"], missing=["1662"])
    assert topics_table({"lpd": zeros}).rows[-1].cells[0].note == "1 of 2 topics; the others count as zero"


def test_a_topic_that_no_run_has_keeps_its_row() -> None:
    table = topics_table({"a": evaluation("a", {"1": 0.5}, missing=("2",))})
    assert [(row.label, row.cells[0].mean) for row in table.rows] == [("1", 0.5), ("2", None), ("mean", 0.5)]


def test_what_cannot_be_shown_is_refused() -> None:
    with pytest.raises(LpdError, match="nothing to put into the table"):
        topics_table({})
    with pytest.raises(NotFoundError, match=r"unknown measure; expected infAP, .*found 'mAP'"):
        topics_table(EVALUATIONS, measure="mAP")
    with pytest.raises(NotFoundError, match="expected csv, latex, markdown, parquet; found 'xls'"):
        table_bytes(TABLE, PROVENANCE, form="xls")
    assert list(TABLE_FORMS) == ["csv", "latex", "markdown", "parquet"]
