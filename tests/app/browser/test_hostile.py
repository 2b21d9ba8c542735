"""Foreign text on every page in a real Chromium: topics, captions and queries that are markup, very long,
right to left, or emoji."""

import json
import os
import shutil
from urllib.parse import urlencode

import pytest

from lpd.captions import Caption, save_captions
from lpd.workspace import open_workspace
from tests.app.browser.running import new_page, serving, settled

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=\"window.harmed='text'\"> **bold** [link](javascript:harm) $x^2$ :red[y]"
TEXTS = (
    MARKUP,
    "</style><script>window.harmed='script'</script>",
    "\u202egpj.tohs \u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "\U0001f469\u200d\U0001f680 \U0001f3f3\ufe0f",
    "long " * 1000,
    "unbroken" * 625,
)
HARM = """() => ({
  ran: window.harmed ?? null,
  title: document.title,
  pictures: document.querySelectorAll('img[src="x"]').length,
  links: document.querySelectorAll('a[href^="javascript"]').length,
  styled: [...document.querySelectorAll('strong, .katex')].map(one => one.textContent),
  wide: document.querySelector('[data-testid="stMain"]').scrollWidth - innerWidth,
})"""


@pytest.fixture(scope="module")
def hostile_demo(demo_workspace, tmp_path_factory):
    """A copy of the demo whose topics and captions are foreign text; its other files are links."""
    path = tmp_path_factory.mktemp("workspaces") / "hostile"
    shutil.copytree(demo_workspace, path, copy_function=os.link)
    workspace = open_workspace(path)
    topics = path / "editions" / "avs-inland" / "topics.txt"
    numbers = [line.split()[0] for line in topics.read_text().splitlines()]
    topics.unlink()
    lines = [f"{number} {text}\n" for number, text in zip(numbers, TEXTS, strict=False)]
    topics.write_text("".join(lines), encoding="utf-8")
    shot = workspace.collection("inland").shot_ids[3]
    captions = [Caption(f"{shot}#{number}", shot, text.strip()) for number, text in enumerate(TEXTS)]
    save_captions(workspace.captions_path("foreign"), captions)
    workspace.captions_path("foreign").with_suffix(".json").write_text(json.dumps({"collection": "inland"}))
    return path, shot, numbers[0]


@pytest.mark.slow
def test_foreign_text_is_text_on_every_page(browser, hostile_demo):
    path, shot, topic = hostile_demo
    views = {
        "": {"q": MARKUP, "also": TEXTS[2], "shot": shot},
        "compare": {"q": TEXTS[0], "topic": topic},
        "diversity": {"models": "lpd", "pair_a": "text:bow", "pair_b": "video:shape", "pair_topic": topic},
        "topics": {},
        "topics#case": {"case": topic},
        "training": {"models": MARKUP, "q": MARKUP},
        "map": {"q": TEXTS[0], "at": MARKUP, "lasso": MARKUP, "shot": shot},
    }
    with serving(path) as address, new_page(browser) as page:
        for name, asked in views.items():
            page.goto(f"{address}{name.partition('#')[0]}?{urlencode(asked)}")
            page.locator(".st-key-head_actions").wait_for()
            settled(page)
            if shot in asked.values():
                captions = page.get_by_role("dialog").locator(".caption")
                captions.first.wait_for()
                shown = captions.evaluate_all("all => all.map(one => one.textContent)")
                assert shown == [text.strip() for text in TEXTS[: len(shown)]]
            if name == "topics":
                page.locator("tr.row").first.wait_for()
                shown = page.locator("tr.row .text").evaluate_all("all => all.map(one => one.textContent)")
                assert {one.strip() for one in shown} >= {text.strip() for text in TEXTS}
            harm = page.evaluate(HARM)
            assert harm.pop("title").endswith("LPD Explorer")
            assert harm.pop("wide") <= 0, name
            assert harm == {"ran": None, "pictures": 0, "links": 0, "styled": []}, name
