"""The Judge page in a real Chromium: from no plan to qrels with keys alone; what cannot be kept; its look."""

import os
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from lpd.evaluation import evaluate_run
from lpd.judging.plan_qrels import plan_qrels
from lpd.services.judging import judging_plan, judging_verdicts, make_judging_plan
from lpd.trec import read_qrels
from lpd.workspace import Workspace, open_workspace
from tests.app.browser.component_pages import low_contrasts
from tests.app.browser.running import new_page, serving, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIDE = "collection=inland&edition=avs-inland"
SHOTS = 100


@pytest.fixture
def workspace(demo_workspace: Path, tmp_path: Path) -> Workspace:
    path = tmp_path / "workspaces" / "mine"
    shutil.copytree(demo_workspace, path, copy_function=os.link)
    return open_workspace(path)


def opened(page, address: str) -> None:
    page.goto(address)
    page.locator(".st-key-head_actions").wait_for()
    settled(page)


def tab_to(page, words: str) -> None:
    """Presses Tab until a button of these words has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        focused = "() => document.activeElement?.closest('button')?.innerText ?? ''"
        if page.evaluate(focused).split("\n")[0].strip() == words:
            return
    pytest.fail(f"Tab does not lead to {words!r}")


def at(page) -> tuple[str, str | None]:
    """The topic and the shot at the desk; no shot where the topic is done."""
    desk = page.locator(".desk")
    topic = desk.locator(".need small").inner_text().split()[-1]
    shot = desk.locator(".single")
    return topic, shot.get_attribute("data-shot") if shot.count() else None


def progress(page) -> str:
    return page.locator(".desk .progress p").inner_text()


def kept(workspace: Workspace) -> int:
    plan = judging_plan(workspace, workspace.judging_plan_names()[0])
    verdicts = judging_verdicts(workspace, plan)
    return sum(len(shots) for said in verdicts.values() for shots in said.judges.values())


def wait_until_kept(workspace: Workspace, count: int) -> None:
    until = time.monotonic() + 30
    while kept(workspace) != count:
        assert time.monotonic() < until, f"{kept(workspace)} of {count} verdicts are kept"
        time.sleep(0.1)


def judge(page, truth, count: int) -> None:
    """Judges so many shots as the truth has it, by keys."""
    done = 0
    while done < count:
        topic, shot = at(page)
        if shot is None:
            page.locator(".desk .finished, .desk .single").wait_for()  # not while the page is behind
            if page.locator(".desk .single").count():
                continue
            page.keyboard.press("n")
            page.wait_for_function(
                """before => [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
                  .some((one) => one.shadowRoot?.querySelector('.need small')
                    && !one.shadowRoot.querySelector('.need small').innerText.endsWith(before))""",
                arg=topic,
            )
            page.locator(".desk .single").wait_for()
            continue
        page.keyboard.press("1" if truth.judgements(topic)[shot] > 0 else "0")
        page.wait_for_function(
            """before => [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
              .some((one) => one.shadowRoot?.querySelector('.desk')
                && one.shadowRoot.querySelector('.single')?.dataset.shot !== before)""",
            arg=shot,
        )
        done += 1


def test_a_new_user_judges_with_keys_alone_goes_on_and_takes_the_qrels(browser, workspace, tmp_path) -> None:
    truth = workspace.qrels("avs-inland", "complete")
    with serving(workspace.path, "explorer") as address, new_page(browser) as page:
        opened(page, f"{address}judge?{SIDE}")
        tab_to(page, "Make the plan")
        page.keyboard.press("Enter")
        page.locator(".desk .single").wait_for()
        settled(page)
        judge(page, truth, SHOTS // 2)
        page.keyboard.press("b")  # a mistake is taken back and said again
        judge(page, truth, 1)
        wait_until_kept(workspace, SHOTS // 2)
        before = at(page)
        page.reload()
        page.locator(".desk .single").wait_for()
        settled(page)
        assert at(page) == before, "it goes on where it was left"
        judge(page, truth, SHOTS - SHOTS // 2)
        wait_until_kept(workspace, SHOTS)
        page.get_by_text(f"infAP so far: {SHOTS} of").wait_for()

        tab_to(page, "Export")
        page.keyboard.press("Enter")
        with page.expect_download() as download:
            page.get_by_role("button", name="Qrels, five columns").press("Enter")
        file = tmp_path / "qrels.txt"
        download.value.save_as(file)
        page.keyboard.press("Escape")

        plan = judging_plan(workspace, workspace.judging_plan_names()[0])
        expected = plan_qrels(plan, judging_verdicts(workspace, plan)).qrels
        read = read_qrels(file)
        assert read.digest == expected.digest
        judged = [row for row in read.rows() if row[3] >= 0]
        assert len(judged) == SHOTS
        assert all(truth.judgements(topic)[shot] == relevance for topic, shot, _, relevance in judged)

        page.get_by_text("results", exact=True).click()
        page.locator(".st-key-away_take button").wait_for()
        settled(page)
        page.get_by_role("button", name="Into the edition").press("Enter")
        page.get_by_role("link", name="Evaluate the runs with them: Topics").wait_for()
        taken = open_workspace(workspace.path).qrels("avs-inland", plan.name)
        assert taken.digest == expected.digest
        shown = dict(
            row.split("\t")[:2] for row in page.locator(".st-key-card_standing tbody tr").all_inner_texts()
        )
        for tag in workspace.run_tags("avs-inland"):
            mean = evaluate_run(workspace.run("avs-inland", tag), taken).mean["infAP"]
            assert shown[tag] == f"{mean:.3f}".removeprefix("0")


def test_a_verdict_that_cannot_be_kept_comes_back_and_is_told(browser, workspace) -> None:
    plan = make_judging_plan(workspace, "mine", edition="avs-inland").plan
    first, second = plan.topic(next(iter(plan.topics))).order[:2]
    with serving(workspace.path) as address, new_page(browser) as page:
        opened(page, f"{address}judge?{SIDE}&judge=ann")
        page.locator(".desk .single").wait_for()
        page.keyboard.press("1")
        wait_until_kept(workspace, 1)
        page.keyboard.press("b")
        wait_until_kept(workspace, 0)
        lock = sqlite3.connect(workspace.judgements_path)
        lock.execute("BEGIN IMMEDIATE")  # another program keeps the file
        assert at(page)[1] == first
        page.keyboard.press("1")
        assert at(page)[1] == second, "nobody waits for the file"
        page.locator(".told.lost").wait_for(timeout=60_000)
        assert at(page)[1] == first
        lock.rollback()
        lock.close()
        page.keyboard.press("1")
        wait_until_kept(workspace, 1)
        assert page.locator(".told.lost").count() == 0


def test_the_rest_of_a_page_is_judged_after_a_question_and_taken_back(browser, workspace) -> None:
    make_judging_plan(workspace, "mine", edition="avs-inland")
    with serving(workspace.path) as address, new_page(browser) as page:
        opened(page, f"{address}judge?{SIDE}&judge=ann&way=grid")
        page.locator(".desk .tile").first.wait_for()
        tiles = page.locator(".desk .tile")
        shots = tiles.count()
        page.keyboard.press("1")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("s")
        page.keyboard.press("x")
        page.keyboard.press("Escape")
        wait_until_kept(workspace, 1)
        page.keyboard.press("x")
        assert f"Mark the other {shots - 2}" in page.locator(".rest").inner_text()
        page.keyboard.press("x")
        wait_until_kept(workspace, shots - 1)
        assert page.locator(".tile .said.not").count() == shots - 2
        page.keyboard.press("b")
        wait_until_kept(workspace, 1)
        assert page.locator(".tile .said.not").count() == 0
        page.keyboard.press("x")
        page.keyboard.press("Enter")
        wait_until_kept(workspace, shots - 1)
        before = tiles.first.get_attribute("data-shot")
        page.keyboard.press("Enter")
        page.wait_for_timeout(200)
        assert tiles.first.get_attribute("data-shot") != before
        assert page.locator(".tile .said").count() == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_can_be_read_and_nothing_is_wider_than_its_place(browser, workspace, dark: bool) -> None:
    make_judging_plan(workspace, "mine", edition="avs-inland")
    with serving(workspace.path) as address:
        for more in ("", "&way=grid", "&task=results", "&task=agreement", "&task=plans"):
            with new_page(browser, width=900, dark=dark) as page:
                opened(page, f"{address}judge?{SIDE}{more}")
                page.wait_for_timeout(1500)  # colours of another theme fade
                assert low_contrasts(page, whole=True) == {}, more
                wider = page.evaluate(
                    """() => [...document.querySelectorAll('[data-testid="stMain"] *')]
                      .filter(one => one.getBoundingClientRect().right > innerWidth + 1
                        && one.checkVisibility() && getComputedStyle(one).clipPath === "none")
                      .map(one => one.className || one.tagName)"""
                )
                assert wider == [], more


def test_the_keys_are_listed(browser, workspace) -> None:
    make_judging_plan(workspace, "mine", edition="avs-inland")
    with serving(workspace.path) as address, new_page(browser) as page:
        opened(page, f"{address}judge?{SIDE}")
        page.locator(".desk .single").wait_for()
        page.locator(".st-key-head_actions button", has_text="?").wait_for()
        page.keyboard.press("?")
        dialog = page.locator("dialog.lpd-keys[open]")
        dialog.wait_for()
        assert "takes the last verdict back" in dialog.inner_text()
        page.keyboard.press("1")  # nothing is judged behind it
        page.wait_for_timeout(300)
        assert not workspace.judgements_path.exists()
