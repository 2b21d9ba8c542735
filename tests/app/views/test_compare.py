import json
import shutil
import time

import pytest

from app.parameters import link, parse_link
from lpd.list_comparison import compare_lists
from lpd.search import open_engine
from lpd.services.topic_differences import order_differences, topic_differences
from lpd.workspace import open_workspace

A, B = "model:lpd/fused", "model:laff/fused"


@pytest.fixture
def workspace(demo_workspace):
    return open_workspace(demo_workspace)


@pytest.fixture
def edition(workspace):
    return workspace.edition(str(workspace.defaults["edition"]))


def shots_of(workspace, model, list_name, query, subset):
    collection = str(workspace.defaults["collection"])
    engine = open_engine(workspace, model=model, collection=collection)
    hits = engine.search(query, subset=subset).lists[list_name]
    return [engine.shot_ids[row] for row in hits.rows.tolist()]


def topic_table(page, component_data):
    """The table, once the topics are searched in the background."""
    for _ in range(200):
        found = component_data(page, "lpd_topic_table")
        if found:
            return found[0]
        time.sleep(0.1)
        page.run()
    return pytest.fail("the topics were not searched")


def links(page, component_data):
    (payload,) = component_data(page, "lpd_linked_lists")
    return payload


def test_two_models_are_compared_on_the_first_topic_where_nobody_asked(
    open_view, demo_workspace, workspace, edition, component_data, texts
):
    page = open_view(demo_workspace, "compare", k="20")
    assert not page.exception
    topic = edition.topics[0]
    assert page.text_input(key="q").value == topic.text
    payload = links(page, component_data)
    first, second = (
        shots_of(workspace, name, "fused", topic.text, edition.subset) for name in ("lpd", "laff")
    )
    assert [tile["shot"] for tile in payload["lanes"][0]["tiles"]] == first[:20]
    assert [tile["shot"] for tile in payload["lanes"][1]["tiles"]] == second[:20]
    found = compare_lists(first, second, k=20)
    assert sorted(map(tuple, payload["links"])) == sorted(found.links)
    written = texts(page)
    assert f"{found.iou:.2f}".removeprefix("0") in written
    assert f"{len(found.both)} in both" in written
    assert "infAP" in written


def test_the_topics_that_differ_most_come_first_and_open_with_one_click(
    open_view, demo_workspace, workspace, edition, component_data
):
    page = open_view(demo_workspace, "compare")
    table = topic_table(page, component_data)
    runs = [workspace.run(edition.name, tag) for tag in ("lpd", "laff")]
    found = topic_differences(*[_measured(workspace, edition, run) for run in runs])
    expected = [one.topic_id for one in order_differences(found.topics, "measure")]
    assert [row["topic_id"] for row in table["rows"]] == expected
    first, second, difference, *_ = table["rows"][0]["cells"]
    assert first["tone"] == -second["tone"] != 0
    assert difference["tone"] == 0
    assert difference["title"].startswith("A − B: ")
    by_rbo = open_view(demo_workspace, "compare", by="RBO")
    table = topic_table(by_rbo, component_data)
    expected = [one.topic_id for one in order_differences(found.topics, "rbo")]
    assert [row["topic_id"] for row in table["rows"]] == expected


def _measured(workspace, edition, run):
    from lpd.evaluation import evaluate_run
    from lpd.services.topic_differences import MeasuredRun

    return MeasuredRun(run, evaluate_run(run, workspace.qrels(edition.name, edition.default_qrels)))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("model:lpd/text:bow", "model:lpd/fused"),
        ("run:lpd", "run:laff"),
        ("run:lpd", "model:lpd/fused"),
    ],
    ids=["space and fused", "two runs", "run and model"],
)
def test_any_two_kinds_of_systems(open_view, demo_workspace, a, b, component_data):
    page = open_view(demo_workspace, "compare", a=a, b=b)
    assert not page.exception
    assert not page.error
    assert (page.selectbox(key="a_box").value, page.selectbox(key="b_box").value) == (a, b)
    assert links(page, component_data)["links"]


