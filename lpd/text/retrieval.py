"""How well two encoders find the shots of captions: the measure that stops a warm-up."""

import math

import numpy as np
import torch
from torch import Tensor, nn

from lpd.caption_ranks import caption_measures, padded_rows, relevant_ranks
from lpd.text.pairs import CaptionedVideo

__all__ = ["caption_retrieval"]

VIDEO_BLOCK = 1024
TEXT_BLOCK = 256


def caption_retrieval(
    text_encoder: nn.Module, video_encoder: nn.Module, pairs: CaptionedVideo
) -> tuple[float, float]:
    """Returns mean average precision and mean reciprocal rank over the captions.

    Every shot that carries the caption's text is relevant to it; equal texts are ranked once and counted as
    often as they stand. A tie with another shot counts against the relevant one.

    Args:
        text_encoder: as `JointSpace` takes it.
        video_encoder: as `JointSpace` takes it.
        pairs: all of its shots are ranked for each caption.
    """
    text_encoder.eval()
    video_encoder.eval()
    _, first, counts = np.unique(pairs.caption_group, return_index=True, return_counts=True)
    by_length = first[np.argsort(np.diff(pairs.tokens.offsets)[first], kind="stable")]
    ranks: list[Tensor] = []
    with torch.inference_mode():
        video = torch.cat([video_encoder(block) for block in pairs.video.split(VIDEO_BLOCK)])
        for captions in np.array_split(by_length, math.ceil(len(first) / TEXT_BLOCK)):
            token_ids, lengths = pairs.tokens.batch(captions)
            scores = text_encoder(token_ids.to(video.device), lengths) @ video.T
            carried = pairs.carries(pairs.caption_group[captions], np.arange(len(video)))
            ranks.append(relevant_ranks(scores, padded_rows(*np.nonzero(carried)).to(video.device)).cpu())
    widest = max(part.shape[1] for part in ranks)
    together = torch.cat([nn.functional.pad(part, (0, widest - part.shape[1])) for part in ranks])
    weights = counts[pairs.caption_group[by_length]]
    measures = caption_measures(together, torch.from_numpy(weights))
    return measures["mAP"], measures["MRR"]
