"""Video ends in few vectors: the fused ends of a shot are mixtures of its component embeddings.

Sizes: N shots, C components, M mixtures, S spaces, D width.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from lpd.models.cosines import TINY_NORM, unit_length

__all__ = ["VideoFactors", "video_factors"]


class VideoFactors(NamedTuple):
    """What the video ends of every space are made of; an index may keep this instead of them.

    The end of length one of a space is a component, or a mixture `sum_c mixing[i, n, c] components[c, n]`.

    Args:
        components: (C, N, D), each vector of length one, or zero.
        mixing: (M, N, C).
        sources: per space the number of its component, or None for the next mixture.
    """

    components: Tensor
    mixing: Tensor
    sources: tuple[int | None, ...]


def video_factors(components: Tensor, attention: Tensor, *, sources: tuple[int | None, ...]) -> VideoFactors:
    """Returns the factors of fused ends `sum_c attention[i, n, c] components[c, n]`, taken to length one.

    With |v| the length of a vector, `mixing[i, n, c] = attention[i, n, c] |v_c| / |sum_c attention v_c|`;
    zero where the fused end is zero or nearly so, as in `unit_length`. Half precision is widened to float32.

    Args:
        components: (C, N, D).
        attention: (M, N, C).
        sources: see `VideoFactors`.
    """
    if components.dtype in (torch.float16, torch.bfloat16):
        components, attention = components.float(), attention.float()
    fused = torch.einsum("inc,cnd->ind", attention, components)
    fused_lengths = fused.norm(dim=-1, keepdim=True)
    mixing = attention * components.norm(dim=-1).T / fused_lengths.where(fused_lengths > TINY_NORM, torch.inf)
    return VideoFactors(unit_length(components), mixing, sources)
