"""The map in a real Chromium: lassos, linked planes, colours, keys, the shot under the pointer."""

import json
import math
from collections.abc import Iterator

import pytest

from tests.app.browser.component_pages import low_contrasts
from tests.app.browser.running import new_page, serving, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TWO = "map?model=lpd&planes=text:bow&planes=video:shape"

PIXELS = """(root, place) => {
  const plot = [...root.lpdMap.plots.values()][place];
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [plot.points.width, plot.points.height];
  const pen = copy.getContext('2d');
  pen.drawImage(plot.points, 0, 0);
  const data = pen.getImageData(0, 0, copy.width, copy.height).data;
  const found = {};
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] < 250) continue;
    const colour = '#' + [0, 1, 2].map((part) => data[at + part].toString(16).padStart(2, '0')).join('');
    found[colour] = (found[colour] ?? 0) + 1;
  }
  return found;
}"""


@pytest.fixture(scope="module")
def address(own_demo) -> Iterator[str]:
    with serving(own_demo) as served:
        yield served


def opened(page, address: str):
    """The component, once all of its points and colours are there."""
    page.goto(address)
    page.locator(".st-key-head_actions").wait_for()
    settled(page)
    root = page.locator(".st-key-card_map .root[data-ready]")
    root.wait_for()
    page.wait_for_timeout(200)  # a frame is painted
    return root


def draw_lasso(page, stage, radius: float = 70) -> None:
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x + radius, y)
    page.mouse.down()
    for step in range(1, 40):
        page.mouse.move(x + radius * math.cos(step / 6.3), y + radius * math.sin(step / 6.3))
    page.mouse.up()


def chosen(root) -> list[int]:
    return root.evaluate(
        "r => r.lpdMap.chosen ? [...r.lpdMap.chosen].flatMap((one, row) => one ? [row] : []) : []"
    )


def test_a_lasso_in_one_plane_takes_the_same_shots_in_the_other_and_shows_them(browser, address) -> None:
    with new_page(browser) as page:
        root = opened(page, f"{address}{TWO}")
        before = [root.evaluate(PIXELS, number) for number in (0, 1)]
        draw_lasso(page, root.locator(".stage").first)
        page.locator(".st-key-taken_head").wait_for()
        settled(page)
        rows = chosen(root)
        assert len(rows) > 5
        assert f"{len(rows)} shots in the lasso" in page.locator(".st-key-taken_head").inner_text()
        after = [root.evaluate(PIXELS, number) for number in (0, 1)]
        for one, other in zip(before, after, strict=True):  # the others stand back in both planes
            full = json.loads(
                root.evaluate("r => JSON.stringify(r.lpdMap.data.classes.map((one) => one.colour))")
            )
            assert (
                sum(other.get(colour, 0) for colour in full) < sum(one.get(colour, 0) for colour in full) / 2
            )
        tile = page.locator(".st-key-card_taken .tile").first
        tile.wait_for()
        again = page.url
    with new_page(browser) as page:  # another person opens the address
        root = opened(page, again)
        assert chosen(root) == rows


def test_tiles_and_points_open_the_shot(browser, address) -> None:
    with new_page(browser) as page:
        root = opened(page, f"{address}{TWO}")
        draw_lasso(page, root.locator(".stage").nth(1))
        tile = page.locator(".st-key-card_taken .tile").first
        tile.wait_for()
        settled(page)
        name = tile.get_attribute("data-shot")
        tile.click()
        page.get_by_role("dialog").wait_for()
        assert f"shot={name}" in page.url
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="detached")
        settled(page)
        place = root.evaluate(
            """r => { const plot = [...r.lpdMap.plots.values()][0];
              const box = plot.stage.getBoundingClientRect(), xy = plot.cloud.xy;
              const half = Math.min(...plot.size) / 2 / 1.06;
              return [box.left + plot.size[0] / 2 + half * xy[0],
                box.top + plot.size[1] / 2 - half * xy[1]]; }"""
        )
        page.mouse.move(*place)
        root.locator(".tip:not([hidden]) img").wait_for()
        told = root.locator(".tip b").inner_text()
        page.mouse.down()
        page.mouse.up()
        page.get_by_role("dialog").wait_for()
        assert f"shot={told}" in page.url


