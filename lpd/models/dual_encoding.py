"""Dual encoding on fixed features: each modality concatenated and mapped into one common space.

Sizes: B texts, N shots, D width.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from lpd.models.settings import check_ends, check_sizes
from lpd.models.spaces import Space, SpaceModel, unit_length
from lpd.models.transform import ConcatenatedFeatures, TransformNet

__all__ = ["DualEncoding", "DualEncodingConfig", "MappedFeatures"]


@dataclass(frozen=True)
class DualEncodingConfig:
    """What decides a dual encoding of fixed features but for its weights.

    Args:
        text_features: name -> dimension.
        video_features: name -> dimension.
        width: of the common space.
        dropout: after each mapping, in training.
        normalisation: as for LPD.
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    width: int = 512
    dropout: float = 0.2
    normalisation: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_ends(self)
        check_sizes(self)


class MappedFeatures(nn.Module):
    """The features of one modality side by side, then a linear layer, batch norm and dropout.

    Args:
        end: `text` or `video`.
        features: name -> dimension.
        config: its width, dropout and normalisation count.

    Source: official code of dual encoding (its mapping layer); no activation follows.
    """

    def __init__(self, end: str, features: Mapping[str, int], *, config: Any) -> None:
        super().__init__()
        self.inputs = ConcatenatedFeatures(end, features, normalisation=config.normalisation)
        self.transform = TransformNet(
            self.inputs.dimension,
            config.width,
            dropout=config.dropout,
            batch_norm=True,
            order="norm_dropout",
        )

    def reset(self, generator: torch.Generator) -> None:
        """Draws the weights anew."""
        self.transform.reset(generator)

    def fit(self, features: Mapping[str, Tensor]) -> None:
        """Fits the input normalisation of every feature on its rows (N, d)."""
        self.inputs.fit(features)

    def forward(self, features: Mapping[str, Tensor]) -> Tensor:
        """Returns the embeddings (B, D), not of unit length."""
        embedded: Tensor = self.transform(self.inputs(features))
        return embedded


class DualEncoding(SpaceModel):
    """The variant of dual encoding that takes any number of features per shot and per text.

    Source: Dong et al., CVPR 2019, and its official code; of its multi-level encodings only the last layer
    remains, as in LPD, Tab. 3, where all systems get the same features.
    """

    system = "dual-encoding"
    config: DualEncodingConfig

    def __init__(self, config: DualEncodingConfig) -> None:
        super().__init__(config)
        self.spaces = (Space("common", "head", None, config.width),)
        self.text_mapping = MappedFeatures("text", self.text_features, config=config)
        self.video_mapping = MappedFeatures("video", self.video_features, config=config)

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew."""
        self.text_mapping.reset(generator)
        self.video_mapping.reset(generator)

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the text end of the space, (1, B, D)."""
        end: Tensor = self.text_mapping(features).unsqueeze(0)
        return unit_length(end) if unit else end

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the video end of the space, (1, N, D)."""
        end: Tensor = self.video_mapping(features).unsqueeze(0)
        return unit_length(end) if unit else end

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        self.text_mapping.fit(text)
        self.video_mapping.fit(video)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part, counted as for LPD.

        Batch norm is not counted: once trained it can be folded into the linear layer.
        """
        dimensions = sum(self.text_features.values()) + sum(self.video_features.values())
        return {"transforms": dimensions * self.config.width, "cosines": 3 * self.config.width}
