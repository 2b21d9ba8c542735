import json
import shutil

import pytest

from lpd.diversity import mean_off_diagonal
from lpd.search import open_engine
from lpd.services.diversity import edition_diversity
from lpd.workspace import open_workspace


def charts(test):
    return [json.loads(element.proto.spec) for element in test.get("vega_lite_chart")]


def test_every_model_has_a_heatmap_and_its_mean_is_the_one_of_the_library(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, "diversity", k="10")
    assert not page.exception
    workspace = open_workspace(demo_workspace)
    assert len(charts(page)) == len(workspace.model_names())
    edition = workspace.edition(str(workspace.defaults["edition"]))
    for model in workspace.model_names():
        engine = open_engine(workspace, model=model, collection=edition.collection)
        mean = mean_off_diagonal(edition_diversity(engine, edition, k=10))
        assert f"mean off the diagonal {mean:.3f}".replace("0.", ".") in texts(page)


def test_all_heatmaps_share_one_scale(open_view, demo_workspace):
    scales = [
        chart["layer"][0]["encoding"]["color"]["scale"]
        for chart in charts(open_view(demo_workspace, "diversity"))
    ]
    assert all(scale == scales[0] and scale["domain"] == [0, 1] for scale in scales)


def test_the_spaces_of_the_model_have_their_worth_beside_the_heatmap(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, "diversity")
    assert "infAP alone" in texts(page)
    assert texts(page).count('class="lpd-dot') == 10


@pytest.fixture
def spaces(demo_workspace) -> list[str]:
    workspace = open_workspace(demo_workspace)
    return [space.name for space in workspace.model_card("lpd").spaces]


def test_a_pair_in_the_address_shows_both_lists(open_view, demo_workspace, spaces, component_data, texts):
    page = open_view(
        demo_workspace, "diversity", pair_model="lpd", pair_a=spaces[0], pair_b=spaces[-1], k="20"
    )
    assert not page.exception
    assert page.selectbox(key="pair_a").value == spaces[0]
    (payload,) = component_data(page, "lpd_shot_grid")
    shared, first, second = (int(lane["title"].split("· ")[1]) for lane in payload["lanes"])
    assert shared + first == shared + second == 20
    assert f"IoU@20 {shared / (shared + first + second):.2f}".replace("0.", ".") in texts(page)


def test_choosing_two_spaces_without_a_mouse(open_view, demo_workspace, spaces, component_data):
    page = open_view(demo_workspace, "diversity")
    assert component_data(page, "lpd_shot_grid") == []
    page.selectbox(key="pair_a").select(spaces[0])
    page.selectbox(key="pair_b").select(spaces[1]).run()
    assert not page.exception
    assert len(component_data(page, "lpd_shot_grid")) == 1


def test_a_topic_of_the_pair_is_in_the_address(open_view, demo_workspace, spaces, component_data):
    workspace = open_workspace(demo_workspace)
    topic = workspace.edition(str(workspace.defaults["edition"])).topics[-1]
    asked = {"pair_model": "lpd", "pair_a": spaces[0], "pair_b": spaces[1]}
    page = open_view(demo_workspace, "diversity", pair_topic=topic.topic_id, **asked)
    assert not page.exception
    assert page.selectbox(key="pair_topic_box").value == topic.topic_id


def test_one_query_instead_of_an_edition(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, "diversity", over="one query")
    assert not page.exception
    assert "Which query?" in texts(page)
    page.text_input(key="q").set_value("a dog").run()
    assert not page.exception
    assert len(charts(page)) == 3


def test_models_can_be_chosen_and_an_unknown_one_is_told(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, "diversity", models="lpd")
    assert len(charts(page)) == 1
    assert "asked for models compared on Diversity gone" in texts(
        open_view(demo_workspace, "diversity", models="gone")
    )


def test_without_an_index_the_page_says_the_command(open_view, changed_demo, texts):
    shutil.rmtree(changed_demo / "indexes")
    page = open_view(changed_demo, "diversity")
    assert not page.exception
    assert "lpd index --model" in texts(page)
