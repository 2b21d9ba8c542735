import os
import re
import shutil
import stat
from dataclasses import replace

import pytest

from app.lanes import Judged
from app.views.search.answer import timing_line
from app.views.search.box import topic_words
from app.views.topic_picker import find_topic
from lpd.trec import Topic
from lpd.workspace import open_workspace

TOPICS = (Topic("1", "a dog"), Topic("2", "a  cat"), Topic("3", "a dog"))
HOSTILE = "<img src=x onerror=alert(1)> \u202eabc \x00 🙂 " + "long " * 60


def grid(test, component_data):
    (payload,) = component_data(test, "lpd_shot_grid")
    return payload


@pytest.fixture
def topic(demo_workspace):
    workspace = open_workspace(demo_workspace)
    return workspace.edition(str(workspace.defaults["edition"])).topics[0]


@pytest.fixture
def shot(demo_workspace):
    return open_workspace(demo_workspace).collection("inland").shot_ids[3]


# --- the way in ---------------------------------------------------------------------------------------------


def test_without_a_query_the_page_says_what_to_do_and_offers_topics(open_view, demo_workspace, topic, texts):
    page = open_view(demo_workspace)
    assert not page.exception
    assert "What are you looking for?" in texts(page)
    page.button(key=f"suggested_{topic.topic_id}").click().run()
    assert page.text_input(key="q").value == topic.text
    assert page.query_params["topic"] == topic.topic_id


def test_a_query_brings_the_fused_lane_and_one_per_space(open_view, demo_workspace, component_data, texts):
    page = open_view(demo_workspace)
    page.text_input(key="q").set_value("a dog in the water").run()
    assert not page.exception
    payload = grid(page, component_data)
    workspace = open_workspace(demo_workspace)
    card = workspace.model_card(str(workspace.defaults["model"]))
    assert [lane["name"] for lane in payload["lanes"]] == ["fused", *(space.name for space in card.spaces)]
    assert all(
        len(lane["tiles"]) == 20 and all(tile["thumbnail"] for tile in lane["tiles"])
        for lane in payload["lanes"]
    )
    assert payload["marker"] == "a dog in the water"
    assert set(payload["events"]) == {"mark", "like", "unfold"}
    assert "shots searched · exact" in texts(page)
    (timings,) = component_data(page, "lpd_timings")
    assert timings["marker"] == "a dog in the water"
    assert timings["text"].startswith("encode ")
    assert " over " in timings["text"]


def test_a_judged_topic_shows_judgements_and_what_each_list_is_worth(
    open_view, demo_workspace, topic, component_data, texts
):
    page = open_view(demo_workspace, q=topic.text)
    payload = grid(page, component_data)
    assert f"topic {topic.topic_id} of" in texts(page)
    assert all(
        any(note.startswith("infAP\N{NO-BREAK SPACE}") for note in lane["notes"]) for lane in payload["lanes"]
    )
    assert all(tile["judgement"] for lane in payload["lanes"] for tile in lane["tiles"])
    assert page.selectbox(key="topic_picked").value == topic.topic_id


def test_the_topic_picker_fills_the_box(open_view, demo_workspace, topic):
    page = open_view(demo_workspace, q="something else", also="or this", like="gone")
    assert page.selectbox(key="topic_picked").value is None
    page.selectbox(key="topic_picked").select(topic.topic_id).run()
    assert not page.exception
    assert page.text_input(key="q").value == topic.text
    assert "also" not in page.query_params
    assert "like" not in page.query_params


def test_unknown_words_are_named(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, q="a qwertz <b>dog</b>")
    assert not page.exception
    assert "“qwertz”" in texts(page)
    assert " not known to " in texts(page)
    assert "all words known" not in texts(page)
    assert "<b>dog" not in texts(page)


def test_a_query_of_unknown_words_alone_says_that_its_lists_say_nothing(
    open_view, demo_workspace, texts, component_data
):
    page = open_view(demo_workspace, q="qwertz zxcvb")
    assert not page.exception
    assert "No text encoder knows “qwertz”, “zxcvb”: the lists say nothing about this query." in texts(page)
    assert grid(page, component_data)["lanes"]


