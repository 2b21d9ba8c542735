"""Ranks of the shots that carry a caption, and the measures made of them; training and warm-up stop by these.

Sizes: B captions, N shots, R relevant shots of a caption.
"""

import numpy as np
import torch
from torch import Tensor

__all__ = ["average_precisions", "caption_measures", "padded_rows", "relevant_ranks"]


def relevant_ranks(scores: Tensor, relevant: Tensor) -> Tensor:
    """Returns the rank (1 is best) of each relevant shot, (B, R), in rising order; padding becomes 0.

    A tie with an irrelevant shot counts against the relevant one, so a model that scores all shots alike
    gains nothing.

    Args:
        scores: (B, N) fused scores.
        relevant: (B, R) rows of the relevant shots, distinct; -1 pads.
    """
    shots = scores.shape[1]
    padding = relevant < 0
    columns = relevant.masked_fill(padding, shots)  # one more column, of the lowest score
    padded = torch.nn.functional.pad(scores, (0, 1), value=-torch.inf)
    own = padded.gather(1, columns).sort(dim=1, descending=True).values
    others = padded.scatter(1, columns, -torch.inf).sort(dim=1).values
    better = shots + 1 - torch.searchsorted(others, own)
    places = torch.arange(1, own.shape[1] + 1, device=scores.device)
    return (better + places).masked_fill(own == -torch.inf, 0)


def caption_measures(ranks: Tensor, weights: Tensor) -> dict[str, float]:
    """Returns mAP, MRR, R@1, R@5, R@10 (shares) and the median rank of the best relevant shot.

    Args:
        ranks: (captions, R) as `relevant_ranks` gives them.
        weights: (captions,) how many captions have this text.
    """
    best, share = ranks[:, 0], weights.double() / weights.sum()
    measures = {"mAP": float((average_precisions(ranks) * share).sum()), "MRR": float((share / best).sum())}
    for depth in (1, 5, 10):
        measures[f"R@{depth}"] = float(((best <= depth) * share).sum())
    measures["median_rank"] = float(best.repeat_interleave(weights).double().quantile(0.5))
    return measures


def average_precisions(ranks: Tensor) -> Tensor:
    """Returns the average precision of each caption, (captions,) float64.

    Args:
        ranks: (captions, R) as `relevant_ranks` gives them.
    """
    counted = ranks > 0
    places = torch.arange(1, ranks.shape[1] + 1, device=ranks.device)
    precision = torch.where(counted, places / ranks.clamp(min=1).double(), 0.0)
    return precision.sum(dim=1) / counted.sum(dim=1)


def padded_rows(which: np.ndarray, shots: np.ndarray) -> Tensor:
    """Returns (B, R) rows of shots for the flat pairs (which caption, which shot), padded by -1."""
    counts = np.bincount(which)
    padded = np.full((len(counts), counts.max()), -1, dtype=np.int64)
    padded[which, np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)] = shots
    return torch.from_numpy(padded)
