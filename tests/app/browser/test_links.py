"""Two linked lists in a real Chromium: lines, keys, events."""

import pytest

from tests.app.browser.component_pages import events, low_contrasts, opened
from tests.app.browser.pages.drawn import HOSTILE
from tests.app.browser.running import new_page

pytestmark = pytest.mark.browser

ENDS = """root => [...root.querySelectorAll('.lines path')].map(path => {
  const at = (length) => path.getPointAtLength(length).matrixTransform(path.getScreenCTM());
  const tiles = [...root.querySelectorAll('.tile')].filter(tile => tile.dataset.shot === path.dataset.shot);
  const centre = (tile) => { const box = tile.getBoundingClientRect(); return (box.top + box.bottom) / 2; };
  const [left, right] = tiles.map(centre);
  const boxes = tiles.map(tile => tile.getBoundingClientRect());
  const [start, end] = [at(0), at(path.getTotalLength())];
  return [start.y - left, end.y - right, start.x - boxes[0].right, boxes[1].left - end.x];
})"""


@pytest.fixture(params=[1280, 900], ids=["wide", "narrow"])
def page(browser, request):
    with new_page(browser, width=request.param) as one:
        yield one


def focused(page) -> list[str]:
    return page.evaluate(
        """() => {
          const tile = document.activeElement?.shadowRoot?.activeElement;
          return [tile?.closest('section').dataset.lane, tile?.dataset.shot];
        }"""
    )


def test_every_line_joins_the_two_places_of_its_shot(page, components):
    root = opened(page, components, "links")
    ends = root.evaluate(ENDS)
    assert len(ends) == 4
    assert all(abs(value) < 2 for line in ends for value in line)
    assert root.locator(".between").inner_text() == "4 in both"


def test_the_other_rank_stands_on_the_tile(page, components):
    root = opened(page, components, "links")
    tile = root.locator('section[data-lane="a"] .tile').first
    assert tile.locator(".other").inner_text() == "↔ 12"
    assert tile.get_attribute("aria-label").endswith("rank 12 in bow")


def test_keys_go_along_a_list_and_across_to_the_same_shot(page, components):
    root = opened(page, components, "links")
    root.locator(".tile").first.focus()
    page.keyboard.press("ArrowRight")
    assert focused(page) == ["b", "shot0_0"]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    assert focused(page) == ["a", "shot0_1"]
    page.keyboard.press("ArrowRight")
    assert focused(page) == ["b", "shot1_1"]
    page.keyboard.press("End")
    assert focused(page) == ["b", "shot0_0"]
    page.keyboard.press("1")
    assert focused(page) == ["a", "shot0_1"]


def test_a_shot_brings_out_its_line(page, components):
    root = opened(page, components, "links")
    root.locator(".tile").nth(3).hover()
    lit = root.locator(".lines path.lit")
    assert lit.count() == 1
    assert lit.evaluate("path => path.dataset.shot") == "shot0_3"
    assert root.locator(".tile.lit").count() == 2
    root.locator(".tile").nth(1).hover()
    assert root.locator(".lines path.lit").count() == 0


def test_shots_are_opened_marked_and_searched_by(page, components):
    root = opened(page, components, "links")
    root.locator(".tile").nth(12).click()
    assert events(page, 1) == [("open", {"shot": "shot1_0", "lane": "b"})]
    root.locator(".tile").first.focus()
    page.keyboard.press("n")
    root.locator(".tile .verdict.not").first.wait_for()
    assert root.locator(".verdict.not").count() == 2  # the shot is in both lists
    assert focused(page) == ["a", "shot0_0"]
    page.keyboard.press("l")
    assert events(page, 3)[1:] == [
        ("mark", {"shot": "shot0_0", "verdict": "not"}),
        ("like", {"shot": "shot0_0", "lane": "a"}),
    ]


def test_foreign_text_is_text(page, components):
    root = opened(page, components, "links_hostile")
    titles = root.locator("h3").evaluate_all("all => all.map(one => one.textContent)")
    assert titles == [HOSTILE[0], HOSTILE[2]]
    left = root.locator('section[data-lane="a"]')
    ids = left.locator(".tile").evaluate_all("all => all.map(one => one.dataset.shot)")
    assert ids == list(HOSTILE)
    notes = left.locator(".under").evaluate_all("all => all.map(one => one.textContent)")
    assert notes == [one if "\ud800" not in one else notes[-1] for one in HOSTILE]
    assert page.evaluate("() => window.harmed ?? null") is None
    assert root.locator("script").count() == 0
    assert all(abs(value) < 2 for line in root.evaluate(ENDS) for value in line), (
        "no row is higher than another"
    )
    wide = root.evaluate("root => [root.scrollWidth, root.clientWidth]")
    assert wide[0] <= wide[1] + 1
    root.locator(".tile").first.click()
    assert events(page, 1) == [("open", {"shot": HOSTILE[0], "lane": "a"})]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_texts_have_contrast(browser, components, dark):
    with new_page(browser, dark=dark) as page:
        opened(page, components, "links")
        page.wait_for_timeout(500)
        assert low_contrasts(page) == {}