def test_the_kept_run_of_a_model_is_its_own_list(open_view, demo_workspace, component_data):
    page = open_view(demo_workspace, "compare", a="run:lpd", b=A)
    payload = links(page, component_data)
    assert [pair[0] for pair in payload["links"]] == [pair[1] for pair in payload["links"]]


def test_weights_make_another_system(open_view, demo_workspace, workspace, component_data):
    space = workspace.model_card("lpd").spaces[0].name
    plain = open_view(demo_workspace, "compare", a=A, b=A)
    page = open_view(demo_workspace, "compare", a=A, b=A, wb=f"{space}=0")
    assert not page.exception
    both = links(plain, component_data)["links"], links(page, component_data)["links"]
    assert both[0] == [[place, place] for place in range(20)]
    assert both[0] != both[1]
    assert page.slider(key=f"wb_of_{space}").value == 0
    assert page.slider(key=f"wa_of_{space}").value == 1


def test_a_slider_writes_the_weights_into_the_address(open_view, demo_workspace, workspace):
    space = workspace.model_card("lpd").spaces[1].name
    page = open_view(demo_workspace, "compare")
    page.slider(key=f"wa_of_{space}").set_value(0.5).run()
    assert not page.exception
    assert page.query_params["wa"] == f"{space}=0.5"
    page.button(key="wa_reset").click().run()
    assert "wa" not in page.query_params


def test_weights_that_cannot_be_used_are_told(open_view, demo_workspace, texts, component_data):
    for weights in ("gone=1", "text:bow=nan", "x"):
        page = open_view(demo_workspace, "compare", wa=weights)
        assert not page.exception
        assert "These weights cannot be used" in texts(page)
        assert links(page, component_data)


def test_another_system_drops_the_weights_of_the_one_before(open_view, demo_workspace, workspace):
    space = workspace.model_card("lpd").spaces[0].name
    page = open_view(demo_workspace, "compare", a=A, wa=f"{space}=0")
    page.selectbox(key="a_box").select(f"model:lpd/{space}").run()
    assert not page.exception
    assert "wa" not in page.query_params
    assert page.query_params["a"] == f"model:lpd/{space}"


def test_sides_can_be_swapped(open_view, demo_workspace, workspace):
    space = workspace.model_card("lpd").spaces[0].name
    page = open_view(demo_workspace, "compare", a=A, b=B, wa=f"{space}=0")
    page.button(key="compare_swap").click().run()
    assert not page.exception
    assert (page.query_params["a"], page.query_params["b"]) == (B, A)
    assert page.query_params["wb"] == f"{space}=0"
    assert "wa" not in page.query_params


def test_the_sets_hold_the_same_shots(open_view, demo_workspace, component_data):
    lines = links(open_view(demo_workspace, "compare"), component_data)
    page = open_view(demo_workspace, "compare", layout="sets")
    assert not page.exception
    (payload,) = component_data(page, "lpd_shot_grid")
    only_a, both, only_b = ({tile["shot"] for tile in lane["tiles"]} for lane in payload["lanes"])
    assert only_a | both == {tile["shot"] for tile in lines["lanes"][0]["tiles"]}
    assert only_b | both == {tile["shot"] for tile in lines["lanes"][1]["tiles"]}
    assert all(tile["note"].startswith("A ") for tile in payload["lanes"][1]["tiles"])


def test_rank_against_rank(open_view, demo_workspace):
    page = open_view(demo_workspace, "compare", layout="ranks")
    assert not page.exception
    (chart,) = page.get("vega_lite_chart")
    assert json.loads(chart.proto.spec)["layer"]


