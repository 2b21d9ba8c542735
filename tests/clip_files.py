"""Video files made by the tests: shots of one moving square each, with hard cuts at known times."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

COLOURS = [(200, 40, 40), (40, 190, 60), (50, 60, 200), (220, 210, 60), (120, 30, 140), (40, 190, 200)]
SQUARES = [(250, 250, 250), (10, 10, 10), (240, 200, 20), (20, 40, 160), (30, 200, 60), (200, 30, 30)]


def shot_frames(number: int, count: int, *, width: int, height: int) -> np.ndarray:
    """Returns (count, height, width, 3) uint8: a square that moves to the right over one colour."""
    frames = np.empty((count, height, width, 3), dtype=np.uint8)
    frames[:] = COLOURS[number % len(COLOURS)]
    side = height // 3
    for k in range(count):
        left = (2 * k) % (width - side)
        frames[k, side : 2 * side, left : left + side] = SQUARES[number % len(SQUARES)]
    return frames


def write_frames(
    path: Path,
    frames: Sequence[np.ndarray],
    *,
    rate: int = 10,
    codec: str = "libx264",
    times_s: Sequence[float] | None = None,
    rotation: int = 0,
    pixel_ratio: Fraction | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Writes frames as a video; its container follows from the ending of its name."""
    import av

    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        if codec == "libx264":
            stream.options = {"preset": "ultrafast", "crf": "18"}
        if rotation:
            stream.set_display_rotation(rotation)
        if pixel_ratio is not None:
            stream.codec_context.sample_aspect_ratio = pixel_ratio
        if codec != "mpeg2video":
            stream.codec_context.time_base = Fraction(1, 1000)
        for number, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            seconds = number / rate if times_s is None else times_s[number]
            frame.pts, frame.time_base = round(seconds * 1000), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def write_shots(
    path: Path, lengths: Sequence[int], *, first: int = 0, width: int = 96, height: int = 64, **how
) -> Path:
    """Writes shots of so many frames each, 10 frames per second; the n-th shot has the n-th colour."""
    parts = [
        shot_frames(first + number, length, width=width, height=height)
        for number, length in enumerate(lengths)
    ]
    return write_frames(path, list(np.concatenate(parts)), **how)
