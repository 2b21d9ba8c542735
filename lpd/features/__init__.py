"""Feature matrices: opened where they lie, memory-mapped, aligned by id; and kept in a workspace.

`open_source` reads what other tools write (BigFile, npy, npz, HDF5, parquet), `write_matrix` and
`open_matrix` keep a feature in a workspace, `write_pointer` leaves it where it is. A `FeatureMatrix` gives
rows by id.

>>> import numpy as np
>>> from lpd.features import FeatureMatrix
>>> clip = FeatureMatrix("clip", ids=["shot1_1", "shot1_2"], matrix=np.eye(2, dtype=np.float32))
>>> clip.rows(["shot1_2"])
array([[0., 1.]], dtype=float32)
"""

from lpd.features.derived import APPENDED, FRAMES, AppendedFeatures, SampledFrames, VideoInput
from lpd.features.frame_rows import FrameRows, order_frames
from lpd.features.frames import POOLS, FrameFeatures, open_frame_matrix, write_frame_matrix
from lpd.features.matrix import FeatureMatrix, check_finite, check_ids
from lpd.features.picking import picked_blocks
from lpd.features.pointers import write_pointer
from lpd.features.sources import FeatureSource, describe_source, open_source, stream_source
from lpd.features.stored import open_matrix, write_matrix
from lpd.features.streams import FeatureStream
from lpd.features.video2frames import find_video2frames, read_video2frames

__all__ = [
    "APPENDED",
    "FRAMES",
    "POOLS",
    "AppendedFeatures",
    "FeatureMatrix",
    "FeatureSource",
    "FeatureStream",
    "FrameFeatures",
    "FrameRows",
    "SampledFrames",
    "VideoInput",
    "check_finite",
    "check_ids",
    "describe_source",
    "find_video2frames",
    "open_frame_matrix",
    "open_matrix",
    "open_source",
    "order_frames",
    "picked_blocks",
    "read_video2frames",
    "stream_source",
    "write_frame_matrix",
    "write_matrix",
    "write_pointer",
]
