"""Permalinks: what a page says its address is holds all that was asked for, and opens the same view."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from app.parameters import JUDGE, PARAMETERS, SIDEBAR, TRAINING, Value, parse_link
from lpd.workspace import open_workspace

SIDE = {
    "collection": "inland",
    "edition": "avs-inland",
    "subset": "all shots",
    "qrels": "pooled",
    "model": "lpd",
    "k": 50,
}
PAIR = {"pair_model": "lpd", "pair_a": "text:bow", "pair_b": "video:shape"}
VIEWS: dict[str, tuple[str, dict[str, Value]]] = {
    "words": (
        "",
        {
            "q": "a dog",
            "also": ("a puppy", "a hound"),
            "without": "grass",
            "strength": "0.4",
            "weights": "text:bow=0.5",
            "spaces": ("text:bow", "video:shape"),
            "from": "1",
            "to": "90",
            "min": "0.01",
            "hide": ("seen",),
            "fold": "colour@0.95",
            "best": "video",
            "rerank": "mmr@0.6",
            "layout": "grid",
            "lane": ("fused", "video:shape"),
        },
    ),
    "two steps": ("", {"q": "a dog", "then": "a car", "within": 20}),
    "marks": ("", {"q": "a dog", "rel": ("SHOT 3",), "nrel": ("SHOT 4", "SHOT 5")}),
    "shots": ("", {"like": "SHOT 3@text:bow", "videos": ("VIDEO 3",), "shot": "SHOT 4"}),
    "topic": ("", {"q": "TOPIC", "topic": "TOPIC ID"}),
    "two systems": (
        "compare",
        {
            "q": "a dog",
            "a": "model:lpd/fused",
            "b": "model:laff/fused",
            "wa": "text:bow=0.5",
            "p": "0.95",
            "by": "RBO",
            "layout": "sets",
        },
    ),
    "a run": ("compare", {"q": "TOPIC", "a": "run:lpd", "b": "model:lpd/fused", "wb": "text:bow=0.5"}),
    "heatmaps": (
        "diversity",
        {
            "models": ("laff", "lpd"),
            "space_order": "cluster",
            "post": ("fused", "mmr@.5"),
            "pair_topic": "TOPIC ID",
            **PAIR,
        },
    ),
    "a query": ("diversity", {"over": "one query", "q": "a dog", "models": ("lpd",), **PAIR}),
    "table": (
        "topics",
        {
            "table": "runs",
            "measure": "iP10",
            "order": "difficulty",
            "baseline": "lpd",
            "test": "wilcoxon",
            "correction": "none",
            "tie": "0.02",
            "low": "0.2",
            "high": "0.5",
            "editions": ("avs-coast",),
            "show": ("laff", "lpd"),
            "facts": "hidden",
        },
    ),
    "case": ("topics", {"case": "TOPIC ID"}),
    "curves": (
        "training",
        {"tab": "curves", "models": ("lpd", "laff"), "measure": "R@10", "series": "weight"},
    ),
    "imports": ("workspace", {"part": "bring in", "bring": "features"}),
    "a map": (
        "map",
        {
            "planes": ("text:bow", "video:shape"),
            "method": "pca",
            "colour": "score",
            "q": "a dog",
            "lasso": "text:bow@-20000.-20000_20000.-20000_20000.20000_-20000.20000",
            "sheet": 2,
            "at": "SHOT 3",
        },
    ),
    "videos on a map": ("map", {"colour": "video", "videos": ("VIDEO 3",)}),
}
UNASKED = {"workspace", "job", "view", "find", "of", *(one.name for one in JUDGE)}
"""Asked for in every address by itself; a training of the small demo is over before it can be named,
and its notebook is empty: see test_notebook.py; it has no
judging plan: see test_judge.py."""


@pytest.fixture
def known(demo_workspace):
    """What the views call by a word instead of a name."""
    workspace = open_workspace(demo_workspace)
    shots, topic = workspace.collection("inland").shots, workspace.edition("avs-inland").topics[0]
    words = {"TOPIC ID": topic.topic_id, "TOPIC": topic.text}
    for row in range(3, 6):
        words |= {f"SHOT {row}": shots["shot_id"][row], f"VIDEO {row}": shots["video_id"][row]}

    def named(value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(str(named(one)) for one in value)
        start, _, end = str(value).partition("@")
        return value if start not in words else f"{words[start]}@{end}" if end else words[start]

    return named


def printed(asked: dict[str, Value]) -> dict[str, str | list[str]]:
    return {name: list(one) if isinstance(one, tuple) else str(one) for name, one in asked.items()}


def told_address(page: AppTest) -> dict[str, Value]:
    """The parameters of the address that the page's Pin button shows."""
    end = time.monotonic() + 60
    while page.get("progress") and time.monotonic() < end:  # lists that are made in the background
        time.sleep(0.1)
        page.run()
    assert not page.exception
    (address,) = [one.value for one in page.code if "?workspace=" in one.value]
    return parse_link(f"?{address.partition('?')[2]}")[1]


@pytest.mark.parametrize("view", VIEWS)
def test_the_address_of_a_view_opens_the_same(open_view, demo_workspace, known, view, texts) -> None:
    name, own = VIEWS[view]
    asked = {**SIDE, **{parameter: known(value) for parameter, value in own.items()}}
    page = open_view(demo_workspace, name, **printed(asked))
    told = told_address(page)
    assert {parameter: told.get(parameter) for parameter in asked} == asked
    assert "asked for" not in texts(page), "nothing of it was dropped"
    again = open_view(demo_workspace, name, **printed(told))
    assert told_address(again) == told


def test_every_parameter_stands_in_one_of_the_views() -> None:
    asked = {*SIDE, *UNASKED, *(parameter for _, own in VIEWS.values() for parameter in own)}
    assert asked == set(PARAMETERS)
    assert {one.name for one in SIDEBAR} - {"workspace"} == set(SIDE)
    assert "job" in {one.name for one in TRAINING}
