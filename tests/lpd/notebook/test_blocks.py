"""Snapshots as blocks: every form that a page keeps, and any other."""

import json

from hypothesis import given, settings

from lpd.notebook.block_kinds import (
    CurvesBlock,
    DotsBlock,
    HeatmapBlock,
    IntervalsBlock,
    PlacesBlock,
    ShotsBlock,
    ShotTile,
    TableBlock,
    cell_text,
)
from lpd.notebook.blocks import MOST_ROWS, plain_block, snapshot_blocks
from tests.lpd.notebook.documents import JSON, hostile_snapshot


def test_lists_of_a_search() -> None:
    [fused, space] = snapshot_blocks({"lists": {"fused": [["s1", 0.5], ["s2", 0.25]], "text:bow": []}})
    assert fused == ShotsBlock("List fused", (ShotTile("s1", 0.5), ShotTile("s2", 0.25)))
    assert space == ShotsBlock("List text:bow", ())


def test_two_systems() -> None:
    shown = {
        "A": "lpd",
        "B": "laff",
        "figures": [["IoU@20", ".14", "5 in both"]],
        "lists": {"A": ["s1", "s2"], "B": ["s2", "s3"]},
        "numbers": {"iou": 0.14},
        "topics": [["1901", 0.5, None, 0.25]],
    }
    [figures, first, second, topics] = snapshot_blocks(shown)
    assert figures.rows == (("IoU@20", ".14", "5 in both"),)
    assert first == ShotsBlock("A: lpd", (ShotTile("s1"), ShotTile("s2", words="B 1")))
    assert second == ShotsBlock("B: laff", (ShotTile("s2", words="A 2"), ShotTile("s3")))
    assert topics.columns == ("topic", "A, lpd", "B, laff", "rank-biased overlap")


def test_overlap_and_worth() -> None:
    shown = {
        "k": 20,
        "overlap": {"lpd": {"rows": ["a", "b"], "iou": [[1.0, 0.2], [0.2, 1.0]], "mean": 0.2}},
        "worth": {"a": {"inf_ap": 0.1, "found": 3, "without": {"fused": 0.05}}, "fused": {"inf_ap": 0.2}},
    }
    [heatmap, worth] = snapshot_blocks(shown)
    assert heatmap == HeatmapBlock(
        "lpd: inter-space IoU@20, mean off the diagonal 0.200", ("a", "b"), ((1.0, 0.2), (0.2, 1.0))
    )
    assert worth.rows == (("a", 0.1, 3, 0.05), ("fused", 0.2, None, None))


def test_topics() -> None:
    shown = {
        "measure": "infAP",
        "columns": ["fused", "a"],
        "topics": [{"topic_id": "1", "values": [0.5, None]}, {"topic_id": "2", "values": [0.1, 0.2]}],
        "means": [0.3, 0.2],
        "differences": {"a": {"difference": -0.1, "p": 0.04}},
    }
    [dots, table] = snapshot_blocks(shown)
    assert dots == DotsBlock(
        "infAP per topic", "infAP", ("1", "2"), ("fused", "a"), ((0.5, None), (0.1, 0.2))
    )
    assert table.foot == 3
    assert table.rows[2:] == (
        ("mean", 0.3, 0.2),
        ("difference to the baseline", None, -0.1),
        ("p, corrected", None, 0.04),
    )


def test_curves_intervals_places() -> None:
    line = {"epoch": [1, 2], "mean": [0.1, 0.2], "low": [0.1, 0.1], "high": [0.1, 0.3], "seeds": [1, 1]}
    [curves] = snapshot_blocks({"measure": "mAP", "curves": {"lpd": line}})
    assert isinstance(curves, CurvesBlock)
    assert curves.lines[0].y == (0.1, 0.2)
    interval = {"inf_ap": 0.2, "low": 0.1, "high": 0.3}
    [runs, table] = snapshot_blocks({"runs": {"lpd": interval}, "judged": 60, "pool": 1000})
    assert isinstance(runs, IntervalsBlock)
    assert runs.title == "Runs on 60 judged shots of 1,000"
    assert table.rows == (("lpd", 0.2, 0.1, 0.3),)
    assert (runs.rows[0].value, runs.rows[0].high) == (0.2, 0.3)
    [places] = snapshot_blocks({"places": {"lpd/fused.pca": {"s1": [0.5, 1]}}})
    assert isinstance(places, PlacesBlock)
    assert (places.places[0].shot_id, places.places[0].x) == ("s1", 0.5)


