"""The cards of pinned views: what they say, which a filter keeps, and where they are opened."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.notebook.cards import card_of, filtered, live_address, made_from, moment, page_word, pages_of
from app.notebook.moves import before_place, neighbour, view_after
from lpd.notebook import PROVENANCE_KEYS, PinnedView, View

NOTHING = dict.fromkeys(PROVENANCE_KEYS)


def pinned(number: int, page: str = "", title: str = "a view", note: str = "", **provenance) -> PinnedView:
    view = View(page, f"{page or './'}?workspace=old&q=a+dog", title, {**NOTHING, **provenance}, note)
    return PinnedView(number, view, number, 0, datetime(2026, 11, 23, 14, 5, tzinfo=UTC), None, True)


def test_a_card_says_what_a_view_is_of() -> None:
    one = pinned(
        3, "topics", "infAP per topic", "# First\n\nmore", model="lpd", qrels="pooled", collection="c"
    )
    card = card_of(one, changed="model lpd was trained again")
    assert card == (
        3,
        "infAP per topic",
        "Topics",
        "2026-11-23 14:05 UTC",
        "lpd · qrels pooled · c",
        "First more",
        "model lpd was trained again",
    )


def test_pages_are_called_as_in_the_menu() -> None:
    assert [page_word(one) for one in ("", "topics", "workspace")] == ["Search", "Topics", "Workspace"]
    assert pages_of([pinned(1), pinned(2, "topics"), pinned(3)]) == ["Search", "Topics"]


def test_moments_are_of_one_clock() -> None:
    there = timezone(timedelta(hours=5))
    assert moment(datetime(2026, 1, 1, 2, 0, tzinfo=there)) == "2025-12-31 21:00 UTC"


def test_what_is_absent_of_a_provenance_is_left_out() -> None:
    assert made_from(NOTHING) == ""
    assert made_from({"model": "m" * 500, "collection": "c"}).endswith("… · c")
    assert made_from({"model": ["not", 1]}) == "['not', 1]"


def test_a_filter_keeps_what_has_every_word_somewhere() -> None:
    views = [
        pinned(1, title="A red circle", model="lpd"),
        pinned(2, "topics", note="the red one", model="laff"),
        pinned(3, "topics", title="blue"),
    ]

    def kept(words: str = "", page: str = "") -> list[int]:
        return [one.view_id for one in filtered(views, words=words, page=page)]

    assert kept() == [1, 2, 3]
    assert kept("RED") == [1, 2]
    assert kept("red laff") == [2]
    assert kept("red", "Topics") == [2]
    assert kept("nowhere") == []
    assert kept("topics") == [2, 3]


def test_a_view_is_opened_in_the_workspace_of_its_notebook() -> None:
    assert live_address(pinned(1), "new") == "./?workspace=new&q=a+dog"
    assert live_address(pinned(1, "topics"), "a b") == "topics?workspace=a+b&q=a+dog"


# --- moves ----------------------------------------------------------------------------------------------


def moved(order: list[int], view: int, before: int | None) -> list[int]:
    rest = [one for one in order if one != view]
    rest.insert(len(rest) if before is None else rest.index(before), view)
    return rest


ORDER = [5, 1, 4, 2]


@pytest.mark.parametrize("view", ORDER)
@pytest.mark.parametrize("beside", ORDER)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_view_is_put_beside_another(view, beside, after) -> None:
    if view == beside:
        return
    there = moved(ORDER, view, neighbour(ORDER, view, beside=beside, after=after))
    assert there.index(view) - there.index(beside) == (1 if after else -1)


def test_beside_one_that_is_gone_is_the_end() -> None:
    assert neighbour(ORDER, 1, beside=9, after=False) is None
    assert neighbour(ORDER, 1, beside=9, after=True) is None


@pytest.mark.parametrize("view", ORDER)
@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_a_view_is_put_at_a_place(view, place) -> None:
    assert moved(ORDER, view, before_place(ORDER, view, place=place)).index(view) == place - 1


def test_places_beyond_the_ends_are_the_ends() -> None:
    assert before_place(ORDER, 4, place=99) is None
    assert before_place(ORDER, 4, place=-3) == 5


def test_the_next_view_is_opened_once_one_is_gone() -> None:
    assert [view_after(ORDER, one) for one in ORDER] == [1, 4, 2, 4]
    assert view_after([7], 7) is None
    assert view_after(ORDER, 99) == 5
