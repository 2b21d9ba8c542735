"""Features go in by every form, as a copy or a pointer, and what is malformed changes nothing."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from lpd.cli import app
from lpd.errors import LpdError
from lpd.features import FeatureSource, describe_source
from lpd.services.importing.features import FeatureChoices, ImportedFeature, import_features
from lpd.services.importing.frames import import_frames
from lpd.services.importing.shots import import_shots
from lpd.workspace import Workspace, create_workspace

h5py = pytest.importorskip("h5py")

SHOTS = ["shot1_1", "shot1_2", "shot2_1"]
ROWS = np.array([[0, 1], [2, 3], [4, 5], [6, 7.5]], dtype=np.float32)
ROW_IDS = ["shot2_1", "other", "shot1_1", "shot1_2"]
TAKEN = [[4, 5], [6, 7.5], [0, 1]]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = create_workspace(tmp_path / "w")
    (tmp_path / "shots.txt").write_text("\n".join(SHOTS))
    import_shots(made, "c", tmp_path / "shots.txt")
    return made


def written(folder: Path, form: str, rows: np.ndarray = ROWS, ids: Sequence[str] = ROW_IDS) -> FeatureSource:
    """Returns a source of this form with these rows."""
    (folder / "id.txt").write_text("\n".join(ids))
    path = folder / f"f.{form}"
    if form == "bigfile":
        path.mkdir()
        (path / "shape.txt").write_text(f"{len(rows)} {rows.shape[1]}\n")
        (path / "id.txt").write_text(" ".join(ids))
        (path / "feature.bin").write_bytes(rows.astype("<f4").tobytes())
    elif form == "npy":
        np.save(path, rows)
    elif form == "npz":
        np.savez(path, ids=np.array(ids), matrix=rows)
    elif form in ("h5", "hdf5"):
        with h5py.File(path, "w") as file:
            file.create_dataset("data", data=rows, chunks=(2, 1) if form == "hdf5" else None)
            file["ids"] = np.array(ids, dtype="S")
    else:
        kind = pa.list_(pa.from_numpy_dtype(rows.dtype))
        pq.write_table(pa.table({"shot_id": ids, "f": pa.array(list(rows), kind)}), path, row_group_size=2)
    return describe_source(path, ids=folder / "id.txt" if form == "npy" else None)


FORMS = ("bigfile", "npy", "npz", "h5", "hdf5", "parquet")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_copied_and_pointed_to(workspace: Workspace, tmp_path: Path, form: str) -> None:
    source = written(tmp_path, form)
    digests = []
    for pointer in (False, True):
        made = import_features(workspace, "c", "f", source=source, choices=FeatureChoices(pointer=pointer))
        assert made == ImportedFeature(3, 2, 1)
        opened = workspace.features("c", "f")
        assert opened.rows(SHOTS).tolist() == TAKEN
        assert (len(opened), opened.matrix.dtype) == (4 if pointer else 3, np.float32)
        digests.append(opened.digest)
    assert not list(workspace.path.glob(".rows*"))


def test_copies_are_the_same_whatever_they_came_from(workspace: Workspace, tmp_path: Path) -> None:
    for form in FORMS:
        import_features(workspace, "c", form, source=written(tmp_path, form))
    assert len({workspace.features("c", form).digest for form in FORMS}) == 1


@pytest.mark.parametrize("form", ["npy", "npz", "h5", "parquet"])
def test_float64_is_rounded_and_said_so(workspace: Workspace, tmp_path: Path, form: str) -> None:
    source = written(tmp_path, form, ROWS + np.float64(1e-12))
    made = import_features(workspace, "c", "f", source=source)
    assert made.notes == ("float64 was rounded to float32",)
    assert workspace.features("c", "f").matrix.dtype == np.float32
    assert (
        workspace.features("c", "f").rows(SHOTS).tolist() == (np.float64(TAKEN) + 1e-12).astype("f4").tolist()
    )
    with pytest.raises(LpdError, match=r"can only be copied; .*found float64\. Next: copy it"):
        import_features(workspace, "c", "f", source=source, choices=FeatureChoices(pointer=True))


def test_float16_stays_what_it_is(workspace: Workspace, tmp_path: Path) -> None:
    import_features(workspace, "c", "f", source=written(tmp_path, "npy", ROWS.astype(np.float16)))
    assert workspace.features("c", "f").matrix.dtype == np.float16


@pytest.mark.parametrize("form", ["bigfile", "npz"])
def test_of_repeated_ids_the_last_row_is_taken_when_asked(
    workspace: Workspace, tmp_path: Path, form: str
) -> None:
    rows = np.concatenate([ROWS, [[8, 9]]]).astype(np.float32)
    source = written(tmp_path, form, rows, [*ROW_IDS, "shot1_1"])
    with pytest.raises(LpdError, match=r"ids occur more than once; .*found 'shot1_1'.*--repeated last"):
        import_features(workspace, "c", "f", source=source)
    made = import_features(workspace, "c", "f", source=source, choices=FeatureChoices(repeated="last"))
    assert made.notes == ("1 id occurs more than once, the last row was taken: 'shot1_1'",)
    assert workspace.features("c", "f").rows(SHOTS).tolist() == [[8, 9], [6, 7.5], [0, 1]]


def test_progress_reaches_its_end(workspace: Workspace, tmp_path: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    source = written(tmp_path, "parquet")
    import_features(workspace, "c", "f", source=source, progress=lambda *call: calls.append(call))
    assert calls[0] == ("sorting rows", 0, 3)
    assert ("sorting rows", 3, 3) in calls
    assert calls[-1] == ("features", 3, 3)


FRAME_IDS = ["shot2_1_0", "shot1_1_10", "shot1_1_9", "other_3", "shot1_2_1", "shot1_1_0"]
FRAME_ROWS = np.array([[1, 1], [10, 0], [9, 1], [7, 7], [2, 4], [0, 5]], dtype=np.float32)


@pytest.mark.parametrize("form", FORMS)
def test_frames_are_sorted_and_pooled(workspace: Workspace, tmp_path: Path, form: str) -> None:
    source = written(tmp_path, form, FRAME_ROWS, FRAME_IDS)
    made = import_frames(workspace, "c", "f", source=source)
    assert made == ImportedFeature(3, 2, 1, frames=5)
    frames = workspace.frame_features("c", "f")
    assert frames.rows_of("shot1_1").tolist() == [[0, 5], [9, 1], [10, 0]]
    assert frames.rows_of("shot2_1").tolist() == [[1, 1]]
    expected = np.float32([[19 / 3, 2], [2, 4], [1, 1]])
    assert workspace.features("c", "f").rows(SHOTS).tolist() == expected.tolist()
    assert workspace.video_input("c", "frames:f@2").rows(["shot1_1"]).tolist() == [[0, 5, 1, 10, 0, 1]]


def test_a_maximum_and_a_most_of_frames(workspace: Workspace, tmp_path: Path) -> None:
    choices = FeatureChoices(pool="max", most_frames=2)
    source = written(tmp_path, "npy", FRAME_ROWS.astype(np.float64), FRAME_IDS)
    made = import_frames(workspace, "c", "f", source=source, choices=choices)
    assert (made.frames, made.left_out) == (4, 1)
    assert made.notes == (
        "1 frame beyond the first 2 of a shot left out",
        "float64 was rounded to float32",
    )
    assert workspace.features("c", "f").rows(SHOTS).tolist() == [[9, 5], [2, 4], [1, 1]]


@pytest.mark.parametrize("place", ["f.bigfile", "."])
def test_a_list_of_frames_in_the_folder_or_beside_it(
    workspace: Workspace, tmp_path: Path, place: str
) -> None:
    source = written(tmp_path, "bigfile", FRAME_ROWS, FRAME_IDS)
    listed = {
        "shot1_1": ["other_3", "shot1_1_0"],
        "shot1_2": ["shot1_2_1"],
        "shot2_1": ["shot2_1_0"],
        "x": [],
    }
    (tmp_path / place / "video2frames.txt").write_text(str(listed | {"other": []}))
    made = import_frames(workspace, "c", "f", source=source)
    assert (made.frames, made.left_out) == (4, 2)
    assert workspace.frame_features("c", "f").rows_of("shot1_1").tolist() == [[0, 5], [7, 7]]


NAN = np.where(ROWS == 6, np.nan, ROWS).astype(np.float32)
BAD: dict[str, tuple[Callable[[Workspace, Path], object], str]] = {
    "no row for a shot": (
        lambda w, t: import_features(w, "c", "f", source=written(t, "npz", ROWS[:2], ROW_IDS[:2])),
        r"f\.npz: 2 of 3 shots have no row in this feature; .*found none for 'shot1_1', 'shot1_2'",
    ),
    "no row for a shot that is pointed to": (
        lambda w, t: import_features(
            w, "c", "f", source=written(t, "h5", ROWS[:2], ROW_IDS[:2]), choices=FeatureChoices(pointer=True)
        ),
        r"f\.h5: 2 of 3 shots have no row",
    ),
    "frames that are taken for shots": (
        lambda w, t: import_features(w, "c", "f", source=written(t, "npz", FRAME_ROWS, FRAME_IDS)),
        "3 of 3 shots have no row in this feature.*its rows look like frames: import them with --frames",
    ),
    "NaN": (
        lambda w, t: import_features(w, "c", "f", source=written(t, "parquet", NAN)),
        r"f\.parquet: NaN or infinite values in 1 row.*'row 3: shot1_2'",
    ),
    "NaN that is pointed to": (
        lambda w, t: import_features(
            w, "c", "f", source=written(t, "npy", NAN), choices=FeatureChoices(pointer=True)
        ),
        r"f\.npy: NaN or infinite values in 1 row",
    ),
    "values beyond float32": (
        lambda w, t: import_features(w, "c", "f", source=written(t, "npy", ROWS.astype("f8") * 1e300)),
        "values too large for float32 in .* rows",
    ),
    "a repeated id that is pointed to": (
        lambda w, t: import_features(
            w,
            "c",
            "f",
            source=written(t, "npy", np.concatenate([ROWS, ROWS[:1]]), [*ROW_IDS, "other"]),
            choices=FeatureChoices(pointer=True, repeated="last"),
        ),
        "ids occur more than once",
    ),
    "a collection that is not there": (
        lambda w, t: import_features(w, "d", "f", source=written(t, "npy")),
        "no such collection",
    ),
    "shots without frames": (
        lambda w, t: import_frames(w, "c", "f", source=written(t, "npz", FRAME_ROWS[:2], FRAME_IDS[:2])),
        r"f\.npz: 1 of 3 shots have no frames; .*found none for 'shot1_2'",
    ),
    "frames that are pointed to": (
        lambda w, t: import_frames(
            w, "c", "f", source=FeatureSource("npz", t / "f.npz"), choices=FeatureChoices(pointer=True)
        ),
        "so they are copied. Next: leave --pointer out",
    ),
    "an unknown pooling": (
        lambda w, t: FeatureChoices(pool="median"),
        "mean or max; found 'median'",
    ),
    "an unknown rule": (lambda w, t: FeatureChoices(repeated="first"), "expected refuse or last"),
    "no frames at all": (lambda w, t: FeatureChoices(most_frames=0), "at least 1; found 0"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_and_changes_nothing(workspace: Workspace, tmp_path: Path, case: str) -> None:
    act, words = BAD[case]
    before = snapshot(workspace.path)
    with pytest.raises(LpdError, match=words) as caught:
        act(workspace, tmp_path)
    assert "\n" not in str(caught.value)
    assert snapshot(workspace.path) == before


def test_the_command_line(workspace: Workspace, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["frames/rows"], file["frames/names"] = FRAME_ROWS, np.array(FRAME_IDS, dtype="S")
    command = ["import", "features", str(tmp_path / "a.h5"), "--collection", "c", "--name", "f", "--frames"]
    command += ["--ids-key", "frames/names", "--matrix-key", "frames/rows", "--pool", "max"]
    command += ["--most-frames", "2", "--workspace", str(workspace.path)]
    found = CliRunner().invoke(app, [*command, "--json"], catch_exceptions=False)
    assert json.loads(found.stdout) == {
        "feature": "f",
        "shots": 3,
        "dimension": 2,
        "frames": 4,
        "rows_left_out": 1,
        "notes": ["1 frame beyond the first 2 of a shot left out"],
    }
    told = CliRunner().invoke(app, command, catch_exceptions=False).stderr.splitlines()[-1]
    assert told == (
        "c: feature f, 3 shots x 2; pooled (max) of 4 frames; 1 row of other shots left out; "
        "1 frame beyond the first 2 of a shot left out"
    )
    rows = written(tmp_path, "npy", np.concatenate([ROWS, ROWS[:1]]), [*ROW_IDS, "shot2_1"])
    command = ["import", "features", str(rows.path), "--ids", str(rows.ids), "--collection", "c"]
    command += ["--name", "g", "--workspace", str(workspace.path)]
    assert CliRunner().invoke(app, [*command, "--repeated", "last"]).exit_code == 0
    assert workspace.features("c", "g").rows(SHOTS).tolist() == TAKEN
