"""The table of topics in a real Chromium: opening, sorting, keys, what stays in sight, foreign text."""

import pytest

from tests.app.browser.component_pages import events, low_contrasts, opened, runs
from tests.app.browser.pages.drawn import HOSTILE
from tests.app.browser.running import new_page

pytestmark = pytest.mark.browser


def test_a_row_opens_its_topic_and_a_head_asks_for_an_order(page, components):
    root = opened(page, components, "table")
    root.locator("tr.row").nth(2).locator("td").nth(3).click()
    assert events(page, 1) == [("open", {"topic": "1002"})]
    assert "selected" in root.locator("tr.row").nth(2).get_attribute("class")
    root.get_by_role("button", name="run 1", exact=True).click()
    root.get_by_role("button", name="topic", exact=True).click()
    root.get_by_role("button", name="class", exact=True).click()
    assert events(page, 4)[1:] == [("sort", {"column": name}) for name in ("run 1", "topic", "class")]
    sorted_heads = root.locator("th[aria-sort]")
    assert sorted_heads.count() == 1
    assert sorted_heads.get_attribute("aria-sort") == "descending"


def test_keys_go_from_row_to_row(page, components):
    root = opened(page, components, "table")
    root.locator("button.words").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert events(page, 1) == [("open", {"topic": "1002"})]
    assert root.locator('button.words[tabindex="0"]').count() == 1
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    assert events(page, 2)[-1] == ("open", {"topic": "1029"})


def test_the_link_beside_a_topic_leads_to_its_query(page, components):
    root = opened(page, components, "table")
    link = root.get_by_role("link", name="search for topic number 1 in words")
    assert link.get_attribute("href") == "./?q=here"
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**?q=here")
    root = opened(page, components, "table_links")
    assert root.locator("button").count() == 0
    assert root.locator(".topic a").first.inner_text() == "1000 topic number 0 in words"


PLACES = """root => {
  const page = root.getRootNode().host.closest('[data-testid="stMain"]').getBoundingClientRect();
  const box = root.getBoundingClientRect();
  const at = (found) => found.getBoundingClientRect();
  const corner = at(root.querySelector('thead .topic'));
  return {
    head: at(root.querySelectorAll('thead th')[5]).top - page.top,
    first: at(root.querySelectorAll('tr.row .topic')[20]).left - box.left,
    corner: [corner.top - page.top, corner.left - box.left],
    inside: root.scrollHeight - root.clientHeight,
    aside: root.scrollWidth - root.clientWidth,
    last: box.right - at(root.querySelector('thead th:last-child')).right,
  };
}"""
SCROLL = """(root, top) => root.getRootNode().host.closest('[data-testid="stMain"]').scrollTo(0, top)"""


def test_a_table_that_fits_stands_whole_and_its_head_stays_in_sight(page, components):
    root = opened(page, components, "table")
    root.evaluate(SCROLL, 500)
    page.wait_for_timeout(100)
    places = root.evaluate(PLACES)
    assert abs(places["head"]) < 2, "it sticks to the page"
    assert places["inside"] <= 1
    assert places["aside"] <= 1
    assert places["last"] >= 0, "no column is cut"
    heights = root.locator("tr.row").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    lines = root.locator("tr.row .words").evaluate_all(
        "all => all.map(one => one.getClientRects()[0].height)"
    )
    assert all(height <= line + 13.5 for height, line in zip(heights, lines, strict=True)), (
        "as high as its text"
    )


def test_a_table_wider_than_its_place_scrolls_sideways_by_mouse_and_keys(browser, components):
    with new_page(browser, width=700) as page:
        root = opened(page, components, "table")
        root.evaluate(SCROLL, 500)
        root.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("root => root.scrollLeft > 20", arg=root.element_handle())
        root.evaluate("root => root.scrollTo(root.scrollWidth, 0)")
        page.wait_for_timeout(200)
        places = root.evaluate(PLACES)
        assert root.evaluate("root => root.scrollLeft") > 100
        assert abs(places["head"]) < 2
        assert abs(places["first"]) < 2
        assert all(abs(place) < 2 for place in places["corner"])
        assert places["inside"] <= 1, "it is not scrolled downwards by itself"
        assert root.locator("table").get_attribute("aria-label") == "infAP per topic"


def test_groups_footers_marks_and_published_figures_are_told_apart(page, components):
    root = opened(page, components, "table")
    lines = root.locator("tr").evaluate_all("all => all.map(one => one.className.trim())")
    rows = ["row"] * 15
    ends = ["foot mean", "foot difference", "foot published"]
    assert lines == ["", "group", *rows, "foot mean", "group", *rows, *ends]
    style = "one => getComputedStyle(one).fontStyle"
    assert root.locator("tr.published td").first.evaluate(style) == "italic"
    assert root.locator("td.published").first.evaluate(style) == "italic"
    assert root.locator("tr.row td sup").first.inner_text() == "*"
    assert root.locator("tr.row td").first.get_attribute("title").startswith("infAP of run 0: 1.0000, ")
    assert root.locator("td.class").first.inner_text() == "easy"


def test_foreign_text_is_text(page, components):
    root = opened(page, components, "table_hostile")
    words = root.locator("button.words .text").evaluate_all("all => all.map(one => one.textContent)")
    assert words[:6] == list(HOSTILE[:6])
    assert root.locator("thead .label").nth(1).evaluate("one => one.textContent") == HOSTILE[0]
    assert page.evaluate("() => window.harmed ?? null") is None
    assert root.locator("img, script").count() == 0
    heights = root.locator("tr.row").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert max(heights) < 160
    root.locator("tr.row").nth(1).locator("td").first.click()
    assert events(page, 1) == [("open", {"topic": HOSTILE[1]})]
    assert runs(page) == 2


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("case", ["table", "table_links"])
def test_texts_have_contrast(browser, components, case, dark):
    with new_page(browser, dark=dark) as page:
        opened(page, components, case)
        assert low_contrasts(page) == {}
