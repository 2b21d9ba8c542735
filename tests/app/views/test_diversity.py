import json
import shutil

import numpy as np
import pytest

from app.diversity.comparison import overlap_of_lists
from lpd.diversity import mean_off_diagonal
from lpd.search import open_engine
from lpd.services.diversity import edition_diversity
from lpd.services.editions import edition_runs
from lpd.services.richness import model_richness
from lpd.workspace import open_workspace
from tests.app.views.diversity_page import charts, finished, heatmaps, printed, rows_of

PAIR = {"pair_model": "lpd", "pair_a": "text:bow", "pair_b": "video:colour"}


@pytest.fixture
def spaces(demo_workspace) -> list[str]:
    return [space.name for space in open_workspace(demo_workspace).model_card("lpd").spaces]


# --- heatmaps -----------------------------------------------------------------------------------------------


def test_every_model_has_a_heatmap_and_its_mean_is_the_one_of_the_library(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, "diversity", k="10")
    assert not page.exception
    workspace = open_workspace(demo_workspace)
    assert len(heatmaps(page)) == len(workspace.model_names())
    edition = workspace.edition(str(workspace.defaults["edition"]))
    for model in workspace.model_names():
        engine = open_engine(workspace, model=model, collection=edition.collection)
        mean = mean_off_diagonal(edition_diversity(engine, edition, k=10))
        assert f"mean off the diagonal {printed(mean)}" in texts(page)


def test_all_heatmaps_share_one_scale_and_the_model_of_the_sidebar_stands_last(open_view, demo_workspace):
    page = open_view(demo_workspace, "diversity")
    scales = [chart["layer"][0]["encoding"]["color"]["scale"] for chart in heatmaps(page)]
    assert all(scale == scales[0] and scale["domain"] == [0, 1] for scale in scales)
    models = {row["source"].split()[0] for row in rows_of(heatmaps(page)[-1], 0)}
    assert models == {"lpd"}


def test_a_number_says_where_it_is_from(open_view, demo_workspace):
    workspace = open_workspace(demo_workspace)
    page = open_view(demo_workspace, "diversity", models="lpd")
    (chart,) = heatmaps(page)
    digest = workspace.model_card("lpd").digest[:6]
    (source,) = {row["source"] for row in rows_of(chart, 0)}
    assert source.startswith(f"lpd {digest}, mean over ")
    assert source.endswith("of avs-inland, lists exact")
    (worth_source,) = {row["source"] for row in rows_of(chart, 2)}
    assert "qrels " in worth_source
    assert "depth 1000" in worth_source


@pytest.mark.parametrize("order", ["model", "cluster"])
def test_the_order_of_the_spaces_is_one_for_all_models(open_view, demo_workspace, spaces, order):
    models = ["lpd", "lpd-no-dcl"]
    page = open_view(demo_workspace, "diversity", space_order=order, models=models)
    assert not page.exception
    orders = [chart["layer"][0]["encoding"]["y"]["scale"]["domain"] for chart in heatmaps(page)]
    assert all(one == orders[0] for one in orders)
    assert sorted(orders[0]) == sorted(spaces)
    assert len(orders) == 2
    assert order == "cluster" or orders[0] == spaces


def test_models_can_be_chosen_and_an_unknown_one_is_told(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, "diversity", models="lpd")
    assert len(heatmaps(page)) == 1
    assert "which is not here" in texts(open_view(demo_workspace, "diversity", models="gone"))


def test_a_chart_has_words_for_those_who_do_not_see_it(open_view, demo_workspace):
    page = open_view(demo_workspace, "diversity", models="lpd")
    told = [element.proto.alt for element in page.get("vega_lite_chart")]
    assert told[0].startswith("Inter-space IoU at 20 of lpd, 9 by 9 cells, mean off the diagonal .")
    assert "most alike: " in told[0]
    assert "least alike: " in told[0]
    assert told[1].startswith("IoU against k, 20 marked: lpd from ")


# --- what the spaces are worth ------------------------------------------------------------------------------


