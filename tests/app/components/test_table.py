import json

import pytest
from streamlit.testing.v1 import AppTest

from app.components import (
    Column,
    Footer,
    FooterCell,
    TableParts,
    TopicRow,
    full_tone,
    row_distances,
    table_payload,
)

COLUMNS = [Column("fused", "fused", ""), Column("bow", "text", "", name="text:bow")]


def payload(rows, *, columns=COLUMNS, **changed) -> dict:
    given = {"means": [0.25] * len(columns), "note": "1 of 2 topics", "measure": "infAP", **changed}
    return table_payload(columns, rows, **given)


def tones(made: dict) -> list[float]:
    return [cell["tone"] for row in made["rows"] for cell in row["cells"]]


def test_colours_tell_the_distance_from_the_mean_of_the_row():
    assert row_distances([0.5, 0.5, 0.5]) == [0.0, 0.0, 0.0]
    assert row_distances([0.0, None, 1.0]) == [-0.5, 0.0, 0.5]
    assert row_distances([0.3]) == [0.0]
    assert row_distances([None, None]) == [0.0, 0.0]


def test_with_a_baseline_colours_tell_the_distance_from_it():
    assert row_distances([0.5, 0.75, None], baseline=0) == [0.0, 0.25, 0.0]
    assert row_distances([None, 0.75], baseline=0) == [0.0, 0.0]
    made = payload([TopicRow("1", "", (0.5, 0.25))], parts=TableParts(baseline=0))
    assert tones(made) == [0.0, -1.0]
    assert made["rows"][0]["cells"][1]["title"] == "infAP of bow: 0.2500, −.250 against fused"


def test_the_largest_distance_of_a_table_has_the_full_colour_unless_all_are_small():
    rows = [TopicRow("1", "", (0.1, 0.3)), TopicRow("2", "", (0.0, 0.6))]
    assert full_tone(rows) == 0.3
    assert tones(payload(rows)) == [-0.333, 0.333, -1.0, 1.0]
    assert full_tone([TopicRow("1", "", (0.30, 0.31))]) == 0.05


def test_published_columns_take_part_in_no_mean_and_no_colour():
    columns = [*COLUMNS, Column("paper", "", "Tab. 3", published=True)]
    rows = [TopicRow("1", "", (0.2, 0.4, 0.9))]
    assert full_tone(rows, columns=columns) == pytest.approx(0.1)
    made = payload(rows, columns=columns)
    assert tones(made) == [-1.0, 1.0, 0.0]
    assert made["rows"][0]["cells"][2]["title"] == "published infAP of paper: 0.9000"
    assert [column["published"] for column in made["columns"]] == [False, False, True]


def test_cells_say_what_they_are_and_missing_ones_are_no_zero():
    rows = [TopicRow("1661", "<i>a dog</i>", (0.25, None), "./?q=a+dog", ("*", ""), ("run lpd", ""))]
    made = payload(rows)
    first, second = made["rows"][0]["cells"]
    assert (first["text"], first["missing"], first["mark"]) == (".250", False, "*")
    assert first["title"] == "infAP of fused: 0.2500, +.000 against the row's mean\nrun lpd"
    assert (second["text"], second["missing"], second["tone"]) == ("–", True, 0.0)
    assert second["title"] == "infAP of bow: not measured"
    assert made["rows"][0]["text"] == "<i>a dog</i>"


def test_means_come_first_then_the_other_footers():
    cells = (FooterCell("+.012", "p .42", "randomization"), FooterCell("–"))
    footer = Footer("against sea", cells, "Holm", "difference", "tv20")
    made = payload([], parts=TableParts(footers=(footer,)))
    mean, against = made["footers"]
    assert (mean["label"], mean["note"], mean["kind"]) == ("mean", "1 of 2 topics", "mean")
    assert mean["cells"][1]["title"] == "mean infAP of bow: 0.2500, 1 of 2 topics"
    assert (against["kind"], against["group"], against["note"]) == ("difference", "tv20", "Holm")
    assert [one["missing"] for one in against["cells"]] == [False, True]
    assert (against["cells"][0]["note"], against["cells"][0]["title"]) == ("p .42", "randomization")
    assert payload([], means=[])["footers"] == []


def test_footers_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="1 cells for 2 columns"):
        payload([], parts=TableParts(footers=(Footer("x", (FooterCell("1"),)),)))
    with pytest.raises(ValueError, match="kind 'sum'"):
        payload([], parts=TableParts(footers=(Footer("x", (FooterCell("1"),) * 2, kind="sum"),)))


def test_heads_report_their_name_and_the_order_is_told():
    made = payload(
        [], parts=TableParts(first="query", classes="class", sorted_by="text:bow", descending=True)
    )
    assert [column["name"] for column in made["columns"]] == ["fused", "text:bow"]
    assert (made["first"], made["classes"]) == ("query", "class")
    assert (made["sorted_by"], made["descending"]) == ("text:bow", True)


def page_with_table() -> None:
    from app.components import Column, TopicRow, table_payload, topic_table

    rows = [TopicRow("7", "a dog", (0.5,), difficulty="easy", group="tv20")]
    made = table_payload([Column("a", "", "")], rows, means=[0.5], note="", measure="AP")
    topic_table(made, key="table", selected="7", on_sort=lambda: None)


def test_the_browser_is_told_what_is_open_and_what_can_be_done():
    page = AppTest.from_function(page_with_table).run()
    assert not page.exception
    (element,) = page.get("bidi_component")
    data = json.loads(element.proto.json)
    assert (data["selected"], data["events"]) == ("7", ["sort"])
    assert (data["rows"][0]["difficulty"], data["rows"][0]["group"]) == ("easy", "tv20")
