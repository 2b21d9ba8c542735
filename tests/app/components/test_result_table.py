"""A table of results on screen: what stands in a cell and what is behind it; foreign text stays text."""

import json

from app.components.result_table import result_payload
from lpd.tables import Cell, Column, ResultTable, Row, seeds_cell

HOSTILE = "<img src=x onerror=alert(1)>"
TABLE = ResultTable(
    HOSTILE,
    "system",
    (Column("dev"), Column("gain", "gain", 1), Column("expression", "text"), Column("MFLOPs", "text")),
    (
        Row(
            HOSTILE,
            (
                seeds_cell({0: 0.5, 2: 0.75}, published=0.245),
                Cell(0.034, p_value=0.01, note=HOSTILE),
                Cell(published="4 × D"),
                Cell(published="75.50"),
            ),
            "group one",
        ),
        Row("b", (Cell(needs="frames"), Cell(needs="frames"), Cell(text="x"), Cell()), "group one"),
        Row("c", (Cell(), Cell(-0.004), Cell(), Cell(published="1")), "group two"),
        Row("mean", (Cell(1.0), Cell(), Cell(), Cell())),
    ),
    compared_with="LPD",
    published_in="the paper",
)


def test_cells_say_what_is_measured_and_what_is_published() -> None:
    payload = result_payload(TABLE, alt="All of it")
    assert payload["alt"] == "All of it"
    assert payload["first"] == "system"
    groups = [row["group"] for row in payload["rows"] if "group" in row]
    assert groups == ["group one", "group two"]
    rows = {row["label"]: row["cells"] for row in payload["rows"] if "label" in row}
    own, gain, words, flops = rows[HOSTILE]
    assert (own["text"], own["spread"], own["published"], own["mark"]) == (".625", "±.177", ".245", "")
    assert own["title"] == f"{HOSTILE}, dev: seed 0 0.5, seed 2 0.75; 0.245 is published"
    assert (gain["text"], gain["mark"], gain["footnote"]) == ("+3.4 %", "†", "[1]")
    assert gain["title"] == f"{HOSTILE}, gain: 0.034; p 0.01 against LPD"
    assert (words["text"], words["published"]) == ("", "4 × D")
    assert flops["published"] == "75.50"
    assert [cell["text"] for cell in rows["b"]] == ["needs frames", "–", "x", "–"]
    assert rows["mean"][0]["text"] == "1.000"


def test_columns_of_words_are_told_from_those_of_printed_numbers() -> None:
    payload = result_payload(TABLE, alt="")
    assert [column["words"] for column in payload["columns"]] == [False, False, True, False]


def test_signs_are_explained() -> None:
    notes = result_payload(TABLE, alt="")["notes"]
    assert notes == [
        "± sample standard deviation over 2 seeds",
        "† differs from LPD (p < .05)",
        "published: the paper",
        f"[1] {HOSTILE}",
    ]


def test_the_payload_is_plain_json() -> None:
    payload = result_payload(TABLE, alt="x")
    assert json.loads(json.dumps(payload)) == payload
