"""Query vectors as signed bytes, in the order in which the scan of a quantised index meets them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lpd.search.kernels import GROUP
from lpd.search.quantised_layout import LANE
from lpd.search.scanning import Queries

__all__ = ["PackedQueries", "pack_queries"]


@dataclass(frozen=True)
class PackedQueries:
    """What the kernels take, and the arrays that their addresses point into.

    Args:
        queries: for the scan, without anything to allow.
        held: keeps the bytes alive.
    """

    queries: Queries
    held: tuple[np.ndarray, ...]


def pack_queries(
    vectors: Sequence[np.ndarray],
    *,
    component_spaces: Sequence[int],
    mixture_spaces: Sequence[int],
    padded_widths: Sequence[int],
    shares: np.ndarray,
    wanted: np.ndarray,
) -> PackedQueries:
    """Returns the queries of every component: per query those of the mixtures, then the component's own.

    Args:
        vectors: S arrays (Q, D_s) float32.
        component_spaces: per component the space that it is by itself, or -1.
        mixture_spaces: the spaces that are mixtures of all components.
        padded_widths: P_c, per component.
        shares: (S,) of the spaces in the fused score.
        wanted: (S + 1,) bool, the lists to make.
    """
    count = len(vectors[0])
    per_query = len(mixture_spaces) + (max(component_spaces) >= 0)
    columns = count * per_query
    columns += -columns % GROUP if columns > 1 else 0
    held, scales = [], np.zeros((len(padded_widths), columns), dtype=np.float32)
    corrections = np.zeros((len(padded_widths), columns), dtype=np.int32)
    quantised = [_signed_bytes(np.asarray(one, dtype=np.float32)) for one in vectors]
    for component, width in enumerate(padded_widths):
        packed = _aligned_zeros((columns, width))
        for number, space in enumerate((*mixture_spaces, component_spaces[component])):
            if space >= 0:
                values, sizes = quantised[space]
                places = slice(number, count * per_query, per_query)
                packed[places, : values.shape[1]] = values
                scales[component, places] = sizes
                corrections[component, places] = 128 * values.sum(axis=1, dtype=np.int32)
        held.append(packed)
    queries = Queries(
        addresses=np.array([packed.ctypes.data for packed in held], dtype=np.int64),
        scales=scales,
        corrections=corrections,
        number=count,
        per_query=per_query,
        shares=np.asarray(shares, dtype=np.float32),
        wanted=np.asarray(wanted, dtype=np.bool_),
        allowed=np.zeros(0, dtype=np.bool_),
    )
    return PackedQueries(queries, tuple(held))


def _signed_bytes(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns vectors (Q, D) as int8 and their scales (Q,): vector = bytes * scale, nearly."""
    sizes = np.abs(vectors).max(axis=1) / np.float32(127)
    steps = np.where(sizes > 0, sizes, np.float32(np.inf))
    return np.rint(vectors / steps[:, None]).astype(np.int8), sizes


def _aligned_zeros(shape: tuple[int, int]) -> np.ndarray:
    """Returns int8 zeros that begin at a register's boundary: loads across it take twice as long."""
    memory = np.zeros(shape[0] * shape[1] + LANE, dtype=np.int8)
    start = -memory.ctypes.data % LANE
    return memory[start : start + shape[0] * shape[1]].reshape(shape)
