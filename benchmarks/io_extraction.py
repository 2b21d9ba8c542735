"""How long `lpd extract` takes against plain decoding: every frame of the same generated files by PyAV to an
array, one decoder thread, in as many processes. In turns, so that what else the machine does hits all alike.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from lpd.demo.render import render_shot
from lpd.demo.world import generate_world, world_preset
from lpd.services.extraction.collection import ExtractSettings, extract_collection
from lpd.video.extractors import EXTRACTORS
from lpd.workspace import create_workspace

__all__ = ["lines"]

VIDEOS, SHOTS, REPEATS = 4, 6, 3
"""Each drawn frame of a shot is shown for so many frames of the video."""
RATE = 25
SIZES = ((640, 360), (1280, 720))
TURNS = 3
NOISE = 5


def lines(*, sizes: Sequence[tuple[int, int]] = SIZES, turns: int = TURNS) -> list[str]:
    """Returns what was measured, as lines to print."""
    told = ["extraction against plain decoding to arrays (H.264, median of the turns; below 1: faster)"]
    for width, height in sizes:
        with tempfile.TemporaryDirectory() as folder:
            told += _measured(Path(folder), width, height, turns)
    return told


def _measured(folder: Path, width: int, height: int, turns: int) -> list[str]:
    videos = folder / "videos"
    frames = _write_videos(videos, width, height)
    paths = sorted(videos.iterdir())
    works: dict[str, Callable[[int], None]] = {}
    for workers in (1, 2):
        works[f"decode {workers}"] = lambda turn, workers=workers: _decode_all(paths, workers)
        for name, features in (("shots", ()), ("features", tuple(EXTRACTORS))):
            settings = ExtractSettings(features=features, workers=workers)

            def extract(turn: int, settings: ExtractSettings = settings, name: str = name) -> None:
                space = create_workspace(folder / f"{turn}-{name}-{settings.workers}")
                extract_collection(space, videos, collection="mine", settings=settings)

            works[f"{name} {workers}"] = extract
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(turns):
        for name, work in works.items():
            started = time.perf_counter()
            work(turn)
            seconds[name].append(time.perf_counter() - started)
    size = f"{len(paths)} videos of {width} x {height}, {frames:,} frames"
    return [f"  {size}", *(_row(seconds, workers) for workers in (1, 2))]


def _row(seconds: dict[str, list[float]], workers: int) -> str:
    plain = seconds[f"decode {workers}"]

    def ratio(name: str) -> float:
        return median(ours / one for ours, one in zip(seconds[f"{name} {workers}"], plain, strict=True))

    return (
        f"    {workers} process{'es' if workers > 1 else '  '}  decoding {median(plain):6.2f} s"
        f"   shots, pictures: ratio {ratio('shots'):.2f}   and five features: ratio {ratio('features'):.2f}"
    )


def _decode_all(paths: Sequence[Path], workers: int) -> None:
    if workers == 1:
        for path in paths:
            _decode(path)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(_decode, paths))


def _decode(path: Path) -> int:
    import av

    seen = 0
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        for frame in container.decode(stream):
            seen += len(frame.to_ndarray(format="rgb24")) > 0
    return seen


def _write_videos(folder: Path, width: int, height: int) -> int:
    """Writes videos of drawn shots, enlarged, with some noise as cameras have it; returns all frames."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    grain = rng.integers(-NOISE, NOISE + 1, size=(8, height, width, 3)).astype(np.int16)
    shots = generate_world(world_preset("small")).part("training")
    frames = 0
    for number in range(VIDEOS):
        drawn = [render_shot(shot) for shot in shots[number * SHOTS : (number + 1) * SHOTS]]
        frames += _write_video(folder / f"{number}.mp4", np.concatenate(drawn), grain)
    return frames


def _write_video(path: Path, drawn: np.ndarray, grain: np.ndarray) -> int:
    import av

    height, width = grain.shape[1:3]
    written = 0
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for picture in drawn:
            large = np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC))
            for _ in range(REPEATS):
                pixels = np.clip(large + grain[written % len(grain)], 0, 255).astype(np.uint8)
                frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                frame.pts, frame.time_base = written, Fraction(1, RATE)
                container.mux(stream.encode(frame))
                written += 1
        container.mux(stream.encode())
    return written


if __name__ == "__main__":
    print("\n".join(lines()))
