"""A person's way through the app in a real Chromium: query, pictures, a shot, a heatmap cell, the address."""

from urllib.parse import parse_qs, urlsplit

import pytest

from lpd.workspace import open_workspace
from tests.app.browser.running import new_page, serving, settled, wait_for_lanes

QUERY = "a dog in the water"

pytestmark = pytest.mark.browser


def loaded_pictures(page) -> dict[str, int]:
    """Lane -> number of its pictures that have arrived, once every lane on the page has some."""
    count = """() => {
      const found = {};
      for (const host of document.querySelectorAll('[data-testid="stBidiComponentIsolated"]'))
        for (const lane of host.shadowRoot?.querySelectorAll('.lane') ?? [])
          found[lane.dataset.lane] = [...lane.querySelectorAll('img')].filter(img => img.naturalWidth).length;
      return found;
    }"""
    lanes = list(page.evaluate(count))
    for lane in lanes:  # pictures load when they come near the screen
        page.locator(f'section[data-lane="{lane}"]').scroll_into_view_if_needed()
    page.wait_for_function(f"() => Object.values(({count})()).every(number => number > 0)")
    page.locator('section[data-lane="fused"]').scroll_into_view_if_needed()
    return page.evaluate(count)


def test_a_person_explores(browser, demo_workspace):
    spaces = [space.name for space in open_workspace(demo_workspace).model_card("lpd").spaces]
    with serving(demo_workspace) as address, new_page(browser) as page:
        page.goto(address)
        box = page.get_by_role("textbox", name="Query")
        box.fill(QUERY)
        box.press("Enter")
        wait_for_lanes(page, QUERY)
        assert set(loaded_pictures(page)) == {"fused", *spaces}
        assert parse_qs(urlsplit(page.url).query)["q"] == [QUERY]

        tile = page.locator('section[data-lane="fused"] .tile').nth(1)
        shot = tile.get_attribute("data-shot")
        tile.click()
        detail = page.get_by_role("dialog")
        detail.locator(".strip .here").wait_for()
        assert detail.locator(".strip .here").get_attribute("data-shot") == shot
        page.wait_for_url(f"**shot={shot}**")
        page.keyboard.press("Escape")
        page.wait_for_url(lambda url: "shot=" not in url)

        page.get_by_role("link", name="Diversity").click()
        card = page.locator(".st-key-card_heatmap_lpd")
        card.locator("path[aria-roledescription='rect mark']").nth(len(spaces) - 1).click()
        page.locator('section[data-lane="shared"]').wait_for()
        page.wait_for_url("**pair_b=**")
        asked = parse_qs(urlsplit(page.url).query)
        assert (asked["pair_a"], asked["pair_b"]) == ([spaces[0]], [spaces[-1]])
        titles = page.locator("section.lane h3").all_inner_texts()
        address_of_view = page.url

        with new_page(browser) as again:
            again.goto(address_of_view)
            again.locator('section[data-lane="shared"]').wait_for()
            assert again.locator("section.lane h3").all_inner_texts() == titles


def test_a_person_uses_the_keyboard_and_sees_previews(browser, demo_workspace):
    with serving(demo_workspace) as address, new_page(browser) as page:
        page.goto(f"{address}?q=a+dog")
        wait_for_lanes(page, "a dog")
        first = page.locator('section[data-lane="fused"] .tile').first
        first.focus()
        page.keyboard.press(" ")
        first.locator(".preview.shown").wait_for()
        assert "/preview/" in first.locator(".preview").get_attribute("src")
        page.keyboard.press("ArrowRight")
        first.locator(".preview").wait_for(state="detached")
        page.keyboard.press("Enter")
        second = page.locator('section[data-lane="fused"] .tile').nth(1).get_attribute("data-shot")
        page.wait_for_url(f"**shot={second}**")
        neighbour = page.get_by_role("dialog").locator(".strip button:not(.here)").first
        shot = neighbour.get_attribute("data-shot")
        neighbour.click()
        page.wait_for_url(f"**shot={shot}**")
        page.locator(f'.strip .here[data-shot="{shot}"]').wait_for()


@pytest.mark.slow
def test_everything_works_under_a_base_path(browser, demo_workspace):
    with serving(demo_workspace, "team/lpd") as address, new_page(browser) as page:
        page.goto(f"{address}?q=a+dog&k=10")
        wait_for_lanes(page, "a dog")
        assert all(loaded_pictures(page).values())
        page.get_by_role("link", name="Topics").click()
        row = page.locator("tr.row").first
        text = row.locator(".text").inner_text()
        row.hover()
        row.get_by_role("link", name="search for").click()
        wait_for_lanes(page, text)
        here = urlsplit(page.url)
        assert here.path.rstrip("/") == "/team/lpd"
        assert parse_qs(here.query)["k"] == ["10"]
        assert all(loaded_pictures(page).values())
        page.get_by_role("link", name="Compare").click()
        page.wait_for_url("**/team/lpd/compare**")
        page.locator(".st-key-head_actions").wait_for()
        settled(page)
        page.locator(".st-key-pin button").first.click()
        told = page.locator('[data-testid="stPopoverBody"] code').inner_text()
        assert told.startswith(f"{address}compare?")
        with new_page(browser) as again:
            again.goto(told)
            again.locator(".links .tile, .lane .tile").first.wait_for()
            settled(again)
            assert urlsplit(again.url).path == "/team/lpd/compare"
