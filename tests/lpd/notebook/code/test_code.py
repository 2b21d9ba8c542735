"""The Python of recipes, run as a person would run it: its numbers are those of the parts of the library."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lpd.diversity import iou_at
from lpd.evaluation import evaluate_run, paired_test
from lpd.list_comparison import compare_lists
from lpd.notebook.code import opening_code, pinned_code, recipe_code, script_code
from lpd.notebook.recipes import (
    CompareAgain,
    CurvesAgain,
    DiversityAgain,
    DiversityModel,
    ListShape,
    MapAgain,
    MapPanel,
    Recipe,
    SearchAgain,
    SystemAgain,
    TableAgain,
    TopicsAgain,
    read_recipe,
    recipe_document,
)
from lpd.search import open_engine
from lpd.services.editions import edition_runs
from lpd.tables import Cell, Column, ResultTable, Row, to_csv
from lpd.workspace import Workspace, open_workspace

Run = Callable[[Recipe], dict[str, Any]]


@pytest.fixture(scope="module")
def workspace(demo_workspace: Path) -> Workspace:
    return open_workspace(demo_workspace)


@pytest.fixture(scope="module")
def engine(workspace):
    return open_engine(workspace, model="lpd", collection="inland")


def numbers_of(recipe: Recipe, path: Path) -> dict[str, Any]:
    """What the code of a recipe makes, after it was kept and read back."""
    code = recipe_code(read_recipe(recipe_document(recipe)))
    assert code is not None
    script = script_code(path, code)
    names: dict[str, Any] = {}
    exec(compile(script, "view", "exec"), names)
    return names["numbers"]


@pytest.fixture
def run(demo_workspace) -> Run:
    return lambda recipe: numbers_of(recipe, demo_workspace)


def test_a_search(run, engine) -> None:
    found = run(SearchAgain("lpd", "inland", {"wordings": ['a dog\'s "tail"']}, ("fused", "text:bow"), 5))
    result = engine.search('a dog\'s "tail"', depth=1000)
    for name in ("fused", "text:bow"):
        hits = result.lists[name]
        assert [shot for shot, _ in found["lists"][name]] == [engine.shot_ids[row] for row in hits.rows[:5]]
        np.testing.assert_allclose([score for _, score in found["lists"][name]], hits.scores[:5])


def test_a_search_that_is_filtered_and_weighted(run, engine) -> None:
    first = engine.search("a dog", depth=1).lists["fused"].rows[0]
    hidden = engine.shot_ids[first]
    weights = (0.0, *(1.0 for _ in engine.spaces[1:]))
    recipe = SearchAgain(
        "lpd", "inland", {"wordings": ["a dog"]}, ("fused",), 5, weights=weights, hidden=(hidden,), from_s=0.5
    )
    shots = engine.collection.shots.set_index("shot_id")
    found = [shot for shot, _ in run(recipe)["lists"]["fused"]]
    whole = engine.search("a dog", depth=1000, weights=weights).lists["fused"]
    wanted = [engine.shot_ids[row] for row in whole.rows]
    assert found == [shot for shot in wanted if shot != hidden and shots.start_s[shot] >= 0.5][:5]


def test_a_search_that_is_shaped(run, engine) -> None:
    shape = ListShape(minimum=-1.0, best_per_video=True, depth=300, rerank="xquad", trade_off=1e-6)
    found = run(SearchAgain("lpd", "inland", {"wordings": ["a dog"]}, ("fused",), 10, shape=shape))
    videos = engine.collection.shots.set_index("shot_id").video_id
    shown = [videos[shot] for shot, _ in found["lists"]["fused"]]
    assert len(set(shown)) == len(shown) == 10


def test_two_systems(run, workspace, engine) -> None:
    edition = workspace.edition("avs-inland")
    topic, qrels = edition.topics[0], workspace.qrels("avs-inland", "pooled")
    recipe = CompareAgain(
        SystemAgain("lpd", "text:bow"),
        SystemAgain(run="laff"),
        "inland",
        10,
        0.9,
        query=topic.text,
        edition="avs-inland",
        topic=topic.topic_id,
        qrels="pooled",
        over_topics=True,
    )
    found = run(recipe)
    runs = [edition_runs(engine, edition)["text:bow"], workspace.run("avs-inland", "laff")]
    lists = [one.topics[topic.topic_id].shot_ids for one in runs]
    assert found["lists"] == {"A": lists[0][:10], "B": lists[1][:10]}
    compared = compare_lists(*lists, k=10, p=0.9)
    measured = [evaluate_run(one, qrels).topics for one in runs]
    assert found["numbers"] == {
        "iou": compared.iou,
        "rbo": compared.rbo.extrapolated,
        "kendall": compared.kendall,
        "spearman": compared.spearman,
        "inf_ap": [one[topic.topic_id]["infAP"] for one in measured],
    }
    assert [row[0] for row in found["topics"]] == [one.topic_id for one in edition.topics]
    assert found["topics"][0][1:3] == found["numbers"]["inf_ap"]


def test_heatmaps_and_worth(run, workspace, engine) -> None:
    edition, qrels = workspace.edition("avs-inland"), workspace.qrels("avs-inland", "complete")
    rows = (*engine.spaces, "fused")
    recipe = DiversityAgain(
        {"lpd": DiversityModel(rows)},
        "inland",
        10,
        edition="avs-inland",
        qrels="complete",
        worth="lpd",
        beside=("fused",),
        leave_out=True,
    )
    found, runs = run(recipe), edition_runs(engine, edition)
    iou = np.array(found["overlap"]["lpd"]["iou"])
    for i, j in ((0, 1), (2, len(rows) - 1)):
        lists = [[runs[rows[one]].topics[t.topic_id].shot_ids for t in edition.topics] for one in (i, j)]
        plain = np.mean([iou_at(a, b, 10) for a, b in zip(*lists, strict=True)])
        assert iou[i, j] == pytest.approx(plain)
    spaces = iou[:-1, :-1]
    mean = spaces[~np.eye(len(spaces), dtype=bool)].mean()
    assert found["overlap"]["lpd"]["mean"] == pytest.approx(mean)
    worth = found["worth"]
    assert set(worth) == set(rows)
    for name in rows:
        assert worth[name]["inf_ap"] == evaluate_run(runs[name], qrels).mean["infAP"]
    assert 0 < worth["text:bow"]["without"]["fused"] < 1
    assert "without" not in worth["fused"]


def test_one_query_of_two_models(run, workspace, engine) -> None:
    recipe = DiversityAgain(
        {"laff": DiversityModel(("head:1", "head:2")), "lpd": DiversityModel(engine.spaces)},
        "inland",
        10,
        query="a dog",
    )
    found = run(recipe)["overlap"]
    lists = engine.search("a dog", depth=1000).lists
    first, second = (lists[name].rows.tolist() for name in engine.spaces[:2])
    assert found["lpd"]["iou"][0][1] == pytest.approx(iou_at(first, second, 10))
    assert len(found["laff"]["iou"]) == 2


def test_a_topic_is_judged_as_its_edition(run, workspace, engine) -> None:
    topic = workspace.edition("avs-inland").topics[1]
    recipe = DiversityAgain(
        {"lpd": DiversityModel(engine.spaces)},
        "inland",
        10,
        edition="avs-inland",
        topic=topic.topic_id,
        query=topic.text,
        qrels="complete",
        worth="lpd",
    )
    runs = edition_runs(engine, workspace.edition("avs-inland"))
    qrels = workspace.qrels("avs-inland", "complete")
    plain = evaluate_run(runs["fused"], qrels).topics[topic.topic_id]["infAP"]
    assert run(recipe)["worth"]["fused"]["inf_ap"] == pytest.approx(plain, abs=1e-9)


@pytest.mark.parametrize("model", ["lpd", None], ids=["spaces", "runs"])
def test_the_table_of_topics(run, workspace, engine, model) -> None:
    columns = ("fused", "best space", "text:bow", "without text:bow") if model else ("lpd", "laff")
    recipe = TopicsAgain("avs-inland", "pooled", columns, model=model, baseline=columns[-1], test="wilcoxon")
    found = run(recipe)
    edition, qrels = workspace.edition("avs-inland"), workspace.qrels("avs-inland", "pooled")
    runs = edition_runs(engine, edition) if model else {"lpd": workspace.run("avs-inland", "lpd")}
    measured = evaluate_run(runs[columns[0]], qrels)
    assert found["columns"] == list(columns)
    assert [one["values"][0] for one in found["topics"]] == [
        measured.topics[one["topic_id"]]["infAP"] for one in found["topics"]
    ]
    assert found["means"][0] == pytest.approx(measured.mean["infAP"])
    assert set(found["differences"]) == set(columns) - {columns[-1], "best space"}
    if model is None:
        values = np.array([one["values"] for one in found["topics"]])
        test = paired_test(values[:, 0], values[:, 1], test="wilcoxon")
        assert found["differences"]["lpd"]["p"] == pytest.approx(test.p_value)


def test_curves_are_means_over_seeds(run, workspace) -> None:
    found = run(CurvesAgain({"both": ("lpd", "laff")}, "mAP"))["curves"]["both"]
    from lpd.services.training_curves import curve_points

    points = curve_points(workspace, ["lpd", "laff"])
    values = [one.value for one in points if (one.series, one.epoch) == ("mAP", 1)]
    assert found["epoch"][0] == 1
    assert found["seeds"][0] == len(values) == 2
    assert found["mean"][0] == pytest.approx(np.mean(values))
    assert found["high"][0] - found["low"][0] == pytest.approx(2 * np.std(values, ddof=1))


def test_places_on_a_map(run, workspace, engine) -> None:
    from lpd.services.maps import live_map

    shots = workspace.collection("inland").shot_ids[3:6]
    panel = MapPanel("lpd", "text:bow", built=False)
    found = run(MapAgain("inland", (panel,), tuple(shots)))["places"]["lpd/text:bow.pca"]
    points = live_map(engine, "text:bow").points[3:6]
    np.testing.assert_allclose([found[shot] for shot in shots], points)
    assert recipe_code(MapAgain("inland", (panel,))) is None


def test_a_reproduced_table_is_read(tmp_path) -> None:
    from lpd.workspace import create_workspace

    table = ResultTable("Table 4", "system", (Column("infAP"),), (Row("lpd", (Cell(0.25, 0.01),), "ours"),))
    path = create_workspace(tmp_path / "own").path
    (path / "reproduce" / "quick").mkdir(parents=True)
    (path / "reproduce" / "quick" / "table4.csv").write_text(to_csv(table), encoding="utf-8")
    found = numbers_of(TableAgain("table4", ("quick",)), path)
    [cell] = found["quick"]
    assert (cell["group"], cell["row"], cell["column"], cell["mean"]) == ("ours", "lpd", "infAP", 0.25)


def test_the_comparison_says_what_differs(demo_workspace, workspace, capsys) -> None:
    names: dict[str, Any] = {"numbers": {"a": [1, 2]}}
    exec(opening_code(demo_workspace), names)
    card = workspace.model_card("lpd")
    provenance = {"workspace": workspace.name, "model": "lpd", "model_digest": card.digest}
    exec(pinned_code({"a": [1, 2], "recipe": {}}, provenance), names)
    assert capsys.readouterr().out == "Same as pinned: 2 values.\n"
    exec(pinned_code({"a": [1, 3]}, {**provenance, "model_digest": "0123456789abcdef"}), names)
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == ["Not as pinned: 1 of 2 values differ.", "a 2: pinned 3, now 2"]
    assert told[2] == f"Model lpd is another one now: 01234567 then, {card.digest[:8]} now."
