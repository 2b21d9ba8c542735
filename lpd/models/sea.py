"""SEA: one common space per text feature, each with all video features side by side.

Sizes: B texts, N shots, S spaces, D width.
Spaces come in this order: the text features, then the trainable text encoders.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lpd.models.fusing import Fusion
from lpd.models.settings import check_ends, check_sizes, check_switches
from lpd.models.spaces import Space, SpaceModel, unit_length
from lpd.models.text_inputs import EncoderConfig, TextInputs
from lpd.models.transform import ConcatenatedFeatures, FeatureTransforms, TransformNet

__all__ = ["Sea", "SeaConfig"]

ORDER = "norm_tanh_dropout"


@dataclass(frozen=True)
class SeaConfig:
    """What decides a SEA model but for its weights.

    Args:
        text_features: name -> dimension; one space each, but for `tokens`.
        video_features: name -> dimension, side by side in this order.
        width: of every common space.
        share_video_fc: one transform of the video features for all spaces; else each space has its own, as
            in the official code.
        batch_norm: inside each transform.
        dropout: after each transform, in training.
        normalisation: as for LPD.
        encoders: trainable text encoders over `tokens`, name -> settings; one space each.
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    width: int = 512
    share_video_fc: bool = False
    batch_norm: bool = False
    dropout: float = 0.2
    normalisation: dict[str, str] = field(default_factory=dict)
    encoders: dict[str, EncoderConfig] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_ends(self)
        check_sizes(self)
        check_switches(self, "share_video_fc", "batch_norm")


class Sea(SpaceModel):
    """Sentence encoder assembly: every text feature meets the concatenated video features on its own.

    The video transforms of all spaces are one wide linear layer: rows s D to (s + 1) D of
    `video_transform.weight` are those of space s.

    Source: Li et al., IEEE TMM 2021, and its official code. Tab. 6 of LPD counts a shared video transform.
    """

    system = "sea"
    config: SeaConfig
    fusion = Fusion("sum")

    def __init__(self, config: SeaConfig) -> None:
        super().__init__(config)
        self.text_inputs = TextInputs(self.text_features, config.encoders)
        names = self.text_inputs.dimensions
        self.spaces = tuple(Space(f"text:{name}", "text", name, config.width) for name in names)
        self.text_transforms = FeatureTransforms(
            "text",
            names,
            normalisation=config.normalisation,
            width=config.width,
            dropout=config.dropout,
            batch_norm=config.batch_norm,
            order=ORDER,
        )
        self.video_vector = ConcatenatedFeatures(
            "video", self.video_features, normalisation=config.normalisation
        )
        self.video_transform = TransformNet(
            self.video_vector.dimension,
            config.width,
            dropout=config.dropout,
            batch_norm=config.batch_norm,
            order=ORDER,
            copies=1 if config.share_video_fc else len(names),
        )

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew."""
        for layer in (self.text_inputs, self.text_transforms, self.video_transform):
            assert isinstance(layer, TextInputs | FeatureTransforms | TransformNet)
            layer.reset(generator)

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the text ends (S, B, D), one per text feature."""
        ends: Tensor = self.text_transforms(self.text_inputs(features))
        return unit_length(ends) if unit else ends

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the video ends (S, N, D), all of the same features."""
        wide = self.video_transform(self.video_vector(features))  # (N, S D), or (N, D) if shared
        ends = wide.unflatten(-1, (-1, self.config.width)).transpose(0, 1).contiguous()
        ends = unit_length(ends) if unit else ends
        return ends.expand(len(self.spaces), -1, -1)

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        self.text_inputs.check_ready()
        self.text_transforms.fit(text)
        self.video_vector.fit(video)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part, counted as for LPD.

        Source: LPD, Tab. 6 prints D d for the transforms, which is the shared video transform; the official
        code's own ones make 2.67 D d of it.
        """
        width = self.config.width
        dimensions = sum(self.text_inputs.dimensions.values())
        dimensions += self.video_transform.copies * self.video_vector.dimension
        return {"transforms": dimensions * width, "cosines": 3 * len(self.spaces) * width}
