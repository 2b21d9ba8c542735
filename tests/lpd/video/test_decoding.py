import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, NotFoundError
from lpd.video.decoding import VideoFile, open_video
from lpd.video.frame_scaling import FrameScaler, scaled_size
from tests.clip_files import COLOURS, shot_frames, write_frames, write_shots


def times(path: Path) -> list[float]:
    with open_video(path) as video:
        return [round(frame.start_s, 3) for frame in video.frames()]


def read(path: Path) -> VideoFile:
    with open_video(path) as video:
        for _ in video.frames():
            pass
        return video


@pytest.mark.parametrize(
    ("ending", "codec"),
    [
        ("mp4", "libx264"),
        ("mkv", "libx264"),
        ("mov", "mpeg4"),
        ("ts", "libx264"),
        ("webm", "libvpx"),
        ("avi", "mpeg4"),
        ("m4v", "libx264"),
        ("mpg", "mpeg2video"),
    ],
)
def test_every_frame_of_usual_containers_comes_with_its_time(tmp_path: Path, ending: str, codec: str) -> None:
    path = write_shots(tmp_path / f"a.{ending}", [12], codec=codec, rate=25)
    found = times(path)
    np.testing.assert_allclose(found, found[0] + np.arange(12) / 25, atol=0.002)
    assert found[0] <= 0.05


def test_frames_have_the_times_of_the_file_where_these_are_uneven(tmp_path: Path) -> None:
    told = list(itertools.accumulate([0.1, 0.3, 0.02] * 4, initial=0.0))
    path = write_frames(tmp_path / "a.mkv", shot_frames(0, 13, width=64, height=48), times_s=told)
    np.testing.assert_allclose(times(path), told, atol=0.0011)


def test_a_stream_without_times_gets_them_from_its_rate(tmp_path: Path) -> None:
    found = np.array(times(write_shots(tmp_path / "a.h264", [10])))
    assert len(found) == 10
    np.testing.assert_allclose(np.diff(found), 1 / 25, atol=1e-3)


def test_a_turned_video_is_turned_upright(tmp_path: Path) -> None:
    pixels = np.zeros((4, 48, 64, 3), dtype=np.uint8)
    pixels[:, :, :32] = (250, 0, 0)
    path = write_frames(tmp_path / "a.mp4", pixels, rotation=90)
    scaler = FrameScaler(48, longest=200)
    with open_video(path) as video:
        first = next(video.frames()).picture
        seen = scaler.scaled(first)
    assert seen.shape == (64, 48, 3)
    # turned by 90 degrees counterclockwise, what was left is below
    assert seen[50, 24, 0] > 200
    assert seen[10, 24, 0] < 60


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    path = write_shots(tmp_path / "a.mp4", [3], pixel_ratio=Fraction(2, 1))
    with open_video(path) as video:
        scaler = FrameScaler(64, longest=400, pixel_ratio=video.stream.sample_aspect_ratio)
        assert scaler.scaled(next(video.frames()).picture).shape == (64, 192, 3)


def test_a_video_that_changes_its_size_is_seen_in_one(tmp_path: Path) -> None:
    small = write_shots(tmp_path / "a.ts", [8]).read_bytes()
    (tmp_path / "both.ts").write_bytes(small + write_shots(tmp_path / "b.ts", [8], width=64).read_bytes())
    scaler = FrameScaler(48, longest=200)
    with open_video(tmp_path / "both.ts") as video:
        pictures = [frame.picture for frame in video.frames()]
    assert {picture.width for picture in pictures} == {96, 64}
    assert {scaler.scaled(picture).shape for picture in pictures} == {(48, 72, 3)}


def test_colours_survive(tmp_path: Path) -> None:
    path = write_shots(tmp_path / "a.mp4", [3])
    with open_video(path) as video:
        seen = FrameScaler(64, longest=400).scaled(next(video.frames()).picture)
    assert np.abs(seen[5, 5].astype(int) - COLOURS[0]).max() < 12


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1920, 1080), (171, 96)),
        ((1080, 1920), (96, 171)),
        ((64, 48), (64, 48)),
        ((16, 16), (32, 32)),
        ((4000, 40), (192, 32)),
        ((2000, 500), (192, 48)),
    ],
)
def test_sizes(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert scaled_size(*size, side=96, longest=192) == expected


def test_a_file_that_was_cut_keeps_what_was_decoded_and_says_so(tmp_path: Path) -> None:
    whole = write_shots(tmp_path / "a.mp4", [40], options={"movflags": "faststart"})
    content = whole.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(content[: len(content) * 7 // 10])
    video = read(cut)
    assert 5 < video.frames_read < 40
    assert any(problem.startswith("its header says 4.0 s") for problem in video.problems)


def test_damage_in_the_middle_costs_some_frames_only(tmp_path: Path) -> None:
    content = bytearray(write_shots(tmp_path / "a.mp4", [40], options={"movflags": "faststart"}).read_bytes())
    rng = np.random.default_rng(0)
    for place in rng.integers(1800, len(content), 30):
        content[place] = rng.integers(256)
    (tmp_path / "bad.mp4").write_bytes(content)
    video = read(tmp_path / "bad.mp4")
    assert 10 < video.frames_read <= 40
    assert video.problems


def test_what_is_no_video_is_refused_with_the_reason(tmp_path: Path) -> None:
    import av

    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "text.mp4").write_text("hello")
    with av.open(str(tmp_path / "sound.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        silence = np.zeros((1, 44100), dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
        frame.sample_rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    for name, words in [("empty", "is empty"), ("text", "cannot be opened"), ("sound", "no moving pictures")]:
        with pytest.raises(FormatError, match=words), open_video(tmp_path / f"{name}.mp4"):
            pass
    with pytest.raises(NotFoundError), open_video(tmp_path / "absent.mp4"):
        pass


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{}'\n",
    ],
    ids=["hls", "concat"],
)
def test_a_playlist_named_as_a_video_leads_nowhere(tmp_path: Path, playlist: str) -> None:
    other = write_shots(tmp_path / "other.mp4", [5])
    (tmp_path / "list.mp4").write_text(playlist.format(other))
    with pytest.raises(FormatError, match="cannot be opened"), open_video(tmp_path / "list.mp4"):
        pass


def test_a_name_with_a_colon_is_a_file(tmp_path: Path) -> None:
    path = write_shots(tmp_path / "a.mp4", [3]).rename(tmp_path / "concat:a|b.mp4")
    assert len(times(path)) == 3


def test_whoever_watches_can_end_the_reading(tmp_path: Path) -> None:
    path = write_shots(tmp_path / "a.mp4", [30])
    told: list[int] = []

    def watch(read_bytes: int) -> None:
        told.append(read_bytes)
        if len(told) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), open_video(path, watch=watch) as video:
        list(video.frames())
    assert told == sorted(told)
