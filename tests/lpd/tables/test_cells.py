"""What a table refuses, and the arithmetic over seeds."""

import math
import statistics
from typing import Any

import pytest

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.tables import Cell, Column, ResultTable, Row, mean_and_spread, relative_gain, seeds_cell

SHARE = Column("TV20")


def table(*rows: Row, columns: tuple[Column, ...] = (SHARE,)) -> ResultTable:
    return ResultTable("Table 3", "system", columns, rows)


@pytest.mark.parametrize(
    "values",
    [[0.2, 0.3], [0.245, 0.238, 0.251], [1.0, 1.0, 4.0, -2.5], [5e6, 5e6 + 1, 5e6 + 3]],
    ids=["two", "three", "four", "large"],
)
def test_mean_and_spread_equal_the_standard_librarys(values: list[float]) -> None:
    mean, spread = mean_and_spread(values)
    assert mean == pytest.approx(statistics.mean(values), rel=1e-12)
    assert spread == pytest.approx(statistics.stdev(values), rel=1e-9)


def test_spread_of_one_seed_and_of_equal_seeds() -> None:
    assert mean_and_spread([0.245]) == (0.245, None)
    assert mean_and_spread([0.1, 0.1, 0.1]) == (0.1, 0.0)


@pytest.mark.parametrize("values", [[math.nan], [0.1, math.inf]], ids=["nan", "inf"])
def test_a_mean_of_what_is_not_finite_is_refused(values: list[float]) -> None:
    with pytest.raises(FormatError, match="finite"):
        mean_and_spread(values)


def test_a_mean_of_nothing_is_refused() -> None:
    with pytest.raises(LpdError, match="no values"):
        mean_and_spread([])


def test_a_cell_over_seeds_is_in_their_order() -> None:
    cell = seeds_cell({2: 0.3, 0: 0.1, 1: 0.2}, published=0.245, p_value=0.04, note="three seeds")
    assert (cell.seeds, cell.runs) == ((0, 1, 2), (0.1, 0.2, 0.3))
    assert cell.mean == pytest.approx(0.2)
    assert cell.spread == pytest.approx(0.1)
    assert (cell.published, cell.p_value, cell.note) == (0.245, 0.04, "three seeds")


def test_relative_gain() -> None:
    assert relative_gain(0.215, 0.208) == pytest.approx(0.03365, abs=1e-5)
    assert relative_gain(0.1, 0.2) == -0.5
    with pytest.raises(LpdError, match="no relative gain"):
        relative_gain(0.1, 0.0)


@pytest.mark.parametrize(
    ("fields", "error", "match"),
    [
        ({"mean": 0.1, "needs": "frame features"}, LpdError, "holds one thing"),
        ({"needs": "frame features", "text": "D × d"}, LpdError, "holds one thing"),
        ({"p_value": 0.01}, LpdError, "without a mean"),
        ({"spread": 0.01, "published": 0.2}, LpdError, "without a mean"),
        ({"mean": 0.1, "seeds": (0, 1), "runs": (0.1,)}, MismatchError, "expected 2; found 1"),
        ({"mean": math.nan}, FormatError, "finite"),
        ({"mean": 0.1, "spread": math.inf}, FormatError, "finite"),
        ({"published": math.nan}, FormatError, "finite"),
        ({"mean": 0.1, "p_value": 1.5}, FormatError, "not a p-value"),
    ],
    ids=[
        "two things",
        "two words",
        "p of nothing",
        "spread of nothing",
        "seeds",
        "nan",
        "inf",
        "published",
        "p",
    ],
)
def test_a_cell_that_cannot_be_is_refused(fields: dict[str, Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        Cell(**fields)


@pytest.mark.parametrize(
    ("rows", "columns", "error", "match"),
    [
        ((Row("LPD", ()),), (SHARE,), MismatchError, "another width.*expected 1; found 'LPD'"),
        ((Row("LPD", (Cell(),)), Row("LPD", (Cell(),))), (SHARE,), MismatchError, "rows share a name"),
        ((Row("LPD", (Cell(), Cell())),), (SHARE, SHARE), MismatchError, "columns share a name"),
        ((Row("LPD", (Cell(0.2, p_value=0.1),)),), (SHARE,), LpdError, "p-values without a reference"),
        ((Row("LPD", (Cell(published=0.2),)),), (SHARE,), LpdError, "without a source"),
        ((Row("LPD", (Cell(0.2),)),), (Column("x", "text"),), MismatchError, "column of words.*'LPD, x'"),
    ],
    ids=["width", "rows", "columns", "p-value", "published", "words"],
)
def test_a_table_that_cannot_be_is_refused(
    rows: tuple[Row, ...], columns: tuple[Column, ...], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        table(*rows, columns=columns)


def test_the_same_label_may_stand_in_two_groups() -> None:
    table(Row("mean", (Cell(),), "easy"), Row("mean", (Cell(),), "hard"))


def test_a_column_that_cannot_be_is_refused() -> None:
    with pytest.raises(
        FormatError, match="expected one of share, gain, number, count, text; found 'percent'"
    ):
        Column("TV20", "percent")
    with pytest.raises(FormatError, match="negative decimals"):
        Column("TV20", decimals=-1)


def test_a_difference_is_significant_below_alpha() -> None:
    one = ResultTable("t", "system", (SHARE,), (), compared_with="LPD", alpha=0.01)
    marked = [one.differs(Cell(0.2, p_value=p)) for p in (0.0099, 0.01, 0.04)]
    assert marked == [True, False, False]
    assert not one.differs(Cell(0.2))
