"""Each writer against literal text, and what it must escape."""

import csv
import io

import numpy as np
import pytest

from lpd.tables import Cell, Column, ResultTable, Row, seeds_cell, to_csv, to_latex, to_markdown
from lpd.tables.printed import print_number

NEEDS = Cell(needs="frame features")

MEASURED = ResultTable(
    "On the demo",
    "system",
    (Column("inland"), Column("coast"), Column("MEAN", decimals=2)),
    (
        Row(
            "LPD", (seeds_cell({0: 0.25, 1: 0.24, 2: 0.26}, published=0.245), Cell(0.1), Cell(0.208)), "multi"
        ),
        Row("SEA", (Cell(0.23, p_value=0.01), Cell(0.2, p_value=0.4, note="one seed"), Cell()), "multi"),
        Row(
            "X-CLIP", (Cell(needs="frame features", published=0.125), NEEDS, Cell(published=0.167)), "single"
        ),
        Row("mean", (Cell(-0.0124), Cell(0.0004), Cell(0.9999, 0.0126, (0, 1), (1.0, 0.98)))),
    ),
    compared_with="LPD",
    published_in="paper, Table 3",
    notes=("two cores",),
)

MEASURED_MARKDOWN = """\
### On the demo

| system     |                                inland |    coast |          MEAN |
| ---------- | ------------------------------------: | -------: | ------------: |
| **multi**  |                                       |          |               |
| LPD        |           .250 ±.010 (published .245) |     .100 |           .21 |
| SEA        |                                 .230† | .200 [1] |             – |
| **single** |                                       |          |               |
| X-CLIP     | needs frame features (published .125) |        – | published .17 |
|            |                                       |          |               |
| mean       |                                 -.012 |     .000 |     1.00 ±.01 |

- ± sample standard deviation over 2 to 3 seeds
- † differs from LPD (p \\< .05)
- published: paper, Table 3
- [1] one seed
- two cores
"""

MEASURED_LATEX = r"""% \usepackage{booktabs}
\begin{table}
\centering
\caption{On the demo}
\begin{tabular}{lrrr}
\toprule
system & inland & coast & MEAN \\
\midrule
\multicolumn{4}{l}{\textbf{multi}} \\
LPD & .250 $\pm$\,.010 (\textit{published .245}) & .100 & .21 \\
SEA & .230$^{\dagger}$ & .200\textsuperscript{1} & -- \\
\midrule
\multicolumn{4}{l}{\textbf{single}} \\
X-CLIP & needs frame features (\textit{published .125}) & -- & \textit{published .17} \\
\midrule
mean & $-$.012 & .000 & 1.00 $\pm$\,.01 \\
\bottomrule
\end{tabular}
\par\smallskip\footnotesize
$\pm$ sample standard deviation over 2 to 3 seeds\par
$^{\dagger}$ differs from LPD (p \textless{} .05)\par
published: paper, Table 3\par
\textsuperscript{1} one seed\par
two cores\par
\end{table}
"""

MEASURED_CSV = """\
table,group,row,column,style,mean,spread,seeds,runs,p_value,compared_with,published,published_in,needs,text,note
On the demo,multi,LPD,inland,share,0.25,0.010000000000000009,0 1 2,0.25 0.24 0.26,,,0.245,"paper, Table 3",,,
On the demo,multi,LPD,coast,share,0.1,,,,,,,,,,
On the demo,multi,LPD,MEAN,share,0.208,,,,,,,,,,
On the demo,multi,SEA,inland,share,0.23,,,,0.01,LPD,,,,,
On the demo,multi,SEA,coast,share,0.2,,,,0.4,LPD,,,,,one seed
On the demo,multi,SEA,MEAN,share,,,,,,,,,,,
On the demo,single,X-CLIP,inland,share,,,,,,,0.125,"paper, Table 3",frame features,,
On the demo,single,X-CLIP,coast,share,,,,,,,,,frame features,,
On the demo,single,X-CLIP,MEAN,share,,,,,,,0.167,"paper, Table 3",,,
On the demo,,mean,inland,share,-0.0124,,,,,,,,,,
On the demo,,mean,coast,share,0.0004,,,,,,,,,,
On the demo,,mean,MEAN,share,0.9999,0.0126,0 1,1.0 0.98,,,,,,,
"""

