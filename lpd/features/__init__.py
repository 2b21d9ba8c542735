"""Feature matrices: opened where they lie, memory-mapped, aligned by id; and kept in a workspace."""

from lpd.features.derived import APPENDED, FRAMES, AppendedFeatures, SampledFrames, VideoInput
from lpd.features.frames import FrameFeatures, open_frame_matrix, write_frame_matrix
from lpd.features.matrix import FeatureMatrix, check_finite, check_ids
from lpd.features.pointers import write_pointer
from lpd.features.sources import FeatureSource, open_bigfile, open_npy, open_npz, open_source
from lpd.features.stored import open_matrix, write_matrix

__all__ = [
    "APPENDED",
    "FRAMES",
    "AppendedFeatures",
    "FeatureMatrix",
    "FeatureSource",
    "FrameFeatures",
    "SampledFrames",
    "VideoInput",
    "check_finite",
    "check_ids",
    "open_bigfile",
    "open_frame_matrix",
    "open_matrix",
    "open_npy",
    "open_npz",
    "open_source",
    "write_frame_matrix",
    "write_matrix",
    "write_pointer",
]
