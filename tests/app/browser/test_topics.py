"""The page of topics in a real Chromium: a row opens its case study, heads sort, exports open."""

import csv
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from lpd.workspace import open_workspace
from tests.app.browser.running import new_page, serving, settled
from tests.lpd.exports.latex_reader import check_balanced, plain, tabular_rows

pytestmark = pytest.mark.browser

TOO_WIDE = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


@pytest.fixture(scope="module")
def address(demo_workspace):
    with serving(demo_workspace) as served:
        yield served


def opened(page, address: str, **parameters: str) -> None:
    asked = "&".join(f"{name}={value}" for name, value in parameters.items())
    page.goto(f"{address}topics?{asked}")
    page.locator("tr.row").first.wait_for()
    settled(page)


def downloaded(page, label: str, folder: Path) -> Path:
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=label).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    page.keyboard.press("Escape")
    return path


def test_a_row_opens_its_case_study_and_the_way_leads_back(page, address):
    opened(page, address, table="runs")
    line = page.locator("tr.row").nth(1)
    topic = line.get_attribute("data-topic")
    line.locator("td").first.click()
    page.wait_for_url(f"**case={topic}**")
    page.locator('section[data-lane="missed"]').wait_for()
    settled(page)
    pictures = page.locator('section[data-lane="lpd"] img')
    pictures.first.wait_for()
    page.wait_for_function("picture => picture.naturalWidth > 0", arg=pictures.first.element_handle())
    here = page.url
    page.get_by_role("button", name="All topics").click()
    page.locator("tr.row").first.wait_for()
    assert "case=" not in page.url
    page.goto(here)
    page.locator('section[data-lane="missed"]').wait_for()


def test_a_row_opens_by_the_keyboard(page, address):
    opened(page, address, table="runs")
    page.locator("tr.row button.words").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator('section[data-lane="missed"]').wait_for()


def test_heads_sort_and_the_address_says_so(page, address):
    opened(page, address, table="runs")
    head = page.locator("th", has=page.get_by_role("button", name="lpd", exact=True))
    head.get_by_role("button").click()
    page.wait_for_url("**order=best**")
    settled(page)
    assert head.get_attribute("aria-sort") == "descending"
    assert parse_qs(urlsplit(page.url).query)["order"] == ["best:lpd"]
    first = page.locator("tr.row").first.get_attribute("data-topic")
    with_same_address = page.url
    page.goto(with_same_address)
    page.locator("tr.row").first.wait_for()
    settled(page)
    assert page.locator("tr.row").first.get_attribute("data-topic") == first
    page.get_by_role("button", name="relevant", exact=True).click()
    page.wait_for_url("**order=best%3Arelevant**")
    settled(page)
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("relevant")


def test_the_exported_latex_has_the_numbers_of_the_page(page, address, tmp_path):
    opened(page, address, table="runs")
    shown = page.locator("tr.row").evaluate_all(
        """lines => lines.map(line =>
          [line.dataset.topic, ...[...line.querySelectorAll("td")].map(one => one.textContent)])"""
    )
    text = downloaded(page, "Topics, LaTeX", tmp_path).read_text()
    check_balanced(text)
    columns, rows = tabular_rows(text)
    numbers = len(columns) - 3
    exported = [[plain(row[0]), *(cell.strip() for cell in row[3:])] for row in rows[1 : 1 + len(shown)]]
    assert exported == [[line[0], *line[1 : 1 + numbers]] for line in shown]
    assert "% qrels: " in text


def test_the_exported_csv_says_what_it_was_made_from(page, address, tmp_path, demo_workspace):
    opened(page, address)
    text = downloaded(page, "Topics, CSV", tmp_path).read_text()
    comments = [line for line in text.splitlines() if line.startswith("#")]
    card = open_workspace(demo_workspace).model_card("lpd")
    assert f"# model: lpd ({card.digest})" in comments
    rows = list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))
    assert rows[0][4:6] == ["judged share, top 20", "fused"]
    assert len(rows) == 1 + page.locator("tr.row").count()


@pytest.mark.parametrize("width", [1280, 900])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_sticks_out_of_the_page(browser, address, width, dark):
    with new_page(browser, width=width, dark=dark) as page:
        opened(page, address)
        assert page.evaluate(TOO_WIDE) <= 0
        case = page.locator("tr.row").first
        case.locator("button.words").click()
        page.locator('section[data-lane="missed"]').wait_for()
        settled(page)
        assert page.evaluate(TOO_WIDE) <= 0
