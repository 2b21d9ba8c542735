import shutil

import pytest

from lpd.evaluation import evaluate_run
from lpd.workspace import open_workspace


@pytest.fixture
def edition(demo_workspace) -> str:
    return str(open_workspace(demo_workspace).defaults["edition"])


def table(test, component_data):
    (payload,) = component_data(test, "lpd_topic_table")
    return payload


@pytest.mark.parametrize("qrels", ["complete", "pooled"])
def test_runs_have_the_numbers_of_the_library(open_view, demo_workspace, edition, component_data, qrels):
    page = open_view(demo_workspace, "topics", table="runs", qrels=qrels)
    assert not page.exception
    payload = table(page, component_data)
    workspace = open_workspace(demo_workspace)
    tags = workspace.run_tags(edition)
    assert [column["label"] for column in payload["columns"]] == tags
    for number, tag in enumerate(tags):
        measured = evaluate_run(workspace.run(edition, tag), workspace.qrels(edition, qrels))
        for row in payload["rows"]:
            expected = measured.topics[row["topic_id"]]["infAP"]
            assert f"{expected:.4f}," in row["cells"][number]["title"]
        assert payload["footers"][0]["cells"][number]["text"] == f"{measured.mean['infAP']:.3f}".removeprefix(
            "0"
        )


def test_spaces_stand_beside_fused(open_view, demo_workspace, component_data):
    payload = table(open_view(demo_workspace, "topics"), component_data)
    card = open_workspace(demo_workspace).model_card("lpd")
    assert [column["end"] for column in payload["columns"]] == [
        "fused",
        *(space.end for space in card.spaces),
    ]
    assert all(row["href"].startswith("./?") for row in payload["rows"])


def test_measure_and_order_can_be_chosen(open_view, demo_workspace, component_data, texts):
    page = open_view(demo_workspace, "topics", measure="iP100", order="by spread")
    assert "iP@100 per topic" in texts(page)
    spread = table(page, component_data)["rows"]
    page.selectbox(key="order").select("by number").run()
    by_number = table(page, component_data)["rows"]
    assert sorted(row["topic_id"] for row in spread) == [row["topic_id"] for row in by_number]


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


def test_an_edition_without_runs_says_the_command(open_view, changed_demo, texts):
    shutil.rmtree(changed_demo / "runs")
    page = open_view(changed_demo, "topics", table="runs")
    assert not page.exception
    assert "lpd run --model" in texts(page)


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
