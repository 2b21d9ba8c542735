"""Checkpoints of the official repositories: read without executing anything, and turned into ours."""

from lpd.checkpoints.official.conversion import (
    Converted,
    ImportChoices,
    OfficialTensors,
    built,
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
    "built",
    "convert",
    "find_layout",
    "place_tensors",
]
