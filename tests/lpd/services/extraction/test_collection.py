import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from lpd.errors import LpdError, MismatchError, NotFoundError
from lpd.progress import no_progress
from lpd.services.extraction import pool as extraction_pool
from lpd.services.extraction.collection import ExtractionReport, ExtractSettings, extract_collection
from lpd.services.extraction.parts import read_parts
from lpd.services.extraction.pool import extract_tasks
from lpd.services.extraction.sources import find_sources
from lpd.services.extraction.work import Recipe, Task
from lpd.video.shot_detection import DetectorSettings
from lpd.video.shot_frames import LookSettings
from lpd.workspace import Workspace, create_workspace
from tests.clip_files import write_shots

CHEAP = ExtractSettings(features=("colour", "motion"), workers=1)


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    folder = tmp_path / "videos"
    folder.mkdir()
    write_shots(folder / "one.mp4", [12, 8])
    write_shots(folder / "two words.mkv", [10, 10, 10], first=2)
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "ws")


def extract(workspace: Workspace, folder: Path, settings: ExtractSettings = CHEAP, **how) -> ExtractionReport:
    return extract_collection(workspace, folder, collection="mine", settings=settings, **how)


def content(workspace: Workspace, collection: str = "mine") -> dict[str, bytes]:
    """All that an extraction wrote and readers see, by place."""
    folder = workspace.collection_folder(collection)
    paths = [*folder.glob("*.parquet"), *folder.glob("media/**/*.webp"), *folder.glob("*features/*/*.np?")]
    assert paths
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_a_folder_becomes_a_collection(workspace: Workspace, videos: Path) -> None:
    report = extract(workspace, videos)
    assert (report.shots, report.videos, report.pictures, report.new, report.skipped) == (5, 2, 0, 2, ())
    opened = workspace.collection("mine")
    assert opened.shot_ids == ["one_1", "one_2", "two-words_1", "two-words_2", "two-words_3"]
    assert opened.shots["video_id"].tolist() == ["one"] * 2 + ["two-words"] * 3
    np.testing.assert_allclose(opened.shots["start_s"], [0, 1.2, 0, 1, 2], atol=0.002)
    np.testing.assert_allclose(opened.shots["end_s"], [1.2, 2, 1, 2, 3], atol=0.002)
    for shot in opened.shot_ids:
        for kind in ("thumbnail", "preview"):
            path = workspace.media_file(opened, shot, kind)
            assert path is not None
            with Image.open(path) as picture:
                picture.load()
    assert workspace.feature_names("mine") == ["colour", "motion"]
    colour = workspace.features("mine", "colour")
    assert colour.ids == opened.shot_ids
    assert colour.rows(opened.shot_ids).shape == (5, 546)
    assert "no encoder" not in report.notes


