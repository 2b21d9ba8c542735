"""Drawing: the same pixels for the same shot, whole files, independent of the number of processes."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lpd.demo import PRESETS, Shot, World, generate_world, render_media, render_shot
from lpd.demo.catalogue import LOOKS, SCENES

COUNT = 60


@pytest.fixture(scope="module")
def world() -> World:
    return generate_world(PRESETS["small"])


@pytest.fixture(scope="module")
def shots(world: World) -> tuple[Shot, ...]:
    return world.part("coast")[:COUNT]


def test_every_look_and_scene_can_be_drawn_and_moves(world: World) -> None:
    base = next(shot for shot in world.shots if shot.main.action == "running")
    for number, scene in enumerate(SCENES):
        for look in LOOKS if number < 2 else ("photo", "outline"):
            frames = render_shot(base._replace(scene=scene, look=look, place=None))
            assert frames.shape == (base.frames, 96, 96, 3)
            assert frames.dtype == np.uint8
            assert frames[0].std() > 5
            assert (frames[0] != frames[-1]).any()


def test_same_shot_same_pixels_and_other_seed_other_pixels(shots: tuple[Shot, ...]) -> None:
    for shot in shots[:6]:
        assert np.array_equal(render_shot(shot), render_shot(shot))
    assert not np.array_equal(render_shot(shots[0]), render_shot(shots[0]._replace(seed=1)))


def test_colourless_looks_have_no_colour(shots: tuple[Shot, ...]) -> None:
    frames = render_shot(shots[0]._replace(look="black-and-white")).astype(int)
    assert np.abs(frames[..., 0] - frames[..., 1]).max() <= 4
    night = render_shot(shots[0]._replace(look="photo", scene="beach", time="night"))
    day = render_shot(shots[0]._replace(look="photo", scene="beach", time="day"))
    assert night.mean() < 0.8 * day.mean()


@pytest.mark.slow
def test_media_are_whole_named_by_number_and_the_same_for_any_workers(
    shots: tuple[Shot, ...], tmp_path: Path
) -> None:
    calls: list[tuple[str, int, int]] = []
    alone = render_media(shots, tmp_path / "one", progress=lambda *call: calls.append(call))
    together = render_media(shots, tmp_path / "two", workers=2)
    assert alone == together
    assert calls[0] == ("render", 0, COUNT)
    assert calls[-1] == ("render", COUNT, COUNT)
    for shot, file in zip(shots, alone, strict=True):
        assert file.shot_id == shot.shot_id
        assert shot.shot_id not in file.preview
        for name in (file.preview, file.thumbnail):
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    with Image.open(tmp_path / "one" / alone[3].preview) as clip:
        assert clip.size == (96, 96)
        assert clip.n_frames == shots[3].frames
        assert clip.info["loop"] == 0
    with Image.open(tmp_path / "one" / alone[3].thumbnail) as still:
        assert getattr(still, "n_frames", 1) == 1


def test_rendering_goes_on_where_it_stopped(shots: tuple[Shot, ...], tmp_path: Path) -> None:
    some = shots[:8]
    files = render_media(some, tmp_path)
    kept, cut, lost = (tmp_path / files[k].preview for k in (0, 1, 2))
    whole = cut.read_bytes()
    before = kept.stat().st_mtime_ns
    cut.write_bytes(whole[:100])
    lost.unlink()
    calls: list[int] = []
    render_media(some, tmp_path, progress=lambda stage, done, total: calls.append(done))
    assert calls[0] == 6
    assert cut.read_bytes() == whole
    assert lost.is_file()
    assert kept.stat().st_mtime_ns == before


def test_other_shots_in_the_same_folder_are_drawn_anew(shots: tuple[Shot, ...], tmp_path: Path) -> None:
    first = render_media(shots[:3], tmp_path)
    old = (tmp_path / first[0].preview).read_bytes()
    render_media(shots[3:6], tmp_path)
    assert (tmp_path / first[0].preview).read_bytes() != old
