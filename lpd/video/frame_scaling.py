"""Small copies of frames: turned upright, with square pixels, red first."""

from fractions import Fraction
from typing import Any

import numpy as np
from PIL import Image

from lpd.errors import FormatError

__all__ = ["FrameScaler", "ImageScaler", "scaled_size"]

LEAST_SIDE = 32
"""Extractors need about as many pixels; only frames that are tinier, or very thin, are made larger."""


class FrameScaler:
    """Frames turned upright and made smaller.

    All have the size of the first one, whatever the video changes to later: what compares frames needs that.

    Args:
        side: of the shorter side in pixels; smaller frames stay as they are.
        longest: of the longer side, at most.
        pixel_ratio: width of a pixel by its height, where pixels are not square.
    """

    def __init__(self, side: int, *, longest: int, pixel_ratio: Fraction | None = None) -> None:
        self.side, self.longest = side, longest
        ratio = float(pixel_ratio or 1)
        self.pixel_ratio = ratio if 0.1 < ratio < 10 else 1.0
        self._reformatter: Any = None
        self._upright: tuple[int, int] | None = None

    def scaled(self, picture: Any) -> np.ndarray:
        """Returns (h, w, 3) uint8, red first, of one of PyAV's frames.

        Raises:
            FormatError: if its pixels are of a kind that FFmpeg cannot convert.
        """
        import av
        from av.video.reformatter import VideoReformatter

        if self._reformatter is None:
            self._reformatter = VideoReformatter()
        turns = round(picture.rotation / 90) % 4  # of the display matrix: quarter turns, counterclockwise
        if self._upright is None:
            wide = picture.width * self.pixel_ratio
            size = scaled_size(wide, picture.height, side=self.side, longest=self.longest)
            self._upright = size[::-1] if turns % 2 else size
        width, height = self._upright[::-1] if turns % 2 else self._upright
        try:
            small = self._reformatter.reformat(
                picture, width=width, height=height, format="rgb24", interpolation="AREA"
            )
            pixels = small.to_ndarray()
        except (av.error.FFmpegError, ValueError) as error:
            raise FormatError(
                "a frame cannot be turned into colours", found=f"{picture.format.name}, {error}"
            ) from error
        return np.ascontiguousarray(np.rot90(pixels, turns))


class ImageScaler:
    """Makes small copies of Pillow's images.

    Args:
        side: of the shorter side in pixels.
        longest: of the longer side, at most.
    """

    def __init__(self, side: int, *, longest: int) -> None:
        self.side, self.longest = side, longest

    def scaled(self, picture: Image.Image) -> np.ndarray:
        """Returns (h, w, 3) uint8."""
        size = scaled_size(picture.width, picture.height, side=self.side, longest=self.longest)
        return np.asarray(picture.resize(size, Image.Resampling.BOX))


def scaled_size(width: float, height: float, *, side: int, longest: int) -> tuple[int, int]:
    """Returns a picture's width and height with this shorter side and at most this longer one.

    Never larger than it was, but no side is less than LEAST_SIDE.
    """
    factor = min(1.0, side / min(width, height), longest / max(width, height))
    return max(LEAST_SIDE, round(width * factor)), max(LEAST_SIDE, round(height * factor))
