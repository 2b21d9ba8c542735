from pathlib import Path

import numpy as np
import pytest

from lpd.video.decoding import TimedFrame, open_video
from lpd.video.shot_detection import CutDetector, DetectorSettings, GivenShot, SeenFrame, with_cuts
from lpd.video.shot_frames import SeenShot
from lpd.video.shots_of_file import Look, shots_of_video
from tests.clip_files import shot_frames, write_shots


def shots(path: Path, look: Look | None = None, given: list[GivenShot] | None = None) -> list[SeenShot]:
    with open_video(path) as video:
        return [shot for _, shot in shots_of_video(video, look or Look(), given=given)]


@pytest.mark.parametrize("lengths", [[12, 8, 20], [5, 5, 5, 5, 5, 5], [40], [1], [3]], ids=str)
def test_detected_shots_are_those_that_were_put_together(tmp_path: Path, lengths: list[int]) -> None:
    found = shots(write_shots(tmp_path / "a.mp4", lengths))
    ends = np.cumsum(lengths) / 10
    np.testing.assert_allclose([shot.end_s for shot in found], ends, atol=0.002)
    np.testing.assert_allclose([shot.start_s for shot in found], [0, *ends[:-1]], atol=0.002)


def test_a_movement_is_no_cut(tmp_path: Path) -> None:
    assert len(shots(write_shots(tmp_path / "a.mp4", [60]))) == 1


def test_shots_are_not_shorter_than_asked(tmp_path: Path) -> None:
    path = write_shots(tmp_path / "a.mp4", [10, 10, 10, 10])
    longer = Look(detector=DetectorSettings(shortest_s=1.5))
    assert all(shot.end_s - shot.start_s >= 1.5 for shot in shots(path, longer)[:-1])
    assert len(shots(path)) == 4


def test_whole_videos_are_one_shot(tmp_path: Path) -> None:
    (shot,) = shots(write_shots(tmp_path / "a.mp4", [12, 8, 20]), Look(detector=None))
    assert (shot.start_s, round(shot.end_s, 3)) == (0.0, 4.0)


def test_given_shots_keep_their_names_and_times(tmp_path: Path) -> None:
    path = write_shots(tmp_path / "a.mp4", [20, 20])
    given = [
        GivenShot("late", 9.0, 10.0),  # after the last frame
        GivenShot("second", 2.0, 4.0),
        GivenShot("between", 2.11, 2.15),  # between two frames
        GivenShot("first", 0.0, 2.0),
        GivenShot("over", 1.0, 3.0),
    ]
    with open_video(path) as video:
        found = dict(
            (shot.shot_id, seen) for shot, seen in shots_of_video(video, Look(), given=given) if shot
        )
    assert set(found) == {"first", "over", "second", "between"}
    assert {name: seen.described for name, seen in found.items()} == {
        "first": 4,
        "over": 4,
        "second": 4,
        "between": 1,
    }
    red = {name: int(np.median(seen.still[..., 0])) for name, seen in found.items()}
    assert red["first"] > 150 > 80 > red["second"]
    assert len(found["over"].moving) >= 16


def test_frames_are_held_back_no_longer_than_the_detector_needs() -> None:
    frames = np.concatenate(
        [shot_frames(0, 10, width=64, height=48), shot_frames(1, 10, width=64, height=48)]
    )
    detector = CutDetector(DetectorSettings(), rate=10)
    given: list[int] = []

    def coming():
        for number, small in enumerate(frames):
            given.append(number)
            yield SeenFrame(TimedFrame(number / 10, (number + 1) / 10, None), small)

    begins = []
    for count, (_, begin) in enumerate(with_cuts(coming(), detector)):
        assert len(given) - count <= detector.lag + 1
        begins.append(begin)
    assert [number for number, begin in enumerate(begins) if begin] == [0, 10]