def test_the_worth_of_the_spaces_is_that_of_the_library(open_view, demo_workspace, worth):
    page = finished(open_view(demo_workspace, "diversity", models="lpd", k="20"))
    assert not page.exception
    workspace = open_workspace(demo_workspace)
    edition = workspace.edition("avs-inland")
    engine = open_engine(workspace, model="lpd", collection="inland")
    qrels = workspace.qrels(edition.name, edition.default_qrels)
    richness = model_richness(engine, edition, qrels=qrels, k=20)
    rows = worth(page)
    assert rows["fused"]["infAP"] == printed(richness.inf_ap["fused"])
    for space in engine.card.spaces:
        row, loss = rows[space.name], richness.without[space.name] - richness.inf_ap["fused"]
        assert row["infAP"] == printed(richness.inf_ap[space.name])
        assert row["only here"] == str(richness.found_by_one[space.name])
        assert row["without it"] == ("+" if loss >= 0 else "−") + printed(abs(loss))
        assert row["α-nDCG"].startswith(".")
        assert row["looks"].startswith(".")


def test_re_ranked_lists_stand_beside_the_spaces_and_say_so(open_view, demo_workspace, worth, texts):
    page = finished(open_view(demo_workspace, "diversity", models="lpd", post="mmr@.5"))
    assert not page.exception
    (chart,) = heatmaps(page)
    assert chart["layer"][0]["encoding"]["y"]["scale"]["domain"][-1] == "mmr@.5"
    assert "mmr@.5" in worth(page)
    assert "MMR .5 without it" in worth(page)["text:bow"]
    assert "MMR, lambda .5, over 9 spaces of lpd: post-processing" in texts(page)
    workspace = open_workspace(demo_workspace)
    engine = open_engine(workspace, model="lpd", collection="inland")
    mean = mean_off_diagonal(edition_diversity(engine, workspace.edition("avs-inland"), k=20))
    assert f"mean off the diagonal {printed(mean)}" in texts(page)


def test_relevant_shots_of_one_space_alone_stand_in_its_row(open_view, demo_workspace, grids, worth):
    page = finished(open_view(demo_workspace, "diversity", models="lpd", k="5"))
    lanes = {lane["name"]: lane for lane in grids(page)["lanes"]["lanes"]}
    for name, row in worth(page).items():
        if name in lanes:
            count = int(row["only here"])
            assert len(lanes[name]["tiles"]) == min(count, 60)
            assert lanes[name]["notes"][0].split()[0] == str(count)
    tiles = [tile for lane in lanes.values() for tile in lane["tiles"]]
    assert tiles
    assert all(tile["judgement"] == "relevant" and tile["rank"] <= 5 and tile["note"] for tile in tiles)


def test_without_qrels_the_overlap_stands_and_the_worth_is_unknown(open_view, changed_demo, texts):
    shutil.rmtree(changed_demo / "editions" / "avs-inland" / "qrels")
    page = open_view(changed_demo, "diversity", models="lpd", edition="avs-inland")
    assert not page.exception
    (chart,) = heatmaps(page)
    assert len(chart["layer"]) == 2
    assert "infAP needs an edition with qrels" in texts(page)
    assert "Which shots are relevant is known with judgements, and there are none" in texts(page)


# --- the pair -----------------------------------------------------------------------------------------------


def test_a_pair_in_the_address_shows_both_lists(open_view, demo_workspace, spaces, grids, texts):
    asked = {"pair_model": "lpd", "pair_a": spaces[0], "pair_b": spaces[-1]}
    page = open_view(demo_workspace, "diversity", k="20", **asked)
    assert not page.exception
    assert page.selectbox(key="pair_a").value == spaces[0]
    payload = grids(page)["columns"]
    shared, first, second = (int(lane["title"].split("· ")[1]) for lane in payload["lanes"])
    assert shared + first == shared + second == 20
    assert f"IoU@20 {printed(shared / (shared + first + second), 2)}" in texts(page)
    assert "RBO ." in texts(page)


