"""How well two encoders find the shots of captions: the measure that stops a warm-up."""

import math

import numpy as np
import torch
from torch import nn

from lpd.text.pairs import CaptionedVideo

__all__ = ["caption_retrieval"]

VIDEO_BLOCK = 1024
TEXT_BLOCK = 256


def caption_retrieval(
    text_encoder: nn.Module, video_encoder: nn.Module, pairs: CaptionedVideo
) -> tuple[float, float]:
    """Returns mean average precision and mean reciprocal rank over the captions.

    Every shot that carries the caption's text is relevant to it; equal texts are ranked once and counted as
    often as they stand. Equal similarities are ranked by row.

    Args:
        text_encoder: as `JointSpace` takes it.
        video_encoder: as `JointSpace` takes it.
        pairs: all of its shots are ranked for each caption.
    """
    text_encoder.eval()
    video_encoder.eval()
    _, first, counts = np.unique(pairs.caption_group, return_index=True, return_counts=True)
    by_length = first[np.argsort(np.diff(pairs.tokens.offsets)[first], kind="stable")]
    precision, reciprocal = np.zeros(len(first)), np.zeros(len(first))
    with torch.inference_mode():
        video = torch.cat([video_encoder(block) for block in pairs.video.split(VIDEO_BLOCK)])
        for captions in np.array_split(by_length, math.ceil(len(first) / TEXT_BLOCK)):
            token_ids, lengths = pairs.tokens.batch(captions)
            similarities = text_encoder(token_ids.to(video.device), lengths) @ video.T
            order = similarities.argsort(dim=1, descending=True, stable=True).cpu().numpy()
            groups = pairs.caption_group[captions]
            hits = np.take_along_axis(pairs.carries(groups, np.arange(len(video))), order, axis=1)
            found = np.cumsum(hits, axis=1) / np.arange(1, len(video) + 1)
            precision[groups] = (found * hits).sum(axis=1) / hits.sum(axis=1)
            reciprocal[groups] = 1.0 / (1 + hits.argmax(axis=1))
    return float(np.average(precision, weights=counts)), float(np.average(reciprocal, weights=counts))
