"""LPD: one common space per feature, the other modality fused for it.

Sizes: B texts, N shots, k1 text features, k2 video features, S = k1 + k2 spaces, D width.
Spaces come in this order: the text features (trainable text encoders last), then the video features.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from lpd.models.attention import AttentionFusion
from lpd.models.factors import VideoFactors, video_factors
from lpd.models.settings import LpdConfig
from lpd.models.spaces import Space, SpaceModel, unit_length
from lpd.models.text_inputs import TextInputs
from lpd.models.transform import FeatureTransforms

__all__ = ["Lpd"]


class Lpd(SpaceModel):
    """The model of the paper; transforms belong to features and are shared by all spaces.

    Source: LPD, Eqs. 1 to 4; own attention vector per space, because Eq. 1 indexes the fusion by space and
    Tab. 6 counts nine of them.
    """

    system = "lpd"
    config: LpdConfig

    def __init__(self, config: LpdConfig) -> None:
        super().__init__(config)
        self.text_inputs = TextInputs(self.text_features, config.encoders)
        inputs = self.text_inputs.dimensions
        self.spaces = tuple(
            Space(f"{end}:{name}", end, name, config.width)
            for end, features in (("text", inputs), ("video", self.video_features))
            for name in features
        )
        self.text_transforms = _transforms("text", inputs, config)
        self.video_transforms = _transforms("video", self.video_features, config)
        shared = config.fusion == "shared"
        self.text_fusion = AttentionFusion(len(self.video_features), config.width, shared=shared)
        self.video_fusion = AttentionFusion(len(inputs), config.width, shared=shared)

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew."""
        for layer in (self.text_transforms, self.video_transforms, self.text_fusion, self.video_fusion):
            assert isinstance(layer, FeatureTransforms | AttentionFusion)
            layer.reset(generator)
        self.text_inputs.reset(generator)

    def text_components(self, features: Mapping[str, Tensor]) -> Tensor:
        """Returns the embedding of every text feature, (k1, B, D)."""
        components: Tensor = self.text_transforms(self.text_inputs(features))
        return components

    def video_components(self, features: Mapping[str, Tensor]) -> Tensor:
        """Returns the embedding of every video feature, (k2, N, D)."""
        components: Tensor = self.video_transforms(features)
        return components

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the text ends (S, B, D): dominant in the text-led spaces, fused in the video-led ones."""
        components = self.text_components(features)
        ends = torch.cat([components, self.text_fusion(components)])
        return unit_length(ends) if unit else ends

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the video ends (S, N, D): fused in the text-led spaces, dominant in the video-led ones."""
        components = self.video_components(features)
        ends = torch.cat([self.video_fusion(components), components])
        return unit_length(ends) if unit else ends

    def text_attention(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Returns video-led space -> weights (B, k1) of the text features."""
        weights = self.text_fusion.weights(self.text_components(features))
        return {f"video:{name}": rows for name, rows in zip(self.video_features, weights, strict=True)}

    def video_attention(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Returns text-led space -> weights (N, k2) of the video features."""
        weights = self.video_fusion.weights(self.video_components(features))
        inputs = self.text_inputs.dimensions
        return {f"text:{name}": rows for name, rows in zip(inputs, weights, strict=True)}

    def video_factors(self, features: Mapping[str, Tensor]) -> VideoFactors:
        """Returns the k2 embeddings of the shots and, for the text-led spaces, what mixes them."""
        components = self.video_components(features)
        sources = (None,) * self.video_fusion.spaces + tuple(range(len(components)))
        return video_factors(components, self.video_fusion.weights(components), sources=sources)

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        self.text_inputs.check_ready()
        self.text_transforms.fit(text)
        self.video_transforms.fit(video)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part.

        A cosine counts three dot products (the product and two norms); activations are not counted, nor are
        text encoders, whose cost depends on the text.

        Source: LPD, Tab. 6; at the paper's dimensions the sum is 4,769,280 for a width of 512.
        """
        inputs = self.text_inputs.dimensions
        k1, k2, width = len(inputs), len(self.video_features), self.config.width
        dimensions = sum(inputs.values()) + sum(self.video_features.values())
        per_fusion = k1 + k2 if self.config.fusion == "shared" else 2 * k1 * k2
        return {
            "transforms": dimensions * width,
            "attention": per_fusion * width,
            "fusion": per_fusion * width,
            "cosines": 3 * (k1 + k2) * width,
        }


def _transforms(end: str, features: Mapping[str, int], config: LpdConfig) -> FeatureTransforms:
    """Returns the normalised and transformed features of one modality."""
    return FeatureTransforms(
        end,
        features,
        normalisation=config.normalisation,
        width=config.width,
        dropout=config.dropout,
    )
