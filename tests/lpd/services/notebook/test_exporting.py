"""Notebooks written to files, and the Jupyter notebook run against the workspace with lpd alone."""

import json
import sqlite3
from contextlib import closing

import nbformat
import pytest
from nbclient import NotebookClient

from lpd.errors import FormatError, NotFoundError
from lpd.evaluation import evaluate_run
from lpd.notebook import delete_view
from lpd.notebook.recipes import (
    JudgeAgain,
    Kept,
    ListShape,
    SearchAgain,
    TopicsAgain,
    recipe_document,
)
from lpd.search import open_engine
from lpd.services.editions import edition_runs
from lpd.services.notebook import export_notebook, notebook_bytes, notebook_document
from tests.lpd.notebook.documents import HOSTILE


@pytest.fixture
def lists(own):
    """A search as its page pins it, made by the engine itself."""
    engine = open_engine(own, model="lpd", collection="inland")
    hits = engine.search("a dog", depth=1000).lists["fused"]
    shown = [
        [engine.shot_ids[row], score] for row, score in zip(*(one[:5].tolist() for one in hits), strict=True)
    ]
    recipe = SearchAgain("lpd", "inland", {"wordings": ["a dog"]}, ("fused",), 5)
    return {"lists": {"fused": shown}, "recipe": recipe_document(recipe)}


@pytest.fixture
def table(own):
    """A table of topics as its page pins it, from the runs themselves."""
    edition, qrels = own.edition("avs-inland"), own.qrels("avs-inland", "pooled")
    runs = edition_runs(open_engine(own, model="lpd", collection="inland"), edition)
    measured = [evaluate_run(runs[name], qrels) for name in ("fused", "text:bow")]
    recipe = TopicsAgain("avs-inland", "pooled", ("fused", "text:bow"), model="lpd")
    return {
        "measure": "infAP",
        "columns": ["fused", "text:bow"],
        "topics": [
            {"topic_id": one, "values": [each.topics[one]["infAP"] for each in measured]}
            for one in measured[0].topics
        ],
        "means": [each.mean["infAP"] for each in measured],
        "recipe": recipe_document(recipe),
    }


