"""The export menu: what it offers, what the files hold, and what it says where a file cannot be made."""

import io
import json
import zipfile

import altair as alt
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from app.views.exporting import (
    MIMES,
    chart_exports,
    file_stem,
    frame_exports,
    run_export,
    table_exports,
)
from lpd.exports import Provenance
from lpd.tables import Cell, Column, ResultTable, Row
from lpd.trec import make_run, read_run

HOSTILE = "<img src=x onerror=alert(1)> *b* [x](http://evil)\0\u202e"
PROVENANCE = Provenance(HOSTILE, made_at="2026-01-02T03:04:05Z")


def menu_page():
    import streamlit as st

    from app.views.exporting import ExportItem, export_menu
    from lpd.errors import LpdError

    def fails() -> bytes:
        raise LpdError("the run is gone", next_step="make it anew")

    if st.toggle("files"):
        export_menu(
            [
                ExportItem("List of *a* <b>", "a.csv", "text/csv", lambda: b"a"),
                ExportItem("Run", "a.zip", "application/zip", fails),
            ]
        )
    else:
        export_menu([])


def test_without_files_the_button_says_so():
    page = AppTest.from_function(menu_page).run()
    assert not page.exception
    assert not page.get("download_button")


def test_files_are_offered_by_name_and_made_later():
    page = AppTest.from_function(menu_page).run()
    page.toggle[0].set_value(True).run()
    assert not page.exception
    buttons = [one.proto for one in page.get("download_button")]
    assert [one.label for one in buttons] == [r"List of \*a\* \<b\>", "Run"]
    assert all(one.deferred_file_id and not one.url for one in buttons)


def test_why_a_file_could_not_be_made_is_told_in_the_menu(texts):
    from app.views import exporting

    failures: dict[str, str] = {}
    item = exporting.ExportItem("Run", "a.zip", MIMES["zip"], lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        exporting._telling(item, failures)()
    assert failures == {}, "a fault of ours is not told as the person's"

    page = AppTest.from_function(menu_page)
    page.session_state["export_failures"] = {"a.zip": "the run is gone. Next: make it anew"}
    page.run()
    page.toggle[0].set_value(True).run()
    assert "a.zip could not be made: the run is gone. Next: make it anew" in texts(page)


def test_a_failure_is_remembered_until_the_file_is_made(demo_workspace):
    from app.views.exporting import ExportItem, _telling
    from lpd.errors import LpdError

    problems = [LpdError("the run is gone")]

    def make() -> bytes:
        if problems:
            raise problems.pop()
        return b"made"

    failures: dict[str, str] = {}
    telling = _telling(ExportItem("Run", "a.zip", MIMES["zip"], make), failures)
    with pytest.raises(LpdError):
        telling()
    assert failures == {"a.zip": "the run is gone"}
    assert telling() == b"made"
    assert failures == {}


@pytest.mark.parametrize(
    ("parts", "stem"),
    [
        (("avs-inland", "infAP"), "avs-inland-infAP"),
        (("../../etc/passwd",), "etc-passwd"),
        ((HOSTILE,), "img-src-x-onerror-alert-1-b-x-http-evil"),
        (("שלום", "😀"), "export"),
        ((".hidden", "", "CON:"), "hidden-CON"),
        (("a" * 300,), "a" * 80),
    ],
)
def test_names_of_files_are_plain(parts, stem):
    assert file_stem(*parts) == stem


def chart() -> alt.Chart:
    table = pd.DataFrame({"k": [5, 10], "iou": [0.1, 0.2]})
    return alt.Chart(table).mark_line().encode(x="k:Q", y="iou:Q").properties(width="container", height=80)


def test_a_chart_is_offered_as_png_and_svg():
    png, svg = chart_exports(chart(), "iou against k", PROVENANCE, label="IoU")
    assert (png.label, png.file_name, png.mime) == ("IoU, PNG", "iou-against-k.png", "image/png")
    assert (svg.label, svg.file_name, svg.mime) == ("IoU, SVG", "iou-against-k.svg", "image/svg+xml")
    assert png.make().startswith(b"\x89PNG")
    assert svg.make().startswith(b"<svg")


def test_a_table_is_offered_in_every_form():
    table = ResultTable("t", "system", (Column("infAP"),), (Row("lpd", (Cell(0.25),)),))
    items = table_exports(lambda: table, "table 1", PROVENANCE, label="Table 1")
    assert [one.file_name for one in items] == ["table-1.csv", "table-1.tex", "table-1.md", "table-1.parquet"]
    assert [one.label for one in items][1] == "Table 1, LaTeX"
    made = [one.make() for one in items]
    assert b"0.25" in made[0]
    assert b"\\begin{tabular}" in made[1]
    assert pd.read_parquet(io.BytesIO(made[3]))["mean"].tolist() == [0.25]


def test_rows_are_offered_as_csv_and_parquet():
    frame = pd.DataFrame({"shot_id": ["a#1"], "score": [0.5]})
    csv, parquet = frame_exports(lambda: frame, "list", PROVENANCE)
    assert pd.read_csv(io.BytesIO(csv.make()), comment="#").equals(frame)
    assert pd.read_parquet(io.BytesIO(parquet.make())).equals(frame)


def test_a_run_comes_with_what_it_was_made_from(tmp_path):
    item = run_export(lambda: make_run("lpd", {"1": (["s1", "s2"], [2.0, 1.0])}), "../lpd run", PROVENANCE)
    assert (item.file_name, item.mime) == ("lpd-run.zip", "application/zip")
    with zipfile.ZipFile(io.BytesIO(item.make())) as archive:
        assert archive.namelist() == ["lpd-run.run", "lpd-run.run.provenance.json"]
        archive.extractall(tmp_path)
    assert read_run(tmp_path / "lpd-run.run").topics["1"].shot_ids == ["s1", "s2"]
    told = json.loads((tmp_path / "lpd-run.run.provenance.json").read_text())
    assert told["workspace"] == HOSTILE
