"""Tables and lists of pinned views: everything is text, numbers stand under each other."""

import pytest
from streamlit.testing.v1 import AppTest

from app.components.pinned_list import pinned_payload

HOSTILE = '<img src=x onerror="alert(1)">'


def table_page():
    from app.components.kept import kept_table

    hostile = '<img src=x onerror="alert(1)">'
    rows = [
        [("first", False), ("", False)],
        [(hostile, False), ("0.250", True)],
        [("mean", False), ("1", True)],
    ]
    kept_table(hostile, ["text:bow", hostile], rows, foot=1)
    kept_table("nothing", ["a"], [])


def shots_page():
    from app.components.kept import KeptShot, kept_shots

    hostile = '<img src=x onerror="alert(1)">'
    shots = [KeptShot(1, hostile, hostile, ""), KeptShot(2, "s2", "0.5", 'shots/"><script>')]
    kept_shots(hostile, shots, more="and 3 more")


@pytest.mark.parametrize("script", [table_page, shots_page], ids=["table", "shots"])
def test_foreign_text_is_text(script, texts) -> None:
    page = AppTest.from_function(script).run()
    assert not page.exception
    assert HOSTILE not in texts(page)
    assert "<script" not in texts(page)


def test_a_column_with_a_number_anywhere_is_one_of_numbers(texts) -> None:
    told = texts(AppTest.from_function(table_page).run())
    assert '<th scope="col">text:<wbr>bow</th>' in told
    assert '<th scope="col" class="number">&lt;img' in told
    assert '<tfoot><tr><th scope="row">mean</th>' in told


def test_a_shot_without_a_picture_stands_there_by_its_id(texts) -> None:
    told = texts(AppTest.from_function(shots_page).run())
    assert '<i class="none">&lt;img' in told
    assert 'alt="shot s2, rank 2"' in told
    assert "and 3 more" in told


def test_cards_have_their_place_among_all() -> None:
    payload = pinned_payload([{"view_id": 7}, {"view_id": 3}], places={3: 9, 7: 2}, alt="views")
    assert [(one["view_id"], one["place"]) for one in payload["cards"]] == [(7, 2), (3, 9)]
