"""Controls of the Search page that change its lists: filters, folding, layouts; and all controls at once."""

import numpy as np
import pytest

from lpd.search import QueryForm
from lpd.workspace import open_workspace

QUERY = "a dog in the water"


def everywhere(open_view, demo_workspace, **parameters):
    return open_view(demo_workspace, subset="all shots", **{"q": QUERY, **parameters})


# --- filters ------------------------------------------------------------------------------------------------


def test_videos(open_view, demo_workspace, lanes, engine):
    page = everywhere(open_view, demo_workspace)
    videos = engine.collection.shots["video_id"]
    page.multiselect(key="search_videos").set_value([videos.iat[0]]).run()
    assert page.query_params["videos"] == videos.iat[0]
    rows = engine.collection.rows(lanes(page)["fused"])
    assert set(videos.iloc[rows]) == {videos.iat[0]}


def test_a_video_that_is_not_there_is_told(open_view, demo_workspace):
    page = everywhere(open_view, demo_workspace, videos="nothing")
    assert not page.exception
    assert "no such video" in page.error[0].value


def test_a_span_of_time(open_view, demo_workspace, lanes, engine):
    page = everywhere(open_view, demo_workspace)
    page.number_input(key="search_from").set_value(2.0).run()
    page.number_input(key="search_to").set_value(5.0).run()
    assert (page.query_params["from"], page.query_params["to"]) == ("2", "5")
    starts = engine.collection.shots["start_s"].to_numpy()[engine.collection.rows(lanes(page)["fused"])]
    assert ((starts >= 2) & (starts <= 5)).all()


def test_an_impossible_span_is_told_and_can_be_taken_away(open_view, demo_workspace, lanes):
    page = everywhere(open_view, demo_workspace, **{"from": "9", "to": "1"})
    assert "impossible span of time" in page.error[0].value
    page.button(key="part_0").click().run()
    assert lanes(page)


def test_a_lowest_score(open_view, demo_workspace, component_data, notes):
    page = everywhere(open_view, demo_workspace)
    page.number_input(key="search_min").set_value(0.3).run()
    assert page.query_params["min"] == "0.3"
    (payload,) = component_data(page, "lpd_shot_grid")
    shown = [float(tile["similarity"]) for lane in payload["lanes"] for tile in lane["tiles"]]
    assert all(similarity >= 0.3 for similarity in shown)
    assert "score from .3" in notes(page)["fused"]
    assert "below" in notes(page)["fused"]


def test_judged_shots_are_hidden(open_view, demo_workspace, lanes, component_data):
    workspace = open_workspace(demo_workspace)
    edition = workspace.edition(str(workspace.defaults["edition"]))
    topic = edition.topics[0]
    pooled = next(name for name in edition.qrels_names if "pool" in name)
    page = open_view(demo_workspace, q=topic.text, qrels=pooled)
    page.pills(key="search_hide").set_value(["judged"]).run()
    assert page.query_params["hide"] == "judged"
    judged = workspace.qrels(edition.name, pooled).judgements(topic.topic_id)
    assert 0 < sum(relevance >= 0 for relevance in judged.values()) < len(workspace.collection("inland"))
    assert not any(judged.get(shot, -1) >= 0 for shots in lanes(page).values() for shot in shots)


def test_seen_shots_are_hidden(open_view, demo_workspace, lanes):
    page = everywhere(open_view, demo_workspace)
    first = lanes(page)
    page.button(key="call_seen").click().run()
    page.pills(key="search_hide").set_value(["seen"]).run()
    seen = {shot for shots in first.values() for shot in shots}
    assert not seen & {shot for shots in lanes(page).values() for shot in shots}


def test_filtered_lists_are_not_measured(open_view, demo_workspace, notes):
    workspace = open_workspace(demo_workspace)
    topic = workspace.edition(str(workspace.defaults["edition"])).topics[0]
    page = open_view(demo_workspace, q=topic.text)
    assert "infAP" in notes(page)["fused"]
    page.number_input(key="search_from").set_value(0.0).run()
    assert "infAP" not in notes(page)["fused"]


# --- after the search ---------------------------------------------------------------------------------------


def test_re_ranking_is_labelled(open_view, demo_workspace, lanes, notes, texts):
    page = everywhere(open_view, demo_workspace)
    before = lanes(page)["fused"]
    page.segmented_control(key="search_rerank").set_value("mmr").run()
    assert page.query_params["rerank"] == "mmr@0.7"
    page.slider(key="search_lambda").set_value(0.2).run()
    page.selectbox(key="search_rerank_by").set_value("colour").run()
    assert page.query_params["rerank"] == "mmr@0.2@colour"
    assert lanes(page)["fused"] != before
    assert "MMR, lambda .2, over video feature colour: post-processing" in texts(page)
    assert all("post-processing: MMR .2" in told for told in notes(page).values())
    page.segmented_control(key="search_rerank").set_value("xquad").run()
    assert page.query_params["rerank"] == "xquad@0.5"
    assert "post-processing: xQuAD .5" in notes(page)["text:bow"]
    page.segmented_control(key="search_rerank").set_value("none").run()
    assert "rerank" not in page.query_params
    assert lanes(page)["fused"] == before


