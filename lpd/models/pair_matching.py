"""Matching that looks at a text and a shot together: nothing that can be indexed, only re-ranked.

Sizes: B texts, N shots, F frames, L words, D width. Masks (N, F) and (B, L) are true where there is a frame
or a word. All similarities are cosines, before the logit scale.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from lpd.models.spaces import unit_length

__all__ = ["MultiGrained", "PairInputs", "attend_similarities", "frame_softmax"]

SIMILARITY_TEMPERATURE = 0.01
FRAME_SHARPNESS = 4.0


def frame_softmax(similarities: Tensor, mask: Tensor) -> Tensor:
    """Returns the similarities (B, N) of texts with shots: a mean that leans to the frames that fit best.

    Args:
        similarities: (B, N, F), of each text with each frame.
        mask: (N, F).

    The frames' weights are the softmax of four times their similarities, which are first divided by their
    common length: over the frames that are there, since padding counts as zero in it. 0 for a shot without
    frames.

    Source: TS2-Net's official code, checked against TeachCLIP's copy of it.
    """
    kept = similarities * mask
    lowest = torch.finfo(kept.dtype).min
    weights = (FRAME_SHARPNESS * unit_length(kept)).masked_fill(~mask, lowest).softmax(dim=-1)
    return (weights * kept).sum(dim=-1)


def attend_similarities(similarities: Tensor, matrix: Tensor, mask: Tensor) -> Tensor:
    """Returns the weighted sum (...) of similarities (..., K), by attention over the similarities themselves.

    Args:
        similarities: of K frames or words.
        matrix: (K, K), learned; mixes the softmax of the similarities over the temperature 0.01.
        mask: (..., K), broadcast; what is masked counts as nothing. The official code masks nothing.

    Source: X-CLIP (attention over similarity matrix) and its official code.
    """
    kept = similarities * mask
    lowest = torch.finfo(kept.dtype).min
    weights = (kept / SIMILARITY_TEMPERATURE).masked_fill(~mask, lowest).softmax(dim=-1) @ matrix
    return (weights * kept).sum(dim=-1)


class PairInputs(NamedTuple):
    """What the multi-grained matching compares.

    Args:
        sentences: (B, D).
        words: (B, L, D).
        word_mask: (B, L).
        shots: (N, D), one vector of each shot.
        frames: (N, F, D).
        frame_mask: (N, F).
    """

    sentences: Tensor
    words: Tensor
    word_mask: Tensor
    shots: Tensor
    frames: Tensor
    frame_mask: Tensor

    def unit(self) -> "PairInputs":
        """Returns the same with all vectors of length one (or zero)."""
        return PairInputs(
            unit_length(self.sentences),
            unit_length(self.words),
            self.word_mask,
            unit_length(self.shots),
            unit_length(self.frames),
            self.frame_mask,
        )


class MultiGrained(nn.Module):
    """The mean of four similarities: sentence or words with shot or frames.

    Args:
        width: D.
        frames: F.
        words: L.

    Every matrix begins as the identity.

    Source: X-CLIP (multi-grained contrast) and its official code.
    """

    def __init__(self, width: int, frames: int, words: int) -> None:
        super().__init__()
        self.global_matrix = nn.Parameter(torch.eye(width))
        self.local_matrix = nn.Parameter(torch.eye(width))
        self.word_shot = nn.Parameter(torch.eye(words))
        self.sentence_frame = nn.Parameter(torch.eye(frames))
        self.words_of_frame = nn.Parameter(torch.eye(words))
        self.frames_of_word = nn.Parameter(torch.eye(frames))
        self.frames_of_sentence = nn.Parameter(torch.eye(frames))
        self.words_of_shot = nn.Parameter(torch.eye(words))

    def reset(self) -> None:
        """Makes every matrix the identity again."""
        with torch.no_grad():
            for matrix in self.parameters():
                nn.init.eye_(matrix)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of one pair, by part; lengths count as dot products."""
        width, frames, words = len(self.global_matrix), len(self.sentence_frame), len(self.word_shot)
        over_frames, over_words = frames * frames + frames, words * words + words
        return {
            "lengths": (2 + frames + words) * width,
            "sentence_shot": width * width + width,
            "word_shot": words * width + over_words,
            "sentence_frame": frames * width + over_frames,
            "word_frame": words * width * width
            + words * frames * width
            + (frames + 1) * over_words
            + (words + 1) * over_frames,
        }

    def forward(self, inputs: PairInputs) -> Tensor:
        """Returns the similarities (B, N)."""
        with torch.autocast(
            inputs.sentences.device.type, enabled=False
        ):  # 0.01 is too sharp for half precision
            return self._similarities(inputs.unit())

    def _similarities(self, inputs: PairInputs) -> Tensor:
        with_words = torch.einsum("bld,nd->bnl", inputs.words, inputs.shots)
        with_frames = torch.einsum("bd,nfd->bnf", inputs.sentences, inputs.frames)
        sentence_shot = inputs.sentences @ self.global_matrix @ inputs.shots.T
        word_shot = attend_similarities(with_words, self.word_shot, inputs.word_mask[:, None])
        sentence_frame = attend_similarities(with_frames, self.sentence_frame, inputs.frame_mask)
        return (sentence_shot + word_shot + sentence_frame + self._word_frame(inputs)) / 4

    def _word_frame(self, inputs: PairInputs) -> Tensor:
        """Returns the mean (B, N) of two attentions in two steps: over words then frames, and the reverse."""
        word_mask, frame_mask = inputs.word_mask[:, None], inputs.frame_mask
        local = torch.einsum("bld,nfd->bnlf", inputs.words @ self.local_matrix, inputs.frames)
        of_frames = attend_similarities(local.transpose(2, 3), self.words_of_frame, word_mask[:, :, None])
        of_words = attend_similarities(local, self.frames_of_word, frame_mask[:, None])
        sentence = attend_similarities(of_frames, self.frames_of_sentence, frame_mask)
        shot = attend_similarities(of_words, self.words_of_shot, word_mask)
        return (sentence + shot) / 2
