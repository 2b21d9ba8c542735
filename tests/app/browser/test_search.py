"""A person searches in a real Chromium: marks, feedback, weights, near-duplicates, files, addresses."""

import contextlib
import csv
import io
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pandas as pd
import pytest

from lpd.judging import edition_needs, latest_verdicts
from lpd.trec import read_xml_runs
from lpd.workspace import open_workspace
from tests.app.browser.running import new_page, serving, settled, wait_for_lanes

pytestmark = pytest.mark.browser

QUERY = "a dog in the water"
FUSED = 'section[data-lane="fused"]'


@pytest.fixture(scope="module")
def address(own_demo):
    with serving(own_demo) as found:
        yield found


def asked(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def shots(page, lane: str = "fused") -> list[str]:
    tiles = page.locator(f'section[data-lane="{lane}"] .tile')
    return tiles.evaluate_all("tiles => tiles.map(tile => tile.dataset.shot)")


def popover(page, key: str):
    """Opens a popover and returns what is in it."""
    page.locator(f".st-key-{key} button").first.click()
    return page.locator('[data-testid="stPopoverBody"]')


def closed(page) -> None:
    page.keyboard.press("Escape")
    page.locator('[data-testid="stPopoverBody"]').wait_for(state="hidden")


def test_a_query_is_painted_and_timed(browser, address):
    with new_page(browser) as page:
        page.goto(address)
        box = page.get_by_role("textbox", name="Query")
        box.fill(QUERY)
        box.press("Enter")
        wait_for_lanes(page, QUERY)
        line = page.locator(".line[data-painted='true']")
        line.wait_for()
        words = line.inner_text()
        assert words.startswith("encode ")
        assert "· search " in words
        assert "· fetch " in words
        assert "· paint " in words
        assert words.endswith(" pictures")
        assert asked(page)["q"] == [QUERY]


def test_marks_are_kept_and_move_the_query(browser, address, own_demo):
    workspace = open_workspace(own_demo)
    edition = workspace.edition(str(workspace.defaults["edition"]))
    topic = edition.topics[0]
    with new_page(browser) as page:
        page.goto(address)
        page.locator(f".st-key-suggested_{topic.topic_id} button").click()
        wait_for_lanes(page, topic.text)
        first, second = shots(page)[:2]
        page.locator(f"{FUSED} .tile").first.focus()
        page.keyboard.press("r")
        page.locator(f'{FUSED} .tile[data-shot="{first}"] .verdict.relevant').wait_for()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("n")
        page.locator(f'{FUSED} .tile[data-shot="{second}"] .verdict.not').wait_for()
        (said,) = latest_verdicts(workspace.judgements_path, edition_needs(edition)[topic.topic_id]).values()
        assert said == {first: "relevant", second: "not relevant"}
        page.get_by_role("button", name="Move the query by these marks").click()
        page.wait_for_url("**nrel=**")
        settled(page)
        assert (asked(page)["rel"], asked(page)["nrel"]) == ([first], [second])
        page.get_by_text("run class R").wait_for()
        moved, view = shots(page), page.url
        with new_page(browser) as again:
            again.goto(view)
            again.locator(f"{FUSED} .verdict").first.wait_for()
            settled(again)
            assert shots(again) == moved
        page.locator(".st-key-feedback_stop button").click()
        page.wait_for_url(lambda url: "nrel=" not in url)


def test_weights_fuse_anew_and_come_back(browser, address):
    with new_page(browser) as page:
        page.goto(f"{address}?q=a+dog")
        wait_for_lanes(page, "a dog")
        before = shots(page)
        body = popover(page, "weights_popover")
        body.get_by_role("slider", name="Weight of bow").focus()
        for _ in range(20):
            page.keyboard.press("ArrowLeft")
        page.wait_for_url("**weights=**")
        settled(page)
        assert asked(page)["weights"][0].startswith("text:bow=")
        assert body.is_visible()
        body.get_by_role("button", name="Mean, as in the paper").click()
        page.wait_for_url(lambda url: "weights=" not in url)
        settled(page)
        assert shots(page) == before


def test_weights_are_applied_to_the_edition(browser, address):
    with new_page(browser) as page:
        page.goto(f"{address}?q=a+dog&weights=text%3Abow%3D0")
        wait_for_lanes(page, "a dog")
        body = popover(page, "weights_popover")
        body.get_by_role("button", name="Measure these weights").click()
        body.locator(".lpd-worth").wait_for()
        assert "as set" in body.locator(".lpd-worth").inner_text()


def test_more_like_a_shot_and_back(browser, address):
    with new_page(browser) as page:
        page.goto(f"{address}?q=a+dog")
        wait_for_lanes(page, "a dog")
        page.locator(f"{FUSED} .tile").nth(2).click()
        detail = page.get_by_role("dialog")
        detail.locator(".strip .here").wait_for()
        shot = detail.locator(".strip .here").get_attribute("data-shot")
        detail.get_by_role("button", name="relevant", exact=False).first.click()
        detail.locator("button[aria-pressed='true']").wait_for()
        detail.get_by_role("button", name="more like this").first.click()
        detail.wait_for(state="hidden")
        wait_for_lanes(page, shot)
        page.wait_for_url("**like=**")
        assert asked(page)["like"] == [shot]
        assert "shot" not in asked(page)
        assert shot not in shots(page)
        assert page.get_by_role("textbox", name="Query").input_value() == ""
        page.get_by_role("button", name=f"like {shot}").click()
        page.get_by_text("What are you looking for?").wait_for()


def test_near_duplicates_unfold(browser, address):
    with new_page(browser) as page:
        page.goto(f"{address}?q=a+dog&fold=colour%40.9&k=50")
        wait_for_lanes(page, "a dog")
        count = len(shots(page))
        button = page.locator(f"{FUSED} .unfold").first
        members = int(button.inner_text().removeprefix("+"))
        button.click()
        page.wait_for_function(
            """count => [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')].some(host =>
              host.shadowRoot?.querySelectorAll('section[data-lane="fused"] .tile').length === count)""",
            arg=count + members,
        )


def test_layouts_and_lists_stand_in_the_address(browser, address):
    with new_page(browser) as page:
        page.goto(f"{address}?q=a+dog")
        wait_for_lanes(page, "a dog")
        body = popover(page, "view")
        body.get_by_role("radio", name="two lists").or_(
            body.get_by_text("two lists", exact=True)
        ).first.click()
        page.wait_for_url("**layout=two**")
        settled(page)
        assert page.locator("section.lane").count() == 2
        closed(page)
        with new_page(browser) as again:
            again.goto(page.url)
            wait_for_lanes(again, "a dog")
            assert again.locator("section.lane").count() == 2


def downloaded(page, body, label: str) -> Path:
    with page.expect_download() as download:
        body.get_by_role("button", name=label).click()
    return download.value.path()


def printed(script: str) -> list[str]:
    """The shots that a script prints."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(compile(script, "exported", "exec"), {})
    return [line.split()[1] for line in told.getvalue().splitlines()]


@pytest.mark.slow
def test_files_hold_what_is_shown(browser, address):
    with new_page(browser) as page:
        page.goto(f"{address}?q=a+dog&k=5&best=video&rerank=mmr%40.5")
        wait_for_lanes(page, "a dog")
        shown = shots(page)
        body = popover(page, "export")
        lines = downloaded(page, body, "List fused, first 5, CSV").read_text("utf-8").splitlines()
        assert any(line.startswith("# post-processing: best of each video") for line in lines)
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        assert [row["shot_id"] for row in rows] == shown
        frame = pd.read_parquet(downloaded(page, body, "List fused, first 5, parquet"))
        assert frame["shot_id"].tolist() == shown
        for form in ("LaTeX", "Markdown"):
            text = downloaded(page, body, f"List fused, first 5, {form}").read_text("utf-8")
            assert [text.find(shot.replace("_", r"\_")) > 0 for shot in shown] == [True] * 5
            assert "post-processing" in text
        with zipfile.ZipFile(downloaded(page, body, "List fused, TREC run")) as packed:
            (name,) = (one for one in packed.namelist() if one.endswith(".run"))
            run = packed.read(name).decode().splitlines()
        assert [line.split()[2] for line in run[:5]] == shown
        script = downloaded(page, body, "List fused, Python").read_text("utf-8")
        assert printed(script) == [line.split()[2] for line in run]


def test_a_topic_is_taken_away_as_xml_and_a_picture_begins_a_search(browser, address, own_demo):
    workspace = open_workspace(own_demo)
    topic = workspace.edition(str(workspace.defaults["edition"])).topics[1]
    with new_page(browser) as page:
        page.goto(address)
        tile = page.locator('section[data-lane="first"] .tile').nth(3)
        shot = tile.get_attribute("data-shot")
        tile.click()
        wait_for_lanes(page, shot)
        page.wait_for_url(f"**like={shot}**")
        page.goto(f"{address}?q={quote(topic.text)}&k=5")
        wait_for_lanes(page, topic.text)
        label = f"List fused, TRECVID XML of topic {topic.topic_id}, class F"
        (run,) = read_xml_runs(downloaded(page, popover(page, "export"), label))
        (ranked,) = run.run.topics.values()
        assert ranked.shot_ids[:5] == shots(page)


def test_hostile_texts_stay_texts(browser, address):
    hostile = "<img src=x onerror=document.title=1> [a](javascript:1) `x` **b** \u202eabc"
    with new_page(browser) as page:
        page.goto(address)
        box = page.get_by_role("textbox", name="Query")
        box.fill(hostile)
        box.press("Enter")
        page.locator(f"{FUSED} .tile").first.wait_for()
        settled(page)
        body = popover(page, "refine")
        area = body.get_by_role("textbox", name="Without, one per line")
        area.fill(hostile)
        area.press("Control+Enter")
        page.wait_for_url("**without=**")
        settled(page)
        assert page.title() == "Search · LPD Explorer"
        assert page.locator("img[src='x']").count() == 0
        assert page.locator("a[href^='javascript']").count() == 0
