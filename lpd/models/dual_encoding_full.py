"""Dual encoding of sequences: frames and words are encoded on several levels before they are mapped.

Sizes: B texts, N shots, L tokens, F frames, D width.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor, nn

from lpd.errors import FormatError
from lpd.models.frame_ends import FRAMES, check_count
from lpd.models.frame_sequence import unpack_frames
from lpd.models.normalisation import FeatureNormalisation
from lpd.models.sequence_levels import SequenceLevels
from lpd.models.settings import TOKENS, check_ends, check_sizes, check_switches, keep_unscaled
from lpd.models.spaces import Ends, Space, SpaceModel, check_features, check_rows, unit_length
from lpd.models.text_encoders import check_table, token_ids
from lpd.models.transform import ConcatenatedFeatures, TransformNet
from lpd.text.tokens import PAD, SPECIAL_TOKENS

__all__ = ["DualEncodingFull", "DualEncodingFullConfig"]

SIZES = {
    "vocabulary": 1 << 24,
    "frames": 1024,
    "embedding": 1 << 16,
    "text_hidden": 1 << 16,
    "video_hidden": 1 << 16,
    "filters": 1 << 16,
    "text_kernel": 64,
    "video_kernel": 64,
}


@dataclass(frozen=True)
class DualEncodingFullConfig:
    """What decides a dual encoding of sequences but for its weights.

    Args:
        text_features: `tokens` (L ids per text) and, with `first_level`, fixed ones (the bag of words).
        video_features: one `frames:<name>`, frames x (d + 1) numbers per shot.
        vocabulary: number of token ids, the special ones among them.
        width: of the common space.
        frames: F.
        first_level: the mean of the frames and the fixed text features are mapped too.
        embedding: width of a word's embedding.
        text_hidden: width of the text's recurrent state, per direction.
        video_hidden: width of the frames' recurrent state, per direction.
        filters: of each convolution.
        text_kernel: the longest convolution over words; all from 2 to it are there.
        video_kernel: the longest convolution over frames.
        dropout: after the recurrence, the convolutions and the mapping, in training.
        normalisation: of each frame and of the fixed text features; default none for frames.

    Source: sizes as in the official code, but for the width (2048 there).
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    vocabulary: int
    width: int = 512
    frames: int = 12
    first_level: bool = True
    embedding: int = 500
    text_hidden: int = 512
    video_hidden: int = 1024
    filters: int = 512
    text_kernel: int = 4
    video_kernel: int = 5
    dropout: float = 0.2
    normalisation: dict[str, str] = field(default_factory=dict)

    unmapped: ClassVar[tuple[str, ...]] = ()
    """Text features that are no part of the mapping."""

    def __post_init__(self) -> None:
        check_sizes(self)
        check_switches(self, "first_level")
        for name, most in SIZES.items():
            check_count(self, name, most)
        if self.vocabulary <= len(SPECIAL_TOKENS):
            raise FormatError(
                "vocabulary without a word", expected=f"above {len(SPECIAL_TOKENS)}", found=self.vocabulary
            )
        self._check_features()
        keep_unscaled(self, f"text:{TOKENS}")
        if isinstance(self.normalisation, Mapping):
            frames = next(iter(self.video_features))
            object.__setattr__(self, "normalisation", {f"video:{frames}": "none", **self.normalisation})
        check_ends(self)

    def _check_features(self) -> None:
        text = check_features("text", self.text_features)
        video = check_features("video", self.video_features)
        fixed = [name for name in text if name not in (TOKENS, *self.unmapped)]
        if TOKENS not in text or bool(fixed) != self.first_level:
            raise FormatError(
                "text features of a dual encoding of sequences",
                expected=f"{TOKENS} and a bag of words" if self.first_level else f"{TOKENS} alone",
                found=", ".join(text),
            )
        name, dimension = next(iter(video.items()))
        cells, rest = divmod(dimension, self.frames)
        if len(video) != 1 or not name.startswith(FRAMES) or rest or cells < 2:
            raise FormatError(
                "video features of a dual encoding of sequences",
                expected=f"one, {FRAMES}<name>, of {self.frames} frames x (values + 1)",
                found=video,
            )


