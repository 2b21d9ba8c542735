"""lpd search by queries of several parts: what it says of them, as a table and as JSON."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from lpd.cli import app, main
from lpd.cli.found_shots import found_document, print_found
from lpd.collection import make_collection
from lpd.search import QueryForm, SearchEngine, open_engine, read_query_form, search_form, wording_scores
from lpd.search.two_steps import Deepening, Step, search_two_steps
from lpd.workspace import open_workspace

runner = CliRunner()
OPTIONS = ["--model", "lpd", "--collection", "inland"]


@pytest.fixture(scope="module")
def engine(demo_workspace: Path) -> SearchEngine:
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


@pytest.fixture
def asked(demo_workspace: Path, monkeypatch: pytest.MonkeyPatch):
    """`asked("a dog", "-k", "3")` returns what is printed on stdout and on stderr."""
    monkeypatch.setenv("LPD_WORKSPACE", str(demo_workspace))

    def printed(*arguments: str) -> tuple[str, str]:
        result = runner.invoke(app, ["search", *arguments, *OPTIONS], catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        return result.stdout, result.stderr

    return printed


def document_of(asked: Any, *arguments: str) -> dict[str, Any]:
    stdout, stderr = asked(*arguments, "--json")
    assert stderr == ""
    return dict(json.loads(stdout))


def test_every_part_reaches_the_query(asked, engine: SearchEngine) -> None:
    ids = engine.shot_ids
    arguments = ["a boat", "--also", "a ship", "--also", "two boats", "--like", ids[3], "--without", "a tree"]
    arguments += ["--without", "a dog", "--strength", "0.25", "--relevant", ids[1], "--relevant", ids[2]]
    arguments += ["--not-relevant", ids[5], "--then", "a horse", "--within", "4", "-k", "6"]
    document = document_of(asked, *arguments)
    form = QueryForm(
        ("a boat", "a ship", "two boats"),
        shot=ids[3],
        without=("a tree", "a dog"),
        strength=0.25,
        relevant=(ids[1], ids[2]),
        not_relevant=(ids[5],),
        then="a horse",
        within_s=4.0,
    )
    assert read_query_form(document["form"]) == form
    assert document["label"] == form.label
    assert (document["query"], document["like"]) == ("a boat", ids[3])
    found = search_form(engine, form, depth=6)
    assert {name: [hit["shot_id"] for hit in hits] for name, hits in document["lists"].items()} == {
        name: [ids[row] for row in hits.rows] for name, hits in found.result.lists.items()
    }


def test_two_steps_tell_the_second_shot(asked, engine: SearchEngine) -> None:
    document = document_of(asked, "a boat", "--then", "a dog", "-k", "4")
    found = search_form(engine, QueryForm(("a boat",), then="a dog", within_s=30), depth=4)
    assert found.steps is not None
    pairs = found.steps.pairs["fused"]
    for place, hit in enumerate(document["lists"]["fused"]):
        assert hit == {
            "shot_id": engine.shot_ids[pairs.hits.rows[place]],
            "score": float(pairs.hits.scores[place]),
            "first_score": float(pairs.first_scores[place]),
            "then": {
                "shot_id": engine.shot_ids[pairs.partners[place]],
                "score": float(pairs.second_scores[place]),
            },
        }
    assert document["sure"] == dict.fromkeys(["fused", *engine.spaces], 4)
    assert (document["depth"], document["untimed"]) == (1000, 0)
    stdout, stderr = asked("a boat", "--then", "a dog", "-k", "4", "--space", "text:bow")
    assert stderr == "a boat; then a dog within 30 s\n"
    best = search_form(engine, QueryForm(("a boat",), then="a dog"), spaces=["text:bow"], depth=1).steps
    assert best is not None
    pairs = best.pairs["fused"]
    first, second = engine.shot_ids[pairs.hits.rows[0]], engine.shot_ids[pairs.partners[0]]
    cell = f"{first} {pairs.hits.scores[0]:.3f} > {second}"
    assert stdout.splitlines()[2].split("  ")[-1].strip() == cell


def test_each_shot_tells_the_wording_that_found_it(asked, engine: SearchEngine) -> None:
    document = document_of(asked, "a boat", "--also", "two dogs running", "-k", "5")
    found = search_form(engine, QueryForm(("a boat", "two dogs running")), depth=5)
    shown = {hit["shot_id"] for hits in document["lists"].values() for hit in hits}
    assert set(document["wordings"]) == shown
    for shot, told in document["wordings"].items():
        scores = wording_scores(engine, found, [engine.collection.row(shot)])
        assert told["scores"] == pytest.approx(scores.similarities[:, 0].tolist(), abs=1e-6)
        assert told["found_by"] == found.form.wordings[scores.best[0]]
    assert len({told["found_by"] for told in document["wordings"].values()}) == 2
    stdout, stderr = asked("a boat", "--also", "two dogs running", "-k", "5", "--space", "text:bow")
    assert stderr == (
        "a boat / two dogs running\n"
        "shots are marked with the wording that found them: (1) a boat, (2) two dogs running\n"
    )
    marks = re.findall(r"(\S+) -?\d\.\d{3} \(([12])\)", stdout)
    assert len(marks) == 10
    for shot, number in marks:
        scores = wording_scores(
            engine,
            search_form(engine, found.form, spaces=["text:bow"]),
            [engine.collection.row(shot)],
        )
        assert scores.best.tolist() == [int(number) - 1]


def test_places_that_are_not_sure_are_told(engine: SearchEngine, capsys: pytest.CaptureFixture[str]) -> None:
    """Lists too short to be sure of many places, over shots of which two have no times."""
    start = engine.collection.shots["start_s"].to_numpy().copy()
    start[[3, 30]] = np.nan
    shots = make_collection("inland", engine.collection.shots.assign(start_s=start))
    untimed = SearchEngine(engine.card, shots, engine.index, engine.encoder)
    whole = search_form(untimed, QueryForm(("a boat",), then="a dog"), depth=20)
    scope = untimed.scope(20)
    steps = [Step(text, [one[0] for one in untimed.encode([text])], scope) for text in ("a boat", "a dog")]
    short = Deepening(first=20, most=20)
    found = search_two_steps(untimed, (steps[0], steps[1]), within_s=30, label="a; b", deepening=short)
    sure = min(pairs.sure for pairs in found.pairs.values())
    assert 1 < sure < 20
    print_found(untimed, replace(whole, result=found.result, steps=found))
    told = capsys.readouterr()
    assert told.err == (
        "a; b\nleft out, because their times are not known: 2 shots\n"
        f"sure in every list: the first {sure} places\n"
    )
    assert told.out.splitlines()[0].strip() == "89 shots, approximate (recall not measured)"
    document = found_document(untimed, replace(whole, result=found.result, steps=found))
    assert document["sure"] == {name: pairs.sure for name, pairs in found.pairs.items()}
    assert (document["depth"], document["untimed"], document["exact"]) == (20, 2, False)


def test_one_text_is_shown_without_marks(asked) -> None:
    document = document_of(asked, "a boat", "-k", "2")
    assert not {"wordings", "sure", "depth", "untimed"} & set(document)
    assert set(document["lists"]["fused"][0]) == {"shot_id", "score"}
    assert document["form"] == {"wordings": ["a boat"]}
    assert asked("a boat", "-k", "2")[1] == ""


def test_feedback_is_told(asked, engine: SearchEngine) -> None:
    stderr = asked("a boat", "-k", "2", "--relevant", engine.shot_ids[4])[1]
    assert stderr == "a boat; feedback: 1 relevant\n"


def test_wordings_without_a_first_one(asked) -> None:
    lists = [document_of(asked, *words, "-k", "3")["lists"] for words in (("--also", "a boat"), ("a boat",))]
    assert lists[0] == lists[1]


MISTAKES: dict[str, tuple[list[str], str]] = {
    "only what to avoid": (
        ["--without", "a dog"],
        "lpd: nothing to search with; expected a text, or --like SHOT",
    ),
    "a time and no step": (
        ["a dog", "--within", "3"],
        "lpd: --within says how soon a second step follows; expected --then TEXT beside it",
    ),
    "a negative time": (
        ["a dog", "--then", "a cat", "--within", "-3"],
        "lpd: within_s of the query; expected a number from 0; found -3.0",
    ),
    "an empty wording": (
        ["a dog", "--also", ""],
        "lpd: the query is empty; expected at least one word. Next: type what the shots should show",
    ),
    "an empty step": (
        ["a dog", "--then", " "],
        "lpd: the query is empty; expected at least one word. Next: type what the shots should show",
    ),
    "an unknown mark": (
        ["a dog", "--relevant", "x1"],
        "lpd: shots are not in collection inland; expected known shot ids; found 'x1'",
    ),
    "marked both ways": (
        ["a dog", "--relevant", "x1", "--not-relevant", "x1"],
        "lpd: shots are marked relevant and not relevant; found 'x1'",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence(
    name: str, demo_workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, sentence = MISTAKES[name]
    monkeypatch.setenv("LPD_WORKSPACE", str(demo_workspace))
    monkeypatch.setattr(sys, "argv", ["lpd", "search", *arguments, *OPTIONS])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert capsys.readouterr().err == f"{sentence}\n"
