"""The page of topics without a browser: its two tables, choices, states, and what it offers to take away."""

import shutil
from dataclasses import replace
from html import escape

import numpy as np
import pytest

from app.topics.lists import space_lists
from lpd.editions import Edition, write_edition
from lpd.evaluation import evaluate_run
from lpd.services.model_columns import without_name
from lpd.trec import Qrels, Topic, make_run, write_qrels, write_run
from lpd.workspace import open_workspace
from tests.app.topics.shown_topics import HOSTILE


@pytest.fixture
def edition(demo_workspace) -> str:
    return str(open_workspace(demo_workspace).defaults["edition"])


def table(test, component_data):
    (payload,) = component_data(test, "lpd_topic_table")
    return payload


def labels(payload) -> list[str]:
    return [footer["label"] for footer in payload["footers"]]


@pytest.mark.parametrize("qrels", ["complete", "pooled"])
def test_runs_have_the_numbers_of_the_library(open_view, demo_workspace, edition, component_data, qrels):
    page = open_view(demo_workspace, "topics", table="runs", qrels=qrels, facts="hidden")
    assert not page.exception
    payload = table(page, component_data)
    workspace = open_workspace(demo_workspace)
    tags = workspace.run_tags(edition)
    assert [column["label"] for column in payload["columns"]] == tags
    mean = payload["footers"][0]
    for number, tag in enumerate(tags):
        measured = evaluate_run(workspace.run(edition, tag), workspace.qrels(edition, qrels))
        for row in payload["rows"]:
            expected = measured.topics[row["topic_id"]]["infAP"]
            assert f"{expected:.4f}," in row["cells"][number]["title"]
        assert mean["cells"][number]["text"] == f"{measured.mean['infAP']:.3f}".removeprefix("0")


def test_spaces_stand_beside_fused_and_the_best_of_them(open_view, demo_workspace, component_data):
    payload = table(open_view(demo_workspace, "topics"), component_data)
    card = open_workspace(demo_workspace).model_card("lpd")
    ends = [space.end for space in card.spaces]
    assert [column["end"] for column in payload["columns"]] == ["fused", *ends, "head"]
    assert [column["label"] for column in payload["columns"]][-1] == "best space"
    assert all(row["href"].startswith("./?") for row in payload["rows"])
    assert all(card.digest in cell["title"] for row in payload["rows"] for cell in row["cells"])


def test_fused_is_the_baseline_of_the_spaces(open_view, demo_workspace, component_data):
    page = open_view(demo_workspace, "topics")
    payload = table(page, component_data)
    lines = labels(payload)
    assert lines[0] == "mean"
    assert lines[1] == "against fused: difference, p (randomization, Holm)"
    assert lines[2] == "topics won / tied / lost"
    bare = table(open_view(demo_workspace, "topics", baseline="none"), component_data)
    assert not [label for label in labels(bare) if label.startswith("against")]
    other = open_view(demo_workspace, "topics", baseline="fused", test="wilcoxon", correction="bonferroni")
    assert "against fused: difference, p (Wilcoxon, Bonferroni)" in labels(table(other, component_data))


def test_fused_lists_without_a_space_are_made_when_they_are_asked_for(
    open_view, demo_workspace, component_data
):
    card = open_workspace(demo_workspace).model_card("lpd")
    left = without_name(card.spaces[0].name)
    page = open_view(demo_workspace, "topics", show=left, facts="hidden")
    assert not page.exception
    for _ in range(20):  # it is made in the background
        if component_data(page, "lpd_topic_table"):
            break
        page.run()
    columns = table(page, component_data)["columns"]
    assert [column["name"] for column in columns] == [left]
    assert left in [one.name for one in space_lists(card)]


def test_measure_and_order_can_be_chosen(open_view, demo_workspace, component_data, texts):
    page = open_view(demo_workspace, "topics", measure="iP100", order="difficulty")
    assert "iP@100 per topic" in texts(page)
    hardest = table(page, component_data)
    assert hardest["sorted_by"] == "class"
    ids = sorted(row["topic_id"] for row in hardest["rows"])
    page.selectbox(key="topics_order").select("id").run()
    by_number = table(page, component_data)
    assert [row["topic_id"] for row in by_number["rows"]] == ids
    assert page.query_params["order"] == "id"


