"""CLIP4Clip: the frames of a shot made into one vector, compared with the sentence.

Sizes: B texts, N shots, F frames, D width.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lpd.errors import FormatError
from lpd.models.frame_ends import FrameEnds, check_frame_config, check_transformer, reset_scale, start_scale
from lpd.models.frame_sequence import TemporalTransformer, mean_frames
from lpd.models.spaces import Space, SpaceModel, unit_length

__all__ = ["POOLINGS", "Clip4Clip", "Clip4ClipConfig"]

POOLINGS = ("mean", "transformer")


@dataclass(frozen=True)
class Clip4ClipConfig:
    """What decides a CLIP4Clip model but for its weights.

    Args:
        text_features: one, the sentence vector: name -> dimension.
        video_features: one, `frames:<name>` -> frames x (values + 1).
        width: of the common space; where sentence, frame and width agree there are no projections.
        frames: F, per shot; another number than 12 is in the feature's name, `frames:<name>@F`.
        pooling: `mean` of the frames, or of what the temporal `transformer` makes of them.
        layers: of the transformer.
        heads: of its attention.
        normalisation: `text:<feature>` / `video:<feature>` -> none, l2 or zscore; none by default, as the
            vectors come from one space already.
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    width: int = 512
    frames: int = 12
    pooling: str = "mean"
    layers: int = 4
    heads: int = 8
    normalisation: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_frame_config(self)
        if self.pooling not in POOLINGS:
            raise FormatError("unknown pooling", expected=", ".join(POOLINGS), found=self.pooling)
        if self.pooling == "transformer":
            check_transformer(self)


class Clip4Clip(SpaceModel):
    """One space: the mean of the unit frames, before it perhaps a temporal transformer.

    On frozen CLIP features the `mean` has no weights but the logit scale.

    Source: Luo et al. 2022, and its official code.
    """

    system = "clip4clip"
    config: Clip4ClipConfig

    def __init__(self, config: Clip4ClipConfig) -> None:
        super().__init__(config)
        self.spaces = (Space("common", "head", None, config.width),)
        self.inputs = FrameEnds(config)
        self.transformer = (
            TemporalTransformer(config.width, config.frames, layers=config.layers, heads=config.heads)
            if config.pooling == "transformer"
            else None
        )
        self.logit_scale = start_scale()

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew."""
        self.inputs.reset(generator)
        if self.transformer is not None:
            self.transformer.reset(generator)
        reset_scale(self.logit_scale)

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the sentence vectors (1, B, D)."""
        ends = self.inputs.sentences(features).unsqueeze(0)
        return unit_length(ends) if unit else ends

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the pooled frames (1, N, D)."""
        frames, mask = self.inputs.frames(features)
        if self.transformer is not None:
            frames = self.transformer(frames, mask)
        ends = mean_frames(frames, mask).unsqueeze(0)
        return unit_length(ends) if unit else ends

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        self.inputs.fit(text, video)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part.

        Pooling counts the length of every frame and its place in the sum; a cosine counts three dot products.
        """
        return {
            "projections": self.inputs.multiply_adds(),
            "transformer": 0 if self.transformer is None else self.transformer.multiply_adds(),
            "pooling": 2 * self.config.frames * self.config.width,
            "cosines": 3 * self.config.width,
        }
