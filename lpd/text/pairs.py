"""Captions paired with what is known of their shots, checked and ready for batches."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lpd.errors import FormatError, LpdError, MismatchError, name_some
from lpd.text.tokens import TokenSequences, token_sequences
from lpd.text.vocabulary import Vocabulary

__all__ = ["CaptionedVideo", "CaptionedVideoInput", "caption_turns", "captioned_video"]

CaptionedVideoInput = tuple[Sequence[str], np.ndarray, np.ndarray]
"""Texts (C), the row of each text's shot (C,), and what the video encoder takes per shot (N, ...)."""


@dataclass(frozen=True, eq=False)
class CaptionedVideo:
    """Texts with their shots.

    Args:
        tokens: token ids of the C captions.
        caption_shot: (C,) int64, row of the caption's shot.
        caption_group: (C,) int64, equal for equal texts.
        shot_groups: (N, M) int64, the groups of all captions of a shot, -1 behind.
        video: (N, ...) tensor on the device of the training.
    """

    tokens: TokenSequences
    caption_shot: np.ndarray
    caption_group: np.ndarray
    shot_groups: np.ndarray
    video: Tensor

    def carries(self, groups: np.ndarray, shots: np.ndarray) -> np.ndarray:
        """Returns (B, S) bool: whether any caption of the shot has the text of that group."""
        return (self.shot_groups[shots][None] == groups[:, None, None]).any(axis=2)


def captioned_video(
    source: CaptionedVideoInput, vocabulary: Vocabulary, *, device: str = "cpu"
) -> CaptionedVideo:
    """Returns checked pairs; floating video features become float32, pixels stay uint8.

    Raises:
        MismatchError: if texts and shot rows differ in number, or rows lie outside of the video matrix.
        FormatError: if video features are NaN or infinite.
    """
    texts, caption_shot, video = source
    shots = np.asarray(caption_shot, dtype=np.int64)
    _check_pairs(len(texts), shots, video)
    number = {text: group for group, text in enumerate(dict.fromkeys(texts))}
    groups = np.array([number[text] for text in texts], dtype=np.int64)
    return CaptionedVideo(
        token_sequences(texts, vocabulary),
        shots,
        groups,
        _groups_of_shots(shots, groups, len(video)),
        torch.from_numpy(video.astype(np.float32 if _is_floating(video) else video.dtype)).to(device),
    )


def _check_pairs(texts: int, shots: np.ndarray, video: np.ndarray) -> None:
    if shots.shape != (texts,) or texts == 0:
        raise MismatchError(
            "captions and the rows of their shots differ in number",
            expected=f"one row for each of {texts} captions, at least one",
            found=shots.shape,
        )
    outside = np.unique(shots[(shots < 0) | (shots >= len(video))])
    if len(outside):
        raise MismatchError(
            "captions of shots that have no video",
            expected=f"rows below {len(video)}",
            found=name_some(map(str, outside)),
        )
    if _is_floating(video) and not np.isfinite(video).all():
        bad = np.flatnonzero(~np.isfinite(video.reshape(len(video), -1)).all(axis=1))
        raise FormatError("video features are NaN or infinite", where=f"rows {name_some(map(str, bad))}")


def _is_floating(video: np.ndarray) -> bool:
    return np.issubdtype(video.dtype, np.floating)


def _groups_of_shots(shots: np.ndarray, groups: np.ndarray, number: int) -> np.ndarray:
    order = np.argsort(shots, kind="stable")
    per_shot = np.bincount(shots, minlength=number)
    starts = np.cumsum(per_shot) - per_shot
    table = np.full((number, per_shot.max()), -1, dtype=np.int64)
    table[shots[order], np.arange(len(shots)) - starts[shots[order]]] = groups[order]
    return table


def caption_turns(caption_shot: np.ndarray, generator: np.random.Generator) -> list[np.ndarray]:
    """Returns, for each shot that has captions, the rows of its captions in a random order.

    Args:
        caption_shot: (C,) int64.
        generator: decides the order.

    Raises:
        LpdError: if fewer than two shots have captions, so that there is no contrast.
    """
    shuffled = generator.permutation(len(caption_shot))
    by_shot = shuffled[np.argsort(caption_shot[shuffled], kind="stable")]
    turns = np.split(by_shot, np.flatnonzero(np.diff(caption_shot[by_shot])) + 1)
    if len(turns) < 2:
        raise LpdError(
            "too few captioned shots to learn from",
            expected="at least 2",
            found=len(turns),
            next_step="give captions of more shots",
        )
    return turns
