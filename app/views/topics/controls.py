"""What can be chosen on the page of topics: read from the address before anything is measured, and drawn as
small menus."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from app import state
from app.components import note
from app.parameters import Value
from app.topics.choices import (
    KINDS,
    NO_BASELINE,
    RUNS,
    SPACES,
    THRESHOLDS,
    TIES,
    TopicsChoice,
    facts_shown,
    order_options,
    order_words,
)
from app.topics.footers import CORRECTION_WORDS, TEST_WORDS
from app.topics.lists import judging_lists, needs_left_out
from app.topics.offering import Offered
from app.topics.printed import OUTSIDE
from app.topics.tables import difficulty_words
from lpd.evaluation import BEST, CORRECTIONS, PAIRED_TESTS, ComparisonSettings, measure_label
from lpd.evaluation.difficulty import EASY_FROM, HARD_BELOW

__all__ = ["choose_kind", "draw_choices", "pick_case", "read_case", "read_choice", "read_kind"]

MENU_WIDTH = 360
"""Of the menus in pixels: a long list of columns would stretch them over the page."""

FACTS_STEPS = ("shown", "hidden")
"""Of the columns of relevant and judged shots, as they stand in the address."""

OF_A_TABLE = ("show", "baseline", "order", "case")
"""Parameters that name columns or topics, and mean nothing in another table."""


def read_kind() -> str:
    """Returns which table is shown."""
    return _read("table", KINDS, default=SPACES)


def read_choice(kind: str, offered: Offered) -> TopicsChoice:
    """Returns what the address asks for; what is not there is told, and left out of it."""
    shown = _read_several("show", [one.name for one in offered.lists]) or offered.default
    baselines = [name for name in shown if name != BEST]
    usual = offered.baseline if offered.baseline in baselines else NO_BASELINE
    named = _read("baseline", [NO_BASELINE, *baselines], default=usual)
    baseline = None if named == NO_BASELINE else named
    orders = order_options(shown, baseline=baseline, present=state.value("order"))
    low = float(_read("low", THRESHOLDS, default=str(HARD_BELOW)))
    above = [one for one in THRESHOLDS if float(one) >= low]
    usual_high = str(EASY_FROM) if low <= EASY_FROM else above[0]
    return TopicsChoice(
        kind=kind,
        measure=_read("measure", offered.measures, default=offered.measures[0]),
        order=_read("order", orders, default="spread"),
        baseline=baseline,
        settings=ComparisonSettings(
            test=_read("test", list(PAIRED_TESTS), default="randomization"),
            correction=_read("correction", list(CORRECTIONS), default="holm"),
            tie=float(_read("tie", TIES, default=TIES[0])),
        ),
        low=low,
        high=float(_read("high", above, default=usual_high)),
        editions=_read_several("editions", offered.editions),
        shown=shown,
        facts=facts_shown(_read("facts", FACTS_STEPS, default="") or None, len(shown)),
    )


def read_case(offered: Offered) -> str | None:
    """Returns the topic that is looked at closely, None for none."""
    return _read("case", list(offered.topics), default="") or None


def _read(name: str, options: Sequence[str], *, default: str) -> str:
    state.settle(name, options)
    asked = state.value(name)
    if asked is None or asked in options:
        return asked or default
    state.write(name, None)  # it was told once
    return default


def _read_several(name: str, options: Sequence[str]) -> tuple[str, ...]:
    asked: tuple[str, ...] = state.value(name)
    state.settle(name, options)
    state.forget(name)  # the address alone says what is chosen
    kept = tuple(dict.fromkeys(one for one in asked if one in options))
    if kept != asked:
        state.write(name, kept)
    return kept


def _mirror(name: str, entry: Any) -> dict[str, Any]:
    """The arguments of a widget that shows a parameter; the address alone holds it."""
    key = f"topics_{name}"
    state.put(key, entry)
    return {"key": key, "on_change": _write, "args": (name, key)}


def _write(name: str, key: str) -> None:
    entry: Value | list[str] | None = state.remembered(key, lambda: None)
    state.write(name, tuple(entry) if isinstance(entry, list) else entry)


def choose_kind(kind: str, model: str | None) -> None:
    """Draws the choice between the spaces of the model and the runs."""
    words = {SPACES: f"Spaces of {model}" if model else "Spaces", RUNS: "Runs"}
    state.put("topics_table", kind)
    st.segmented_control(
        "Columns",
        KINDS,
        format_func=words.__getitem__,
        required=True,
        label_visibility="collapsed",
        key="topics_table",
        on_change=_write_kind,
    )


def _write_kind() -> None:
    _write("table", "topics_table")
    state.close_shot()
    for name in OF_A_TABLE:
        state.write(name, None)


def draw_choices(choice: TopicsChoice, offered: Offered, *, case: bool) -> None:
    """Draws what the table shows, and what it is compared with; of a case study only what it shows."""
    with st.popover("View", key="topics_view"), st.container(width=MENU_WIDTH):
        _choose_columns(choice, offered)
    if case:
        return
    words = "Baseline" if choice.baseline is None else f"Baseline: {offered.label(choice.baseline)}"
    with st.popover(words, key="topics_baseline_menu"), st.container(width=MENU_WIDTH):
        _choose_baseline(choice, offered)


def _choose_columns(choice: TopicsChoice, offered: Offered) -> None:
    _select("measure", offered.measures, choice.measure, label="Measure", words=measure_label)
    orders = order_options(choice.shown, baseline=choice.baseline, present=choice.order)
    _select("order", orders, choice.order, label="Topics sorted by", words=_order_name)
    names = [one.name for one in offered.lists]
    _several("show", names, choice.shown, label="Columns", words=offered.label)
    if offered.editions:
        label = "Means of further editions"
        _several("editions", list(offered.editions), choice.editions, label=label, words=str)
    _switch_columns(choice, offered)
    left, right = st.columns(2)
    with left:
        below = [one for one in THRESHOLDS if float(one) <= choice.high]
        _step("low", below, choice.low, label="Hard below")
    with right:
        above = [one for one in THRESHOLDS if float(one) >= choice.low]
        _step("high", above, choice.high, label="Easy from")
    rule = difficulty_words(_judges(choice, offered), low=choice.low, high=choice.high)
    note(f"{rule[0].upper()}{rule[1:]}.", "small")


def _judges(choice: TopicsChoice, offered: Offered) -> str:
    return judging_lists([one for one in offered.lists if one.name in choice.shown])[1]


def _switch_columns(choice: TopicsChoice, offered: Offered) -> None:
    """Columns that are switched on and off together."""
    left_out = [one.name for one in offered.lists if needs_left_out([one.name])]
    if left_out:
        state.put("topics_left_out", set(left_out) <= set(choice.shown))
        st.toggle(
            "Fused without each space",
            key="topics_left_out",
            on_change=_switch_left_out,
            args=(choice.shown, tuple(left_out), offered.default),
        )
    state.put("topics_facts", choice.facts)
    st.toggle("Relevant and judged shots", key="topics_facts", on_change=_switch_facts)


def _switch_left_out(shown: Sequence[str], left_out: Sequence[str], default: Sequence[str]) -> None:
    others = tuple(one for one in shown if one not in left_out)
    on = bool(state.remembered("topics_left_out", lambda: False))
    chosen = (*others, *left_out) if on else others
    state.write("show", () if chosen == tuple(default) else chosen)


def _switch_facts() -> None:
    on = bool(state.remembered("topics_facts", lambda: False))
    state.write("facts", FACTS_STEPS[0] if on else FACTS_STEPS[1])


def _choose_baseline(choice: TopicsChoice, offered: Offered) -> None:
    baselines = [NO_BASELINE, *(name for name in choice.shown if name != BEST)]
    baseline = choice.baseline or NO_BASELINE
    _select("baseline", baselines, baseline, label="Difference to", words=offered.label)
    tests, test = list(PAIRED_TESTS), choice.settings.test
    _select("test", tests, test, label="Significance test", words=TEST_WORDS.__getitem__)
    corrections, correction = list(CORRECTIONS), choice.settings.correction
    label = "Correction for many comparisons"
    _select("correction", corrections, correction, label=label, words=CORRECTION_WORDS.__getitem__)
    _step("tie", TIES, choice.settings.tie, label="Tie up to")
    best = f" but the {BEST}, which the judgements choose," if BEST in choice.shown else ""
    note(f"Every column shown{best} is tested, and the correction is over all of them.", "small")


def _order_name(order: str) -> str:
    return order_words(order).removeprefix("sorted by ")


def _select(
    name: str, options: Sequence[str], entry: str, *, label: str, words: Callable[[str], str]
) -> None:
    st.selectbox(label, options, format_func=words, **_mirror(name, entry))


def _step(name: str, options: Sequence[str], entry: float, *, label: str) -> None:
    at = next(one for one in options if float(one) == entry)
    st.selectbox(label, options, **_mirror(name, at))


def _several(
    name: str, options: list[str], entry: Sequence[str], *, label: str, words: Callable[[str], str]
) -> None:
    st.multiselect(label, options, format_func=words, **_mirror(name, list(entry)))


def pick_case(topics: Mapping[str, str | None], case: str) -> None:
    """Draws the choice of the topic that is looked at closely; a click on its row does the same.

    Args:
        topics: id -> text, None for one that the edition does not list.
        case: the present one.
    """
    st.selectbox(
        "Case study",
        list(topics),
        index=None,
        placeholder="Another topic",
        format_func=lambda one: f"{one} · {topics[one] or OUTSIDE}",
        label_visibility="collapsed",
        width=300,
        **_mirror("case", case),
    )
