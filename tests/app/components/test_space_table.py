import json

import pytest

from app.components.space_table import SpaceCell, SpaceColumn, SpaceLine, space_table_payload

COLUMNS = [SpaceColumn("infAP alone", "from there"), SpaceColumn("found by it only")]
HOSTILE = "<img src=x onerror=alert(1)>\u202e\x00😀"


def test_a_line_has_its_end_and_what_is_not_known_is_a_dash():
    line = SpaceLine("bow", "text", (SpaceCell(".742", "infAP: 0.7421"), SpaceCell(None)), "text:bow", True)
    payload = space_table_payload(COLUMNS, [line], alt="what the spaces are worth")
    (row,) = payload["rows"]
    assert (row["label"], row["end"], row["title"], row["chosen"]) == ("bow", "text", "text:bow", True)
    assert [(cell["text"], cell["missing"]) for cell in row["cells"]] == [(".742", False), ("–", True)]
    assert payload["columns"][0] == {"label": "infAP alone", "title": "from there"}
    assert payload["alt"] == "what the spaces are worth"


def test_lines_of_another_width_are_refused():
    with pytest.raises(ValueError, match=r"expected 2 cells, found others in \['bow'\]"):
        space_table_payload(COLUMNS, [SpaceLine("bow", "text", (SpaceCell("1"),))], alt="")


def test_foreign_text_stays_as_it_is():
    line = SpaceLine(HOSTILE, "text", (SpaceCell("1", HOSTILE), SpaceCell("2")))
    payload = json.loads(json.dumps(space_table_payload(COLUMNS, [line], alt=HOSTILE)))
    assert payload["rows"][0]["label"] == payload["alt"] == HOSTILE
