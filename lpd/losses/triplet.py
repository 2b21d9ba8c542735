"""The improved triplet ranking loss: the hardest negative of the batch against the positive.

Sizes: B pairs in the batch; any axes before the last two (spaces) are kept.
"""

import torch
from torch import Tensor

from lpd.errors import MismatchError

__all__ = ["DIRECTIONS", "REDUCTIONS", "distinct_hard_negatives", "itrl"]

DIRECTIONS = ("both", "t2v", "v2t")
"""Which side asks: texts (`t2v`), videos (`v2t`), or both."""

REDUCTIONS = ("mean", "sum")
"""Whether the losses of a batch are averaged or summed."""


def itrl(
    similarities: Tensor,
    *,
    margin: float = 0.2,
    direction: str = "t2v",
    reduction: str = "mean",
    hardest_only: bool = True,
    mask: Tensor | None = None,
) -> Tensor:
    """Returns the hinge loss of every similarity matrix: shape (...) for similarities of shape (..., B, B).

    Args:
        similarities: text rows, video columns; the pairs lie on the diagonal.
        margin: alpha.
        direction: `t2v` looks for the hardest video of each text, `v2t` for the hardest text of each video,
            `both` adds the two.
        reduction: `sum` over the batch (the official codes), or `mean`: over B rows, or over B x B hinges
            when every negative counts. `both` is the sum of two such means.
        hardest_only: only the hardest negative counts; else every negative does.
        mask: (B, B) bool, true where a video is known to be relevant to a text although it is not its pair;
            such entries are no negatives. The diagonal never is.

    A batch of one has no negative and costs nothing.

    Raises:
        MismatchError: for an unknown direction or reduction, or matrices that are not square.

    Source: LPD, Eq. 7 (t2v only); Faghri et al. 2018; sums as in LAFF, SEA, W2VV++, dual encoding, T x V.
    """
    if direction not in DIRECTIONS or reduction not in REDUCTIONS:
        raise MismatchError(
            "unknown direction or reduction",
            expected=f"{', '.join(DIRECTIONS)}; {', '.join(REDUCTIONS)}",
            found=f"{direction}; {reduction}",
        )
    size = similarities.shape[-1]
    if similarities.ndim < 2 or similarities.shape[-2] != size:
        raise MismatchError(
            "pairs need a square matrix", expected="(..., B, B)", found=tuple(similarities.shape)
        )
    excluded = torch.eye(size, dtype=torch.bool, device=similarities.device)
    if mask is not None:
        excluded = excluded | mask
    positive = similarities.diagonal(dim1=-2, dim2=-1)
    loss = similarities.new_zeros(similarities.shape[:-2])
    negatives = similarities.masked_fill(excluded, -torch.inf)
    # the text of row i keeps its positive along the row, the video of column j along the column
    for name, axis in (("t2v", -1), ("v2t", -2)):
        if direction in (name, "both"):
            if hardest_only:
                hinges = margin + negatives.max(dim=axis).values - positive
            else:
                hinges = margin + negatives - positive.unsqueeze(axis)
            loss = loss + _reduce(hinges.clamp(min=0), axes=1 if hardest_only else 2, reduction=reduction)
    return loss


def _reduce(hinges: Tensor, *, axes: int, reduction: str) -> Tensor:
    flat = hinges.flatten(start_dim=-axes)
    return flat.sum(dim=-1) if reduction == "sum" else flat.mean(dim=-1)


def distinct_hard_negatives(similarities: Tensor, *, mask: Tensor | None = None) -> Tensor:
    """Returns how many different videos are the hardest negative of a text in some space, the mean over the
    texts: from 1 (all spaces agree, as selection on the summed similarity does) to S.

    Args:
        similarities: (S, B, B) with B of at least 2.
        mask: (B, B) bool, entries that are no negatives; the diagonal never is.

    Source: the SEA slides (multi-loss learning), which count 30 % more hard negatives than one selection.
    """
    excluded = torch.eye(similarities.shape[-1], dtype=torch.bool, device=similarities.device)
    if mask is not None:
        excluded = excluded | mask
    hardest = similarities.detach().masked_fill(excluded, -torch.inf).argmax(dim=-1)  # (S, B)
    ordered = hardest.sort(dim=0).values
    changes = (ordered[1:] != ordered[:-1]).sum(dim=0)
    return (1 + changes).double().mean()
