"""What a block of vectors adds to the files of a quantised index.

Sizes: n shots of the block, C components of widths D_c, M mixtures.
"""

from collections.abc import Sequence

import numpy as np

from lpd.errors import FormatError, MismatchError, name_some
from lpd.search.quantised_layout import QuantisedLayout, codes_file, padded

__all__ = ["encoded_block"]

_LARGEST = float(np.finfo(np.float16).max)
_TOO_LARGE = 65520.0
"""The least number that float16 rounds to infinity."""


def encoded_block(
    layout: QuantisedLayout,
    components: Sequence[np.ndarray],
    mixing: np.ndarray | None,
    *,
    shot_ids: Sequence[str],
) -> dict[str, np.ndarray]:
    """Returns file name -> the rows that the block adds to it.

    Args:
        layout: of the index.
        components: C arrays (n, D_c) float32.
        mixing: (n, M, C) float32; None without mixtures.
        shot_ids: the n ids, for the message.

    Raises:
        FormatError: naming the shots and the space of values that are not finite, or too large for float16.
        MismatchError: if the arrays have other sizes than the layout.
    """
    import torch

    count, widths = len(shot_ids), layout.component_widths
    _check_shapes(layout, components, mixing, count)
    rows = np.empty((count, sum(widths)), dtype=np.float16)
    scales = np.empty((count, len(widths)), dtype=np.float32)
    parts: dict[str, np.ndarray] = {"scales.npy": scales, "rows.npy": rows}
    # torch rounds to half floats as numpy does, 15 times as fast
    halves = torch.from_numpy(rows).split(widths, dim=1)
    for number, vectors in enumerate(components):
        values = np.require(vectors, np.float32, ["C", "W"])
        _refuse(values, _TOO_LARGE, shot_ids, _place_of(layout, number))
        halves[number].copy_(torch.from_numpy(values))
        parts[codes_file(number)], scales[:, number] = _codes(values)
    if mixing is not None:
        parts["mixing.npy"] = np.ascontiguousarray(mixing, dtype=np.float32)
        mixed = [space for space, source in zip(layout.spaces, layout.sources, strict=True) if source is None]
        for number, space in enumerate(mixed):
            _refuse(parts["mixing.npy"][:, number], np.inf, shot_ids, f"space {space}")
    return parts


def _codes(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the codes (n, P_c) and the scales (n,) of vectors (n, D_c)."""
    from lpd.search.kernels import encode_rows

    codes = np.empty((len(vectors), padded(vectors.shape[1])), dtype=np.uint8)
    scales = np.empty(len(vectors), dtype=np.float32)
    encode_rows(vectors, codes, scales)
    return codes, scales


def _check_shapes(
    layout: QuantisedLayout, components: Sequence[np.ndarray], mixing: np.ndarray | None, count: int
) -> None:
    expected = [(count, width) for width in layout.component_widths]
    found = [vectors.shape for vectors in components]
    if expected != found:
        raise MismatchError("a block of other sizes than the index", expected=expected, found=found)
    shape = (count, layout.mixtures, len(layout.component_widths)) if layout.mixtures else None
    if (None if mixing is None else mixing.shape) != shape:
        found_shape = None if mixing is None else mixing.shape
        raise MismatchError("a block of other mixtures than the index", expected=shape, found=found_shape)


def _place_of(layout: QuantisedLayout, component: int) -> str:
    if component not in layout.sources:
        return f"component {component}"
    return f"space {layout.spaces[layout.sources.index(component)]}"


def _refuse(values: np.ndarray, bound: float, shot_ids: Sequence[str], place: str) -> None:
    """Raises FormatError unless every number is finite, and smaller than `bound`."""
    bad = np.flatnonzero(~(np.abs(values).max(axis=1, initial=0.0) < bound))
    if not len(bad):
        return
    worst = values[bad[0]]
    finite = bool(np.isfinite(worst).all())
    named = name_some(shot_ids[int(row)] for row in bad)
    raise FormatError(
        "vectors too large for float16" if finite else "vectors with NaN or infinite values",
        where=f"{place}, {'shot' if len(bad) == 1 else 'shots'} {named}",
        expected=f"finite numbers of at most {_LARGEST:.0f}",
        found=f"{np.abs(worst).max():.6g}" if finite else worst[~np.isfinite(worst)][0],
        next_step="look at these shots' features, or train the model again",
    )
