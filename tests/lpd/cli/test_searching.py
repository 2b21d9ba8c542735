"""lpd search: by a text and by a shot, filtered, over some of the spaces, and what it says of its lists."""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lpd.cli import app, main
from lpd.search import SearchEngine, open_engine
from lpd.workspace import open_workspace
from tests.lpd.search.quantised_copies import quantise_index

runner = CliRunner()


@pytest.fixture(scope="module")
def engine(demo_workspace: Path) -> SearchEngine:
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


@pytest.fixture
def search(demo_workspace: Path, monkeypatch: pytest.MonkeyPatch):
    """`search("a dog", "-k", "3")` returns the JSON document."""
    monkeypatch.setenv("LPD_WORKSPACE", str(demo_workspace))

    def found(*arguments: str) -> dict[str, Any]:
        command = ["search", *arguments, "--model", "lpd", "--collection", "inland", "--json"]
        result = runner.invoke(app, command, catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        assert result.stderr == "", "a small index is read without a word"
        return dict(json.loads(result.stdout))

    return found


def shots_of(document: dict[str, Any]) -> dict[str, list[str]]:
    return {name: [hit["shot_id"] for hit in hits] for name, hits in document["lists"].items()}


def test_a_video_is_searched_alone(search, engine: SearchEngine) -> None:
    shots = engine.collection.shots
    video = str(shots["video_id"].iat[20])
    document = search("a dog", "--video", video, "-k", "1000")
    expected = set(shots.loc[shots["video_id"] == video, "shot_id"])
    assert {name: set(ids) for name, ids in shots_of(document).items()} == dict.fromkeys(
        ["fused", *engine.spaces], expected
    )
    assert (document["video"], document["shots_searched"]) == (video, len(expected))


def test_a_shot_in_place_of_a_text(search, engine: SearchEngine) -> None:
    shot = engine.shot_ids[8]
    document = search("--like", shot, "-k", "5")
    result = engine.search_shot(shot, depth=5)
    assert shots_of(document) == {
        name: [engine.shot_ids[row] for row in hits.rows] for name, hits in result.lists.items()
    }
    assert (document["query"], document["like"]) == (None, shot)
    assert shot not in shots_of(document)["fused"]


def test_some_spaces_and_no_others(search, engine: SearchEngine) -> None:
    chosen = [engine.spaces[5], engine.spaces[0]]
    document = search("a boat", "--space", chosen[0], "--space", chosen[1], "-k", "4")
    assert list(document["lists"]) == ["fused", engine.spaces[0], engine.spaces[5]]
    fused = engine.search("a boat", spaces=chosen, depth=4).lists["fused"]
    assert shots_of(document)["fused"] == [engine.shot_ids[row] for row in fused.rows]


def test_the_lists_say_whether_they_are_exact(search, demo_workspace: Path) -> None:
    document = search("a boat")
    assert (document["exact"], document["recall"], document["exactness"]) == (True, None, "exact")
    command = ["search", "a boat", "--model", "lpd", "--collection", "inland", "-k", "2"]
    told = runner.invoke(app, [*command, "--workspace", str(demo_workspace)], catch_exceptions=False)
    assert told.stdout.splitlines()[0].strip() == "89 shots, exact"


def test_lists_of_codes_say_their_recall(demo_workspace: Path, tmp_path: Path) -> None:
    copy = tmp_path / "w"
    shutil.copytree(demo_workspace, copy, ignore=shutil.ignore_patterns("media", "previews"))
    quantise_index(copy / "indexes" / "lpd@inland")
    command = ["search", "a boat", "--model", "lpd", "--collection", "inland", "--workspace", str(copy)]
    words = "approximate (8-bit codes, recall 1.0000 over 3 queries)"
    told = runner.invoke(app, command, catch_exceptions=False)
    assert told.stdout.splitlines()[0].strip() == f"89 shots, {words}"
    document = json.loads(runner.invoke(app, [*command, "--json"], catch_exceptions=False).stdout)
    assert (document["exact"], document["recall"], document["exactness"]) == (False, 1.0, words)
    video = str(open_workspace(copy).collection("inland").shots["video_id"].iat[20])
    told = runner.invoke(app, [*command, "--video", video], catch_exceptions=False)
    assert re.fullmatch(r"\d+ shots?, exact \(half precision\)", told.stdout.splitlines()[0].strip())
    few = json.loads(
        runner.invoke(app, [*command, "--video", video, "--json"], catch_exceptions=False).stdout
    )
    assert (few["exact"], few["recall"], few["exactness"]) == (True, None, "exact (half precision)")


MISTAKES: dict[str, tuple[list[str], str]] = {
    "neither text nor shot": ([], "nothing to search with; expected a text, or --like SHOT"),
    "unknown shot": (["--like", "nothing"], "not in collection inland.*'nothing'"),
    "unknown video": (["a dog", "--video", "nothing"], "no such video.*'nothing'"),
    "unknown space": (["a dog", "--space", "text:bow", "--space", "x"], "no such space.*text:w2v.*found 'x'"),
    "an empty space": (["a dog", "--space", ""], "no such space"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence(
    name: str, demo_workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, sentence = MISTAKES[name]
    monkeypatch.setenv("LPD_WORKSPACE", str(demo_workspace))
    monkeypatch.setattr(
        sys, "argv", ["lpd", "search", *arguments, "--model", "lpd", "--collection", "inland"]
    )
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert re.search(sentence, last), last
