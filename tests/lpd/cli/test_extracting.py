"""lpd extract, and the search after it: two commands from a folder of videos to a ranked list."""

import json
import sys
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from lpd.cli import app, main
from lpd.demo.language import captions_of
from lpd.demo.render import render_shot
from lpd.demo.world import Shot, World, generate_world, world_preset
from lpd.services.extraction import pool as extraction_pool
from lpd.workspace import create_workspace, open_workspace
from tests.clip_files import write_frames, write_shots

runner = CliRunner()


def run(*arguments: object) -> Result:
    result = runner.invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result


def render_videos(world: World, folder: Path, videos: int) -> dict[str, list[Shot]]:
    """Writes a few of the world's held-out videos as MP4 files; returns video id -> their shots, in order."""
    folder.mkdir()
    by_video = groupby(world.part("validation"), key=lambda shot: shot.video_id)
    made = {}
    for video_id, shots in list((video_id, list(shots)) for video_id, shots in by_video)[:videos]:
        frames = np.concatenate([render_shot(shot) for shot in shots])
        write_frames(folder / f"{video_id}.mp4", list(frames), rate=8)
        made[video_id] = shots
    return made


def test_two_commands_make_a_folder_searchable(demo_workspace: Path, tmp_path: Path) -> None:
    made = render_videos(generate_world(world_preset("small")), tmp_path / "videos", 2)
    own = tmp_path / "my-workspace"
    told = run(
        *("extract", tmp_path / "videos", "--collection", "mine", "--encoder", demo_workspace),
        *("--feature", "colour", "--workers", 1, "--workspace", own),
    )
    said = told.stderr
    assert f"{own} is a new workspace" in said
    assert f"of {len(made)} videos" in said
    command = f'lpd search "your words" --model zero-shot-twotower --collection mine --workspace {own}'
    assert f"Next: {command}" in said
    found = json.loads(run("search", "two dogs running", "--workspace", own, "--json").stdout)
    assert (found["model"], found["collection"]) == ("zero-shot-twotower", "mine")
    shots = open_workspace(own).collection("mine").shot_ids
    fused = [row["shot_id"] for row in found["lists"]["fused"]]
    assert sorted(fused) == sorted(shots)
    assert "searching mine with zero-shot-twotower" in run("search", "a dog", "--workspace", own).stderr
    assert open_workspace(own).defaults == {"collection": "mine", "model": "zero-shot-twotower"}
    again = json.loads(
        run("extract", tmp_path / "videos", "--collection", "mine", "--workspace", own, "--json").stdout
    )
    assert again["models"] == ["zero-shot-twotower"], "encoders that the collection has stay"
    assert (again["features"], again["new"]) == (["colour", "twotower"], 0)


def test_without_an_encoder_for_texts_it_is_said_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    write_shots(tmp_path / "videos" / "a.mp4", [10])
    (tmp_path / "videos" / "bad.mp4").write_text("hello")
    (tmp_path / "videos" / "readme.txt").write_text("hello")
    arguments = ["extract", tmp_path / "videos", "--collection", "mine", "--workers", 1]
    told = run(*arguments, "--workspace", tmp_path / "ws")
    assert "Texts cannot be searched yet" in told.stderr
    assert "1 file skipped:\n  bad.mp4: cannot be opened as a video" in told.stderr
    assert "1 other file left alone" in told.stderr
    document = json.loads(run(*arguments, "--workspace", tmp_path / "ws", "--json").stdout)
    assert document["shots"] == 1
    assert document["skipped"][0]["name"] == "bad.mp4"
    assert document["new"] == 0


def test_ctrl_c_says_that_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "videos").mkdir()
    write_shots(tmp_path / "videos" / "a.mp4", [10])

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(extraction_pool, "extract_files", interrupted)
    command = ["extract", tmp_path / "videos", "--collection", "mine", "--workspace", tmp_path / "ws"]
    result = runner.invoke(app, [str(one) for one in command])
    assert result.exit_code == 1
    assert "the same command goes on from there" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--every", "0"], "--every is out of range"),
        (["--feature", "colour", "--no-features"], "exclude each other"),
        (["--encoder", "nothing"], "no such video encoder"),
        (["--feature", "smell"], "no such extractor"),
        (["--shots", "absent.csv"], "shot list is missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_mistake_is_one_sentence(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "videos").mkdir()
    write_shots(tmp_path / "videos" / "a.mp4", [3])
    create_workspace(tmp_path / "ws")
    command = ["lpd", "extract", str(tmp_path / "videos"), "--collection", "mine", *arguments]
    monkeypatch.setattr(sys, "argv", [*command, "--workspace", str(tmp_path / "ws")])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert sentence in capsys.readouterr().err.strip().splitlines()[-1]


@pytest.mark.slow
def test_videos_are_found_by_what_is_said_of_them(full_demo: Path, tmp_path: Path) -> None:
    world = generate_world(world_preset("default"))
    made = render_videos(world, tmp_path / "videos", 30)
    own = tmp_path / "my-workspace"
    arguments = ["--encoder", full_demo, "--no-features", "--workspace", own]
    run("extract", tmp_path / "videos", "--collection", "mine", *arguments)
    collection = open_workspace(own).collection("mine")
    cuts = detected = right = 0
    shot_at: dict[str, str] = {}
    for video_id, shots in made.items():
        rows = collection.shots[collection.shots["video_id"] == video_id]
        starts = np.cumsum([0, *(shot.frames for shot in shots)])[:-1] / 8
        cuts += len(starts) - 1
        detected += len(rows) - 1
        right += sum(np.abs(rows["start_s"] - start).min() < 0.01 for start in starts[1:])
        for shot, start in zip(shots, starts, strict=True):
            inside = rows[rows["start_s"] <= start + shot.frames / 16]
            shot_at[shot.shot_id] = str(inside["shot_id"].iloc[-1])
    # the others join scenes of nearly the same colours
    assert 0.8 * cuts <= right == detected
    from lpd.search import open_engine

    engine = open_engine(open_workspace(own), model="zero-shot-twotower", collection="mine")
    asked = [caption for caption in captions_of(world, "validation") if caption.shot_id in shot_at][::3]
    ranks = []
    for caption in asked:
        rows = engine.search(caption.text, depth=len(collection)).lists["fused"].rows.tolist()
        ranks.append(1 + rows.index(collection.row(shot_at[caption.shot_id])))
    found = np.mean(np.array(ranks) <= 10)
    by_chance = 10 / len(collection)
    assert found > 3 * by_chance, f"{found:.2f} of the captions find their shot in the first 10"
    assert np.median(ranks) < len(collection) / 5
