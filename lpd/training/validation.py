"""How well a model finds the shots that carry a caption.

Sizes: C captions, N shots, R relevant shots of a caption.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from lpd.models import SpaceModel
from lpd.training.data import PairedData, ShotsOfText, features_on, gather

__all__ = ["caption_measures", "relevant_ranks", "validate"]

SCORES_AT_ONCE = 1 << 24
SHOTS_AT_ONCE = 4096


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
    """Returns mAP, R@1, R@5, R@10 (shares) and the median rank of the best relevant shot.

    Args:
        ranks: (captions, R) as `relevant_ranks` gives them.
        weights: (captions,) how many captions have this text.
    """
    counted = ranks > 0
    places = torch.arange(1, ranks.shape[1] + 1, device=ranks.device)
    precision = torch.where(counted, places / ranks.clamp(min=1).double(), 0.0)
    average_precision = precision.sum(dim=1) / counted.sum(dim=1)
    best, share = ranks[:, 0], weights.double() / weights.sum()
    measures = {"mAP": float((average_precision * share).sum())}
    for depth in (1, 5, 10):
        measures[f"R@{depth}"] = float(((best <= depth) * share).sum())
    measures["median_rank"] = float(best.repeat_interleave(weights).double().quantile(0.5))
    return measures


@torch.no_grad()
def validate(
    model: SpaceModel,
    data: PairedData,
    *,
    device: torch.device,
    text: Mapping[str, Tensor] | None = None,
    video: Mapping[str, Tensor] | None = None,
) -> dict[str, float]:
    """Returns the measures of text-to-video search over all shots of the data.

    Every shot that carries the caption's text, as whosever caption, is relevant. Equal captions are
    searched once and counted as often as they occur. Captions go in blocks, so that memory stays bounded.

    Args:
        model: put into evaluation mode for the time.
        data: captions and the shots searched.
        device: where to compute.
        text: the data's text features as tensors, if they are at hand.
        video: the same of the shots.
    """
    text = features_on(device, data.text) if text is None else text
    video = features_on(device, data.video) if video is None else video
    was_training = model.training
    model.eval()
    shots = torch.arange(data.shots).split(SHOTS_AT_ONCE)
    ends = torch.cat(
        [model.embed_video(gather(video, rows, device=device), unit=True) for rows in shots], dim=1
    )
    carriers = ShotsOfText(data)
    _, captions, counts = np.unique(carriers.group, return_index=True, return_counts=True)
    block = max(1, SCORES_AT_ONCE // (len(model.spaces) * data.shots))
    ranks = []
    for start in range(0, len(captions), block):
        rows = captions[start : start + block]
        queries = model.embed_text(gather(text, torch.from_numpy(rows), device=device), unit=True)
        scores = model.fuse(model.similarities(queries, ends))
        ranks.append(relevant_ranks(scores, _padded(*carriers.of(rows)).to(device)).cpu())
    model.train(was_training)
    widest = max(part.shape[1] for part in ranks)
    together = torch.cat([torch.nn.functional.pad(part, (0, widest - part.shape[1])) for part in ranks])
    return caption_measures(together, torch.from_numpy(counts))


def _padded(which: np.ndarray, shots: np.ndarray) -> Tensor:
    """Returns (B, R) rows of shots for the flat pairs (which caption, which shot), padded by -1."""
    counts = np.bincount(which)
    padded = np.full((len(counts), counts.max()), -1, dtype=np.int64)
    padded[which, np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)] = shots
    return torch.from_numpy(padded)
