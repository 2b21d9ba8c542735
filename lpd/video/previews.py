"""The two pictures of a shot: a still, and a short animated preview; both are WebP files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from PIL import Image

__all__ = ["PREVIEW_RATE", "Thinned", "spread", "write_preview", "write_thumbnail"]

Item = TypeVar("Item")

PREVIEW_RATE = 8
"""Frames of a preview per second."""

PREVIEW_FRAMES = 16
THUMBNAIL_WIDTH = 320
_STILL_QUALITY = 78
_PREVIEW_QUALITY = 55


class Thinned(Generic[Item]):
    """A list that never grows beyond its limit: when it would, every other item goes, and from then on only
    every so-many-th is taken, so that what is kept is spread evenly over all that came.

    Args:
        limit: how many items are kept at most; at least 2.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.items: list[Item] = []
        self._step = 1
        self._came = 0

    def add(self, item: Item) -> None:
        """Takes the item, or passes it over."""
        if self._came % self._step == 0:
            if len(self.items) == self.limit:
                self.items = self.items[::2]
                self._step *= 2
            if self._came % self._step == 0:
                self.items.append(item)
        self._came += 1


def spread(items: Sequence[np.ndarray], count: int) -> list[np.ndarray]:
    """Returns at most `count` of the items, spread evenly over them, in order."""
    if len(items) <= count:
        return list(items)
    places = np.floor((np.arange(count) + 0.5) * len(items) / count).astype(np.int64)
    return [items[int(place)] for place in places]


def write_thumbnail(path: Path, picture: np.ndarray) -> None:
    """Writes a still, 320 pixels wide or less.

    Args:
        path: of the WebP file.
        picture: (h, w, 3) uint8.
    """
    image = Image.fromarray(picture)
    if image.width > THUMBNAIL_WIDTH:
        height = max(1, round(image.height * THUMBNAIL_WIDTH / image.width))
        image = image.resize((THUMBNAIL_WIDTH, height), Image.Resampling.BOX, reducing_gap=2.0)
    with path.open("wb") as stream:
        image.save(stream, "WEBP", quality=_STILL_QUALITY, method=1)


def write_preview(path: Path, frames: Sequence[np.ndarray]) -> None:
    """Writes an animation of at most 16 of the frames, 8 per second; a long shot is shown in quick motion.

    Args:
        path: of the WebP file.
        frames: (h, w, 3) uint8 each, at least one.
    """
    images = [Image.fromarray(frame) for frame in spread(frames, PREVIEW_FRAMES)]
    options: dict[str, Any] = {"quality": _PREVIEW_QUALITY, "method": 1}
    with path.open("wb") as stream:
        if len(images) == 1:
            images[0].save(stream, "WEBP", **options)
        else:
            images[0].save(
                stream,
                "WEBP",
                save_all=True,
                append_images=images[1:],
                duration=round(1000 / PREVIEW_RATE),
                loop=0,
                kmin=0,
                kmax=0,
                **options,
            )
