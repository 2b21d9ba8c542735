"""Training of the bi-GRU text feature against fixed video features."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor, nn

from lpd.errors import MismatchError
from lpd.progress import Progress, no_progress
from lpd.text.bigru import BiGru, BiGruEncoder, BiGruShape
from lpd.text.pairs import CaptionedVideoInput, captioned_video
from lpd.text.vocabulary import Vocabulary, build_vocabulary
from lpd.text.warmup import WarmupEpoch, WarmupSettings, contrastive_warmup, seeded
from lpd.text.word_vectors import WordVectors

__all__ = ["BiGruSettings", "LinearVideoEncoder", "train_bigru"]


@dataclass(frozen=True)
class BiGruSettings:
    """How the bi-GRU text feature is made.

    Args:
        min_count: rarer words are read as `<unk>`.
        shape: sizes of the encoder.
        dropout: on embeddings, pooled states and video features, while training.
        word_dropout: share of words read as `<unk>`, while training.
        warmup: how the training runs.
    """

    min_count: int = 5
    shape: BiGruShape = field(default_factory=BiGruShape)
    dropout: float = 0.2
    word_dropout: float = 0.1
    warmup: WarmupSettings = field(default_factory=WarmupSettings)


class LinearVideoEncoder(nn.Module):
    """One linear layer over z-scored video features, to unit length.

    Args:
        mean: (Dv,) float32 of the training features.
        deviation: (Dv,) float32 of the training features; a constant column is given the deviation 1.
        dimension: of the joint space.
        dropout: on the z-scored features, while training.
    """

    def __init__(self, mean: Tensor, deviation: Tensor, *, dimension: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", torch.where(deviation > 0, deviation, 1.0))
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(len(mean), dimension)

    def forward(self, video: Tensor) -> Tensor:
        """Returns (B, D) unit rows for video features (B, Dv)."""
        standard = (video - self.get_buffer("mean")) / self.get_buffer("deviation")
        return nn.functional.normalize(self.linear(self.dropout(standard)), dim=1)


def train_bigru(
    texts: Sequence[str],
    caption_shot: np.ndarray,
    video: np.ndarray,
    *,
    validation: CaptionedVideoInput | None,
    settings: BiGruSettings | None = None,
    word_vectors: WordVectors | None = None,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = no_progress,
) -> tuple[BiGru, list[WarmupEpoch]]:
    """Returns the bi-GRU, frozen at its best validated epoch, and the history of its training.

    The video side (one linear layer over all features) serves the training only and is dropped.

    Args:
        texts: C training captions.
        caption_shot: (C,) int, the row in `video` of each caption's shot.
        video: (N, Dv) float32, the video features side by side.
        validation: texts, caption_shot and video of other shots; None runs all epochs.
        settings: None takes the defaults.
        word_vectors: starts the embeddings; their width then is the width of the embedding.
        seed: of weights, dropout and order.
        device: `cpu` or `cuda`.
        progress: called after every step.

    Raises:
        LpdError: if captions, shots and features do not fit together or are not finite.
    """
    settings = settings or BiGruSettings()
    if validation is not None and validation[2].shape[1:] != video.shape[1:]:
        raise MismatchError(
            "video features of training and validation differ in width",
            expected=video.shape[1:],
            found=validation[2].shape[1:],
        )
    vocabulary = build_vocabulary(texts, min_count=settings.min_count)
    training = captioned_video((texts, caption_shot, video), vocabulary, device=device)
    held_out = None if validation is None else captioned_video(validation, vocabulary, device=device)
    with seeded(seed):
        encoders = _encoders(vocabulary, video, settings, word_vectors)
    history = contrastive_warmup(
        encoders, training, validation=held_out, settings=settings.warmup, seed=seed, progress=progress
    )
    return BiGru(vocabulary, encoders[0]), history


def _encoders(
    vocabulary: Vocabulary, video: np.ndarray, settings: BiGruSettings, word_vectors: WordVectors | None
) -> tuple[BiGruEncoder, LinearVideoEncoder]:
    shape = settings.shape
    if word_vectors is not None:
        shape = replace(shape, embedding=word_vectors.dimension)
    text_encoder = BiGruEncoder(
        len(vocabulary), shape, dropout=settings.dropout, word_dropout=settings.word_dropout
    )
    if word_vectors is not None:
        text_encoder.start_from(word_vectors, vocabulary)
    video_encoder = LinearVideoEncoder(
        torch.from_numpy(video.mean(axis=0, dtype=np.float64)).float(),
        torch.from_numpy(video.std(axis=0, dtype=np.float64)).float(),
        dimension=shape.dimension,
        dropout=settings.dropout,
    )
    return text_encoder, video_encoder
