"""The de-correlation loss: spaces should not order the negatives of a text alike.

Sizes: S spaces, B pairs in the batch, P = S (S - 1) / 2 pairs of spaces.
"""

import torch
from torch import Tensor

from lpd.errors import MismatchError

__all__ = ["DCL_MODES", "DCL_PAIRS", "dcl", "row_correlations"]

DCL_MODES = ("full", "remove", "zero")
"""Which columns the correlation sees: all, all without the paired one, or the paired one as zero."""

DCL_PAIRS = ("mean", "sum")
"""Whether the pairs of spaces are averaged or summed."""

SMALLEST_NORM = 1e-8


def dcl(similarities: Tensor, *, mode: str = "remove", pairs: str = "mean") -> Tensor:
    """Returns the de-correlation loss, a scalar: |Pearson|, averaged over texts, then over pairs of spaces.

    Args:
        similarities: (S, B, B), text rows, the positives on the diagonal.
        mode: see `row_correlations`.
        pairs: `mean` or `sum` over the P unordered pairs of spaces. With the mean, one weight means the
            same for models with few and with many spaces.

    One space has no pair and costs nothing. Below B = 3 there are not two negatives to correlate: `remove`
    gives 0.

    Raises:
        MismatchError: for an unknown mode or reduction, or a wrong shape.

    Source: LPD, Eqs. 5 and 6; the paper gives one pair of spaces only.
    """
    if pairs not in DCL_PAIRS:
        raise MismatchError("unknown way to combine pairs", expected=", ".join(DCL_PAIRS), found=pairs)
    correlations = row_correlations(similarities, mode=mode).abs().mean(dim=0)  # (S, S)
    spaces = len(similarities)
    first, second = torch.triu_indices(spaces, spaces, offset=1, device=similarities.device)
    total = correlations[first, second].sum()
    return total / max(1, len(first)) if pairs == "mean" else total


def row_correlations(similarities: Tensor, *, mode: str = "remove") -> Tensor:
    """Returns the signed Pearson correlations (B, S, S) between what two spaces give one text.

    Args:
        similarities: (S, B, B), text rows, the positives on the diagonal.
        mode: `remove` takes the B - 1 negatives (Eq. 5); `zero` sets the positive to zero and correlates
            all B values (Eq. 6 taken literally, biased when negatives are not centred at zero); `full`
            keeps the positive.

    A row that does not vary has correlation 0 with everything and passes no gradient.

    Raises:
        MismatchError: for an unknown mode or matrices that are not square.

    Source: LPD, Eqs. 5 and 6.
    """
    if mode not in DCL_MODES:
        raise MismatchError("unknown mode of DcL", expected=", ".join(DCL_MODES), found=mode)
    if similarities.ndim != 3 or similarities.shape[1] != similarities.shape[2]:
        raise MismatchError(
            "DcL needs one square matrix per space", expected="(S, B, B)", found=tuple(similarities.shape)
        )
    batch = similarities.shape[-1]
    diagonal = torch.eye(batch, dtype=torch.bool, device=similarities.device)
    positives = similarities.diagonal(dim1=1, dim2=2)  # (S, B)
    rows = similarities.masked_fill(diagonal, 0.0) if mode == "zero" else similarities
    if mode == "remove":
        mean = (rows.sum(dim=-1) - positives) / max(1, batch - 1)
        centred = (rows - mean.unsqueeze(-1)).masked_fill_(diagonal, 0.0)
    else:
        mean = rows.mean(dim=-1)
        centred = rows - mean.unsqueeze(-1)
    texts = centred.transpose(0, 1)  # (B, S, B)
    products = texts @ texts.transpose(1, 2)
    lengths = _divisors(products, torch.maximum(mean.abs(), positives.abs()).T.detach(), batch=batch)
    return products / lengths.unsqueeze(-1) / lengths.unsqueeze(-2)


def _divisors(products: Tensor, size: Tensor, *, batch: int) -> Tensor:
    """Returns the lengths (B, S) of centred rows, infinite for a row that does not vary.

    Args:
        products: (B, S, S) of the rows.
        size: (B, S) of the values before they were centred.
        batch: number of values in a row.
    """
    squares = products.diagonal(dim1=1, dim2=2)
    # rounding alone gives a constant row this length; in float64 the fixed bound is the larger one
    rounding = (4 * torch.finfo(products.dtype).eps * batch**0.5 * size).clamp(min=SMALLEST_NORM)
    return squares.where(squares > rounding.square(), torch.inf).sqrt()