def test_a_free_query_is_compared_too_and_a_run_says_that_it_has_topics_only(
    open_view, demo_workspace, component_data, texts
):
    page = open_view(demo_workspace, "compare", q="a dog in the water")
    assert not page.exception
    assert links(page, component_data)["links"]
    assert "one query" in texts(page)
    run = open_view(demo_workspace, "compare", q="a dog in the water", a="run:lpd")
    assert not run.exception
    (error,) = run.error
    assert "topics only" in error.value
    assert topic_table(run, component_data)["rows"]


def test_an_emptied_box_asks_for_a_query_and_still_shows_the_topics(
    open_view, demo_workspace, component_data, texts
):
    page = open_view(demo_workspace, "compare")
    page.text_input(key="q").set_value("").run()
    assert not page.exception
    assert "Which query?" in texts(page)
    assert topic_table(page, component_data)["rows"]


def test_an_address_leads_to_the_same_view(open_view, demo_workspace, workspace, edition, component_data):
    space = workspace.model_card("lpd").spaces[2].name
    asked = {
        "q": edition.topics[3].text,
        "a": f"model:lpd/{space}",
        "b": A,
        "wb": f"{space}=0.5",
        "p": "0.98",
        "by": "RBO",
        "k": "50",
    }
    assert parse_link(link("compare", asked)) == ("compare", {**asked, "k": 50})
    first, again = (open_view(demo_workspace, "compare", **asked) for _ in range(2))
    assert not first.exception
    assert links(first, component_data) == links(again, component_data)
    tables = [topic_table(one, component_data) for one in (first, again)]
    assert tables[0] == tables[1]
    assert "RBO, p .98" in "\n".join(element.proto.body for element in first.get("html"))


def test_what_is_not_here_is_told(open_view, demo_workspace, texts):
    asked = {"a": "model:gone/fused", "b": "<img src=x onerror=alert(1)>", "p": "7", "by": "x", "layout": "y"}
    page = open_view(demo_workspace, "compare", **asked)
    assert not page.exception
    written = texts(page)
    for name in ("first system", "second system", "persistence", "layout"):
        assert f"asked for {name}" in written
    assert "<img" not in written


def test_the_same_system_twice_is_told(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, "compare", a=A, b=A)
    assert not page.exception
    assert "Both sides are the same system" in texts(page)


def test_unknown_words_are_named(open_view, demo_workspace, texts):
    page = open_view(demo_workspace, "compare", q="a qwertz <b>dog</b>")
    assert not page.exception
    assert "Not known to the text encoders of A" in texts(page)
    assert "<b>dog" not in texts(page)


def test_a_shot_in_the_address_opens_its_detail(open_view, demo_workspace, workspace, component_data):
    collection = workspace.collection(str(workspace.defaults["collection"]))
    shot = collection.shot_ids[3]
    page = open_view(demo_workspace, "compare", shot=shot)
    assert not page.exception
    (detail,) = component_data(page, "lpd_shot_detail")
    assert detail["picture"]["shot"] == shot


def test_without_qrels_the_lists_decide(open_view, changed_demo, component_data, texts):
    for folder in (changed_demo / "editions").iterdir():
        shutil.rmtree(folder / "qrels")
        edition = (folder / "edition.toml").read_text(encoding="utf-8").splitlines()
        (folder / "edition.toml").unlink()
        kept = [line for line in edition if not line.startswith("qrels")]
        (folder / "edition.toml").write_text("\n".join(kept) + "\n", encoding="utf-8")
    page = open_view(changed_demo, "compare")
    assert not page.exception
    table = topic_table(page, component_data)
    assert all(row["cells"][0]["missing"] for row in table["rows"])
    assert "no qrels, so no infAP" in texts(page)


def test_without_topics_a_query_is_compared(open_view, changed_demo, component_data, texts):
    shutil.rmtree(changed_demo / "editions")
    page = open_view(changed_demo, "compare")
    assert not page.exception
    assert "Which query?" in texts(page)
    assert "no edition of topics" in texts(page)
    page.text_input(key="q").set_value("a dog").run()
    assert not page.exception
    assert links(page, component_data)["links"]