def test_the_first_screen_offers_pictures_to_begin_with(open_view, demo_workspace, component_data, texts):
    payload = grid(open_view(demo_workspace), component_data)
    (lane,) = payload["lanes"]
    assert len(lane["tiles"]) == 16
    assert all(tile["thumbnail"] and not tile["rank"] for tile in lane["tiles"])
    assert len({tile["shot"] for tile in lane["tiles"]}) == 16


@pytest.mark.parametrize("name", ["q", "also", "without", "then"])
def test_hostile_texts_are_shown_as_text(open_view, demo_workspace, texts, component_data, name):
    page = open_view(demo_workspace, **{"q": "a dog", name: HOSTILE})
    assert not page.exception
    assert not page.error
    assert grid(page, component_data)["lanes"]
    assert "<img" not in texts(page)
    assert not any(re.search(r"(?<!\\)<", button.label) for button in page.button)


# --- the open shot ------------------------------------------------------------------------------------------


def test_a_shot_in_the_address_opens_its_detail(open_view, demo_workspace, topic, shot, component_data):
    workspace = open_workspace(demo_workspace)
    page = open_view(demo_workspace, q=topic.text, shot=shot)
    assert not page.exception
    (detail,) = component_data(page, "lpd_shot_detail")
    assert detail["picture"]["shot"] == shot
    assert len(detail["scores"]) == 1 + len(workspace.model_card(str(workspace.defaults["model"])).spaces)
    assert [one["shot"] for one in detail["neighbours"] if one["here"]] == [shot]
    assert detail["events"] == ["mark", "like"]
    for line in detail["weights"]["rows"]:
        assert sum(line["shares"]) == pytest.approx(1, abs=1e-4)
    assert grid(page, component_data)["selected"] == shot


def test_a_shot_that_was_opened_was_seen(open_view, demo_workspace, component_data):
    page = open_view(demo_workspace, q="a dog")
    first = grid(page, component_data)["lanes"][0]["tiles"][0]
    assert not first["seen"]
    page.query_params["shot"] = first["shot"]
    page.run()
    del page.query_params["shot"]
    page.run()
    assert grid(page, component_data)["lanes"][0]["tiles"][0]["seen"]
    page.button(key="call_seen").click().run()
    assert all(tile["seen"] for lane in grid(page, component_data)["lanes"] for tile in lane["tiles"])


def test_a_detail_of_some_spaces_tells_of_these(open_view, demo_workspace, shot, component_data):
    page = open_view(demo_workspace, q="a dog", spaces="text:bow", shot=shot)
    assert not page.exception
    (detail,) = component_data(page, "lpd_shot_detail")
    assert [score["space"] for score in detail["scores"]] == ["", "text:bow"]


def test_a_shot_that_is_not_there_is_told(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, q="a dog", shot="../../etc")
    assert not page.exception
    assert "has no shot" in texts(page)


# --- states -------------------------------------------------------------------------------------------------


def test_what_an_address_asks_for_and_is_not_here_is_told(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, q="a dog", model="gone", k="37", layout="table", strength="<b>")
    assert not page.exception
    assert "asked for model gone" in texts(page)
    assert "asked for k 37; the nearest step, 40" in texts(page)
    assert "asked for layout of the lists table" in texts(page)
    assert "&lt;b&gt;: that is no number" in texts(page)


def test_a_collection_without_pictures_shows_tiles_by_id(open_view, changed_demo, component_data):
    workspace = open_workspace(changed_demo)
    name = str(workspace.defaults["collection"])
    folder = workspace.collection_folder(name)
    table = workspace.collection(name).shots.assign(thumbnail=None, preview=None)
    (folder / "shots.parquet").unlink()
    table.to_parquet(folder / "shots.parquet")
    page = open_view(changed_demo, q="a dog")
    assert not page.exception
    tiles = [tile for lane in grid(page, component_data)["lanes"] for tile in lane["tiles"]]
    assert tiles
    assert not any(tile["thumbnail"] or tile["preview"] for tile in tiles)
    first = open_view(changed_demo)
    assert not first.exception
    assert component_data(first, "lpd_shot_grid") == []