def test_classes_follow_the_thresholds(open_view, demo_workspace, component_data):
    strict = table(open_view(demo_workspace, "topics", low="1.0", high="1.0"), component_data)
    assert {row["difficulty"] for row in strict["rows"]} == {"hard"}
    mild = table(open_view(demo_workspace, "topics", low="0.0", high="0.0"), component_data)
    assert {row["difficulty"] for row in mild["rows"]} == {"easy"}


def test_relevant_and_judged_shots_can_be_switched_on_and_off(open_view, demo_workspace, component_data):
    page = open_view(demo_workspace, "topics")
    facts = ["relevant shots", "judged share"]
    assert not set(facts) & {column["name"] for column in table(page, component_data)["columns"]}
    page.toggle(key="topics_facts").set_value(True).run()
    assert page.query_params["facts"] == "shown"
    assert [column["name"] for column in table(page, component_data)["columns"]][-2:] == facts
    page.toggle(key="topics_facts").set_value(False).run()
    assert page.query_params["facts"] == "hidden"
    assert len(table(page, component_data)["columns"]) == len(page.multiselect(key="topics_show").value)


def test_all_fused_lists_without_a_space_come_and_go_together(open_view, demo_workspace):
    spaces = [space.name for space in open_workspace(demo_workspace).model_card("lpd").spaces]
    page = open_view(demo_workspace, "topics")
    page.toggle(key="topics_left_out").set_value(True).run()
    assert page.query_params["show"][-len(spaces) :] == [without_name(one) for one in spaces]
    page.toggle(key="topics_left_out").set_value(False).run()
    assert "show" not in page.query_params


def test_topics_that_a_run_lacks_are_named(open_view, changed_demo, edition, component_data, texts):
    workspace = open_workspace(changed_demo)
    run = workspace.run(edition, "lpd")
    first, second, *_ = workspace.edition(edition).topics
    path = workspace.run_path(edition, "lpd")
    path.unlink()
    kept = {one: ranked for one, ranked in run.topics.items() if one not in (first.topic_id, second.topic_id)}
    write_run(path, replace(run, topics=kept))
    page = open_view(changed_demo, "topics", table="runs", order="id")
    assert not page.exception
    payload, topics = table(page, component_data), len(run.topics)
    assert f"lpd lacks {first.topic_id}, {second.topic_id}" in texts(page)
    assert f"over {topics - 2} of {topics} topics" in texts(page)
    counted = payload["footers"][labels(payload).index("topics in the mean")]
    names = [column["name"] for column in payload["columns"]]
    assert counted["cells"][names.index("lpd")]["text"] == str(topics - 2)
    assert payload["rows"][0]["cells"][names.index("lpd")]["missing"]
    page = open_view(changed_demo, "topics", table="runs", case=first.topic_id)
    assert "without the topic: lpd" in texts(page)
    alone = open_view(changed_demo, "topics", table="runs", show="lpd", case=first.topic_id)
    assert not alone.exception
    assert "No list of this topic" in texts(alone)


def test_means_per_edition_and_over_editions(open_view, demo_workspace, edition, component_data):
    workspace = open_workspace(demo_workspace)
    (other,) = [name for name in workspace.edition_names() if name != edition]
    page = open_view(demo_workspace, "topics", table="runs", editions=other)
    assert not page.exception
    lines = labels(table(page, component_data))
    assert lines[:3] == ["mean", f"mean, {other}", "mean over 2 editions"]


def test_columns_of_one_edition_alone_are_told(open_view, demo_workspace, edition, texts):
    workspace = open_workspace(demo_workspace)
    (other,) = [name for name in workspace.edition_names() if name != edition]
    left = without_name(workspace.model_card("lpd").spaces[0].name)
    page = open_view(demo_workspace, "topics", show=["fused", left], editions=other)
    assert not page.exception
    assert "Fused lists without a space are measured on this edition alone." in texts(page)