def test_tables() -> None:
    cells = [
        {"group": "g", "row": "r", "column": "c", "mean": 0.25, "spread": 0.01, "published": 0.3},
        {"group": "g", "row": "r", "column": "d", "mean": 0.5, "spread": None, "published": None},
    ]
    [table] = snapshot_blocks({"lpd-recipe": cells})
    assert table == TableBlock(
        "lpd-recipe", ("group", "row", "c", "d"), (("g", "r", "0.2500 ± 0.0100 [0.3000]", 0.5),)
    )
    things = [{"name": "lpd", "size": 3, "digest": ""}, {"name": "laff", "size": None, "digest": ""}]
    [listed, possible] = snapshot_blocks({"things": things, "possible": {"search": True}})
    assert listed == TableBlock("Things", ("name", "size"), (("lpd", 3), ("laff", None)))
    assert possible.rows == (("search", True),)


def test_an_unknown_form_is_a_plain_table() -> None:
    [block] = snapshot_blocks({"deep": [1, {"x": "y"}], "recipe": {"kind": "kept", "why": "x"}})
    assert block == TableBlock("More that was kept", ("place", "value"), (("deep 1", 1), ("deep 2, x", "y")))
    assert snapshot_blocks(None) == snapshot_blocks({}) == snapshot_blocks({"lasso": None}) == []
    assert snapshot_blocks([1])[0] == TableBlock("What was kept", ("place", "value"), ((" 1", 1),))


def test_a_form_that_is_only_nearly_right_loses_nothing() -> None:
    for snapshot in (
        {"lists": {"fused": [["s1", 0.5, 3]]}},
        {"overlap": {"lpd": {"rows": ["a"], "iou": [[1.0, 0.2]]}}},
        {"curves": {"lpd": {"epoch": [1], "mean": [1], "low": [1], "high": []}}},
        {"columns": ["a"], "topics": [{"topic_id": "1", "values": [1, 2]}]},
        {"runs": {"lpd": {"inf_ap": 0.2, "low": "x", "high": 1}}},
        {"places": {"map": {"s1": [1, 2, 3]}}},
    ):
        blocks = snapshot_blocks(snapshot)
        assert all(isinstance(one, TableBlock) for one in blocks)
        kept = json.dumps([one.rows for one in blocks if isinstance(one, TableBlock)])
        for value in (1, 0.2, "x") if "runs" in snapshot else ():
            assert json.dumps(value) in kept


def test_a_large_plain_table_counts_the_rest() -> None:
    block = plain_block("x", list(range(MOST_ROWS + 5)))
    assert len(block.rows) == MOST_ROWS + 1
    assert block.rows[-1] == ("and 5 more", None)


def test_depth_is_no_limit() -> None:
    deep: object = 1
    for _ in range(5_000):
        deep = [deep]
    assert len(plain_block("x", deep).rows) == 1


def test_cells_in_words() -> None:
    assert [cell_text(one) for one in (None, True, 1234, 0.12345, 2e-6, "a", 10**400)] == [
        *("", "yes", "1,234", "0.1235", "0.0000", "a", "large"),
    ]


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_any_snapshot_has_blocks(document) -> None:
    for block in snapshot_blocks(document):
        if isinstance(block, TableBlock):
            assert all(len(row) == len(block.columns) for row in block.rows)
            assert all(isinstance(cell_text(cell), str) for row in block.rows for cell in row)


def test_the_hostile_snapshot_has_every_kind() -> None:
    kinds = {type(one) for one in snapshot_blocks(hostile_snapshot("x"))}
    assert kinds == {TableBlock, ShotsBlock, HeatmapBlock, CurvesBlock, IntervalsBlock, PlacesBlock}
