"""Lists as files, read back."""

import json

import pytest

from app.search.exports import shown_frame, shown_run, shown_table, xml_bytes
from app.search.request import Rerank
from app.search.shown_lists import Shape
from lpd.exports import table_bytes
from lpd.search import QueryForm
from lpd.trec import read_run, read_xml_runs, write_run
from lpd.workspace import open_workspace
from tests.app.search_files import collection_of, file_of


@pytest.fixture(scope="module")
def workspace(demo_workspace):
    return open_workspace(demo_workspace)


def test_a_table_holds_what_is_shown(workspace):
    file = file_of(workspace, QueryForm(("a dog",)), Shape(best_per_video=True))
    frame = shown_frame(file, collection_of(workspace), k=5)
    ids = collection_of(workspace).shot_ids
    assert frame["shot_id"].tolist() == [ids[row] for row in file.shown["fused"].hits.rows[:5]]
    assert frame["video_id"].is_unique
    assert "rank text:bow" in frame


def test_a_run_keeps_the_order_shown(workspace, tmp_path):
    file = file_of(workspace, QueryForm(("a dog",)), Shape(rerank=Rerank("mmr", 0.2), depth=50))
    run = shown_run(file, collection_of(workspace), topic_id="7")
    write_run(tmp_path / "a.run", run)
    read = read_run(tmp_path / "a.run")
    ids = collection_of(workspace).shot_ids
    assert read.tag == "lpd"
    assert read.topics["7"].shot_ids == [ids[row] for row in file.shown["fused"].hits.rows.tolist()]


def test_a_run_of_a_space_has_its_tag_and_its_scores(workspace):
    file = file_of(workspace, QueryForm(("a dog",)), name="text:bow")
    run = shown_run(file, collection_of(workspace), topic_id="7")
    assert run.tag == "lpd.text-bow"
    assert run.topics["7"].scores.tolist() == pytest.approx(file.shown["text:bow"].hits.scores.tolist())


def test_xml_says_its_class(workspace, tmp_path):
    shot = collection_of(workspace).shot_ids[3]
    file = file_of(workspace, QueryForm(("a dog <b>",), relevant=(shot,)))
    run = shown_run(file, collection_of(workspace), topic_id="1661")
    data = xml_bytes(
        run, file.provenance, processing="R", topic_ids=["1661"], collection=collection_of(workspace)
    )
    (tmp_path / "a.xml").write_bytes(data)
    (read,) = read_xml_runs(tmp_path / "a.xml")
    assert b'class="R"' in data
    assert b'tNum="661"' in data
    assert next(iter(read.run.topics.values())).shot_ids == run.topics["1661"].shot_ids


def test_a_printed_table_holds_what_is_shown(workspace):
    file = file_of(workspace, QueryForm(("a dog & <b>",)))
    labels = {name: f"in {name}" for name in file.shown}
    frame = shown_frame(file, collection_of(workspace), k=5)
    table = shown_table(file, collection_of(workspace), k=5, labels=labels)
    assert [row.cells[0].text for row in table.rows] == frame["shot_id"].tolist()
    place = [column.name for column in table.columns].index("in text:bow")
    assert [row.cells[place].mean for row in table.rows] == frame["rank text:bow"].tolist()
    latex = table_bytes(table, file.provenance, form="latex").decode()
    assert all(shot.replace("_", r"\_") in latex for shot in frame["shot_id"])
    assert r"a dog \&" in latex
    assert "<b>" not in latex.split(r"\begin{table}")[1]
    markdown = table_bytes(table, file.provenance, form="markdown").decode()
    assert "<b>" not in markdown.replace(r"\<b\>", "")


def test_a_second_step_stands_beside_the_first(workspace):
    file = file_of(workspace, QueryForm(("a dog",), then="a boat"), name="text:bow")
    frame = shown_frame(file, collection_of(workspace), k=5)
    shots = collection_of(workspace).shots.set_index("shot_id")
    videos = shots["video_id"]
    assert videos[frame["then_shot_id"]].tolist() == frame["video_id"].tolist()
    assert (shots["start_s"][frame["then_shot_id"]].to_numpy() >= frame["end_s"].to_numpy() - 0.01).all()
    assert frame["then_score"].tolist() == file.pairs["text:bow"].second_scores[:5].tolist()
    table = shown_table(file, collection_of(workspace), k=5, labels={name: name for name in file.shown})
    place = [column.name for column in table.columns].index("then shot")
    assert [row.cells[place].text for row in table.rows] == frame["then_shot_id"].tolist()


def test_a_provenance_is_plain_json(workspace):
    assert json.dumps(file_of(workspace, QueryForm(("a dog",))).provenance.as_dict())
