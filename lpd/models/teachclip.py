"""TeachCLIP: frames weighted by a small network, which learns from teachers that match text and frames.

Sizes: B pairs, N shots, F frames, D width.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lpd.losses.distillation import frame_cross_entropy, pearson_distance
from lpd.models.frame_ends import (
    FrameEnds,
    check_frame_config,
    check_transformer,
    logit_multiplier,
    reset_scale,
    start_scale,
)
from lpd.models.frame_sequence import FrameWeights, TemporalTransformer, frame_log_weights, weighted_frames
from lpd.models.settings import check_switches
from lpd.models.spaces import BatchExtras, Ends, Space, SpaceModel, unit_length

__all__ = ["TeachClip", "TeachClipConfig"]

FRAME_WEIGHT = 2.0


@dataclass(frozen=True)
class TeachClipConfig:
    """What decides a TeachCLIP model but for its weights.

    Args:
        text_features: one, the sentence vector: name -> dimension.
        video_features: one, `frames:<name>` -> frames x (values + 1).
        width: of the common space; where sentence, frame and width agree there are no projections.
        frames: F, per shot; another number than 12 is in the feature's name, `frames:<name>@F`.
        mask_frames: frames that only pad a row get no weight; false is the official code.
        layers: of the temporal transformer.
        heads: of its attention.
        normalisation: as for CLIP4Clip.
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    width: int = 512
    frames: int = 12
    mask_frames: bool = True
    layers: int = 4
    heads: int = 8
    normalisation: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_frame_config(self)
        check_transformer(self)
        check_switches(self, "mask_frames")


class TeachClip(SpaceModel):
    """One space: CLIP4Clip's transformer, then the frames summed by learned weights.

    Source: Tian et al. 2024, and its official code.
    """

    system = "teachclip"
    config: TeachClipConfig

    def __init__(self, config: TeachClipConfig) -> None:
        super().__init__(config)
        self.spaces = (Space("common", "head", None, config.width),)
        self.inputs = FrameEnds(config)
        self.transformer = TemporalTransformer(
            config.width, config.frames, layers=config.layers, heads=config.heads
        )
        self.weights = FrameWeights(config.width)
        self.logit_scale = start_scale()

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew."""
        self.inputs.reset(generator)
        self.transformer.reset(generator)
        self.weights.reset(generator)
        reset_scale(self.logit_scale)

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the sentence vectors (1, B, D)."""
        ends = self.inputs.sentences(features).unsqueeze(0)
        return unit_length(ends) if unit else ends

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the weighted sums of the frames, (1, N, D)."""
        frames, mask = self._frames(features)
        ends = weighted_frames(frames, self.weights(frames), mask).unsqueeze(0)
        return unit_length(ends) if unit else ends

    def frame_weights(self, features: Mapping[str, Tensor]) -> Tensor:
        """Returns the logarithms of the frames' weights (N, F) that the teachers correct.

        Their softmax has the temperature 1; the pooling sharpens it with 0.1.
        """
        frames, mask = self._frames(features)
        return frame_log_weights(self.weights(frames), mask)

    def auxiliary_loss(
        self,
        text: Mapping[str, Tensor],
        video: Mapping[str, Tensor],
        ends: tuple[Ends, Ends],
        extras: BatchExtras,
    ) -> Tensor | None:
        """Returns how far the model is from its teachers: in ranking, plus twice in the weights of frames.

        Each part is the mean over the teachers; None without any.

        Source: TeachCLIP's official code (train.py: Pearson distance of similarities, cross-entropy of
        frame weights, 1 and 2).
        """
        if not extras.lessons:
            return None
        logits = self.similarities(*ends)[0] * logit_multiplier(self.logit_scale)
        ranking = [
            pearson_distance(logits, lesson.logits, reduction=extras.reduction) for lesson in extras.lessons
        ]
        loss = torch.stack(ranking).mean()
        targets = [lesson.frames for lesson in extras.lessons if lesson.frames is not None]
        if targets:
            weights = self.frame_weights(video)
            fine = [frame_cross_entropy(weights, rows, reduction=extras.reduction) for rows in targets]
            loss = loss + FRAME_WEIGHT * torch.stack(fine).mean()
        return loss

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        self.inputs.fit(text, video)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part, counted as for CLIP4Clip."""
        frames, width = self.config.frames, self.config.width
        return {
            "projections": self.inputs.multiply_adds(),
            "transformer": self.transformer.multiply_adds(),
            "frame_weights": frames * (width * width + width),
            "pooling": 2 * frames * width,
            "cosines": 3 * width,
        }

    def _frames(self, features: Mapping[str, Tensor]) -> tuple[Tensor, Tensor | None]:
        """Returns the frames (N, F, D) in context, and the mask (N, F) of those that count; None for all."""
        frames, mask = self.inputs.frames(features)
        return self.transformer(frames, mask), mask if self.config.mask_frames else None
