"""Compare in a real Chromium: lines, topics one click away, views, exports, the address."""

import io
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from lpd.workspace import open_workspace
from tests.app.browser.running import new_page, serving, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(demo_workspace):
    with serving(demo_workspace) as found:
        yield found


def opened(page, address: str) -> None:
    page.goto(address)
    page.locator("tr.row").first.wait_for()
    settled(page)


def shown(page) -> list[list[str]]:
    """The shots of A and of B as the page has them."""
    return [
        [tile.get_attribute("data-shot") for tile in page.locator(f'[data-lane="{name}"] .tile').all()]
        for name in ("A", "B")
    ]


def parameters(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_person_compares_two_models(browser, address, demo_workspace):
    edition = open_workspace(demo_workspace).edition("avs-inland")
    with new_page(browser) as page:
        opened(page, f"{address}compare")
        first, second = shown(page)
        assert len(first) == len(second) == 20
        assert page.locator(".lines path").count() == len(set(first) & set(second))

        row = page.locator("tr.row").first
        topic = row.get_attribute("data-topic")
        row.locator("button.words").click()
        page.wait_for_url(f"**topic={topic}**")
        settled(page)
        assert parameters(page)["q"] == [edition.topic(topic).text]
        assert page.locator("tr.row.selected").get_attribute("data-topic") == topic

        page.get_by_text("sets", exact=True).click()
        page.locator('section[data-lane="both"]').wait_for()
        settled(page)
        view = page.url
        titles = page.locator("section.lane h3").all_inner_texts()
        with new_page(browser) as again:
            opened(again, view)
            again.locator('section[data-lane="both"]').wait_for()
            assert again.locator("section.lane h3").all_inner_texts() == titles


def test_a_shot_of_a_list_opens_and_closes(browser, address):
    with new_page(browser) as page:
        opened(page, f"{address}compare")
        tile = page.locator('[data-lane="B"] .tile').nth(2)
        shot = tile.get_attribute("data-shot")
        tile.click()
        page.get_by_role("dialog").locator(f'.strip .here[data-shot="{shot}"]').wait_for()
        page.keyboard.press("Escape")
        page.wait_for_url(lambda url: "shot=" not in url)


def test_systems_are_swapped_and_weighed(browser, address):
    with new_page(browser) as page:
        opened(page, f"{address}compare?a=model:lpd/fused&b=model:laff/fused")
        before = shown(page)
        page.get_by_role("button", name="⇄").click()
        page.wait_for_url("**a=model%3Alaff%2Ffused**")
        settled(page)
        assert shown(page) == before[::-1]
        page.get_by_role("button", name="Weights").last.click()
        slider = page.get_by_test_id("stPopoverBody").get_by_role("slider").first
        slider.focus()
        slider.press("Home")
        page.wait_for_url("**wb=**")
        settled(page)
        assert parameters(page)["wb"][0].endswith("=0")


def test_the_lists_can_be_taken_away(browser, address):
    with new_page(browser) as page:
        opened(page, f"{address}compare")
        first, second = shown(page)
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as taken:
            page.get_by_role("button", name="Both lists, CSV").click()
        with open(taken.value.path(), "rb") as file:
            data = file.read()
        frame = pd.read_csv(io.BytesIO(data), comment="#", dtype={"shot_id": str})
        assert frame["shot_id"].tolist() == first + second
        assert data.startswith(b"# lpd: ")
        assert b"# model: " in data


def test_a_point_of_the_chart_opens_its_shot(browser, address):
    with new_page(browser) as page:
        opened(page, f"{address}compare?layout=ranks")
        page.locator(".st-key-compare_ranks .mark-symbol path").first.click(force=True)
        page.get_by_role("dialog").wait_for()
        assert "shot" in parameters(page)


HOSTILE = {"markup": "<img src=x onerror=alert(1)>", "right to left": "שלום עולם", "long": "😀 " * 200}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_stays_text(browser, address, text):
    alerts = []
    with new_page(browser) as page:
        page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
        opened(page, f"{address}compare")
        box = page.get_by_role("textbox", name="Query")
        box.fill(text)
        box.press("Enter")
        page.wait_for_url("**q=**")
        settled(page)
        assert page.locator('img[src="x"]').count() == 0
        assert not alerts
