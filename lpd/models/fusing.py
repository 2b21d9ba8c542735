"""One score from the similarities of several spaces.

Sizes: S spaces, B texts, N shots.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lpd.errors import MismatchError

__all__ = ["Fusion", "fuse_mean", "fuse_scores"]


@dataclass(frozen=True)
class Fusion:
    """How a model makes one score of its spaces' similarities.

    Args:
        kind: `mean` or `sum` of the spaces; or `minmax`, where the scores of each space are first stretched
            to [0, 1] over the shots searched for a text.
        weights: (S,) shares of the spaces; empty is equal shares.
    """

    kind: str = "mean"
    weights: tuple[float, ...] = ()


def fuse_mean(similarities: Tensor, *, weights: Tensor | None = None) -> Tensor:
    """Returns the (weighted) mean (B, N) of similarities (S, B, N) over the spaces.

    Args:
        similarities: (S, B, N).
        weights: (S,), none negative, not all zero; None means equal weights.

    Raises:
        MismatchError: if the weights are not S such numbers.

    Source: LPD, Eq. 1.
    """
    if weights is None:
        return similarities.mean(dim=0)
    if weights.shape != similarities.shape[:1]:
        raise MismatchError(
            "one weight per space", expected=similarities.shape[0], found=tuple(weights.shape)
        )
    if not bool(torch.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
        raise MismatchError("weights of spaces are none negative and not all zero", found=weights.tolist())
    share = (weights / weights.sum()).to(similarities)
    return torch.einsum("s,sbn->bn", share, similarities)


def fuse_scores(similarities: Tensor, fusion: Fusion, *, weights: Tensor | None = None) -> Tensor:
    """Returns the fused scores (B, N) of similarities (S, B, N).

    Args:
        similarities: (S, B, N) over all shots searched: `minmax` looks for the extremes among them.
        fusion: the model's own.
        weights: (S,) shares in the place of the model's own.

    A list of equal scores is stretched to zeros.
    """
    if weights is None and fusion.weights:
        weights = similarities.new_tensor(fusion.weights)
    if fusion.kind == "minmax":
        lowest, highest = similarities.amin(dim=-1, keepdim=True), similarities.amax(dim=-1, keepdim=True)
        width = highest - lowest
        similarities = (similarities - lowest) / width.where(width > 0, torch.inf)
    if fusion.kind == "sum" and weights is None:
        return similarities.sum(dim=0)
    return fuse_mean(similarities, weights=weights)
