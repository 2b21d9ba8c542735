import shutil

import pytest

from app.views.search import describe_words, find_topic, timing_line
from lpd.trec import Topic
from lpd.workspace import open_workspace

TOPICS = (Topic("1", "a dog"), Topic("2", "a  cat"), Topic("3", "a dog"))


@pytest.fixture
def topic(demo_workspace):
    workspace = open_workspace(demo_workspace)
    return workspace.edition(str(workspace.defaults["edition"])).topics[0]


def grid(test, component_data):
    (payload,) = component_data(test, "lpd_shot_grid")
    return payload


def test_without_a_query_the_page_says_what_to_do_and_offers_topics(open_view, demo_workspace, topic, texts):
    page = open_view(demo_workspace)
    assert not page.exception
    assert "What are you looking for?" in texts(page)
    page.button(key=f"suggested_{topic.topic_id}").click().run()
    assert page.text_input(key="q").value == topic.text


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
    assert "encode" in texts(page)
    assert "exact" in texts(page)


def test_a_judged_topic_shows_judgements_and_what_each_list_is_worth(
    open_view, demo_workspace, topic, component_data, texts
):
    page = open_view(demo_workspace, q=topic.text)
    payload = grid(page, component_data)
    assert f"topic {topic.topic_id} of" in texts(page)
    assert all(
        any(note.startswith("infAP ") or " infAP" in note for note in lane["notes"])
        for lane in payload["lanes"]
    )
    assert all(tile["judgement"] for lane in payload["lanes"] for tile in lane["tiles"])
    assert page.selectbox(key="topic_picked").value == topic.topic_id


def test_the_topic_picker_fills_the_box(open_view, demo_workspace, topic):
    page = open_view(demo_workspace, q="something else")
    assert page.selectbox(key="topic_picked").value is None
    page.selectbox(key="topic_picked").select(topic.topic_id).run()
    assert not page.exception
    assert page.text_input(key="q").value == topic.text


def test_unknown_words_are_named(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, q="a qwertz <b>dog</b>")
    assert not page.exception
    assert "“qwertz” (" in texts(page)
    assert "<b>dog" not in texts(page)


def test_a_shot_in_the_address_opens_its_detail(open_view, demo_workspace, topic, component_data):
    workspace = open_workspace(demo_workspace)
    collection = workspace.collection(str(workspace.defaults["collection"]))
    shot = collection.shot_ids[3]
    page = open_view(demo_workspace, q=topic.text, shot=shot)
    assert not page.exception
    (detail,) = component_data(page, "lpd_shot_detail")
    assert detail["picture"]["shot"] == shot
    assert len(detail["scores"]) == 1 + len(workspace.model_card(str(workspace.defaults["model"])).spaces)
    assert [one["shot"] for one in detail["neighbours"] if one["here"]] == [shot]
    for line in detail["weights"]["rows"]:
        assert sum(line["shares"]) == pytest.approx(1, abs=1e-4)
    assert grid(page, component_data)["selected"] == shot


def test_a_shot_that_is_not_there_is_told(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, q="a dog", shot="../../etc")
    assert not page.exception
    assert "has no shot" in texts(page)


def test_what_an_address_asks_for_and_is_not_here_is_told(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, q="a dog", model="gone", k="37")
    assert not page.exception
    assert "asked for model gone" in texts(page)
    assert "asked for k 37; the nearest step, 40" in texts(page)


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


def test_topics_are_found_by_their_text():
    assert find_topic("a dog", TOPICS).topic_id == "1"
    assert find_topic(" a   dog ", TOPICS, "3").topic_id == "3"
    assert find_topic("a cat", TOPICS).topic_id == "2"
    assert find_topic("a bird", TOPICS) is None
    assert find_topic("", TOPICS) is None


def test_words_under_the_box():
    assert describe_words({}, None, None, None) == "all words known"
    unknown = {"bow": ["foo"], "w2v": ["foo", "bar"]}
    assert (
        describe_words(unknown, None, None, None)
        == "not known to the text encoders: “foo” (bow, w2v), “bar” (w2v)"
    )
    words = describe_words({}, Topic("7", "x"), None, "tv21")
    assert words == "topic 7 of tv21 · no judgements for the shots searched · all words known"


def test_a_list_says_whether_it_is_exact(open_view, demo_workspace):
    from dataclasses import replace

    from app import resources
    from lpd.search import Exactness

    workspace = open_workspace(demo_workspace)
    names = (str(workspace.defaults["model"]), str(workspace.defaults["collection"]))
    result = resources.search(workspace, resources.Asked(*names, "a dog", None))
    assert timing_line(result, 3.2).endswith("fetch 3 ms · exact")
    steps = {"encode": 6.0, "search": 60.0, "scan": 41.0, "rerank": 12.0}
    approximate = Exactness("quantised", False, 0.9971, 64)
    line = timing_line(replace(result, exactness=approximate, timings_ms=steps, shots_searched=336_000), 3.2)
    assert line == (
        "encode 6 ms · search 60 ms (scan 41 ms, rerank 12 ms) over 336,000 · fetch 3 ms · "
        "approximate (8-bit codes, recall .9971 over 64 queries)"
    )