COUNTED = ResultTable(
    "Complexity",
    "system",
    (
        Column("parameters", "count"),
        Column("expression", "text"),
        Column("M", "number", 2),
        Column("gain", "gain", 1),
    ),
    (
        Row(
            "LPD",
            (
                Cell(4727817),
                Cell(text="D × d", published="D × d + 9 × d"),
                Cell(4.76928, published=18.89),
                Cell(0.03365, published=0.027),
            ),
        ),
        Row("SEA", (Cell(), Cell(needs="BERT"), Cell(), Cell(-0.02, 0.004, (0, 1), (-0.022, -0.018)))),
    ),
    published_in="the paper, Table 6",
)

COUNTED_MARKDOWN = """\
### Complexity

| system | parameters | expression                      |                      M |                      gain |
| ------ | ---------: | ------------------------------- | ---------------------: | ------------------------: |
| LPD    |  4,727,817 | D × d (published D × d + 9 × d) | 4.77 (published 18.89) | +3.4 % (published +2.7 %) |
| SEA    |          – | needs BERT                      |                      – |               -2.0 ±0.4 % |

- ± sample standard deviation over 2 seeds
- published: the paper, Table 6
"""

COUNTED_LATEX_ROWS = r"""
LPD & 4,727,817 & D $\times$ d (\textit{published D $\times$ d + 9 $\times$ d}) &
 4.77 (\textit{published 18.89}) & +3.4\,\% (\textit{published +2.7 \%}) \\
SEA & -- & needs BERT & -- & $-$2.0 $\pm$\,0.4\,\% \\
"""


def test_markdown_is_this_text() -> None:
    assert to_markdown(MEASURED) == MEASURED_MARKDOWN
    assert to_markdown(COUNTED) == COUNTED_MARKDOWN


def test_latex_is_this_text() -> None:
    assert to_latex(MEASURED) == MEASURED_LATEX
    # the first row is broken here to fit the page
    assert COUNTED_LATEX_ROWS.strip().replace("\n 4.77", " 4.77") in to_latex(COUNTED)


def test_csv_is_this_text() -> None:
    assert to_csv(MEASURED) == MEASURED_CSV


@pytest.mark.parametrize(
    ("value", "column", "expected"),
    [
        (0.2449, Column("c"), ".245"),
        (0.2449, Column("c", decimals=1), ".2"),
        (0.9996, Column("c"), "1.000"),
        (-0.0004, Column("c"), ".000"),
        (-0.0124, Column("c"), "-.012"),
        (10.5, Column("c"), "10.500"),
        (0.0, Column("c", "gain", 1), "+0.0"),
        (-0.0004, Column("c", "gain", 1), "+0.0"),
        (0.03365, Column("c", "gain", 1), "+3.4"),
        (0.5, Column("c", "number", 2), "0.50"),
        (1234.5, Column("c", "number", 1), "1,234.5"),
        (4727817, Column("c", "count"), "4,727,817"),
    ],
)
def test_numbers_in_print(value: float, column: Column, expected: str) -> None:
    assert print_number(value, column) == expected


def small(label: str, *, cell: Cell, notes: tuple[str, ...] = ()) -> ResultTable:
    return ResultTable(
        "a_title, 50 %",
        "row|name",
        (Column("x_1, 2"),),
        (Row(label, (cell,), "group_1 & 2"),),
        published_in="paper_1",
        notes=notes,
    )


def test_markdown_escapes_what_would_format_or_end_a_cell() -> None:
    label = "a|b_c*d* `e` <i>f</i> [g](h) ~i~ &amp; $j$ #k \\l, 5 %\nm"
    printed = to_markdown(small(label, cell=Cell(published="p|q", note="n_o"), notes=("r|s",)))
    escaped = r"a\|b\_c\*d\* \`e\` \<i\>f\</i\> \[g\](h) \~i\~ \&amp; \$j\$ \#k \\l, 5 % m"
    lines = printed.splitlines()
    assert lines[0] == r"### a\_title, 50 %"
    assert lines[2].split() == ["|", r"row\|name", "|", r"x\_1,", "2", "|"]
    assert lines[4].split(" |")[0].rstrip() == r"| **group\_1 \& 2**"
    assert lines[5] == rf"| {escaped} | published p\|q [1] |"
    assert lines[7:] == [r"- published: paper\_1", r"- [1] n\_o", r"- r\|s"]