def test_an_edition_that_the_model_cannot_search_is_named(open_view, changed_demo, edition, texts):
    workspace = open_workspace(changed_demo)
    (other,) = [name for name in workspace.edition_names() if name != edition]
    collection = workspace.edition(other).collection
    shutil.rmtree(workspace.index_folder("lpd", collection))
    page = open_view(changed_demo, "topics", editions=other)
    assert not page.exception
    assert f"{other} is left out of the means over editions: lpd has no index of {collection}" in texts(page)


def test_what_is_not_there_is_told_once_and_left_out(open_view, demo_workspace, component_data, texts):
    page = open_view(demo_workspace, "topics", order="best:nobody", baseline="nobody", show="nobody", tie="7")
    assert not page.exception
    said = texts(page)
    for words in ("order of the topics best:nobody", "baseline of the differences nobody", "that is a tie 7"):
        assert words in said
    assert len(table(page, component_data)["columns"]) > 2
    assert "nobody" not in texts(page.run())


def test_switching_the_table_forgets_its_columns(open_view, demo_workspace, component_data):
    page = open_view(demo_workspace, "topics", show="fused", order="best:fused", facts="hidden")
    assert len(table(page, component_data)["columns"]) == 1
    page.button_group(key="topics_table").set_value("runs").run()
    assert not page.exception
    assert len(table(page, component_data)["columns"]) > 1
    assert "show" not in page.query_params
    assert page.query_params["table"] == "runs"


def test_topics_without_judgements_are_named(open_view, changed_demo, edition, component_data, texts):
    path = changed_demo / "editions" / edition / "qrels" / "complete.txt"
    lines = path.read_text().splitlines(keepends=True)
    last = lines[-1].split()[0]
    path.unlink()
    path.write_text("".join(line for line in lines if line.split()[0] != last))
    page = open_view(changed_demo, "topics", qrels="complete")
    assert not page.exception
    topics = len(open_workspace(changed_demo).edition(edition).topics)
    assert f"not counted: {last}" in texts(page)
    assert f"{topics - 1} of {topics} topics" in texts(page)
    assert last not in [row["topic_id"] for row in table(page, component_data)["rows"]]


def test_published_figures_stand_below_in_italics(open_view, demo_workspace, component_data):
    payload = table(open_view(demo_workspace, "topics", table="runs"), component_data)
    line = payload["footers"][-1]
    assert line["kind"] == "published"
    assert "other topics" in line["label"]
    cells = dict(zip([column["label"] for column in payload["columns"]], line["cells"], strict=True))
    assert cells["lpd"]["text"] == ".245"
    assert "Table 3" in cells["lpd"]["title"]
    other = open_view(demo_workspace, "topics", table="runs", measure="iP10")
    assert "published" not in [one["kind"] for one in table(other, component_data)["footers"]]


@pytest.fixture
def tv20_demo(changed_demo):
    """A demo with an edition of the numbers of TV20, one of its topics hostile, and a run of it."""
    workspace = open_workspace(changed_demo)
    shots = workspace.collection("inland").shot_ids[:3]
    topics = [Topic(str(number), f"topic number {number}") for number in range(641, 660)]
    topics.append(Topic("660", HOSTILE))
    rows = [(topic.topic_id, shot, "1", int(shot == shots[0])) for topic in topics for shot in shots]
    write_edition(workspace.edition_folder("tv20"), Edition("tv20", "inland", None, tuple(topics), (), None))
    write_qrels(workspace.qrels_path("tv20", "judged"), Qrels(rows))
    scored = {topic.topic_id: (shots, np.array([3.0, 2.0, 1.0])) for topic in topics}
    write_run(workspace.run_path("tv20", "mine"), make_run("mine", scored))
    return changed_demo


