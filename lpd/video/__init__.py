"""From encoded clips to video features: frames, extractors, the work over many files."""

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