def executed(path) -> dict[str, str]:
    """Cell -> what it printed; an error in a cell is an error here."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return {
        cell.id: "".join(output.get("text", "") for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    }


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
def test_a_jupyter_notebook_runs_and_gives_the_same_numbers(own, pin, lists, table, tmp_path) -> None:
    hostile = "\n".join(HOSTILE[:-1])
    pin(lists, title="dogs'''\n\"\"\"", note=hostile)
    pin(table, title="topics")
    other = {**lists, "lists": {"fused": [["no such shot", 0.5], *lists["lists"]["fused"][1:]]}}
    pin(other, title="not what it was", model_digest="0123456789abcdef")
    pin({"things": [], "recipe": recipe_document(Kept("As it was."))}, title="kept")
    made = export_notebook(own, tmp_path / "n.ipynb", form="ipynb")
    assert (made.views, made.again, made.kept) == (4, (1, 2, 3), {4: "As it was."})
    told = executed(tmp_path / "n.ipynb")
    assert told["view-1-pinned"] == "Same as pinned: 10 values.\n"
    values = 1 + 2 + 3 * len(table["topics"]) + 2
    assert told["view-2-pinned"] == f"Same as pinned: {values} values.\n"
    lines = told["view-3-pinned"].splitlines()
    assert lines[0] == "Not as pinned: 2 of 10 values differ."
    assert lines[1].startswith("lists, fused 1 1: pinned 'no such shot', now 'shot")
    assert "Model lpd is another one now: 01234567 then, " in lines[-1]


def test_a_live_table_of_judging_is_made_again(own, pin) -> None:
    from lpd.notebook.code import recipe_code, script_code
    from lpd.notebook.recipes import recipe_of
    from lpd.services.judging import LiveMeasures, judging_plan, make_judging_plan, simulate_into

    topics = [topic.topic_id for topic in own.edition("avs-inland").topics[:2]]
    make_judging_plan(own, "mine", edition="avs-inland", runs=["lpd", "laff"], topics=topics)
    truth = own.qrels("avs-inland", "complete")
    simulate_into(own, judging_plan(own, "mine"), truth, judge="me", limit=30)
    table = LiveMeasures(own, judging_plan(own, "mine")).table()
    snapshot = {"recipe": recipe_document(JudgeAgain("mine"))}
    names = {}
    exec(script_code(own.path, recipe_code(recipe_of(snapshot))), names)
    found = names["numbers"]
    assert found["judged"] == table.intervals.judged > 0
    assert found["runs"]["lpd"]["inf_ap"] == table.intervals.runs["lpd"].estimate


def test_one_page_has_the_pictures_inside(own, pin, lists, tmp_path) -> None:
    pin(lists, title="dogs")
    export_notebook(own, tmp_path / "n.html", form="html")
    page = (tmp_path / "n.html").read_text(encoding="utf-8")
    assert page.count("data:image/webp;base64,") == 5
    assert (tmp_path / "n.html").read_bytes().startswith(notebook_bytes(own, "html")[:200])
    assert list(tmp_path.glob("n_files")) == []


def test_markdown_with_and_without_pictures(own, pin, lists, tmp_path) -> None:
    pin(lists, title="dogs")
    made = export_notebook(own, tmp_path / "n.md", form="md", pictures=True)
    names = {path.name for path in (tmp_path / "n_files").iterdir()}
    text = (tmp_path / "n.md").read_text(encoding="utf-8")
    assert made.pictures == len(names) == 5
    assert all(f"(n_files/{name})" in text for name in names)
    export_notebook(own, tmp_path / "bare.md", form="md")
    assert "n_files" not in (tmp_path / "bare.md").read_text(encoding="utf-8")
    assert not (tmp_path / "bare_files").exists()


def test_the_views_of_an_export(own, pin, tmp_path) -> None:
    first, second, third = (pin(title=title) for title in "abc")
    delete_view(own.notebook_path, second)
    document = notebook_document(own)
    assert [one.pinned.view_id for one in document.views] == [first, third]
    assert document.views[0].why_kept == "Nothing was kept of what it showed."
    assert len(notebook_document(own, views=[third]).views) == 1
    with pytest.raises(NotFoundError, match=r"found '2', '9'"):
        notebook_document(own, views=[first, second, 9])
    with pytest.raises(NotFoundError, match="no such form"):
        export_notebook(own, tmp_path / "n.pdf", form="pdf")
    assert list(tmp_path.glob("n.*")) == []


def test_damaged_views_are_told_and_the_others_written(own, pin, tmp_path) -> None:
    pin(title="a")
    pin({"lists": {"fused": []}}, title="b")
    with closing(sqlite3.connect(own.notebook_path)) as connection:
        connection.execute("UPDATE views SET created = 'then' WHERE view_id = 1")
        connection.execute("UPDATE snapshots SET document = '{' WHERE view_id = 2")
        connection.commit()
    made = export_notebook(own, tmp_path / "n.ipynb", form="ipynb")
    assert made.views == 1
    assert "1 damaged row" in str(made.problem)
    assert made.kept[2].startswith("What was kept of it cannot be read: ")
    [kept] = (own.path / "notebook.damaged.jsonl").read_text().splitlines()
    assert json.loads(kept)["row"] == 1


def test_a_notebook_of_a_newer_version_is_refused(own, pin, tmp_path) -> None:
    pin()
    with closing(sqlite3.connect(own.notebook_path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(FormatError, match="notebook written by a newer lpd"):
        export_notebook(own, tmp_path / "n.html", form="html")
    assert not (tmp_path / "n.html").exists()


def test_a_recipe_that_a_newer_lpd_made_is_told(own, pin) -> None:
    pin({"lists": {"fused": [["s1", 0.5]]}, "recipe": {"kind": "cooking"}})
    [view] = notebook_document(own).views
    assert view.code is None
    assert view.why_kept.startswith("What its numbers are made from cannot be read: not a recipe of a view")
    assert len(view.blocks) == 1


def test_a_shape_that_cannot_be_is_an_error_of_its_cell_only(own, pin, lists) -> None:
    recipe = SearchAgain("lpd", "inland", {"wordings": []}, ("fused",), 5, shape=ListShape(fold_by="x"))
    pin({**lists, "recipe": recipe_document(recipe)})
    [view] = notebook_document(own).views
    compile(str(view.code), "view", "exec")