def test_published_runs_of_the_same_topics_are_columns(open_view, tv20_demo, component_data, texts):
    page = open_view(tv20_demo, "topics", table="runs", edition="tv20", order="id", facts="hidden")
    assert not page.exception
    payload = table(page, component_data)
    published = [column["label"] for column in payload["columns"] if column["published"]]
    assert published == ["Run 1", "Run 2", "Run 3", "Run 4"]
    assert [cell["text"] for cell in payload["rows"][0]["cells"]] == ["1.000", ".281", ".279", ".232", ".231"]
    assert "slide 14" in payload["rows"][0]["cells"][1]["title"]
    assert payload["rows"][-1]["text"] == HOSTILE
    case = open_view(tv20_demo, "topics", table="runs", edition="tv20", case="660")
    assert not case.exception
    assert escape(HOSTILE) in texts(case)
    assert "<img src=x" not in texts(case)


def test_an_edition_without_runs_says_the_command(open_view, changed_demo, texts):
    shutil.rmtree(changed_demo / "runs")
    page = open_view(changed_demo, "topics", table="runs")
    assert not page.exception
    assert "lpd run --model" in texts(page)


def test_a_workspace_without_models_says_the_command(open_view, changed_demo, texts):
    shutil.rmtree(changed_demo / "models")
    page = open_view(changed_demo, "topics")
    assert not page.exception
    assert "lpd train lpd" in texts(page)
    page = open_view(changed_demo, "topics", table="runs")
    assert not page.exception
    assert page.get("bidi_component")


def test_an_edition_without_qrels_says_the_command(open_view, changed_demo, edition, texts):
    shutil.rmtree(changed_demo / "editions" / edition / "qrels")
    page = open_view(changed_demo, "topics")
    assert not page.exception
    assert "lpd import qrels" in texts(page)


def test_malformed_qrels_are_one_message_with_the_line(open_view, changed_demo, edition):
    path = changed_demo / "editions" / edition / "qrels" / "complete.txt"
    text = path.read_text()
    path.unlink()
    path.write_text(text + "one two\n")
    page = open_view(changed_demo, "topics", qrels="complete")
    assert not page.exception
    (error,) = page.error
    assert f"complete\\.txt\\:{len(text.splitlines()) + 1}" in error.value


def test_a_model_without_an_index_is_one_message(open_view, changed_demo, texts):
    shutil.rmtree(changed_demo / "indexes")
    page = open_view(changed_demo, "topics")
    assert not page.exception
    (error,) = page.error
    assert "index" in error.value
    page = open_view(changed_demo, "topics", table="runs")
    assert not page.error


def test_a_stale_index_is_one_message(open_view, changed_demo, edition):
    shots = changed_demo / "collections" / "inland" / "shots.parquet"
    other = (changed_demo / "collections" / "coast" / "shots.parquet").read_bytes()
    shots.unlink()
    shots.write_bytes(other)
    page = open_view(changed_demo, "topics")
    assert not page.exception
    assert page.error


def test_a_view_can_be_pinned_and_taken_away(open_view, changed_demo, edition):
    from lpd.notebook import pinned_views, view_snapshot

    page = open_view(changed_demo, "topics", table="runs", measure="iP10")
    names = [button.label for button in page.get("download_button")]
    for form in ("CSV", "LaTeX", "Markdown", "parquet"):
        assert any(form in name for name in names)
    pinning = next(button for button in page.button if button.label == "Pin to the notebook")
    page = pinning.click().run()
    assert not page.exception
    path = open_workspace(changed_demo).notebook_path
    (view,) = pinned_views(path)
    assert view.view.page == "topics"
    assert "measure=iP10" in view.view.address
    assert view.view.provenance["qrels_digest"]
    assert view_snapshot(path, view.view_id)["measure"] == "iP10"


def test_computed_features_of_the_topics_do_without_an_encoder(open_view, changed_demo, component_data):
    shutil.rmtree(changed_demo / "models" / "lpd" / "text_encoders")
    page = open_view(changed_demo, "topics")
    assert not page.error
    assert table(page, component_data)["rows"]


def test_a_missing_encoder_is_one_message(open_view, changed_demo, edition):
    shutil.rmtree(changed_demo / "models" / "lpd" / "text_encoders")
    shutil.rmtree(changed_demo / "text_features" / edition)
    page = open_view(changed_demo, "topics")
    assert not page.exception
    (error,) = page.error
    assert "encoder" in error.value
    page = open_view(changed_demo, "topics", table="runs")
    assert not page.error