class DualEncodingFull(SpaceModel):
    """Frames and words on up to three levels: as they are, in sequence, and in short runs of the sequence.

    Source: Dong et al., CVPR 2019, and its official code (`full` and, without the first level, `reduced`).
    """

    system = "dual-encoding-full"
    config: DualEncodingFullConfig

    def __init__(self, config: DualEncodingFullConfig) -> None:
        super().__init__(config)
        self.spaces = (Space("common", "head", None, config.width),)
        ((self.frames_name, dimension),) = self.video_features.items()
        frame = dimension // config.frames - 1
        apart = (TOKENS, *config.unmapped)
        fixed = {name: size for name, size in self.text_features.items() if name not in apart}
        self.frame_input = FeatureNormalisation(config.normalisation[f"video:{self.frames_name}"], frame)
        self.fixed_inputs = ConcatenatedFeatures("text", fixed, normalisation=config.normalisation)
        with torch.random.fork_rng(devices=[]):  # PyTorch's layers draw their weights when they are made
            self.embedding = nn.Embedding(config.vocabulary, config.embedding)
            self.text_levels = _levels(config, config.embedding, text=True)
            self.video_levels = _levels(config, frame, text=False)
        frame_mean = frame if config.first_level else 0
        self.text_mapping = _mapping(self.text_levels.dimension + self.fixed_inputs.dimension, config)
        self.video_mapping = _mapping(self.video_levels.dimension + frame_mean, config)

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew; word embeddings from [-1, 1]."""
        with torch.no_grad():
            self.embedding.weight.uniform_(-1.0, 1.0, generator=generator)
        for layer in (self.text_levels, self.video_levels, self.text_mapping, self.video_mapping):
            assert isinstance(layer, SequenceLevels | TransformNet)
            layer.reset(generator)

    def start_from(self, table: Tensor) -> None:
        """Sets the embeddings of the tokens that have a word vector.

        Args:
            table: (vocabulary, E), row t of token t; zeros where there is none.

        Raises:
            MismatchError: if the table is not of the model's vocabulary and embedding.
        """
        weight = self.embedding.weight
        check_table(table, tuple(weight.shape))
        known = (table != 0).any(dim=1).to(weight.device)
        with torch.no_grad():
            weight[known] = table.to(weight)[known]

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Ends:
        """Returns the text end of the space, (1, B, D)."""
        check_rows("text", self.text_features, features)
        ids = token_ids(features[TOKENS], self.config.vocabulary - len(SPECIAL_TOKENS))
        levels = [self.text_levels(self.embedding(ids), ids != PAD)]
        if self.config.first_level:
            levels.append(self.fixed_inputs(features))
        end = self.text_mapping(torch.cat(levels, dim=1)).unsqueeze(0)
        return unit_length(end) if unit else end

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Ends:
        """Returns the video end of the space, (1, N, D)."""
        check_rows("video", self.video_features, features)
        frames, there = unpack_frames(features[self.frames_name], self.config.frames)
        frames = self.frame_input(frames) * there.unsqueeze(-1)
        levels = [self.video_levels(frames, there)]
        if self.config.first_level:
            levels.append(frames.sum(dim=1) / there.sum(dim=1, keepdim=True).clamp(min=1))
        end = self.video_mapping(torch.cat(levels, dim=1)).unsqueeze(0)
        return unit_length(end) if unit else end

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows; frames that pad a row have no part in it."""
        check_rows("video", self.video_features, video)
        self.fixed_inputs.fit(text)
        if self.frame_input.kind == "zscore":
            frames, there = unpack_frames(video[self.frames_name], self.config.frames)
            self.frame_input.fit(frames[there])

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part, counted as for LPD; padding
        is read as if it were there.
        """
        text = self.text_levels.multiply_adds(self.text_features[TOKENS])
        video = self.video_levels.multiply_adds(self.config.frames)
        return {
            "recurrence": text[0] + video[0],
            "convolutions": text[1] + video[1],
            "transforms": self.text_mapping.weight.numel() + self.video_mapping.weight.numel(),
            "cosines": 3 * self.config.width,
        }


def _levels(config: DualEncodingFullConfig, inputs: int, *, text: bool) -> SequenceLevels:
    return SequenceLevels(
        inputs,
        config.text_hidden if text else config.video_hidden,
        filters=config.filters,
        kernel=config.text_kernel if text else config.video_kernel,
        dropout=config.dropout,
        packed=text,
    )


def _mapping(dimension: int, config: DualEncodingFullConfig) -> TransformNet:
    return TransformNet(
        dimension, config.width, dropout=config.dropout, batch_norm=True, order="norm_dropout"
    )
