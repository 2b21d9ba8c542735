"""T x V: one common space for every pair of a text feature and a video feature.

Sizes: B texts, N shots, k1 text features, k2 video features, S = k1 k2 spaces, D width.
Spaces come in this order: the first text feature with every video feature, then the second, and so on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from lpd.models.fusing import Fusion
from lpd.models.settings import check_ends, check_sizes, check_switches
from lpd.models.spaces import Space, SpaceModel, unit_length
from lpd.models.transform import FeatureTransforms, TransformNet

__all__ = ["Txv", "TxvConfig", "dual_softmax"]

ORDER = "norm_tanh_dropout"


@dataclass(frozen=True)
class TxvConfig:
    """What decides a T x V model but for its weights.

    Args:
        text_features: name -> dimension.
        video_features: name -> dimension; one space with every text feature each.
        width: of every common space.
        two_layer: a video feature is first transformed once for all text features, then once more for each;
            else it is transformed directly for each.
        batch_norm: inside each transform (the official setting).
        dropout: after each transform, in training.
        normalisation: as for LPD.
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    width: int = 512
    two_layer: bool = True
    batch_norm: bool = False
    dropout: float = 0.2
    normalisation: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_ends(self)
        check_sizes(self)
        check_switches(self, "two_layer", "batch_norm")


class Txv(SpaceModel):
    """Text by video: every text feature meets every video feature in a space of their own.

    The transforms of one feature for all its spaces are one wide linear layer: `text_transforms.layers.<i>`
    holds rows j D to (j + 1) D for video feature j, `pair_transforms.<j>` likewise for text feature i.

    Source: Galanopoulos and Mezaris, 2022, and its official code; there the second layers are declared with
    the dimension of the raw feature, here they take the first layer's width.
    """

    system = "txv"
    config: TxvConfig
    fusion = Fusion("sum")

    def __init__(self, config: TxvConfig) -> None:
        super().__init__(config)
        self.spaces = tuple(
            Space(f"text:{text}+video:{video}", "head", None, config.width)
            for text in self.text_features
            for video in self.video_features
        )
        texts, videos = len(self.text_features), len(self.video_features)
        self.text_transforms = _transforms("text", config, copies=videos)
        self.video_transforms = _transforms("video", config, copies=1 if config.two_layer else texts)
        self.pair_transforms = nn.ModuleList(
            TransformNet(
                config.width,
                config.width,
                dropout=config.dropout,
                batch_norm=config.batch_norm,
                order=ORDER,
                copies=texts,
            )
            for _ in range(videos if config.two_layer else 0)
        )

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew."""
        for layer in (self.text_transforms, self.video_transforms, *self.pair_transforms):
            assert isinstance(layer, FeatureTransforms | TransformNet)
            layer.reset(generator)

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the text ends (S, B, D)."""
        wide = self.text_transforms(features)  # (k1, B, k2 D)
        ends = wide.unflatten(-1, (-1, self.config.width)).transpose(1, 2).flatten(0, 1)
        return unit_length(ends) if unit else ends

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the video ends (S, N, D)."""
        wide = self.video_transforms(features)
        if self.config.two_layer:
            steps = zip(self.pair_transforms, wide, strict=True)
            wide = torch.stack([transform(embedded) for transform, embedded in steps])
        # (k2, N, k1 D) -> (k1, k2, N, D): the text feature counts first
        ends = wide.unflatten(-1, (-1, self.config.width)).permute(2, 0, 1, 3).flatten(0, 1)
        return unit_length(ends) if unit else ends

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        self.text_transforms.fit(text)
        self.video_transforms.fit(video)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part, counted as for LPD.

        Source: LPD, Tab. 6 prints 4 D d for the transforms; at the paper's dimensions they are 3.5 D d when
        direct and 2.83 D d with two layers.
        """
        texts, videos, width = len(self.text_features), len(self.video_features), self.config.width
        text_total, video_total = sum(self.text_features.values()), sum(self.video_features.values())
        first = videos * text_total + (1 if self.config.two_layer else texts) * video_total
        second = texts * videos * width if self.config.two_layer else 0
        return {"transforms": (first + second) * width, "cosines": 3 * texts * videos * width}


def dual_softmax(similarities: Tensor) -> Tensor:
    """Returns similarities (..., B, N) as the product of their softmax over shots and that over texts.

    A shot that is close to many texts falls behind. The scores of a text then depend on the other texts
    asked together with it, so no ranking does this unasked.

    Source: T x V, an option at inference; its official code puts distances in the place of similarities and
    takes the smallest first, which is not quite the same ranking.
    """
    return similarities.softmax(dim=-1) * similarities.softmax(dim=-2)


def _transforms(end: str, config: TxvConfig, *, copies: int) -> FeatureTransforms:
    """Returns the normalised and transformed features of one modality."""
    return FeatureTransforms(
        end,
        config.text_features if end == "text" else config.video_features,
        normalisation=config.normalisation,
        width=config.width,
        dropout=config.dropout,
        batch_norm=config.batch_norm,
        order=ORDER,
        copies=copies,
    )
