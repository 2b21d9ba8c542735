"""Snapshots and gathered notebooks for tests, some of them by a stranger who means harm."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from lpd.notebook import PROVENANCE_KEYS, PinnedView, View
from lpd.notebook.blocks import snapshot_blocks
from lpd.notebook.code import recipe_code
from lpd.notebook.exports import NotebookDocument, Picture, ViewDocument
from lpd.notebook.recipes import recipe_of

KEYS = (
    *("lists", "A", "B", "figures", "topics", "overlap", "k", "worth", "columns", "means", "differences"),
    *(
        "measure",
        "curves",
        "runs",
        "places",
        "rows",
        "iou",
        "mean",
        "epoch",
        "low",
        "high",
        "inf_ap",
        "found",
    ),
    *("without", "topic_id", "values", "row", "column", "group", "recipe", "numbers", "kind", "model"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda some: (
        st.lists(some, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(), some, max_size=5)
    ),
    max_leaves=30,
)
"""Any plain JSON, often with the keys that snapshots have."""

HOSTILE = (
    "</script><script>window.hurt=1</script>",
    '"><img src=x onerror="window.hurt=1">',
    "[click](javascript:window.hurt=1)",
    "'''\nimport os; os._exit(3)\n'''",
    '"""\nraise SystemExit(3)\n"""',
    "\\'); raise SystemExit(3) #",
    "```\n<script>window.hurt=1</script>\n```",
    "<!--<script>",
    "]]>{{constructor.constructor('window.hurt=1')()}}",
    "\u2028\u2029\udc80\x00",
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002"
    "000001e221bc330000000049454e44ae426082"
)


def a_view(number: int = 1, *, title: str = "a view", note: str = "", **provenance: Any) -> PinnedView:
    """A pinned view of the first page."""
    facts = {**dict.fromkeys(PROVENANCE_KEYS), "workspace": "own", **provenance}
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
    return PinnedView(number, View("", "./?q=cat", title, facts, note), number, 0, moment, None, True)


def a_document(*views: tuple[PinnedView, Any], path: Path = Path("/nowhere")) -> NotebookDocument:
    """A gathered notebook; a shot called `s1` has a picture."""
    found = []
    for pinned, snapshot in views:
        recipe = recipe_of(snapshot)
        code = None if recipe is None else recipe_code(recipe)
        why = "" if code else "It cannot be made again."
        blocks = tuple(snapshot_blocks(snapshot))
        pictures = {"s1": Picture(PIXEL, "image/png")}
        found.append(ViewDocument(pinned, snapshot, blocks, code, why, (), pictures))
    return NotebookDocument("own", path, tuple(found), "0.1.0", datetime(2026, 2, 1, tzinfo=UTC))


def hostile_snapshot(words: str) -> dict[str, Any]:
    """Every form that a page keeps, with foreign words in each place that may hold some."""
    return {
        "A": words,
        "B": words,
        "figures": [[words, words, words]],
        "lists": {"A": [words, "s1"], "B": ["s1"]},
        "topics": [[words, 0.5, None, 0.25]],
        "overlap": {words: {"rows": [words, "b"], "iou": [[1.0, 0.5], [0.5, 1.0]], "mean": 0.5}},
        "worth": {words: {"inf_ap": 0.1, "found": 3, "without": {words: 0.2}}},
        "k": 20,
        "curves": {words: {"epoch": [1, 2], "mean": [0.1, 0.2], "low": [0.1, 0.1], "high": [0.1, 0.3]}},
        "runs": {words: {"inf_ap": 0.2, "low": 0.1, "high": 0.3}},
        "places": {words: {words: [0.0, 1.0], "s1": [1.0, 2.0]}},
        "problems": [{"kind": words, words: words}],
        words: [words, {words: words}],
    }
