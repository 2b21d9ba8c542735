"""What a person can do with the tiles of the grid, in a real Chromium: keys, mouse, marks, focus."""

import pytest

from tests.app.browser.component_pages import events, focused_shot, opened, runs, shot

pytestmark = pytest.mark.browser


def pressed(page, *keys: str) -> str | None:
    for key in keys:
        page.keyboard.press(key)
    return focused_shot(page)


def test_arrows_go_along_a_list_and_from_list_to_list(page, components):
    opened(page, components, "lanes")
    shot(page, "shot0_0").focus()
    assert pressed(page, "ArrowRight", "ArrowRight") == "shot0_2"
    assert pressed(page, "ArrowLeft") == "shot0_1"
    assert pressed(page, "ArrowDown") == "shot1_1"
    assert pressed(page, "ArrowUp") == "shot0_1"
    assert pressed(page, "End") == "shot0_59"
    assert pressed(page, "ArrowRight") == "shot0_59"
    assert pressed(page, "Home") == "shot0_0"
    assert runs(page) == 1


def test_tab_stops_once_per_list_where_it_was_left(page, components):
    opened(page, components, "lanes")
    shot(page, "shot0_0").focus()
    assert pressed(page, "ArrowRight", "ArrowRight", "Tab") == "shot1_0"
    assert pressed(page, "Shift+Tab") == "shot0_2"


def test_digits_lead_to_a_list_from_anywhere_but_a_field(page, components):
    opened(page, components, "lanes")
    assert pressed(page, "3") == "shot2_0"
    assert pressed(page, "1") == "shot0_0"
    page.get_by_role("textbox", name="field").fill("")
    page.keyboard.type("2")
    assert page.get_by_role("textbox", name="field").input_value() == "2"
    assert focused_shot(page) is None


def test_arrows_go_by_lines_in_a_grid_and_stay_in_a_column(page, components):
    root = opened(page, components, "grid")
    tops = root.locator(".tile").evaluate_all("tiles => tiles.map(tile => tile.getBoundingClientRect().top)")
    per_line = tops.count(tops[0])
    shot(page, "shot0_1").focus()
    assert pressed(page, "ArrowDown") == f"shot0_{per_line + 1}"
    opened(page, components, "columns")
    shot(page, "shot1_0").focus()
    assert pressed(page, "ArrowDown").startswith("shot1_")


def test_enter_and_clicks_open_and_the_same_twice_is_seen_twice(page, components):
    opened(page, components, "lanes")
    shot(page, "shot1_3").focus()
    page.keyboard.press("Enter")
    opening = ("open", {"shot": "shot1_3", "lane": "space1"})
    assert events(page, 1) == [opening]
    shot(page, "shot1_3").click()
    assert events(page, 2) == [opening, opening]


def test_marks_keep_focus_and_place_and_do_not_run_the_page_by_themselves(page, components):
    opened(page, components, "lanes")
    shot(page, "shot0_0").focus()
    page.keyboard.press("End")
    place = "row => Math.round(row.scrollLeft)"
    before = page.locator(".row").first.evaluate(place)
    page.keyboard.press("r")
    assert events(page, 1) == [("mark", {"shot": "shot0_59", "verdict": "relevant"})]
    shot(page, "shot0_59").locator(".verdict.relevant").wait_for()
    assert focused_shot(page) == "shot0_59"
    assert page.locator(".row").first.evaluate(place) == before > 1000
    page.keyboard.press("r")  # said already: nothing new
    page.keyboard.press("n")
    assert events(page, 2)[-1] == ("mark", {"shot": "shot0_59", "verdict": "not"})
    shot(page, "shot0_59").locator(".verdict.not").wait_for()
    page.keyboard.press("u")
    assert events(page, 3)[-1] == ("mark", {"shot": "shot0_59", "verdict": "none"})
    assert runs(page) == 4
    assert "marked" not in shot(page, "shot0_59").get_attribute("aria-label")


def test_no_mark_is_lost_however_fast_a_person_types(page, components):
    opened(page, components, "lanes")
    shot(page, "shot0_0").focus()
    for _ in range(12):
        page.keyboard.press("r")
        page.keyboard.press("ArrowRight")
    marks = [("mark", {"shot": f"shot0_{n}", "verdict": "relevant"}) for n in range(12)]
    assert events(page, 12) == marks
    assert runs(page) < 13, "several of them came within one run"


def test_a_tile_under_the_mouse_can_be_marked_and_taken_as_a_query(page, components):
    opened(page, components, "lanes")
    shot(page, "shot0_1").hover()
    page.get_by_role("button", name="mark relevant").click()
    shot(page, "shot0_1").locator(".verdict.relevant").wait_for()
    page.mouse.move(600, 5)
    shot(page, "shot0_1").hover()
    assert page.get_by_role("button", name="mark relevant").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="mark relevant").click()
    assert events(page, 2)[-1] == ("mark", {"shot": "shot0_1", "verdict": "none"})
    shot(page, "shot0_2").hover()
    page.get_by_role("button", name="more like this").click()
    assert events(page, 3)[-1] == ("like", {"shot": "shot0_2", "lane": "fused"})


def test_folded_shots_are_shown_by_click_and_key(page, components):
    opened(page, components, "lanes")
    button = page.locator(".unfold").first
    assert button.inner_text() == "+3"
    button.click()
    shot(page, "shot1_2").focus()
    page.keyboard.press("f")
    page.keyboard.press("l")
    heard = events(page, 3)
    assert heard[0] == ("unfold", {"shot": "shot0_2", "lane": "fused"})
    assert heard[1] == ("unfold", {"shot": "shot1_2", "lane": "space1"})
    assert heard[2] == ("like", {"shot": "shot1_2", "lane": "space1"})


def test_the_space_bar_plays_and_does_not_open(page, components):
    opened(page, components, "lanes")
    shot(page, "shot0_1").focus()
    page.keyboard.press(" ")
    shot(page, "shot0_1").locator(".preview.shown").wait_for()
    page.keyboard.press(" ")
    shot(page, "shot0_1").locator(".preview").wait_for(state="detached")
    page.keyboard.press(" ")
    page.keyboard.press("ArrowRight")
    shot(page, "shot0_1").locator(".preview").wait_for(state="detached")
    assert runs(page) == 1


def test_the_mouse_plays_unless_the_person_wants_calm(page, components):
    opened(page, components, "lanes")
    shot(page, "shot0_1").hover()
    shot(page, "shot0_1").locator(".preview.shown").wait_for()
    page.mouse.move(600, 5)
    shot(page, "shot0_1").locator(".preview").wait_for(state="detached")
    page.emulate_media(reduced_motion="reduce")
    shot(page, "shot0_2").hover()
    page.wait_for_timeout(400)
    assert page.locator(".preview").count() == 0
    shot(page, "shot0_2").focus()
    page.keyboard.press(" ")
    shot(page, "shot0_2").locator(".preview.shown").wait_for()


def test_a_closed_detail_gives_the_focus_back(page, components):
    opened(page, components, "dialog")
    shot(page, "shot1_2").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.wait_for_function(
        "() => document.activeElement?.shadowRoot?.activeElement?.dataset.shot === 'shot1_2'"
    )


def test_what_has_the_focus_is_seen(page, components):
    opened(page, components, "lanes")
    shot(page, "shot0_0").focus()
    page.keyboard.press("ArrowRight")
    outline = shot(page, "shot0_1").evaluate("one => getComputedStyle(one).outline")
    assert "3px" in outline
    assert "solid" in outline
