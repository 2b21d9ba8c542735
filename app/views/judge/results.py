"""How the runs stand by what was judged so far; drawn again while judging goes on."""

import streamlit as st

from app import state
from app.charts.curve_look import DARK_CURVES, LIGHT_CURVES, CurveColours, framed
from app.charts.settling import error_bars, settling_curves
from app.components import empty_state, note
from app.components.result_table import result_payload, result_table
from app.judging.standing import Standing
from app.judging.tables import curve_frame, leading_pair, runs_rows, shown_table, topics_table
from app.judging.words import separation_words
from app.resources import judging
from app.views.judge.away import draw_away
from app.views.judge.scene import JudgeScene
from app.words import plain
from lpd.errors import LpdError
from lpd.words import counted

__all__ = ["draw_results", "draw_results_below"]

LOOK_S = 5.0
"""So often is looked whether there are new numbers; drawing them takes the browser a moment of its time."""

WIDTH = 380
"""Pixels that a chart needs beside another."""


def draw_results_below(scene: JudgeScene) -> None:
    """Draws the runs under the desk, and again while judging goes on."""
    st.fragment(_tried, run_every=LOOK_S)(scene, False)


def draw_results(scene: JudgeScene) -> None:
    """Draws this part of the page: the runs, topic by topic, and what can be done with the judgements."""
    st.fragment(_tried, run_every=LOOK_S)(scene, True)
    draw_away(scene)


def _tried(scene: JudgeScene, whole: bool) -> None:
    try:
        _draw(scene, whole)
    except LpdError as error:  # run alone, it is out of reach of the frame that tells errors
        st.error(plain(str(error)))


def _draw(scene: JudgeScene, whole: bool) -> None:
    plan = judging.plan(scene.workspace, scene.plan.name)
    known = judging.standing(scene.workspace, plan)
    if known.problem is not None:
        if not isinstance(known.problem, LpdError):
            raise known.problem
        st.error(plain(str(known.problem)))
    with st.container(border=True, key="card_standing"):
        if known.made is None:
            note("The runs are being measured …" if known.problem is None else "No numbers.", "hint")
            return
        table = known.made.table
        if not table.intervals.runs:
            empty_state("Nothing judged yet", "The runs are measured as soon as a shot is judged.")
            return
        note(_title(known.made, working=known.working), "title")
        for sentence in table.notes if whole else ():
            note(sentence, "small")
        _draw_runs(scene, known.made)
    if whole:
        _draw_separation(scene, known.made)
        with st.container(border=True, key="card_topics"):
            note("Topic by topic", "title")
            shown = topics_table(plan, table)
            result_table(
                result_payload(shown, alt="infAP of every run by topic, with its deviation"),
                key="judge_topics",
            )


def _title(made: Standing, *, working: bool) -> str:
    found = made.table.intervals
    topics = counted(len(found.topics), "topic")
    told = f"infAP so far: {found.judged:,} of {made.table.progress.sample:,} shots judged, over {topics}"
    return f"{told} …" if working else told


def _draw_runs(scene: JudgeScene, made: Standing) -> None:
    rows = runs_rows(made.table)
    order = sorted(made.table.intervals.runs)
    colours = _colours()
    with st.grid(columns=2, min_column_width=WIDTH, gap="medium"):
        with st.container(gap="xsmall"):
            shown = shown_table(made.table)
            result_table(result_payload(shown, alt="infAP of every run"), key="judge_runs")
            intervals = {tag: (one.estimate, one.low, one.high) for tag, one in rows}
            st.altair_chart(
                framed(error_bars(intervals, order=order, title="infAP", colours=colours)),
                theme=None,
                key="judge_bars",
                alt="infAP of every run with the interval of the judging",
            )
        with st.container(gap="xsmall"):
            chart = settling_curves(curve_frame(made.curve), order=order, title="infAP", colours=colours)
            st.altair_chart(
                framed(chart),
                theme=None,
                key="judge_curves",
                alt="infAP of every run over the number of judged shots",
            )
    blind = made.table.intervals.without_relevant
    if blind:
        told = f"{counted(len(blind), 'topic')} without a relevant shot so far: {', '.join(blind[:6])}"
        note(
            f"{told}{' …' if len(blind) > 6 else ''}; they count as 0, and no interval knows better.", "small"
        )


def _colours() -> CurveColours:
    return DARK_CURVES if state.is_dark() else LIGHT_CURVES


def _draw_separation(scene: JudgeScene, made: Standing) -> None:
    tags = [tag for tag, _ in runs_rows(made.table)]
    pair = leading_pair(made.table)
    if pair is None:
        return
    with st.container(border=True, key="card_separation"):
        note("How many judgements more separate two runs", "title")
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="separation_row"):
            first = st.selectbox("First run", tags, index=0, key="separate_a", width=180)
            second = st.selectbox("Second run", tags, index=1, key="separate_b", width=180)
        if first == second:
            note("Choose two runs.", "hint")
            return
        try:
            found = judging.separation(scene.workspace, scene.plan, str(first), str(second))
        except LpdError as error:
            note(str(error), "warn")
            return
        if found is not None:
            for sentence in separation_words(found):
                note(sentence, "hint")