def test_a_workspace_without_models_says_what_to_do(open_view, changed_demo, texts):
    shutil.rmtree(changed_demo / "models")
    page = open_view(changed_demo, q="a dog")
    assert not page.exception
    assert "No model yet" in texts(page)
    assert "lpd train" in texts(page)


def test_a_model_without_index_is_one_message_with_the_command(open_view, changed_demo):
    shutil.rmtree(changed_demo / "indexes")
    page = open_view(changed_demo, q="a dog")
    assert not page.exception
    (error,) = page.error
    assert r"lpd index \-\-model" in error.value


def test_a_damaged_index_is_one_message(open_view, changed_demo):
    for manifest in (changed_demo / "indexes").glob("*/manifest.json"):
        manifest.unlink()
        manifest.write_text("{")
    page = open_view(changed_demo, q="a dog")
    assert not page.exception
    assert len(page.error) == 1


def test_a_stale_index_is_named(open_view, changed_demo):
    workspace = open_workspace(changed_demo)
    folder = workspace.collection_folder("inland")
    table = workspace.collection("inland").shots.iloc[::-1].reset_index(drop=True)
    (folder / "shots.parquet").unlink()
    table.to_parquet(folder / "shots.parquet")
    page = open_view(changed_demo, q="a dog")
    assert not page.exception
    (error,) = page.error
    assert r"lpd index \-\-model lpd" in error.value


def test_an_absent_encoder_is_named_and_topics_are_offered(
    open_view, changed_demo, topic, texts, component_data
):
    shutil.rmtree(changed_demo / "models" / "lpd" / "text_encoders" / "bow")
    page = open_view(changed_demo, q="a dog that is no topic")
    assert not page.exception
    (error,) = page.error
    assert "bow" in error.value
    assert "topics with computed text features still work" in texts(page)
    page.button(key=f"suggested_{topic.topic_id}").click().run()
    assert not page.exception
    assert not page.error
    assert grid(page, component_data)["lanes"]


def test_pairs_that_are_not_there_are_told(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, **{"q": "a dog", "then": "a boat", "from": "1e6"})
    assert not page.exception
    assert not page.error
    assert "No shot is followed by another one within 30 s" in texts(page)


def test_filters_that_nothing_fulfils_are_told(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, **{"q": "a dog", "from": "1e6"})
    assert not page.exception
    assert "No shot fulfils all filters" in texts(page)
    page.button(key="part_0").click().run()
    assert "No shot fulfils" not in texts(page)
    assert "from" not in page.query_params


def test_a_read_only_workspace_is_searched(open_view, demo_workspace, tmp_path, component_data):
    copy = tmp_path / "w" / "read-only"
    shutil.copytree(demo_workspace, copy, copy_function=os.link)
    copy.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        page = open_view(copy, q="a dog")
        assert not page.exception
        assert grid(page, component_data)["lanes"]
    finally:
        copy.chmod(stat.S_IRWXU)


# --- words --------------------------------------------------------------------------------------------------


def test_topics_are_found_by_their_text():
    assert find_topic("a dog", TOPICS).topic_id == "1"
    assert find_topic(" a   dog ", TOPICS, "3").topic_id == "3"
    assert find_topic("a cat", TOPICS).topic_id == "2"
    assert find_topic("a bird", TOPICS) is None
    assert find_topic("", TOPICS) is None


def test_words_of_a_topic():
    assert topic_words(None, None, None) == []
    unjudged = topic_words(Topic("7", "x"), None, "tv21")
    assert unjudged == ["topic 7 of tv21", "no judgements for the shots searched"]
    judged = Judged({"s1": 1, "s2": 0, "s3": 1}, {})
    assert topic_words(Topic("7", "x"), judged, "tv21") == ["topic 7 of tv21", "2 judged relevant"]


def test_the_time_of_every_step_is_told(demo_workspace):
    from app import resources

    workspace = open_workspace(demo_workspace)
    result = resources.search(workspace, resources.Asked("lpd", "inland", "a dog", None))
    steps = {"encode": 6.0, "search": 60.0, "scan": 41.0, "rerank": 12.0}
    line = timing_line(replace(result, timings_ms=steps, shots_searched=336_000), 3.2)
    assert line == "encode 6 ms · search 60 ms (scan 41 ms, rerank 12 ms) over 336,000 · fetch 3 ms"
