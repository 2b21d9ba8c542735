"""Tables read back from their CSV: the same cells, or the line that is wrong."""

import csv
import io
from dataclasses import replace

import pytest

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.tables import Cell, Column, ResultTable, Row, from_csv, seeds_cell, to_csv, to_markdown
from lpd.tables.long_csv import CSV_COLUMNS

TABLE = ResultTable(
    'Systems, "all" of them',
    "system",
    (
        Column("infAP"),
        Column("gain", "gain", 1),
        Column("seconds", "number", 1),
        Column("expression", "text"),
    ),
    (
        Row(
            "LPD",
            (
                seeds_cell({0: 0.1, 3: 1 / 3, 7: 0.2}, published=0.245, p_value=0.03125, note="one, two"),
                Cell(-0.004, published=0.034),
                seeds_cell({0: 1.0, 1: 1.0}),
                Cell(published="4 × D × d"),
            ),
            "multi",
        ),
        Row("LPD", (Cell(needs="frame features"), Cell(), Cell(2.5), Cell(text="12")), "single"),
        Row("mean", (Cell(text="failed"), Cell(published="3.4 %"), Cell(1e-17), Cell(published="7"))),
    ),
    compared_with="SEA",
    published_in="a paper, Table 4",
    notes=("two cores",),
)
DECIMALS = {"gain": 1, "seconds": 1}


def test_a_table_is_read_back_cell_by_cell() -> None:
    assert from_csv(to_csv(TABLE), decimals=DECIMALS, notes=TABLE.notes) == TABLE


def test_it_prints_as_before() -> None:
    read = from_csv(to_csv(TABLE), decimals=DECIMALS, notes=["two cores"])
    assert to_markdown(read) == to_markdown(TABLE)
    assert to_csv(read) == to_csv(TABLE)


def test_what_the_file_does_not_hold_is_given() -> None:
    plain = replace(TABLE, rows=(Row("a", (Cell(0.5), Cell(), Cell(), Cell())),))
    read = from_csv(to_csv(plain), row_name="topic")
    assert (read.row_name, read.notes) == ("topic", ())
    assert read.compared_with is None
    assert read.published_in is None
    assert [column.decimals for column in read.columns] == [3, 3, 3, 3]


def lines() -> list[list[str]]:
    return list(csv.reader(io.StringIO(to_csv(TABLE))))


def text_of(rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", ",".join(CSV_COLUMNS) + "\n"])
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="not the CSV of a table of results"):
        from_csv(text)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("mean", "high", "line 2: not a number"),
        ("spread", "1,5", "line 2: not a number"),
        ("seeds", "0 one 7", "line 2: not a seed"),
        ("runs", "0.1 x 0.2", "line 2: not a number"),
        ("p_value", "?", "line 2: not a number"),
        ("mean", "nan", "finite"),
        ("p_value", "2", "p-value"),
        ("seeds", "0 3", "differ"),
        ("style", "colour", "line 6: column infAP has two styles"),
    ],
)
def test_a_damaged_cell_is_told(column: str, value: str, message: str) -> None:
    rows = lines()
    rows[1][CSV_COLUMNS.index(column)] = value
    with pytest.raises(LpdError, match=message):
        from_csv(text_of(rows))


def test_a_line_of_another_length_is_told() -> None:
    rows = lines()
    rows[3] = rows[3][:-1]
    with pytest.raises(FormatError, match="line 4"):
        from_csv(text_of(rows))


def test_rows_of_different_columns_are_refused() -> None:
    rows = lines()
    del rows[2]
    with pytest.raises(MismatchError, match="another width"):
        from_csv(text_of(rows))
