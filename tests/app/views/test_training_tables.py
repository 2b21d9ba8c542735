"""Tables 4 to 6 on the Training page."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from lpd.reproduce.writing import write_table
from lpd.tables import Cell, Column, ResultTable, Row


def results(page: AppTest, component_data) -> list[dict]:
    return component_data(page, "lpd_result_table")


TABLE = ResultTable(
    "Table 4: ablation of LPD",
    "system",
    (Column("avs-inland"), Column("MEAN")),
    (Row("<i>LPD</i>", (Cell(0.5, published=0.245), Cell(0.25))), Row("w/o DcL", (Cell(0.5), Cell()))),
    published_in="the paper",
    notes=("data: <img src=x onerror=alert(1)>",),
)


@pytest.mark.parametrize("number", [4, 5, 6])
def test_a_table_that_nobody_made_says_the_command(
    open_view, demo_workspace, component_data, texts, number: int
) -> None:
    page = open_view(demo_workspace, "training", tab=f"table {number}")
    assert not page.exception
    assert f"Table {number} was not made on this workspace" in texts(page)
    assert f"lpd reproduce table{number} --workspace" in texts(page)
    (payload,) = results(page, component_data)
    assert any(cell["published"] for row in payload["rows"] for cell in row["cells"])


def test_a_table_that_was_made_is_shown(open_view, changed_demo, component_data, texts) -> None:
    folder = changed_demo / "reproduce"
    write_table(folder / "lpd-recipe", "table4", table=TABLE)
    write_table(folder / "lpd-recipe", "table4-tests", table=replace(TABLE, title="the tests"))
    write_table(folder / "original", "table4", table=TABLE)
    page = open_view(changed_demo, "training", tab="table 4")
    assert not page.exception
    assert "Recipe lpd-recipe" in texts(page)
    assert "Table 4: ablation of LPD · reproduce/lpd-recipe/table4.csv" in texts(page)
    assert "Recipe original" in texts(page)
    assert "onerror" in texts(page)
    assert "<img" not in texts(page)
    first, tests, second = results(page, component_data)
    assert first["rows"][0]["label"] == "<i>LPD</i>"
    assert first["rows"][0]["cells"][0]["published"] == ".245"
    assert tests["alt"] == "the tests"
    assert second["rows"] == first["rows"]


def test_a_damaged_table_is_one_message(open_view, changed_demo) -> None:
    folder = changed_demo / "reproduce" / "lpd-recipe"
    folder.mkdir(parents=True)
    (folder / "table4.csv").write_text("table,group\n")
    page = open_view(changed_demo, "training", tab="table 4")
    assert not page.exception
    (error,) = page.error
    assert "table4" in error.value
