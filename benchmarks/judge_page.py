"""The page Judge in a Chromium: how long a verdict takes until the next shot is painted.

    python -m benchmarks.judge_page DEMO [--verdicts 100] [--pause-ms 200]

On a copy of DEMO a plan is made, and shots are judged with keys, one each PAUSE. Counted is the time from the
key to the first frame in which the next shot's picture stands there, in the browser itself.
"""

import argparse
import shutil
import tempfile
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page

from benchmarks.app_browser import chromium, fresh_context, idle
from benchmarks.app_server import serving
from lpd.judging import SAMPLINGS
from lpd.services.judging.plans import judging_verdicts, make_judging_plan
from lpd.workspace import open_workspace

PLAN = "timed"
WIDTH, HEIGHT = 1280, 860

PROBE = """() => {
  const host = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
    .find((one) => one.shadowRoot?.querySelector('.desk'));
  const shown = () => host.shadowRoot.querySelector('.single')?.dataset.shot ?? null;
  window.addEventListener('keydown', (event) => {  // before the desk hears it
    if (event.key !== '0') return;
    const [before, from] = [shown(), performance.now()];
    const look = () => {
      const picture = host.shadowRoot.querySelector('.picture img');
      if (shown() !== before && (!picture || picture.complete)) window.took = performance.now() - from;
      else requestAnimationFrame(look);
    };
    window.took = null;
    requestAnimationFrame(look);
  }, { capture: true });
}"""


def main() -> None:
    """Prints one line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("demo", type=Path, help="a demo workspace, which is only read")
    parser.add_argument("--verdicts", type=int, default=100)
    parser.add_argument("--pause-ms", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "demo"
        shutil.copytree(asked.demo, copy)
        workspace = open_workspace(copy)
        edition = str(workspace.defaults["edition"])
        plan = make_judging_plan(workspace, PLAN, edition=edition, layers=SAMPLINGS["tv21"]).plan
        with (
            serving(copy) as server,
            chromium() as browser,
            fresh_context(browser, width=WIDTH, height=HEIGHT) as context,
        ):
            page = context.new_page()
            page.goto(f"{server.address}judge?plan={PLAN}&judge=timer")
            took = judge(page, asked.verdicts, pause_ms=asked.pause_ms)
            page.wait_for_timeout(5000)
        verdicts = judging_verdicts(workspace, plan).values()
        kept = sum(len(shots) for said in verdicts for shots in said.judges.values())
    tenth = quantiles(took, n=10)[-1]
    print(
        f"{len(took)} verdicts, one in {asked.pause_ms} ms; {kept} kept; "
        f"key to the next picture: median {median(took):.0f} ms, "
        f"90% within {tenth:.0f} ms, longest {max(took):.0f} ms"
    )


def judge(page: Page, count: int, *, pause_ms: int) -> list[float]:
    """Returns how many milliseconds each of so many verdicts took until the next shot was painted."""
    page.locator(".desk .single").wait_for()
    idle(page)
    page.evaluate(PROBE)
    took = []
    for _ in range(count):
        page.keyboard.press("0")
        page.wait_for_function("() => window.took !== null")
        took.append(float(page.evaluate("() => window.took")))
        page.wait_for_timeout(pause_ms)
    return took


if __name__ == "__main__":
    main()
