"""The notebook as one HTML page in a real Chromium without a network: charts live, nothing asked, no harm."""

from pathlib import Path

import pytest

from lpd.notebook.exports import html_bytes
from tests.lpd.notebook.documents import HOSTILE, a_document, a_view, hostile_snapshot

pytestmark = pytest.mark.browser

LISTS = {"lists": {"fused": [["s1", 0.5], ["s2", 0.25]]}}
CURVES = {
    "measure": "mAP",
    "curves": {
        name: {"epoch": [1, 2, 3], "mean": mean, "low": mean, "high": mean}
        for name, mean in (("lpd", [0.1, 0.2, 0.25]), ("laff", [0.15, 0.18, 0.2]))
    },
}


@pytest.fixture
def offline(browser):
    """A page without a network, what it asked for beside the file, and what it complained about."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda one: asked.append(one.url) if not one.url.startswith("data:") else None)
    page.on("console", lambda one: said.append(one.text))
    page.on("pageerror", lambda one: said.append(str(one)))
    yield page, asked, said
    context.close()


def opened(page, path: Path, data: bytes) -> None:
    path.write_bytes(data)
    page.goto(path.as_uri())
    page.wait_for_function(
        "() => [...document.querySelectorAll('.chart')].every((one) => one.classList.contains('live'))",
        timeout=60_000,
    )


def test_charts_are_live_and_nothing_is_asked(offline, tmp_path) -> None:
    page, asked, said = offline
    views = [(a_view(1, title="dogs"), LISTS), (a_view(2, title="curves"), CURVES)]
    opened(page, tmp_path / "n.html", html_bytes(a_document(*views)))
    assert asked == [(tmp_path / "n.html").as_uri()]
    assert said == []
    chart = page.locator(".chart.live")
    assert chart.count() == 1
    drawn = chart.locator("svg.marks")
    faded = (
        "[...document.querySelectorAll('.chart .mark-line path')].map((one) => one.getAttribute('opacity'))"
    )
    assert len(set(page.evaluate(faded))) == 1
    drawn.get_by_text("laff").click()  # the legend picks a line out
    page.wait_for_function(f"() => new Set({faded}).size === 2")
    drawn.locator(".mark-symbol.layer_1_marks path, .mark-symbol path").first.hover(force=True)
    page.locator("#vg-tooltip-element.visible").wait_for()
    page.locator("nav a").last.click()
    assert page.evaluate("location.hash") == "#view-2"


def test_a_page_is_read_without_scripts_and_printed(browser, tmp_path) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    (tmp_path / "n.html").write_bytes(html_bytes(a_document((a_view(1), CURVES))))
    page.goto((tmp_path / "n.html").as_uri())
    picture = page.locator(".chart img")
    assert picture.get_attribute("alt") == "Validation mAP per epoch"
    box = picture.bounding_box()
    assert box is not None
    assert box["height"] > 200
    assert page.pdf().startswith(b"%PDF")
    context.close()


def test_hostile_words_do_nothing(offline, tmp_path) -> None:
    page, asked, said = offline
    views = []
    some = HOSTILE[:3] + HOSTILE[-2:]
    for number, words in enumerate(some, start=1):
        view = a_view(number, title=words, note=words, model=words, **{words: words})
        views.append((view, hostile_snapshot(words)))
    opened(page, tmp_path / "n.html", html_bytes(a_document(*views)))
    for detail in page.locator("details").all():
        detail.locator("summary").first.click()
    assert page.evaluate("() => window.hurt ?? null") is None
    assert asked == [(tmp_path / "n.html").as_uri()]
    assert said == []
    assert page.locator("section").count() == len(some)
    assert page.locator("section").first.locator("h2").inner_text() == HOSTILE[0]


def test_the_policy_stops_a_script_that_came_in_all_the_same(offline, tmp_path) -> None:
    page, _, said = offline
    page_bytes = html_bytes(a_document((a_view(1), CURVES)))
    harmed = page_bytes.replace(
        b"<main>",
        b'<main><script>window.hurt=1</script><img src="https://evil.example/x" onerror="hurt=1">',
    )
    opened(page, tmp_path / "n.html", harmed)
    assert page.evaluate("() => window.hurt ?? null") is None
    stopped = [one for one in said if "Content Security Policy" in one]
    assert len(stopped) == len(said) == 3
    for what in ("inline script", "inline event handler", "https://evil.example/x"):
        assert any(what in one for one in stopped), what
