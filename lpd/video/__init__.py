"""From encoded clips to video features: frames, extractors, the work over many files.

`read_frames` decodes a clip or picture, `extract_features` runs extractors over many files in several
processes. `lpd extract` makes a whole collection from a folder of videos.

>>> import numpy as np
>>> from lpd.video import EXTRACTORS
>>> frames = np.zeros((2, 16, 16, 3), dtype=np.uint8)
>>> rows = EXTRACTORS["colour"].function(frames)
>>> rows.shape == (2, EXTRACTORS["colour"].dimension)
True
"""

from lpd.video.extract import Extracted, ExtractionSettings, extract_features
from lpd.video.extractors import EXTRACTORS, Extractor
from lpd.video.frames import key_frames, read_frames

__all__ = [
    "EXTRACTORS",
    "Extracted",
    "ExtractionSettings",
    "Extractor",
    "extract_features",
    "key_frames",
    "read_frames",
]