def test_broken_files_are_skipped_with_the_reason_and_the_rest_is_kept(
    workspace: Workspace, videos: Path
) -> None:
    (videos / "text.mp4").write_text("hello")
    (videos / "empty.mp4").write_bytes(b"")
    (videos / "broken.png").write_text("hello")
    whole = write_shots(videos / "cut.mp4", [40], options={"movflags": "faststart"}).read_bytes()
    (videos / "cut.mp4").write_bytes(whole[: len(whole) * 7 // 10])
    report = extract(workspace, videos)
    assert [one.name for one in report.skipped] == ["broken.png", "empty.mp4", "text.mp4"]
    assert "not a picture" in report.skipped[0].sentence
    assert report.videos == 3
    assert any(note.startswith("cut.mp4: ") and "header says" in note for note in report.notes)


def test_nothing_but_broken_files_is_an_error(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.mp4").write_text("hello")
    with pytest.raises(LpdError, match=r"no file gave a shot.*a\.mp4"):
        extract(workspace, tmp_path / "bad")
    assert workspace.collection_names() == []


def test_pictures_are_shots_of_one_frame_beside_videos(workspace: Workspace, videos: Path) -> None:
    for number in range(70):
        Image.new("RGB", (60, 40), (number, 90, 200)).save(videos / f"p{number:02}.jpg")
    report = extract(workspace, videos)
    assert (report.videos, report.pictures, report.shots) == (2, 70, 75)
    opened = workspace.collection("mine")
    assert opened.shot_ids[2:4] == ["p00_1", "p01_1"]
    assert opened.shots["start_s"].isna().sum() == 70
    Image.new("RGB", (60, 40), "red").save(videos / "p10b.jpg")
    later = extract(workspace, videos)
    assert later.shots == 76
    assert later.new < 71, "a new picture changes its own run only"
    assert workspace.collection("mine").shot_ids[13] == "p10b_1"


def test_what_is_written_does_not_depend_on_the_number_of_processes(
    workspace: Workspace, videos: Path, tmp_path: Path
) -> None:
    other = create_workspace(tmp_path / "other")
    Image.new("RGB", (60, 40), (9, 90, 200)).save(videos / "p.jpg")
    (videos / "text.mp4").write_text("hello")
    here = extract(workspace, videos, replace(CHEAP, keep_frames=True))
    beside = extract(other, videos, replace(CHEAP, keep_frames=True, workers=2))
    assert content(workspace) == content(other)
    assert replace(here, seconds=0.0) == replace(beside, seconds=0.0)


class Stopped(Exception):
    pass


def stopping_at(share: float):
    def progress(stage: str, done: int, total: int) -> None:
        if stage.startswith("extracting") and done >= share * total:
            raise Stopped

    return progress


def test_a_stopped_extraction_goes_on_where_it_was(
    workspace: Workspace, videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Stopped):
        extract(workspace, videos, progress=stopping_at(0.45))
    assert workspace.collection_names() == []
    done: list[str] = []
    original = extraction_pool.extract_files

    def noting(task: Task, *arguments, **how):
        done.extend(file.name for file in task.files)
        return original(task, *arguments, **how)

    monkeypatch.setattr(extraction_pool, "extract_files", noting)
    told: list[tuple[str, int, int]] = []
    killed = workspace.collection_folder("mine") / "media" / ".0123456789abcdef.x.part"
    killed.mkdir()
    report = extract(workspace, videos, progress=lambda *step: told.append(step))
    assert not killed.exists()
    assert done == ["two words.mkv"], "the first video was finished before the stop"
    assert report.shots == 5
    assert told[0][1] > 0, "what was done before counts"
    fresh = create_workspace(tmp_path / "fresh")
    extract(fresh, videos)
    assert content(workspace) == content(fresh)


def test_running_again_takes_in_what_is_new_and_drops_what_is_gone(
    workspace: Workspace, videos: Path, tmp_path: Path
) -> None:
    extract(workspace, videos)
    before = content(workspace)
    assert extract(workspace, videos).new == 0
    assert content(workspace) == before
    write_shots(videos / "a new one.mp4", [10], first=4)
    report = extract(workspace, videos)
    assert (report.new, report.shots) == (1, 6)
    assert workspace.collection("mine").shot_ids[0] == "a-new-one_1"
    (videos / "one.mp4").unlink()
    report = extract(workspace, videos)
    assert (report.new, report.shots) == (0, 4)
    assert any("no longer in the folder" in note and "one.mp4" in note for note in report.notes)
    fresh = create_workspace(tmp_path / "fresh")
    extract(fresh, videos)
    assert content(workspace) == content(fresh), "nothing of the video that is gone is left"


def test_a_new_feature_leaves_shots_and_pictures_as_they_are(workspace: Workspace, videos: Path) -> None:
    extract(workspace, videos)
    media = workspace.collection_folder("mine") / "media"
    before = {path: path.stat().st_mtime_ns for path in media.rglob("*.webp")}
    report = extract(workspace, videos, replace(CHEAP, features=("layout",)))
    assert report.features == ("layout", "colour", "motion"), "features that are there stay"
    assert {path: path.stat().st_mtime_ns for path in media.rglob("*.webp")} == before
    assert workspace.features("mine", "layout").ids == workspace.collection("mine").shot_ids


def test_frames_rows_are_kept_when_asked_for(workspace: Workspace, videos: Path) -> None:
    extract(workspace, videos, replace(CHEAP, keep_frames=True))
    assert workspace.frame_feature_names("mine") == ["colour"]
    frames = workspace.frame_features("mine", "colour")
    rows = workspace.features("mine", "colour").rows(["two-words_2"])[0]
    assert len(frames.rows_of("one_1")) == 2
    np.testing.assert_allclose(frames.rows_of("two-words_2").mean(axis=0), rows, atol=1e-3)


def test_other_settings_begin_anew_and_say_so(workspace: Workspace, videos: Path) -> None:
    extract(workspace, videos)
    report = extract(workspace, videos, replace(CHEAP, whole_videos=True))
    assert report.shots == 2
    assert any("extracted anew" in note for note in report.notes)
    os.utime(videos / "one.mp4", (1, 1))
    assert extract(workspace, videos, replace(CHEAP, whole_videos=True)).new == 1


def test_given_shots_keep_their_ids(workspace: Workspace, videos: Path, tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "shot_id": ["shotone_1", "shotone_2", "shotnine_1"],
            "video_id": ["one", "one", "nine"],
            "start_s": [0.0, 0.5, 0.0],
            "end_s": [0.5, 2.0, 1.0],
        }
    )
    table.to_csv(tmp_path / "shots.csv", index=False)
    report = extract(workspace, videos, replace(CHEAP, shots=tmp_path / "shots.csv"))
    opened = workspace.collection("mine")
    assert opened.shot_ids == ["shotone_1", "shotone_2"]
    assert opened.shots["end_s"].tolist() == [0.5, 2.0]
    assert any("two words.mkv" in note for note in report.notes)
    assert any("nine" in note for note in report.notes)
    table["video_id"] = "other"
    table.to_csv(tmp_path / "shots.csv", index=False)
    with pytest.raises(MismatchError, match="no file is a video of the shot list"):
        extract(workspace, videos, replace(CHEAP, shots=tmp_path / "shots.csv"))


def test_a_master_shot_reference_is_a_shot_list(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "v3c"
    folder.mkdir()
    write_shots(folder / "00042.mp4", [20, 20])
    reference = tmp_path / "msb"
    reference.mkdir()
    rows = ["startframe\tstarttime\tendframe\tendtime", "0\t0.0\t15\t1.5", "15\t1.5\t40\t4.0"]
    (reference / "00042.tsv").write_text("\n".join(rows) + "\n")
    extract(workspace, folder, replace(CHEAP, shots=reference))
    assert workspace.collection("mine").shot_ids == ["shot00042_1", "shot00042_2"]
    assert set(workspace.collection("mine").shots["video_id"]) == {"00042"}


def test_subsets_stay_when_the_folder_grows(workspace: Workspace, videos: Path) -> None:
    extract(workspace, videos)
    folder = workspace.collection_folder("mine") / "subsets"
    folder.mkdir()
    (folder / "few.txt").write_text("one_1\ntwo-words_1\n")
    (videos / "one.mp4").unlink()
    report = extract(workspace, videos)
    assert workspace.collection("mine").subsets == {"few": ["two-words_1"]}
    assert "subset few lost 1 shot" in report.notes


def test_other_collections_are_not_written_over(workspace: Workspace, videos: Path, tmp_path: Path) -> None:
    extract(workspace, videos)
    (tmp_path / "else").mkdir()
    write_shots(tmp_path / "else" / "three.mp4", [10])
    with pytest.raises(LpdError, match="made of another folder"):
        extract(workspace, tmp_path / "else")
    imported = workspace.collection_folder("mine") / "extraction" / "manifest.json"
    imported.unlink()
    with pytest.raises(LpdError, match="not extracted"):
        extract(workspace, videos)


def test_unknown_extractors_and_empty_folders_are_named(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such folder"):
        extract(workspace, tmp_path / "absent")
    with pytest.raises(NotFoundError, match="no such extractor"):
        extract(workspace, tmp_path, replace(CHEAP, features=("smell",)))


class DeadlyPath(type(Path())):
    """A file whose opening brings the process down, as a fault in a decoder does."""

    def is_file(self, **how: bool) -> bool:
        os._exit(1)


@pytest.mark.slow
def test_a_file_that_crashes_its_process_is_skipped(workspace: Workspace, videos: Path) -> None:
    recipe = Recipe(workspace.collection_folder("mine"), LookSettings(), DetectorSettings())
    files = find_sources(videos).files
    bad = files[0]._replace(path=DeadlyPath(videos / "one.mp4"), name="bad.mp4", video_id="bad")
    tasks = [Task((file,), f"{number:016x}", None, ()) for number, file in enumerate([bad, *files])]
    skipped = extract_tasks(tasks, recipe, workers=2, progress=no_progress)
    assert [(one.name, one.sentence) for one in skipped] == [("bad.mp4", "the decoder crashed on it")]
    parts = list(read_parts(recipe.collection_folder))
    assert [len(part.shots) for part in parts] == [2, 3]


@pytest.mark.slow
def test_stopping_ends_every_process_soon(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "long").mkdir()
    for name in "ab":
        write_shots(tmp_path / "long" / f"{name}.mp4", [20] * 60, width=320, height=240)
    began = time.monotonic()
    whole = extract(workspace, tmp_path / "long", replace(CHEAP, workers=2))
    needed = time.monotonic() - began
    other = create_workspace(tmp_path / "other")
    began = time.monotonic()
    with pytest.raises(Stopped):
        extract(other, tmp_path / "long", replace(CHEAP, workers=2), progress=stopping_at(0.05))
    assert time.monotonic() - began < needed
    assert other.collection_names() == []
    assert not list(other.path.rglob("part.json"))
    assert whole.videos == 2
