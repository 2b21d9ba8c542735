"""The case study without a browser: lists, lanes, words, the ways on, and its states."""

import shutil

import pytest

from lpd.evaluation import evaluate_run
from lpd.workspace import open_workspace


@pytest.fixture
def edition(demo_workspace):
    workspace = open_workspace(demo_workspace)
    return workspace.edition(str(workspace.defaults["edition"]))


def lanes(test, component_data) -> list[dict]:
    (payload,) = component_data(test, "lpd_shot_grid")
    return payload["lanes"]


def test_runs_show_hits_and_misses_of_a_topic(open_view, demo_workspace, edition, component_data, texts):
    topic = edition.topics[0]
    page = open_view(demo_workspace, "topics", table="runs", case=topic.topic_id, k="20")
    assert not page.exception
    workspace = open_workspace(demo_workspace)
    qrels = workspace.qrels(edition.name)
    judgements = qrels.judgements(topic.topic_id)
    words = {1: "relevant", 0: "not", -1: "unjudged", None: "outside"}
    *lists, missed = lanes(page, component_data)
    assert [lane["name"] for lane in lists] == workspace.run_tags(edition.name)
    for lane in lists:
        run = workspace.run(edition.name, lane["name"])
        shots = run.topics[topic.topic_id].shot_ids[:20]
        assert [tile["shot"] for tile in lane["tiles"]] == shots
        assert [tile["judgement"] for tile in lane["tiles"]] == [words[judgements.get(one)] for one in shots]
        value = evaluate_run(run, qrels).topics[topic.topic_id]["infAP"]
        assert lane["notes"][0] == f"infAP {value:.3f}".replace(" 0.", " .")
    relevant = {shot for shot, grade in judgements.items() if grade > 0}
    found = {tile["shot"] for lane in lists for tile in lane["tiles"]}
    assert {tile["shot"] for tile in missed["tiles"]} <= relevant - found
    said = texts(page)
    assert topic.text in said
    assert "What the spaces of lpd did" in said
    assert "Its words in the training captions" in said


def test_spaces_show_their_lists(open_view, demo_workspace, edition, component_data):
    page = open_view(demo_workspace, "topics", case=edition.topics[1].topic_id)
    card = open_workspace(demo_workspace).model_card("lpd")
    assert [lane["name"] for lane in lanes(page, component_data)] == [
        "fused",
        *(space.name for space in card.spaces),
        "missed",
    ]


def test_words_are_counted_in_the_captions_that_the_model_learnt_from(
    open_view, demo_workspace, edition, component_data, texts
):
    from lpd.services.learnt_words import caption_word_counts, learnt_captions
    from lpd.text import tokenize
    from lpd.text.stop_words import STOP_WORDS

    workspace = open_workspace(demo_workspace)
    topic = edition.topics[0]
    page = open_view(demo_workspace, "topics", case=topic.topic_id)
    (captions,) = learnt_captions(workspace, "lpd").stages["training"]
    counts = caption_word_counts(workspace, captions)
    (table,) = component_data(page, "lpd_result_table")
    assert table["columns"][0]["label"] == f"training, of {counts.captions:,}"
    words = list(dict.fromkeys(tokenize(topic.text)))
    content = [word for word in words if word not in STOP_WORDS]
    assert [row["label"] for row in table["rows"]] == content
    function_words = [f"{word} {counts.of(word).captions:,}" for word in words if word in STOP_WORDS]
    assert f"function words: {', '.join(function_words)}" in texts(page)
    for row in table["rows"]:
        assert row["cells"][0]["text"] == f"{counts.of(row['label']).captions:,}"
    assert captions in texts(page)


def test_the_ways_lead_back_and_on(open_view, demo_workspace, edition, component_data):
    page = open_view(demo_workspace, "topics", order="id", case=edition.topics[0].topic_id)
    assert page.button(key="case_previous").disabled
    page.button(key="case_next").click().run()
    assert page.query_params["case"] == edition.topics[1].topic_id
    page.button(key="case_back").click().run()
    assert "case" not in page.query_params
    assert component_data(page, "lpd_topic_table")


def test_an_unknown_topic_is_told_and_the_table_shown(open_view, demo_workspace, component_data, texts):
    page = open_view(demo_workspace, "topics", case="no such topic")
    assert not page.exception
    assert "topic of the case study no such topic" in texts(page)
    assert component_data(page, "lpd_topic_table")


def test_runs_are_studied_without_a_model(open_view, changed_demo, edition, component_data, texts):
    shutil.rmtree(changed_demo / "models")
    page = open_view(changed_demo, "topics", table="runs", case=edition.topics[0].topic_id)
    assert not page.exception
    assert "It takes a model with an index of this collection" in texts(page)
    assert lanes(page, component_data)


def test_a_collection_without_pictures_shows_tiles_by_id(open_view, changed_demo, edition, component_data):
    import pandas as pd

    path = changed_demo / "collections" / edition.collection / "shots.parquet"
    shots = pd.read_parquet(path)
    shots["thumbnail"], shots["preview"] = None, None
    path.unlink()
    shots.to_parquet(path)
    page = open_view(changed_demo, "topics", table="runs", case=edition.topics[0].topic_id)
    assert not page.exception
    assert not any(tile["thumbnail"] for lane in lanes(page, component_data) for tile in lane["tiles"])


def test_a_shot_opens_in_the_case_study(open_view, demo_workspace, edition, component_data):
    topic = edition.topics[0].topic_id
    page = open_view(demo_workspace, "topics", table="runs", case=topic)
    shot = lanes(page, component_data)[0]["tiles"][0]["shot"]
    page = open_view(demo_workspace, "topics", table="runs", case=topic, shot=shot)
    assert not page.exception
    assert component_data(page, "lpd_shot_detail")


def test_captions_that_are_not_known_are_told_and_all_counted(
    open_view, changed_demo, edition, component_data, texts
):
    import json

    path = changed_demo / "models" / "lpd" / "config.json"
    config = json.loads(path.read_text())
    config["training"].pop("captions")
    path.unlink()
    path.write_text(json.dumps(config))
    page = open_view(changed_demo, "topics", table="runs", case=edition.topics[0].topic_id)
    assert not page.exception
    assert "It is not known which captions lpd learnt from; counted in every caption set here." in texts(page)
    (words,) = component_data(page, "lpd_result_table")
    heads = [column["label"].partition(",")[0] for column in words["columns"]]
    assert heads[:2] == open_workspace(changed_demo).caption_sets()
