"""W2VV++: all text features side by side meet all video features side by side in one common space.

Sizes: B texts, N shots, D width.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lpd.models.settings import check_ends, check_sizes, check_switches
from lpd.models.spaces import Space, SpaceModel, unit_length
from lpd.models.text_inputs import EncoderConfig, TextInputs
from lpd.models.transform import ConcatenatedFeatures, TransformNet

__all__ = ["W2vvpp", "W2vvppConfig"]


@dataclass(frozen=True)
class W2vvppConfig:
    """What decides a W2VV++ model but for its weights.

    Args:
        text_features: name -> dimension, side by side in this order, but for `tokens`.
        video_features: name -> dimension, side by side in this order.
        width: of the common space.
        batch_norm: inside each transform.
        dropout: after each transform, in training.
        normalisation: as for LPD.
        encoders: trainable text encoders over `tokens`, name -> settings; they follow the text features.
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    width: int = 512
    batch_norm: bool = False
    dropout: float = 0.2
    normalisation: dict[str, str] = field(default_factory=dict)
    encoders: dict[str, EncoderConfig] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_ends(self)
        check_sizes(self)
        check_switches(self, "batch_norm")


class W2vvpp(SpaceModel):
    """One transform of everything known of a text, one of everything known of a shot.

    Source: Li et al., ACM MM 2019, and its official code. There the text side is GRU, word vectors and bag of
    words in this order; here encoders come last, which only permutes the columns of one weight.
    """

    system = "w2vvpp"
    config: W2vvppConfig

    def __init__(self, config: W2vvppConfig) -> None:
        super().__init__(config)
        self.spaces = (Space("common", "head", None, config.width),)
        self.text_inputs = TextInputs(self.text_features, config.encoders)
        self.text_vector, self.text_transform = _transform("text", self.text_inputs.dimensions, config)
        self.video_vector, self.video_transform = _transform("video", self.video_features, config)

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew."""
        self.text_inputs.reset(generator)
        self.text_transform.reset(generator)
        self.video_transform.reset(generator)

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the text end of the space, (1, B, D)."""
        end: Tensor = self.text_transform(self.text_vector(self.text_inputs(features))).unsqueeze(0)
        return unit_length(end) if unit else end

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the video end of the space, (1, N, D)."""
        end: Tensor = self.video_transform(self.video_vector(features)).unsqueeze(0)
        return unit_length(end) if unit else end

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        self.text_inputs.check_ready()
        self.text_vector.fit(text)
        self.video_vector.fit(video)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part, counted as for LPD."""
        dimensions = self.text_vector.dimension + self.video_vector.dimension
        return {"transforms": dimensions * self.config.width, "cosines": 3 * self.config.width}


def _transform(
    end: str, features: Mapping[str, int], config: W2vvppConfig
) -> tuple[ConcatenatedFeatures, TransformNet]:
    """Returns what puts the features of one modality side by side, and what transforms them."""
    vector = ConcatenatedFeatures(end, features, normalisation=config.normalisation)
    transform = TransformNet(
        vector.dimension,
        config.width,
        dropout=config.dropout,
        batch_norm=config.batch_norm,
        order="norm_tanh_dropout",
    )
    return vector, transform
