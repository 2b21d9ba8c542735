"""The Diversity page in a real Chromium: clicks on cells and on the curve, the files, keys, both widths."""

import io
import json
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pandas as pd
import pytest
from PIL import Image

from lpd.workspace import open_workspace
from tests.app.browser.running import new_page, serving, settled

pytestmark = pytest.mark.browser

WORTH = "Worth of the spaces, Markdown"
CELLS = "path[aria-roledescription='rect mark']"


@pytest.fixture(scope="module")
def spaces(demo_workspace):
    return [space.name for space in open_workspace(demo_workspace).model_card("lpd").spaces]


@pytest.fixture(scope="module")
def address(demo_workspace):
    with serving(demo_workspace) as found:
        yield f"{found}diversity"


def opened(page, address: str):
    """The card of lpd once its heatmap stands and nothing is being made."""
    page.goto(address)
    card = page.locator(".st-key-card_heatmap_lpd")
    card.locator(CELLS).first.wait_for()
    settled(page)
    page.get_by_role("button", name="Stop").wait_for(state="detached")
    settled(page)
    return card


def wait_for_second(page, space: str) -> None:
    """Waits until the address says that this is the second space of the pair."""
    said = "space => new URL(location).searchParams.get('pair_b') === space"
    page.wait_for_function(said, arg=space)


def asked(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def click_cell(page, card, place: int) -> None:
    card.locator(CELLS).nth(place).click()
    settled(page)


def test_cells_open_both_lists_as_often_as_one_likes_and_the_address_opens_the_same(browser, address, spaces):
    with new_page(browser) as page:
        card = opened(page, address)
        click_cell(page, card, 0)  # the diagonal
        click_cell(page, card, len(spaces) ** 2)  # the first number of the column of infAP
        page.wait_for_timeout(800)
        assert "pair_a" not in asked(page)
        card.locator(CELLS).nth(1).hover()
        page.wait_for_function(
            "() => document.querySelector('#vg-tooltip-element')?.innerText.includes('mean over')"
        )
        for column in (2, 3, 2):
            click_cell(page, card, column)
            wait_for_second(page, spaces[column])
            settled(page)
        page.locator(".st-key-pair_b input").click()
        page.get_by_role("option", name=spaces[4]).click()
        wait_for_second(page, spaces[4])
        settled(page)
        click_cell(page, card, 2)  # the cell that was clicked last
        wait_for_second(page, spaces[2])
        settled(page)
        assert asked(page)["pair_a"] == [spaces[0]]
        page.locator('section[data-lane="shared"]').wait_for()
        titles = page.locator(".st-key-card_pair section h3").all_inner_texts()
        assert titles[0].startswith("shared · ")
        with new_page(browser) as again:
            again.goto(page.url)
            again.locator('section[data-lane="shared"]').wait_for()
            settled(again)
            assert again.locator(".st-key-card_pair section h3").all_inner_texts() == titles


@pytest.mark.slow
def test_a_click_on_the_curve_sets_k(browser, address):
    with new_page(browser) as page:
        opened(page, f"{address}?k=20")
        points = page.locator(".st-key-card_curves path[aria-roledescription='circle']")
        for place, k in ((-1, 1000), (0, 5), (-1, 1000)):
            points.first.wait_for()
            points.nth(place).click(force=True)
            page.get_by_role("heading", name=f"Inter-space IoU@{k}", exact=True).wait_for()
            settled(page)
        assert asked(page)["k"] == ["1000"]


def test_a_shot_of_the_pair_opens_by_the_keyboard(browser, address, spaces):
    with new_page(browser) as page:
        opened(page, f"{address}?pair_model=lpd&pair_a={spaces[0]}&pair_b={spaces[-1]}")
        tile = page.locator('.st-key-card_pair section[data-lane="first"] .tile').first
        tile.scroll_into_view_if_needed()
        shot = tile.get_attribute("data-shot")
        tile.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**shot={shot}**")
        page.locator('[data-testid="stDialog"]').wait_for()


def downloads(page, names: list[str]) -> dict[str, tuple[str, bytes]]:
    page.locator(".st-key-export button").first.click()
    body = page.locator('[data-testid="stPopoverBody"]')
    found = {}
    for name in names:
        with page.expect_download() as download:
            body.get_by_role("button", name=name, exact=True).click()
        found[name] = (download.value.suggested_filename, download.value.path().read_bytes())
    return found


def test_the_files_hold_what_is_shown(browser, address, spaces):
    with new_page(browser) as page:
        opened(page, f"{address}?models=lpd&k=10")
        names = [
            "Heatmaps, PNG",
            "Heatmaps, SVG",
            "IoU, CSV",
            "IoU, parquet",
            "Worth of the spaces, Markdown",
        ]
        files = downloads(page, names)
    picture = Image.open(io.BytesIO(files["Heatmaps, PNG"][1]))
    assert picture.width > 600
    assert json.loads(picture.info["lpd.provenance"])["measure"].startswith("inter-space IoU@10")
    words = [
        text.text
        for text in ElementTree.fromstring(files["Heatmaps, SVG"][1]).iter("{http://www.w3.org/2000/svg}text")
    ]
    assert any(str(word).startswith("lpd, mean off the diagonal .") for word in words)
    rows = pd.read_csv(io.BytesIO(files["IoU, CSV"][1]), comment="#")
    assert set(rows["row"]) == {*spaces, "all spaces"}
    frame = pd.read_parquet(io.BytesIO(files["IoU, parquet"][1]))
    assert frame["mean"].dropna().tolist() == rows["mean"].dropna().tolist()
    assert (
        files["Worth of the spaces, Markdown"][1].decode().startswith("### What each space of lpd is worth")
    )


def boxes_of(page, *keys: str) -> list[dict[str, float]]:
    return [page.locator(f".st-key-{key}").bounding_box() for key in keys]


def check_nothing_sticks_out(page, card) -> None:
    main = page.locator('[data-testid="stMain"]')
    assert main.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert "infAP" in card.locator("svg text").all_text_contents()
    box = card.bounding_box()
    for label in card.locator("svg text").all():
        inside = label.bounding_box()
        if inside is not None and inside["width"]:
            assert inside["x"] >= box["x"] - 1
            assert inside["x"] + inside["width"] <= box["x"] + box["width"] + 1


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(1280, True), (900, False)], ids=["1280-dark", "900-light"])
def test_the_cards_fill_the_screen(browser, address, spaces, width, dark):
    with new_page(browser, width=width, dark=dark) as page:
        card = opened(page, address)
        check_nothing_sticks_out(page, card)
        last, whole, worth, curves = boxes_of(
            page, "card_heatmap_lpd", "diversity_body", "card_worth", "card_curves"
        )
        right = whole["x"] + whole["width"]
        assert last["x"] + last["width"] == pytest.approx(right, abs=2)
        assert curves["x"] + curves["width"] == pytest.approx(right, abs=2)
        assert (curves["x"] > worth["x"]) == (width == 1280)
        if width == 1280:
            assert [curves["y"], curves["height"]] == pytest.approx([worth["y"], worth["height"]], abs=2)
        click_cell(page, card, 2)
        page.locator('section[data-lane="shared"]').wait_for()
        settled(page)
        worth, curves, pair = boxes_of(page, "card_worth", "card_curves", "card_pair")
        assert pair["x"] + pair["width"] == pytest.approx(right, abs=2)
        assert curves["x"] == pytest.approx(worth["x"], abs=2)
        assert (pair["x"] > worth["x"]) == (width == 1280)
        check_nothing_sticks_out(page, card)
