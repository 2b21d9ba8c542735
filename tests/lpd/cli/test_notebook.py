"""lpd notebook on a small real workspace."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lpd.cli import app, main
from lpd.notebook import PROVENANCE_KEYS, View, pin_view
from lpd.notebook.recipes import SearchAgain, recipe_document

runner = CliRunner()
LISTS = {
    "lists": {"fused": [["s1", 0.5]]},
    "recipe": recipe_document(SearchAgain("lpd", "inland", {"wordings": ["a dog"]}, ("fused",), 1)),
}


@pytest.fixture
def own(demo_workspace: Path, tmp_path: Path) -> Path:
    path = tmp_path / "own"
    shutil.copytree(demo_workspace, path, copy_function=os.link)
    provenance = {**dict.fromkeys(PROVENANCE_KEYS), "workspace": "demo", "model": "gone", "model_digest": "x"}
    for title, snapshot in (("dogs", LISTS), ("no numbers", None)):
        view = View("", "./?q=dog", title, provenance, "a *note*")
        pin_view(path / "notebook.sqlite", view, snapshot=snapshot)
    return path


def run(own: Path, *arguments: str):
    result = runner.invoke(app, ["notebook", *arguments, "--workspace", str(own)], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result


def test_the_views_are_listed_with_what_changed(own) -> None:
    views = json.loads(run(own, "list", "--json").stdout)["views"]
    assert [(one["view"], one["page"], one["title"]) for one in views] == [
        (1, "search", "dogs"),
        (2, "search", "no numbers"),
    ]
    assert views[0]["changes"] == ["Model gone is gone or cannot be read."]
    assert "no numbers" in run(own, "list").stdout


def test_a_view_is_shown(own) -> None:
    text = run(own, "show", "1").stdout
    for part in ("## dogs", "a *note*", "| 1 | s1 | 0.5000 |", "search_form(engine, form"):
        assert part in text
    shown = json.loads(run(own, "show", "1", "--json").stdout)
    assert shown["snapshot"] == LISTS
    assert shown["python"].startswith("from lpd.search import")
    assert json.loads(run(own, "show", "2", "--json").stdout)["python"] is None


@pytest.mark.parametrize(
    ("name", "option", "begins"),
    [
        ("n.html", (), "<!DOCTYPE html>"),
        ("n.md", (), "# Notebook of demo"),
        ("n.markdown", ("--pictures",), "# Notebook of demo"),
        ("n.ipynb", (), '{\n "cells"'),
        ("n.txt", ("--format", "md"), "# Notebook of demo"),
    ],
)
def test_a_notebook_is_written(own, tmp_path, name, option, begins) -> None:
    told = json.loads(run(own, "export", str(tmp_path / name), *option, "--json").stdout)
    assert told["views"] == 2
    assert told["made_again"] == [1]
    assert told["kept"] == {"2": "Nothing was kept of what it showed."}
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_one_view_is_written(own, tmp_path) -> None:
    said = run(own, "export", str(tmp_path / "n.md"), "--view", "2").stderr
    assert said.splitlines()[-1] == f"{tmp_path / 'n.md'}: 1 view"
    text = (tmp_path / "n.md").read_text(encoding="utf-8")
    assert "## no numbers" in text
    assert "## dogs" not in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("export", "n.pdf"), "which form of a notebook?"),
        (("export", "n.md", "--view", "9"), "no such view in the notebook"),
        (("show", "9"), "no such view in the notebook"),
    ],
    ids=["form", "view", "show"],
)
def test_mistakes_are_one_sentence(own, monkeypatch, capsys, tmp_path, arguments, sentence) -> None:
    monkeypatch.chdir(tmp_path)
    assert sentence in failure(own, monkeypatch, capsys, arguments)
    assert not list(tmp_path.glob("n.*"))


def test_a_newer_notebook_is_refused(own, monkeypatch, capsys) -> None:
    with closing(sqlite3.connect(own / "notebook.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 2")
    assert "notebook written by a newer lpd" in failure(own, monkeypatch, capsys, ("list",))


def failure(own: Path, monkeypatch, capsys, arguments) -> str:
    monkeypatch.setattr("sys.argv", ["lpd", "notebook", *arguments, "--workspace", str(own)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    [line] = capsys.readouterr().err.splitlines()
    return line