def test_every_shot_of_the_pair_has_its_rank_in_both_lists(open_view, demo_workspace, grids):
    workspace = open_workspace(demo_workspace)
    engine, edition = (
        open_engine(workspace, model="lpd", collection="inland"),
        workspace.edition("avs-inland"),
    )
    lists = [edition_runs(engine, edition)[name].topics for name in (PAIR["pair_a"], PAIR["pair_b"])]
    topic = edition.topics[0].topic_id
    ranks = [{shot: rank for rank, shot in enumerate(one[topic].shot_ids, start=1)} for one in lists]
    page = open_view(demo_workspace, "diversity", models="lpd", **PAIR)
    lanes = {lane["name"]: lane for lane in grids(page)["columns"]["lanes"]}
    for name, (own, other) in {"shared": (0, 1), "first": (0, 1), "second": (1, 0)}.items():
        for tile in lanes[name]["tiles"]:
            assert tile["rank"] == ranks[own][tile["shot"]]
            told = ranks[other].get(tile["shot"], "not")
            assert tile["note"].startswith(f"{told} there")
            assert tile["rank"] <= 20
            assert (name == "shared") == (told != "not" and told <= 20)


def test_choosing_two_spaces_without_a_mouse(open_view, demo_workspace, spaces, grids):
    page = open_view(demo_workspace, "diversity")
    assert "columns" not in grids(page)
    page.selectbox(key="pair_a").select(spaces[0])
    page.selectbox(key="pair_b").select(spaces[1]).run()
    assert not page.exception
    assert "columns" in grids(page)
    chosen = [row for chart in heatmaps(page) for row in rows_of(chart, 0) if row["chosen"]]
    assert [(row["row"], row["column"]) for row in chosen] == [(spaces[0], spaces[1])]
    assert len(rows_of(charts(page)[-1], 1)) == 16 * 4  # three models and the pair, at every step of k


def test_a_topic_of_the_pair_is_in_the_address(open_view, demo_workspace, spaces):
    workspace = open_workspace(demo_workspace)
    topic = workspace.edition(str(workspace.defaults["edition"])).topics[-1]
    page = open_view(demo_workspace, "diversity", pair_topic=topic.topic_id, **PAIR)
    assert not page.exception
    assert page.selectbox(key="pair_topic_box").value == topic.topic_id


def test_the_fused_list_can_be_one_of_the_pair(open_view, demo_workspace, grids):
    page = open_view(demo_workspace, "diversity", post="fused", **(PAIR | {"pair_b": "fused"}))
    assert not page.exception
    titles = [lane["title"].split(" · ")[0] for lane in grids(page)["columns"]["lanes"]]
    assert titles == ["shared", "only bow", "only fused"]


def test_a_shot_of_a_list_opens_with_its_topic(open_view, demo_workspace, grids, component_data):
    page = open_view(demo_workspace, "diversity", models="lpd", **PAIR)
    shot = grids(page)["columns"]["lanes"][1]["tiles"][0]["shot"]
    page = open_view(demo_workspace, "diversity", models="lpd", shot=shot, **PAIR)
    assert not page.exception
    assert len(component_data(page, "lpd_shot_detail")) == 1


# --- one query ----------------------------------------------------------------------------------------------


def test_one_query_instead_of_an_edition(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, "diversity", over="one query")
    assert not page.exception
    assert "Which query?" in texts(page)
    page.text_input(key="q").set_value("a dog").run()
    assert not page.exception
    assert len(heatmaps(page)) == 3
    assert "this query is no judged topic" in texts(page)
    engine = open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")
    subset = open_workspace(demo_workspace).edition("avs-inland").subset
    result = engine.search("a dog", depth=20, subset=subset)
    tops = [set(result.lists[space].rows.tolist()) for space in engine.spaces]
    overlap = np.array([[len(one & other) / len(one | other) for other in tops] for one in tops])
    assert f"mean off the diagonal {printed(mean_off_diagonal(overlap))}" in texts(page)


