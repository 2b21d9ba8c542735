"""Appended features and sampled frames."""

import shutil

import numpy as np
import pytest

from lpd.errors import FormatError, NotFoundError
from lpd.features import AppendedFeatures, FeatureMatrix, FrameFeatures, SampledFrames, write_matrix
from lpd.features.derived import sampled_rows
from lpd.workspace import open_workspace


@pytest.fixture
def frames():
    rows = np.arange(12, dtype=np.float32).reshape(6, 2)
    return FrameFeatures("clip", ["a", "b", "c"], np.array([0, 1, 5, 6]), rows, "digest")


def test_frames_are_packed_with_a_mark_behind_each(frames):
    sampled = SampledFrames(frames, 3)
    assert (sampled.name, sampled.dimension) == ("frames:clip@3", 9)
    rows = sampled.rows(["b", "a"])
    assert rows.tolist() == [[2, 3, 1, 4, 5, 1, 8, 9, 1], [0, 1, 1, 0, 0, 0, 0, 0, 0]]
    assert SampledFrames(frames).name == "frames:clip"
    assert SampledFrames(frames, 3).digest != SampledFrames(frames, 4).digest


def test_frames_are_spread_from_first_to_last():
    assert sampled_rows(3, 5).tolist() == [0, 1, 2]
    assert sampled_rows(5, 5).tolist() == [0, 1, 2, 3, 4]
    assert sampled_rows(24, 12).tolist() == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 23]


def test_appended_features_stand_side_by_side(frames):
    one = FeatureMatrix("one", ["a", "b"], np.array([[1.0, 2], [3, 4]], dtype=np.float32), "1")
    two = FeatureMatrix("two", ["b", "a"], np.array([[5.0], [6]], dtype=np.float32), "2")
    appended = AppendedFeatures((one, two))
    assert (appended.name, appended.dimension) == ("one+two", 3)
    assert appended.rows(["b", "a"]).tolist() == [[3, 4, 5], [1, 2, 6]]
    assert appended.digest != AppendedFeatures((two, one)).digest


def test_a_workspace_opens_them_by_name(demo_workspace):
    workspace = open_workspace(demo_workspace)
    colour, motion = (workspace.features("inland", name) for name in ("colour", "motion"))
    shots = workspace.collection("inland").shot_ids[:3]
    both = workspace.video_input("inland", "colour+motion")
    np.testing.assert_array_equal(both.rows(shots), np.hstack([colour.rows(shots), motion.rows(shots)]))
    six = workspace.video_input("inland", "frames:twotower@6").rows(shots).reshape(3, 6, -1)
    assert (six[:, :, -1] == 1).all()
    mean = six[:, :, :-1].mean(axis=1)
    mean /= np.linalg.norm(mean, axis=1, keepdims=True)
    stored = workspace.features("inland", "twotower").rows(shots)
    np.testing.assert_allclose(mean, stored, atol=2e-3)  # frames are kept as float16
    with pytest.raises(NotFoundError, match="frame feature of inland"):
        workspace.video_input("inland", "frames:colour")
    with pytest.raises(FormatError, match="number of frames"):
        workspace.video_input("inland", "frames:twotower@x")


def test_a_feature_whose_own_name_has_a_plus_sign_is_taken_as_it_is(demo_workspace, tmp_path):
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=shutil.ignore_patterns("media", "indexes"))
    workspace = open_workspace(tmp_path / "w")
    ids = workspace.collection("inland").shot_ids
    rows = np.ones((len(ids), 2), dtype=np.float32)
    write_matrix(workspace.feature_folder("inland", "colour+motion"), [rows], name="colour+motion", ids=ids)
    assert workspace.video_input("inland", "colour+motion").dimension == 2
    assert workspace.video_input("inland", "motion+colour").dimension > 2
