"""How well a model finds the shots that carry a caption.

Sizes: C captions, U distinct texts among them, N shots.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
import torch
from torch import Tensor

from lpd.caption_ranks import caption_measures, padded_rows, relevant_ranks
from lpd.models import Ends, SpaceModel
from lpd.training.data import PairedData, ShotsOfText, features_on, gather

__all__ = ["caption_scores", "validate"]

SCORES_AT_ONCE = 1 << 24
SHOTS_AT_ONCE = 4096
PAIRS_AT_ONCE = 1 << 14
TEXTS_AT_ONCE = 128

Take = Callable[[Mapping[str, Tensor], Tensor], dict[str, Tensor]]
"""`gather` of the given rows of every feature, on the device."""


@torch.no_grad()
def validate(
    model: SpaceModel,
    data: PairedData,
    *,
    device: torch.device,
    text: Mapping[str, Tensor] | None = None,
    video: Mapping[str, Tensor] | None = None,
    both_directions: bool = False,
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
        both_directions: also measure `recall_sum`, R@1 + R@5 + R@10 of texts to shots and of shots to texts,
            for which all U x N scores are kept at once.
    """
    carriers = ShotsOfText(data)
    _, captions, counts = np.unique(carriers.group, return_index=True, return_counts=True)
    ranks, kept = [], []
    for rows, scores in caption_scores(model, data, captions, device=device, text=text, video=video):
        ranks.append(relevant_ranks(scores, padded_rows(*carriers.of(rows)).to(device)).cpu())
        if both_directions:
            kept.append(scores.cpu())
    widest = max(part.shape[1] for part in ranks)
    together = torch.cat([torch.nn.functional.pad(part, (0, widest - part.shape[1])) for part in ranks])
    measures = caption_measures(together, torch.from_numpy(counts))
    if both_directions:
        back = _video_to_text(torch.cat(kept), *carriers.of(captions))
        depths = ("R@1", "R@5", "R@10")
        measures["recall_sum"] = sum(one[depth] for one in (measures, back) for depth in depths)
    return measures


def _video_to_text(scores: Tensor, texts: np.ndarray, shots: np.ndarray) -> dict[str, float]:
    """Returns the measures of finding the texts that a shot carries.

    Args:
        scores: (U, N).
        texts, shots: which text is carried by which shot, flat.
    """
    order = np.argsort(shots, kind="stable")
    carrying, which = np.unique(shots[order], return_inverse=True)
    relevant = padded_rows(which.reshape(-1), texts[order])
    ranks = relevant_ranks(scores.T[torch.from_numpy(carrying)].contiguous(), relevant)
    return caption_measures(ranks, torch.ones(len(carrying), dtype=torch.int64))


@torch.no_grad()
def caption_scores(
    model: SpaceModel,
    data: PairedData,
    captions: np.ndarray,
    *,
    device: torch.device,
    text: Mapping[str, Tensor] | None = None,
    video: Mapping[str, Tensor] | None = None,
) -> Iterator[tuple[np.ndarray, Tensor]]:
    """Yields blocks of caption rows with the fused scores (rows, N) of all shots of the data.

    Args:
        model: in evaluation mode while this runs.
        data: captions and the shots searched.
        captions: rows of the captions.
        device: where to compute.
        text: the data's text features as tensors, if they are at hand.
        video: the same of the shots.
    """
    text = features_on(device, data.text) if text is None else text
    video = features_on(device, data.video) if video is None else video
    was_training = model.training
    model.eval()
    try:
        # float32, unless the training is in float64
        kind = next((weight.dtype for weight in model.parameters()), torch.float32)
        take = partial(gather, device=device, precision=kind)
        ends, prepared = None, []
        if model.bi_encoder:
            ends = _video_ends(model, video, data.shots, take=take)
        else:
            some_shots = torch.arange(data.shots).split(PAIRS_AT_ONCE // TEXTS_AT_ONCE)
            prepared = [model.prepare_video(take(video, rows)) for rows in some_shots]
        scores_at_once = max(1, SCORES_AT_ONCE // (len(model.spaces) * data.shots))
        block = scores_at_once if model.bi_encoder else TEXTS_AT_ONCE
        for start in range(0, len(captions), block):
            rows = captions[start : start + block]
            queries = take(text, torch.from_numpy(rows))
            if ends is not None:
                similarities = model.similarities(model.embed_text(queries, unit=True), ends)
            else:
                similarities = torch.cat([model.match(queries, some) for some in prepared], dim=2)
            yield rows, model.fuse(similarities)
    finally:
        model.train(was_training)


def _video_ends(model: SpaceModel, video: Mapping[str, Tensor], shots: int, *, take: Take) -> Ends:
    blocks = [
        model.embed_video(take(video, rows), unit=True) for rows in torch.arange(shots).split(SHOTS_AT_ONCE)
    ]
    if all(isinstance(block, Tensor) for block in blocks):
        return torch.cat([block for block in blocks if isinstance(block, Tensor)], dim=1)
    return tuple(torch.cat(list(space)) for space in zip(*blocks, strict=True))