def test_near_duplicates_are_folded(open_view, demo_workspace, notes, component_data):
    page = everywhere(open_view, demo_workspace)
    page.toggle(key="search_fold").set_value(True).run()
    assert page.query_params["fold"] == "spaces@0.95"
    page.selectbox(key="search_fold_by").set_value("colour").run()
    page.slider(key="search_fold_from").set_value(0.9).run()
    assert page.query_params["fold"] == "colour@0.9"
    assert "post-processing: folded from .9" in notes(page)["fused"]
    (payload,) = component_data(page, "lpd_shot_grid")
    assert any(tile["members"] for lane in payload["lanes"] for tile in lane["tiles"])


def test_the_best_of_each_video(open_view, demo_workspace, lanes, engine):
    page = everywhere(open_view, demo_workspace)
    page.toggle(key="search_best").set_value(True).run()
    assert page.query_params["best"] == "video"
    rows = engine.collection.rows(lanes(page)["fused"])
    assert engine.collection.shots["video_id"].iloc[rows].is_unique


def test_what_shots_cannot_be_compared_by_is_told(open_view, demo_workspace):
    page = everywhere(open_view, demo_workspace, fold="nothing@.9")
    assert not page.exception
    assert "nothing" in page.error[0].value


# --- view ---------------------------------------------------------------------------------------------------


def test_layouts(open_view, demo_workspace, component_data):
    page = everywhere(open_view, demo_workspace, k="75")
    page.segmented_control(key="search_layout").set_value("grid").run()
    assert page.query_params["layout"] == "grid"
    (payload,) = component_data(page, "lpd_shot_grid")
    assert payload["layout"] == "grid"
    assert [len(lane["tiles"]) for lane in payload["lanes"]] == [75]
    page.multiselect(key="search_lanes").set_value(["video:colour"]).run()
    assert page.query_params["lane"] == "video:colour"
    page.segmented_control(key="search_layout").set_value("two").run()
    (payload,) = component_data(page, "lpd_shot_grid")
    assert payload["layout"] == "columns"
    assert len(payload["lanes"]) == 2


def test_lists_shown_leave_the_fused_score_alone(open_view, demo_workspace, lanes):
    page = everywhere(open_view, demo_workspace)
    before = lanes(page)
    page.multiselect(key="search_lanes").set_value(["fused", "video:colour"]).run()
    assert page.query_params["lane"] == ["fused", "video:colour"]
    assert lanes(page) == {name: before[name] for name in ("fused", "video:colour")}


def test_spaces_searched_make_the_fused_score(open_view, demo_workspace, lanes, notes, expected):
    page = everywhere(open_view, demo_workspace)
    page.pills(key="search_spaces").set_value(["text:bow", "video:colour"]).run()
    spaces = ["text:bow", "video:colour"]
    assert page.query_params["spaces"] == spaces
    assert lanes(page) == {
        name: expected(QueryForm((QUERY,)), name=name, spaces=spaces) for name in ("fused", *spaces)
    }
    assert "mean of 2 of 9 spaces" in notes(page)["fused"]


# --- the whole ----------------------------------------------------------------------------------------------


def test_an_address_with_everything_opens_the_same(open_view, demo_workspace, lanes, engine):
    everything = {
        "also": "a boat",
        "without": "grass",
        "strength": "0.2",
        "rel": engine.shot_ids[3],
        "weights": "text:bow=0.5",
        "spaces": ["text:bow", "video:colour", "video:shape"],
        "from": "1",
        "min": "0.01",
        "fold": "colour@0.95",
        "best": "video",
        "rerank": "mmr@0.6",
        "lane": ["fused", "video:shape"],
    }
    page = everywhere(open_view, demo_workspace, **everything)
    first = lanes(page)
    assert list(first) == ["fused", "video:shape"]
    again = everywhere(open_view, demo_workspace, **everything)
    assert lanes(again) == first
    assert {name: again.query_params[name] for name in everything} == everything


def test_history_asks_again(open_view, demo_workspace, lanes):
    page = everywhere(open_view, demo_workspace, without="grass")
    first = lanes(page)
    page.text_input(key="q").set_value("a cat").run()
    page.button(key="part_0").click().run()
    labels = [button.label for button in page.button if (button.key or "").startswith("history_session")]
    assert labels == ["a cat", r"a cat\; without grass", r"a dog in the water\; without grass"]
    page.button(key="history_session_2").click().run()
    assert page.query_params["without"] == "grass"
    assert lanes(page) == first


def test_everything_on_the_page_can_be_taken_away(open_view, demo_workspace, engine):
    page = everywhere(open_view, demo_workspace, rerank="mmr@.5")
    labels = [element.label for element in page.get("download_button")]
    assert any("CSV" in label for label in labels)
    assert any("parquet" in label for label in labels)
    assert any("LaTeX" in label for label in labels)
    assert any("Markdown" in label for label in labels)
    assert any("TREC run" in label for label in labels)
    assert any("Python" in label for label in labels)
    assert not any("XML" in label for label in labels)


def test_numbers_of_the_popovers_are_those_of_the_address(open_view, demo_workspace):
    page = everywhere(
        open_view, demo_workspace, then="a boat", within="7", strength="0.4", without="x", min="-0.5"
    )
    assert page.number_input(key="search_within").value == 7
    assert page.slider(key="search_strength").value == pytest.approx(0.4)
    assert page.number_input(key="search_min").value == pytest.approx(-0.5)
    assert page.number_input(key="search_from").value is None
    assert np.isfinite(page.slider(key="search_weight_text:bow").value)
