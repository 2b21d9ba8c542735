"""The symmetric contrastive loss of CLIP and its kin.

Sizes: B pairs in the batch; any axes before the last two (spaces) are kept.
"""

import torch
from torch import Tensor

from lpd.errors import MismatchError

__all__ = ["infonce"]


def infonce(
    similarities: Tensor, scale: Tensor | float, *, reduction: str = "mean", mask: Tensor | None = None
) -> Tensor:
    """Returns the mean of the two directions' cross-entropies, shape (...) for similarities (..., B, B).

    Args:
        similarities: text rows, video columns; the pairs lie on the diagonal.
        scale: what similarities are multiplied by before the softmax (100 in CLIP).
        reduction: `mean` or `sum` over the batch.
        mask: (B, B) bool, entries off the diagonal that are no negatives.

    Raises:
        MismatchError: for an unknown reduction, or matrices that are not square.

    Source: Radford et al. 2021, Fig. 3; CLIP4Clip, Eqs. 7 to 9.
    """
    if reduction not in ("mean", "sum"):
        raise MismatchError("unknown reduction", expected="mean, sum", found=reduction)
    size = similarities.shape[-1]
    if similarities.ndim < 2 or similarities.shape[-2] != size:
        raise MismatchError(
            "pairs need a square matrix", expected="(..., B, B)", found=tuple(similarities.shape)
        )
    logits = similarities * scale
    if mask is not None:
        excluded = mask & ~torch.eye(size, dtype=torch.bool, device=mask.device)
        logits = logits.masked_fill(excluded, -torch.inf)
    both = [logits.log_softmax(dim=axis).diagonal(dim1=-2, dim2=-1) for axis in (-1, -2)]
    losses = -(both[0] + both[1]) / 2
    return losses.sum(dim=-1) if reduction == "sum" else losses.mean(dim=-1)
