"""Checkpoints of the official repositories: read without executing anything, and turned into ours.

`lpd import checkpoint` does it all. In Python, a reader of this package gives an `OfficialFile`,
`find_layout` says whose code wrote it, and `convert` gives the model, with every tensor in its place or
dropped for a reason.

>>> from lpd.checkpoints.official import LAYOUTS
>>> LAYOUTS["laff-concat"].system  # LAFF's code without attention is W2VV++
'w2vvpp'
"""

from lpd.checkpoints.official.conversion import (
    Converted,
    ImportChoices,
    OfficialTensors,
    place_tensors,
)
from lpd.checkpoints.official.file import OfficialFile, StandIn
from lpd.checkpoints.official.layouts import LAYOUTS, Layout, convert, find_layout

__all__ = [
    "LAYOUTS",
    "Converted",
    "ImportChoices",
    "Layout",
    "OfficialFile",
    "OfficialTensors",
    "StandIn",
    "convert",
    "find_layout",
    "place_tensors",
]