def test_latex_escapes_every_sign_of_its_own() -> None:
    label = "[a] *b* c_d & e % f $ g # h { i } j ~ k ^ l \\ m < n > o | p\nq"
    printed = to_latex(small(label, cell=Cell(published="r_s", note="t%u"), notes=("v_w",)))
    escaped = (
        r"{[}a{]} {*}b{*} c\_d \& e \% f \$ g \# h \{ i \} j \textasciitilde{} k \textasciicircum{} l "
        r"\textbackslash{} m \textless{} n \textgreater{} o \textbar{} p q"
    )
    lines = printed.splitlines()
    assert r"\caption{a\_title, 50 \%}" in lines
    assert r"row\textbar{}name & x\_1, 2 \\" in lines
    assert r"\multicolumn{2}{l}{\textbf{group\_1 \& 2}} \\" in lines
    assert rf"{escaped} & \textit{{published r\_s}}\textsuperscript{{1}} \\" in lines
    below = [r"published: paper\_1\par", r"\textsuperscript{1} t\%u\par", r"v\_w\par"]
    assert lines[-4:-1] == below


def test_csv_reads_back_as_it_was() -> None:
    label = 'a,b "c" | d_e % f\ng'
    cell = seeds_cell({5: 0.1, 3: 1 / 3}, published="x, y", note='say "n"')
    rows = list(csv.DictReader(io.StringIO(to_csv(small(label, cell=cell)))))
    assert len(rows) == 1
    assert rows[0]["row"] == label
    assert (rows[0]["table"], rows[0]["group"], rows[0]["column"]) == (
        "a_title, 50 %",
        "group_1 & 2",
        "x_1, 2",
    )
    assert (rows[0]["published"], rows[0]["note"]) == ("x, y", 'say "n"')
    assert rows[0]["seeds"].split() == ["3", "5"]
    assert [float(value) for value in rows[0]["runs"].split()] == [1 / 3, 0.1]
    assert float(rows[0]["mean"]) == cell.mean
    assert float(rows[0]["spread"]) == cell.spread


def test_csv_takes_numpys_numbers() -> None:
    printed = to_csv(small("a", cell=Cell(np.float64(0.1), np.float64(0.2))))
    assert 'a,"x_1, 2",share,0.1,0.2,' in printed


def test_neighbours_that_need_the_same_say_it_once() -> None:
    cells = (NEEDS, NEEDS, Cell(0.1), NEEDS, Cell(needs="BERT"))
    table = ResultTable("t", "r", tuple(Column(name) for name in "abcde"), (Row("x", cells),))
    line = to_markdown(table).splitlines()[4]
    assert [part.strip() for part in line.strip("|").split("|")] == [
        "x",
        "needs frame features",
        "–",
        ".100",
        "needs frame features",
        "needs BERT",
    ]


def test_equal_notes_share_a_number() -> None:
    cells = (Cell(0.1, note="n"), Cell(0.2, note="m"), Cell(0.3, note="n"))
    table = ResultTable("t", "r", tuple(Column(name) for name in "abc"), (Row("x", cells),))
    lines = to_markdown(table).splitlines()
    assert [part.strip() for part in lines[4].strip("|").split("|")][1:] == [
        ".100 [1]",
        ".200 [2]",
        ".300 [1]",
    ]
    assert lines[6:] == ["- [1] n", "- [2] m"]


def test_nothing_stands_below_a_table_without_signs() -> None:
    table = ResultTable("t", "r", (Column("a"),), (Row("x", (Cell(0.1),)),))
    assert to_markdown(table) == "### t\n\n| r   |    a |\n| --- | ---: |\n| x   | .100 |\n"
    assert to_latex(table).endswith("\\end{tabular}\n\\end{table}\n")


def test_that_it_was_tested_is_said_even_where_nothing_differs() -> None:
    row = Row("x", (Cell(0.1, p_value=0.9),))
    table = ResultTable("t", "r", (Column("a"),), (row,), compared_with="LPD", alpha=0.01)
    assert to_markdown(table).splitlines()[-1] == r"- † differs from LPD (p \< .01)"
