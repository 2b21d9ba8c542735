"""How well a model finds the shots that carry a caption.

Sizes: C captions, N shots.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from lpd.caption_ranks import caption_measures, padded_rows, relevant_ranks
from lpd.models import SpaceModel
from lpd.training.data import PairedData, ShotsOfText, features_on, gather

__all__ = ["validate"]

SCORES_AT_ONCE = 1 << 24
SHOTS_AT_ONCE = 4096


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
        ranks.append(relevant_ranks(scores, padded_rows(*carriers.of(rows)).to(device)).cpu())
    model.train(was_training)
    widest = max(part.shape[1] for part in ranks)
    together = torch.cat([torch.nn.functional.pad(part, (0, widest - part.shape[1])) for part in ranks])
    return caption_measures(together, torch.from_numpy(counts))
