"""Which index a collection gets where nobody says."""

from collections.abc import Sequence

__all__ = ["EXACT_AT_MOST", "choice_reason", "index_kind"]

EXACT_AT_MOST = 512 << 20
"""Bytes of float32 vectors up to which every query reads them all."""


def index_kind(shots: int, widths: Sequence[int]) -> str:
    """Returns `exact` while the float32 vectors of all spaces take at most 512 MiB, else `quantised`.

    The exact scan reads every byte for every query, so its time grows with the bytes, and it is at its best
    while they lie in memory beside everything else: 512 MiB (29,127 shots in nine spaces of 512) are read in
    some tens of milliseconds, and nothing is approximate. Measured on two cores with nine spaces of 512:
    6.2 GB (336,000 shots) took 151 ms when in memory and 6.3 s when not, and 26 GB (1.4 million shots), which
    did not fit, 22 to 33 s; 8-bit codes with re-ranking took 64 ms and 250 ms at a recall of .9997.

    Args:
        shots: number of shots N.
        widths: dimension of each space.
    """
    return "exact" if _bytes(shots, widths) <= EXACT_AT_MOST else "quantised"


def choice_reason(shots: int, widths: Sequence[int]) -> str:
    """Returns what `index_kind` says and why: `exact for at most 512 MiB of float32 (here 10.8 MiB)`."""
    kind, size = index_kind(shots, widths), _bytes(shots, widths) / (1 << 20)
    bound = "at most" if kind == "exact" else "more than"
    return f"{kind} for {bound} {EXACT_AT_MOST / (1 << 20):g} MiB of float32 (here {size:,.1f} MiB)"


def _bytes(shots: int, widths: Sequence[int]) -> int:
    return shots * sum(widths) * 4