def test_words_that_no_encoder_knows_are_named(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, "diversity", over="one query", q="a dog by a zorblax", models="lpd")
    assert "“zorblax” not known to any text encoder" in texts(page)
    page = open_view(demo_workspace, "diversity", over="one query", q="a dog", models="lpd")
    assert "not known" not in texts(page)


def test_a_query_that_is_a_judged_topic_has_its_worth(open_view, demo_workspace, worth, grids):
    workspace = open_workspace(demo_workspace)
    topic = workspace.edition("avs-inland").topics[0]
    page = finished(open_view(demo_workspace, "diversity", over="one query", q=topic.text, models="lpd"))
    assert not page.exception
    assert worth(page)["fused"]["infAP"].startswith((".", "1", "0"))
    for lane in grids(page)["lanes"]["lanes"]:
        assert all(tile["note"].startswith(topic.topic_id) for tile in lane["tiles"])
    assert page.selectbox(key="topic_picked").value == topic.topic_id


def test_hostile_queries_show_as_text(open_view, demo_workspace, texts):
    for query in ("<img src=x onerror=alert(1)>", "\u202eكلب 🐕", "x" * 3000):
        page = open_view(demo_workspace, "diversity", over="one query", q=query, models="lpd")
        assert not page.exception
        assert "<img" not in texts(page)


# --- states -------------------------------------------------------------------------------------------------


def test_without_an_index_the_page_says_the_command(open_view, changed_demo, texts):
    shutil.rmtree(changed_demo / "indexes")
    page = open_view(changed_demo, "diversity")
    assert not page.exception
    assert "lpd index --model" in texts(page)


def test_a_stale_index_is_told_in_its_card_and_the_others_are_drawn(open_view, changed_demo):
    manifest = changed_demo / "indexes" / "laff@inland" / "manifest.json"
    document = json.loads(manifest.read_text())
    document["made_from"]["model"] = "0" * 16
    manifest.unlink()
    manifest.write_text(json.dumps(document))
    page = open_view(changed_demo, "diversity")
    assert not page.exception
    assert len(heatmaps(page)) == 2
    (error,) = page.error
    assert "lpd index --model laff --collection inland" in error.value.replace("\\", "")


def test_a_subset_without_shots_is_told(open_view, changed_demo, texts):
    subsets = changed_demo / "collections" / "inland" / "subsets"
    subsets.mkdir(exist_ok=True)
    (subsets / "nothing.txt").write_text("")
    page = open_view(changed_demo, "diversity", over="one query", q="a dog", subset="nothing", models="lpd")
    assert not page.exception
    assert "no ids" in page.error[0].value.replace("\\", "")


def test_a_missing_encoder_is_named(open_view, changed_demo):
    for folder in (changed_demo / "models").glob("*/text_encoders"):
        shutil.rmtree(folder)
    page = open_view(changed_demo, "diversity", models="lpd", over="one query", q="a dog on a hill")
    assert not page.exception
    assert "encoder" in page.error[0].value


def test_shots_without_pictures_are_shown(open_view, changed_demo, grids):
    shutil.rmtree(changed_demo / "collections" / "inland" / "media")
    page = open_view(changed_demo, "diversity", models="lpd", **PAIR)
    assert not page.exception
    assert grids(page)["columns"]["lanes"][1]["tiles"]


def test_the_curves_are_the_overlap_at_every_step(open_view, demo_workspace):
    page = open_view(demo_workspace, "diversity", models="lpd")
    workspace = open_workspace(demo_workspace)
    engine, edition = (
        open_engine(workspace, model="lpd", collection="inland"),
        workspace.edition("avs-inland"),
    )
    runs, ids = edition_runs(engine, edition), [topic.topic_id for topic in edition.topics]
    curve = overlap_of_lists(runs, engine.spaces, topic_ids=ids, cutoffs=[5, 1000])
    found = {row["k"]: row["iou"] for row in rows_of(charts(page)[-1], 1)}
    assert found[5] == pytest.approx(curve.mean[0], abs=1e-12)
    assert found[1000] == pytest.approx(curve.mean[1], abs=1e-12)
