"""What the grid shows in a real Chromium: pictures when near, foreign text, contrast, a base path."""

import pytest

from tests.app.browser.component_pages import (
    asked_pictures,
    events,
    focused_shot,
    layout_shift,
    low_contrasts,
    opened,
    runs,
    serving_components,
    shot,
)
from tests.app.browser.pages.drawn import HOSTILE
from tests.app.browser.running import new_page

pytestmark = pytest.mark.browser

SHOWN = """lane => [...lane.querySelectorAll('.cell')].filter(cell => {
  const box = cell.getBoundingClientRect(), row = cell.parentElement.getBoundingClientRect();
  return box.right > row.left && box.left < row.right;
}).every(cell => cell.querySelector('img')?.naturalWidth)"""


def test_only_what_comes_near_the_screen_is_fetched_and_nothing_moves(page, components):
    asked_pictures(components, clear=True)
    root = opened(page, components, "lanes")
    drawn = page.evaluate("() => performance.now()")
    first = root.locator(".lane").first
    page.wait_for_function(SHOWN, arg=first.element_handle())
    page.wait_for_timeout(500)
    fetched = asked_pictures(components)
    assert all(one.startswith("thumbnail ") for one in fetched)
    assert len(set(fetched)) == len(fetched)
    shots = {one.removeprefix("thumbnail ") for one in fetched}
    assert {"shot0_0", "shot0_5", "shot1_0"} <= shots
    assert not shots & {"shot0_30", "shot9_20"}
    assert len(shots) < 150
    last = root.locator(".lane").last
    last.scroll_into_view_if_needed()
    page.wait_for_function(SHOWN, arg=last.element_handle())
    last.locator(".row").evaluate("row => row.scrollTo({ left: row.scrollWidth })")
    page.wait_for_function(SHOWN, arg=last.element_handle())
    assert "thumbnail shot9_59" in asked_pictures(components)
    assert runs(page) == 1
    assert layout_shift(page, drawn) == 0


def test_shots_without_a_picture_stand_by_their_id(page, components):
    root = opened(page, components, "bare")
    lost = shot(page, "lost_picture")
    lost.locator(".bare").wait_for()
    assert root.locator("img").count() == 0
    assert root.locator(".bare .id").all_inner_texts() == [
        "shot_without_picture_0001",
        "lost_picture",
        "third",
    ]
    shot(page, "third").click()
    assert events(page, 1) == [("open", {"shot": "third", "lane": "bare"})]


def test_the_shot_of_a_second_step_stands_beside_the_first(page, components):
    root = opened(page, components, "steps")
    pair = root.locator(".steps").first
    assert pair.locator(".tile").evaluate_all("tiles => tiles.map(tile => tile.dataset.shot)") == [
        "shot0_0",
        "then_shot0_0",
    ]
    assert pair.locator(".under").all_inner_texts()[1] == "4.2 s later"
    shot(page, "shot0_0").focus()
    page.keyboard.press("ArrowRight")
    assert focused_shot(page) == "then_shot0_0"
    page.keyboard.press("Enter")
    assert events(page, 1) == [("open", {"shot": "then_shot0_0", "lane": "steps"})]


def test_an_empty_list_says_so(page, components):
    assert opened(page, components, "empty").locator(".empty").inner_text() == "no shots"


def test_foreign_text_is_text(page, components):
    root = opened(page, components, "hostile")
    root.locator(".lane").nth(3).scroll_into_view_if_needed()
    titles = root.locator("h3").evaluate_all("all => all.map(one => one.textContent)")
    assert titles == [*HOSTILE[:3], HOSTILE[5]]
    lane = root.locator(".lane").first
    ids = lane.locator(".tile").evaluate_all("all => all.map(one => one.dataset.shot)")
    assert ids[:4] == list(HOSTILE[:4])
    assert len(ids) == len(HOSTILE)
    notes = (
        root.locator(".lane").first.locator(".under").evaluate_all("all => all.map(one => one.textContent)")
    )
    assert notes[4:7] == list(HOSTILE[4:7])
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.harmed ?? null") is None
    assert root.locator("script").count() == 0
    heights = root.locator(".lane").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert max(heights) < 260
    wide = root.evaluate("root => [root.scrollWidth, root.clientWidth]")
    assert wide[0] <= wide[1] + 1
    shot(page, HOSTILE[1].replace('"', '\\"')).first.click()
    assert events(page, 1) == [("open", {"shot": HOSTILE[1], "lane": HOSTILE[0]})]


def test_pictures_come_under_a_base_path_too(browser):
    with serving_components("team/lpd") as address, new_page(browser) as page:
        root = opened(page, address, "lanes")
        first = root.locator(".lane").first
        page.wait_for_function(SHOWN, arg=first.element_handle())
        assert "/team/lpd/shots/w/c/thumbnail/shot0_0" in root.locator("img").first.get_attribute("src")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("case", ["lanes", "columns", "grid", "steps", "bare"])
def test_texts_have_contrast_and_pictures_have_words(browser, components, case, dark):
    with new_page(browser, dark=dark) as page:
        root = opened(page, components, case)
        page.wait_for_timeout(500)
        assert low_contrasts(page) == {}
        assert all(root.locator("img").evaluate_all("all => all.map(one => one.alt)"))
        labels = root.locator(".tile").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
        assert all(label.startswith("shot ") for label in labels)
        assert root.locator('[role="list"] > [role="listitem"]').count() > 0