def test_other_colours_fetch_no_points_again_and_classes_can_be_hidden(browser, address) -> None:
    with new_page(browser) as page:
        root = opened(page, f"{address}{TWO}")
        layers: list[str] = []
        page.on("request", lambda asked: layers.append(asked.url) if "/maps/layers/" in asked.url else None)
        ready = root.get_attribute("data-ready")
        page.get_by_text("video", exact=True).first.click()
        page.wait_for_function(
            """ready => document.querySelector('.st-key-card_map [data-testid=stBidiComponentIsolated]')
              .shadowRoot.querySelector('.root').dataset.ready !== ready""",
            arg=ready,
        )
        assert len(layers) == 1, "one byte for each shot, for both planes"
        settled(page)
        before = root.evaluate(PIXELS, 0)
        grey = root.evaluate("r => r.lpdMap.data.classes.at(-1).colour")
        root.locator(".class").last.click()
        page.wait_for_timeout(200)
        after = root.evaluate(PIXELS, 0)
        assert before[grey] > 0
        assert after.get(grey, 0) == 0


def test_it_is_worked_by_keys_alone(browser, address) -> None:
    with new_page(browser) as page:
        root = opened(page, f"{address}{TWO}")
        stage = root.locator(".stage").first
        stage.focus()
        for key in ("+", "+", "ArrowLeft", "ArrowUp"):
            page.keyboard.press(key)
        assert root.evaluate("r => [...r.lpdMap.plots.values()][0].view.zoom") > 1.5
        page.keyboard.press("v")
        page.locator(".st-key-taken_head").wait_for()
        settled(page)
        assert 0 < len(chosen(root)) < root.evaluate("r => r.lpdMap.data.count")
        stage.focus()
        page.keyboard.press("0")
        assert root.evaluate("r => [...r.lpdMap.plots.values()][0].view.zoom") == 1
        page.keyboard.press("Escape")
        page.locator(".st-key-taken_head").wait_for(state="detached")
        assert "lasso=" not in page.url
        page.keyboard.press("?")
        page.locator("dialog.lpd-keys[open]").wait_for()
        assert "takes all shots that are in view" in page.locator("dialog.lpd-keys").inner_text()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_can_be_read_and_nothing_is_wider_than_its_place(browser, address, dark: bool) -> None:
    for view in (f"{TWO}&colour=score&q=a+dog", "map?colour=video", "map?method=umap"):
        with new_page(browser, width=900, dark=dark) as page:
            page.goto(f"{address}{view}")
            page.locator(".st-key-head_actions").wait_for()
            settled(page)
            assert low_contrasts(page, whole=True) == {}
            wider = page.evaluate(
                """() => [...document.querySelectorAll('[data-testid="stMain"] *')]
                  .filter(one => one.getBoundingClientRect().right > innerWidth + 1
                    && one.checkVisibility() && getComputedStyle(one).clipPath === "none")
                  .map(one => one.className || one.tagName)"""
            )
            assert wider == []


def test_points_that_the_server_let_go_come_again(browser, address) -> None:
    with new_page(browser) as page:
        refused: list[str] = []

        def once(route) -> None:
            if refused:
                route.continue_()
            else:
                refused.append(route.request.url)
                route.fulfill(status=404, body="no such layer")

        page.route("**/maps/layers/*", once)
        root = opened(page, f"{address}map?model=lpd")
        assert refused
        assert root.evaluate("r => [...r.lpdMap.plots.values()][0].cloud.xy.length") > 100


def test_the_planes_are_there_under_a_base_path(browser, own_demo) -> None:
    with serving(own_demo, "explorer") as address, new_page(browser) as page:
        root = opened(page, f"{address}map?model=lpd")
        assert sum(root.evaluate(PIXELS, 0).values()) > 500


def test_a_card_that_forgets_everything_is_told_again(browser, address) -> None:
    with new_page(browser) as page:
        root = opened(page, f"{address}map?model=lpd")
        if root.get_attribute("data-painter") != "webgl":
            pytest.skip("this Chromium has no WebGL")
        before = root.evaluate(PIXELS, 0)
        root.evaluate(
            """r => new Promise((told) => {
              const { points } = [...r.lpdMap.plots.values()][0];
              const lost = points.getContext("webgl2").getExtension("WEBGL_lose_context");
              points.addEventListener("webglcontextrestored", () => setTimeout(told, 200));
              points.addEventListener("webglcontextlost", () => setTimeout(() => lost.restoreContext(), 50));
              lost.loseContext();
            })"""
        )
        assert root.evaluate(PIXELS, 0) == before
