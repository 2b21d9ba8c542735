"""Extractors: from the frames of a clip to numbers; pure functions of pixels.

`EXTRACTORS` has them by name, `extractors_named` picks some; each is a function of frames (F, H, W, 3).

>>> import numpy as np
>>> from lpd.video.extractors import motion
>>> bool(motion(np.zeros((3, 16, 16, 3), dtype=np.uint8)).any())  # nothing moves
False
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from lpd.errors import NotFoundError, name_some
from lpd.video.extractors.colour import COLOUR_DIMENSION, colour
from lpd.video.extractors.layout import LAYOUT_DIMENSION, layout
from lpd.video.extractors.motion import MOTION_DIMENSION, motion
from lpd.video.extractors.shape import SHAPE_DIMENSION, shape
from lpd.video.extractors.texture import TEXTURE_DIMENSION, texture

__all__ = ["EXTRACTORS", "Extractor", "colour", "extractors_named", "layout", "motion", "shape", "texture"]


class Extractor(NamedTuple):
    """A video feature that can be made from frames.

    Args:
        name: of the video feature.
        dimension: numbers per row.
        frame_level: True if it gives a row per frame (a shot's row is their mean), False if one per clip.
        function: (F, H, W, 3) uint8 -> (F, dimension) float32, or (1, dimension) if not frame_level.
    """

    name: str
    dimension: int
    frame_level: bool
    function: Callable[[np.ndarray], np.ndarray]


EXTRACTORS = {
    "colour": Extractor("colour", COLOUR_DIMENSION, True, colour),
    "shape": Extractor("shape", SHAPE_DIMENSION, True, shape),
    "texture": Extractor("texture", TEXTURE_DIMENSION, True, texture),
    "motion": Extractor("motion", MOTION_DIMENSION, False, motion),
    "layout": Extractor("layout", LAYOUT_DIMENSION, True, layout),
}
"""Name of a video feature -> its extractor."""


def extractors_named(names: Iterable[str]) -> list[Extractor]:
    """Returns the extractors of the given names, in that order.

    Raises:
        NotFoundError: if some names are not extractors.
    """
    listed = list(names)
    unknown = [name for name in listed if name not in EXTRACTORS]
    if unknown:
        raise NotFoundError(
            "no such extractor", expected=f"some of {', '.join(EXTRACTORS)}", found=name_some(unknown)
        )
    return [EXTRACTORS[name] for name in listed]