def test_with_runs_only_they_are_compared(open_view, changed_demo, component_data):
    shutil.rmtree(changed_demo / "indexes")
    page = open_view(changed_demo, "compare")
    assert not page.exception
    assert page.selectbox(key="a_box").value.startswith("run:")
    assert links(page, component_data)["links"]
    assert topic_table(page, component_data)["rows"]


def test_without_anything_the_page_says_the_command(open_view, changed_demo, texts):
    shutil.rmtree(changed_demo / "indexes")
    shutil.rmtree(changed_demo / "runs")
    page = open_view(changed_demo, "compare")
    assert not page.exception
    assert "Nothing to compare" in texts(page)
    assert "lpd index --model" in texts(page)


def test_a_stale_index_is_one_message(open_view, changed_demo):
    for manifest in (changed_demo / "indexes").glob("*/manifest.json"):
        document = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.unlink()
        manifest.write_text(json.dumps({**document, "digest": "0" * 16}), encoding="utf-8")
    page = open_view(changed_demo, "compare")
    assert not page.exception
    assert len(page.error) == 1


def test_a_missing_encoder_is_told_beside_the_topics(open_view, changed_demo, component_data):
    shutil.rmtree(changed_demo / "models" / "lpd" / "text_encoders" / "bow")
    page = open_view(changed_demo, "compare", a=A, b=B, q="a dog that is no topic")
    assert not page.exception
    (error,) = page.error
    assert "bow" in error.value
    assert topic_table(page, component_data)["rows"]


def test_a_topic_that_a_run_lacks_is_told_and_the_others_are_shown(
    open_view, changed_demo, edition, component_data
):
    from lpd.trec import Run, write_run

    workspace = open_workspace(changed_demo)
    run = workspace.run(edition.name, "lpd")
    topics = {one: ranked for one, ranked in run.topics.items() if one != edition.topics[0].topic_id}
    write_run(workspace.run_path(edition.name, "lacking"), Run("lacking", topics))
    page = open_view(changed_demo, "compare", a="run:lacking", b=A)
    assert not page.exception
    (error,) = page.error
    assert "no list of this topic" in error.value
    table = topic_table(page, component_data)
    assert len(table["rows"]) == len(edition.topics) - 1


def test_pictures_may_be_absent(open_view, changed_demo, component_data):
    workspace = open_workspace(changed_demo)
    name = str(workspace.defaults["collection"])
    folder = workspace.collection_folder(name)
    table = workspace.collection(name).shots.assign(thumbnail=None, preview=None)
    (folder / "shots.parquet").unlink()
    table.to_parquet(folder / "shots.parquet")
    page = open_view(changed_demo, "compare")
    assert not page.exception
    tiles = [tile for lane in links(page, component_data)["lanes"] for tile in lane["tiles"]]
    assert tiles
    assert not any(tile["thumbnail"] for tile in tiles)


def test_what_can_be_taken_away(open_view, demo_workspace, component_data):
    page = open_view(demo_workspace, "compare", layout="ranks")
    topic_table(page, component_data)
    offered = [button.proto.label for button in page.get("download_button")]
    for label in ("Both lists", "Python script", "Topics", "TREC run of A", "TREC run of B", "Rank against"):
        assert any(label in one for one in offered), label


def test_a_topic_in_the_address_fills_the_box(open_view, demo_workspace, edition):
    topic = edition.topics[2]
    page = open_view(demo_workspace, "compare", topic=topic.topic_id)
    assert not page.exception
    assert page.text_input(key="q").value == topic.text
    assert page.selectbox(key="topic_picked").value == topic.topic_id


def test_another_text_is_no_topic_any_more(open_view, demo_workspace, edition, texts):
    topic = edition.topics[2]
    page = open_view(demo_workspace, "compare", q=topic.text, topic=topic.topic_id)
    assert f"topic {topic.topic_id} of" in texts(page)
    page.text_input(key="q").set_value("a dog").run()
    assert not page.exception
    assert "topic" not in page.query_params
    assert "one query" in texts(page)
