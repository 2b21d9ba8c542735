"""Frames decoded from picture and clip files, and the few of them that stand for a shot."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence, UnidentifiedImageError

from lpd.errors import FormatError, NotFoundError

__all__ = ["MAX_FRAMES", "MAX_PIXELS", "frame_positions", "key_frames", "pick_key_frames", "read_frames"]

MAX_FRAMES = 512
MAX_PIXELS = 4096 * 4096


def read_frames(path: Path, *, max_frames: int = MAX_FRAMES, max_pixels: int = MAX_PIXELS) -> np.ndarray:
    """Returns the frames of a clip (animated WebP or GIF) or of a single picture, (F, H, W, 3) uint8.

    Args:
        path: of the file.
        max_frames: more frames than this are refused, not dropped.
        max_pixels: larger frames than this are refused before they are decoded.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it is no picture, is cut short or damaged, or exceeds a limit.
    """
    if not path.is_file():
        raise NotFoundError("picture file is missing", where=path)
    _check_length(path)
    try:
        with Image.open(path) as picture:
            _check_limits(picture, path, max_frames=max_frames, max_pixels=max_pixels)
            frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(picture)]
    except UnidentifiedImageError as error:
        raise FormatError(
            "not a picture or clip", where=path, next_step="make or copy the file again"
        ) from error
    except (OSError, EOFError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise FormatError(
            f"damaged picture or clip ({error})", where=path, next_step="make or copy the file again"
        ) from error
    return np.stack(frames)


def _check_length(path: Path) -> None:
    """A WebP file tells its own length; a shorter one may still decode in part, so it is refused here."""
    with path.open("rb") as stream:
        header = stream.read(12)
    if header[:4] != b"RIFF" or header[8:12] != b"WEBP":
        return
    expected, found = int.from_bytes(header[4:8], "little") + 8, path.stat().st_size
    if found < expected:
        raise FormatError(
            "clip is cut short",
            where=path,
            expected=f"{expected} bytes",
            found=f"{found} bytes",
            next_step="make or copy the file again",
        )


def _check_limits(picture: Image.Image, path: Path, *, max_frames: int, max_pixels: int) -> None:
    width, height = picture.size
    if width * height > max_pixels:
        raise FormatError(
            "picture is too large",
            where=path,
            expected=f"at most {max_pixels} pixels",
            found=f"{width} x {height}",
        )
    count = getattr(picture, "n_frames", 1)
    if count > max_frames:
        raise FormatError(
            "clip is too long", where=path, expected=f"at most {max_frames} frames", found=count
        )


def frame_positions(frames: int, step: int) -> np.ndarray:
    """Returns every `step`-th of the frame numbers, int64, centred so that both ends are missed equally."""
    if step < 1:
        raise ValueError(f"step must be at least 1, not {step}")
    first = ((frames - 1) % step) // 2
    return np.arange(first, frames, step, dtype=np.int64)


def pick_key_frames(frames: np.ndarray, *, size: int, count: int) -> np.ndarray:
    """Returns `count` frames spread evenly over a clip, reduced to size x size, (count, size, size, 3) uint8.

    A clip with fewer frames gives some of them twice.
    """
    places = np.floor((np.arange(count) + 0.5) * len(frames) / count).astype(np.int64)
    shape = (size, size)
    pictures = [Image.fromarray(frames[int(place)]) for place in places]
    kept = np.zeros((count, size, size, 3), dtype=np.uint8)
    for row, picture in enumerate(pictures):
        kept[row] = np.asarray(picture.resize(shape, Image.Resampling.BOX))
    return kept


def key_frames(paths: Sequence[Path], size: int = 32, count: int = 2) -> np.ndarray:
    """Returns the key frames of every file in order, (N, count, size, size, 3) uint8.

    Raises:
        NotFoundError, FormatError: see read_frames.
    """
    pictures = np.zeros((len(paths), count, size, size, 3), dtype=np.uint8)
    for row, path in enumerate(paths):
        pictures[row] = pick_key_frames(read_frames(path), size=size, count=count)
    return pictures
