"""The detail in a real Chromium: marks, more like it, neighbours, keys."""

import pytest

from tests.app.browser.component_pages import events, low_contrasts, opened
from tests.app.browser.pages.drawn import HOSTILE
from tests.app.browser.running import new_page

pytestmark = pytest.mark.browser


def test_a_mark_is_set_and_taken_back_and_the_picture_stays(page, components):
    root = opened(page, components, "detail")
    picture = root.locator(".big").element_handle()
    relevant = root.get_by_role("button", name="✓ relevant")
    assert relevant.get_attribute("aria-pressed") == "false"
    relevant.click()
    assert events(page, 1) == [("mark", {"shot": "shot0_1", "verdict": "relevant"})]
    root.locator(".pressed").wait_for()
    assert picture.evaluate("one => one.isConnected")
    relevant.click()
    assert events(page, 2)[-1] == ("mark", {"shot": "shot0_1", "verdict": "none"})


def test_more_like_it_as_a_whole_or_in_one_space(page, components):
    root = opened(page, components, "detail")
    root.get_by_role("button", name="≈ more like this").click()
    root.get_by_role("button", name="more like this shot in clip").click()
    assert events(page, 2) == [
        ("like", {"shot": "shot0_1", "space": None}),
        ("like", {"shot": "shot0_1", "space": "video:clip"}),
    ]


def test_keys_mark_and_move_among_the_neighbours(page, components):
    root = opened(page, components, "detail")
    root.get_by_role("button", name="✓ relevant").focus()
    page.keyboard.press("n")
    assert events(page, 1) == [("mark", {"shot": "shot0_1", "verdict": "not"})]
    root.locator('.pressed[data-act="not"]').wait_for()
    assert root.get_by_role("button", name="✓ relevant").evaluate("one => one.matches(':focus')")
    root.locator(".strip .here").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert events(page, 2)[-1] == ("open", {"shot": "shot0_2"})


def test_foreign_text_is_text(page, components):
    root = opened(page, components, "detail")
    captions = root.locator(".caption").evaluate_all("all => all.map(one => one.textContent)")
    assert captions == [HOSTILE[0], "a dog runs", HOSTILE[5]]
    assert page.evaluate("() => window.harmed ?? null") is None
    heights = root.locator(".caption").evaluate_all("all => all.map(one => one.clientHeight)")
    assert max(heights) < 200


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_texts_have_contrast_and_pictures_have_words(browser, components, dark):
    with new_page(browser, dark=dark) as page:
        root = opened(page, components, "detail")
        assert low_contrasts(page) == {}
        assert all(root.locator("img").evaluate_all("all => all.map(one => one.alt)"))
