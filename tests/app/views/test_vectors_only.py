"""The pages with a model of which only vectors of shots and topics are here."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from lpd.embeddings import write_embeddings
from lpd.services.importing.embeddings import Asked, import_embeddings
from lpd.services.indexing import index_collection
from lpd.workspace import Workspace, open_workspace
from tests.lpd.brought_vectors import export_vectors

EDITION = "avs-inland"


@pytest.fixture(scope="module")
def workspace(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo with the vectors of its model lpd as a model `brought`; pages only read it."""
    folder = tmp_path_factory.mktemp("brought")
    shutil.copytree(demo_workspace, folder / "workspaces" / "w", copy_function=os.link)
    opened = open_workspace(folder / "workspaces" / "w")
    source = export_vectors(opened, folder / "vectors", model="lpd", edition=EDITION)
    import_embeddings(opened, source, asked=Asked("brought", "inland"))
    index_collection(opened, "brought", "inland", device="cpu")
    return opened


def test_search_offers_topics_and_says_what_free_text_would_need(open_view, workspace, texts, component_data):
    page = open_view(workspace.path, model="brought", collection="inland")
    assert not page.exception
    assert "Model brought is here as vectors only: topics of avs-inland can be searched" in texts(page)
    assert "free text needs its checkpoint (lpd import checkpoint FILE --name brought)" in texts(page)
    assert "vectors · 9 spaces" in texts(page)
    topic = workspace.edition(EDITION).topics[1]
    page.button(key=f"suggested_{topic.topic_id}").click().run()
    assert not page.exception
    (payload,) = component_data(page, "lpd_shot_grid")
    lanes = [lane["name"] for lane in payload["lanes"]]
    assert lanes == ["fused", *(space.name for space in workspace.model_card("brought").spaces)]
    assert "by the topic's vectors".replace("'", "&#x27;") in texts(page)
    assert "all words known" not in texts(page)


def test_a_topic_may_be_asked_by_its_number(open_view, workspace, component_data, texts):
    topic = workspace.edition(EDITION).topics[0]
    shown = []
    for query in (topic.topic_id, topic.text):
        page = open_view(workspace.path, model="brought", collection="inland", q=query)
        assert not page.exception
        assert f"topic {topic.topic_id} of {EDITION}" in texts(page)
        (payload,) = component_data(page, "lpd_shot_grid")
        shown.append([[tile["shot"] for tile in lane["tiles"]] for lane in payload["lanes"]])
        assert all(any(note.startswith("infAP") for note in lane["notes"]) for lane in payload["lanes"])
    assert shown[0] == shown[1]


@pytest.mark.parametrize("parts", [{"q": "any text"}, {"also": "any text"}, {"without": "any text"}], ids=str)
def test_free_text_is_refused_and_topics_are_offered(open_view, workspace, texts, parts):
    topic = workspace.edition(EDITION).topics[0]
    page = open_view(workspace.path, **{"model": "brought", "collection": "inland", "q": topic.text, **parts})
    assert not page.exception
    (error,) = page.error
    told = error.value.replace("\\", "")
    assert "vectors only, without its weights, so this text cannot be searched" in told
    assert "lpd import checkpoint FILE --name brought" in told
    assert "These can be searched:" in texts(page)
    page.button(key=f"suggested_{topic.topic_id}").click().run()
    assert not page.exception
    assert page.text_input(key="q").value == topic.text


def test_weights_marks_and_more_like_this_need_no_text(open_view, workspace, component_data):
    topic = workspace.edition(EDITION).topics[0]
    shots = workspace.collection("inland").shot_ids
    for parts in (
        {"q": topic.text, "weights": "text:bow=0"},
        {"q": topic.text, "rel": shots[0], "nrel": shots[1]},
        {"like": shots[2]},
    ):
        page = open_view(workspace.path, model="brought", collection="inland", **parts)
        assert not page.exception
        assert not page.error
        assert component_data(page, "lpd_shot_grid")


def test_the_detail_says_why_it_knows_no_fusion_weights(open_view, workspace, component_data, texts):
    topic, shot = workspace.edition(EDITION).topics[0], workspace.collection("inland").shot_ids[3]
    page = open_view(workspace.path, model="brought", collection="inland", q=topic.text, shot=shot)
    assert not page.exception
    (detail,) = component_data(page, "lpd_shot_detail")
    assert detail["weights"] is None
    assert "No fusion weights: model brought is here as vectors only" in texts(page)


@pytest.mark.parametrize("page", ["compare", "diversity", "topics"])
def test_pages_over_topics_work(open_view, workspace, texts, page):
    topic = workspace.edition(EDITION).topics[0]
    query = {"q": topic.text} if page == "compare" else {}
    shown = open_view(workspace.path, page, model="brought", collection="inland", **query)
    assert not shown.exception
    assert not shown.error


def test_an_edition_without_vectors_is_told_with_the_command(open_view, workspace, tmp_path, texts):
    told = "It has no vectors of the topics of avs-inland: lpd import embeddings FOLDER --model brought "
    assert told not in texts(open_view(workspace.path, model="brought", collection="inland"))
    path = tmp_path / "workspaces" / "changed"
    shutil.copytree(workspace.path, path, copy_function=os.link)
    changed = open_workspace(path)
    write_embeddings(replace(changed.embeddings("brought"), topics={}))
    page = open_view(path, model="brought", collection="inland")
    assert not page.exception
    assert told + "--collection inland --edition avs-inland" in texts(page)
    page.text_input(key="q").set_value(changed.edition(EDITION).topics[0].text).run()
    assert not page.exception
    assert "no edition yet" in page.error[0].value
    assert "These can be searched:" not in texts(page)


def test_it_is_nothing_to_train_on_or_to_show_a_training_of(open_view, workspace):
    page = open_view(workspace.path, "training", tab="trainings")
    assert not page.exception
    for box in (page.selectbox(key="train_init_from"), page.multiselect(key="train_teachers")):
        assert "lpd" in box.options
        assert "brought" not in box.options
    curves = open_view(workspace.path, "training")
    assert not curves.exception
    assert "brought" not in [option for box in curves.multiselect for option in box.options]
