"""The official layouts that can be brought in, by system."""

from collections.abc import Callable
from typing import NamedTuple

from lpd.checkpoints.official.conversion import Converted, ImportChoices
from lpd.checkpoints.official.file import OfficialFile
from lpd.checkpoints.official.layout_dual_encoding import convert_dual_encoding, is_dual_encoding
from lpd.checkpoints.official.layout_dual_task import convert_dual_task, is_dual_task
from lpd.checkpoints.official.layout_frame_heads import (
    convert_clip4clip,
    convert_teachclip,
    is_clip4clip,
    is_teachclip,
    is_ts2net,
    is_xclip,
    refuse_ts2net,
    refuse_xclip,
)
from lpd.checkpoints.official.layout_laff import convert_laff, is_laff
from lpd.checkpoints.official.layout_laff_concat import (
    convert_laff_concat,
    is_frame_laff,
    is_laff_concat,
    refuse_frame_laff,
)
from lpd.checkpoints.official.layout_lpd import convert_lpd, is_lpd
from lpd.checkpoints.official.layout_mapped import convert_mapped
from lpd.checkpoints.official.layout_sea import convert_sea, is_sea
from lpd.checkpoints.official.layout_txv import convert_txv, is_txv
from lpd.checkpoints.official.layout_w2vvpp import convert_w2vvpp, is_w2vvpp
from lpd.errors import FormatError, NotFoundError

__all__ = ["LAYOUTS", "Layout", "convert", "find_layout"]


class Layout(NamedTuple):
    """How the checkpoints of one official code are told and taken over.

    Args:
        system: the key of the model it becomes, in `MODELS`.
        recognises: whether a file has its tensor names.
        convert: makes the model.
    """

    system: str
    recognises: Callable[[OfficialFile], bool]
    convert: Callable[[OfficialFile, ImportChoices], Converted]


LAYOUTS: dict[str, Layout] = {
    "lpd": Layout("lpd", is_lpd, convert_lpd),
    "laff": Layout("laff", is_laff, convert_laff),
    "laff-frames": Layout("laff", is_frame_laff, refuse_frame_laff),
    "laff-concat": Layout("w2vvpp", is_laff_concat, convert_laff_concat),
    "sea": Layout("sea", is_sea, convert_sea),
    "w2vvpp": Layout("w2vvpp", is_w2vvpp, convert_w2vvpp),
    "dual-encoding": Layout("dual-encoding", is_dual_encoding, convert_dual_encoding),
    "dual-task": Layout("dual-task", is_dual_task, convert_dual_task),
    "txv": Layout("txv", is_txv, convert_txv),
    "teachclip": Layout("teachclip", is_teachclip, convert_teachclip),
    "clip4clip": Layout("clip4clip", is_clip4clip, convert_clip4clip),
    "xclip": Layout("xclip", is_xclip, refuse_xclip),
    "ts2net": Layout("ts2net", is_ts2net, refuse_ts2net),
}
"""Name -> layout; the first that recognises a file is taken."""


def find_layout(file: OfficialFile, *, name: str | None = None) -> str | None:
    """Returns the name of the layout of a file; None if none recognises it.

    Args:
        file: as it was read.
        name: the layout a person says it has.

    Raises:
        NotFoundError: if there is no layout of this name.
    """
    if name is not None:
        if name not in LAYOUTS:
            raise NotFoundError("unknown layout", where="--system", expected=", ".join(LAYOUTS), found=name)
        return name
    return next((key for key, layout in LAYOUTS.items() if layout.recognises(file)), None)


def convert(file: OfficialFile, choices: ImportChoices, *, name: str | None = None) -> Converted:
    """Returns the model that a file becomes; by the mapping where there is one, else by its layout.

    Raises:
        FormatError: if no layout recognises the file.
        MismatchError: if tensors are missing, left over or misshapen.
    """
    if choices.mapping:
        return convert_mapped(file, choices)
    layout = find_layout(file, name=name)
    if layout is None:
        raise FormatError(
            "a checkpoint of no layout that is known here",
            where=file.path,
            expected=f"one of {', '.join(LAYOUTS)}",
            next_step="lpd import checkpoint FILE --inspect lists its tensors; --mapping FILE names them",
        )
    return LAYOUTS[layout].convert(file, choices)
