"""DualTask: a latent common space, and a space of named concepts decoded from the video end of it.

Sizes: B texts, N shots, C concepts, D width.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from lpd.errors import FormatError, MismatchError
from lpd.models.dual_encoding import MappedFeatures
from lpd.models.fusing import Fusion
from lpd.models.settings import check_ends, check_sizes, keep_unscaled
from lpd.models.spaces import (
    BatchExtras,
    Ends,
    Space,
    SpaceModel,
    check_features,
    check_rows,
    unit_length,
)
from lpd.models.transform import TransformNet

__all__ = [
    "CONCEPTS",
    "DualTask",
    "DualTaskConfig",
    "batch_concept_loss",
    "check_shares",
    "concept_losses",
    "decode_concepts",
    "video_ends",
]

CONCEPTS = "concepts"
"""The text feature that says which concepts a text names, 0 or 1 each."""
LOG_OFFSET = 1e-5
LEAST_PROBABILITY = 0.5


@dataclass(frozen=True)
class DualTaskConfig:
    """What decides a DualTask model but for its weights.

    Args:
        text_features: name -> dimension; `concepts` for the concept space, all others for the embedding.
        video_features: name -> dimension.
        width: of the latent space.
        dropout: after each linear layer, in training.
        theta: share of the concept space in the fused score.
        positive_share: weight of the concepts that are there in the concept loss (its lambda); those that
            are not get the rest.
        normalisation: as for LPD; `concepts` stay as they are.
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    width: int = 512
    dropout: float = 0.2
    theta: float = 0.3
    positive_share: float = 0.2
    normalisation: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        text = check_features("text", self.text_features)
        if CONCEPTS not in text or len(text) < 2:
            raise FormatError(
                "text features of DualTask",
                expected=f"{CONCEPTS} and at least one for the embedding",
                found=", ".join(text),
            )
        keep_unscaled(self, f"text:{CONCEPTS}")
        check_ends(self)
        check_sizes(self)
        check_shares(self)


def check_shares(config: Any) -> None:
    """Checks `theta` and `positive_share` of a config."""
    for name in ("theta", "positive_share"):
        value = getattr(config, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise FormatError(name, expected="a number from 0 to 1", found=value)


def concept_losses(probabilities: Tensor, labels: Tensor, *, positive_share: float = 0.2) -> Tensor:
    """Returns the concept loss of every shot that has a concept, (shots,).

    The mean cross-entropy over the concepts that are there and that over the others are weighted apart,
    because nearly all are not there. A shot without any concept is left out.

    Args:
        probabilities: (B, C).
        labels: (B, C), 0 or 1.
        positive_share: weight of the concepts that are there.

    Source: official code of Dual-task; 1e-5 is added inside of its logarithms.
    """
    labelled = labels.sum(dim=1) > 0
    probabilities, present = probabilities[labelled], labels[labelled] > 0
    missed = -(probabilities + LOG_OFFSET).log() * present
    invented = -(1 - probabilities + LOG_OFFSET).log() * ~present
    positive = missed.sum(dim=1) / present.sum(dim=1)
    negative = invented.sum(dim=1) / (~present).sum(dim=1).clamp(min=1)
    return positive_share * positive + (1 - positive_share) * negative


def batch_concept_loss(probabilities: Tensor, extras: BatchExtras, *, positive_share: float) -> Tensor:
    """Returns the concept loss of a batch: the sum over its labelled shots, or their mean.

    Args:
        probabilities: (B, C).
        extras: labels, and the reduction.
        positive_share: as for `concept_losses`.

    Raises:
        MismatchError: if there are no labels.
    """
    if extras.labels is None:
        raise MismatchError("DualTask learns from labels of the shots", expected=f"the union of {CONCEPTS}")
    losses = concept_losses(probabilities, extras.labels, positive_share=positive_share)
    return losses.sum() if extras.reduction == "sum" else losses.sum() / max(1, len(losses))


def decode_concepts(decoder: TransformNet, embedded: Tensor) -> Tensor:
    """Returns the probability of every concept, (N, C), given unit video ends (N, D)."""
    logits: Tensor = decoder(embedded)
    # half precision cannot tell a probability near 1 from 1
    return logits.to(torch.promote_types(logits.dtype, torch.float32)).sigmoid()


def video_ends(decoder: TransformNet, mapped: Tensor, *, unit: bool) -> tuple[Tensor, Tensor]:
    """Returns the video end of the latent space (N, D), of unit length in any case, and the probabilities of
    the concepts (N, C).

    Args:
        decoder: from the latent space to the concepts.
        mapped: (N, D), the shots in the latent space.
        unit: whether probabilities up to 0.5 become zero.
    """
    end = unit_length(mapped)
    probabilities = decode_concepts(decoder, end)
    if unit:
        probabilities = probabilities.where(probabilities > LEAST_PROBABILITY, 0.0)
    return end, probabilities


class DualTask(SpaceModel):
    """Latent matching and concept recognition, learnt together.

    Source: Wu and Ngo, ACM MM 2020, and its official code; on concatenated features, as in LPD, Tab. 6.
    """

    system = "dual-task"
    config: DualTaskConfig
    label_feature = CONCEPTS

    def __init__(self, config: DualTaskConfig) -> None:
        super().__init__(config)
        concepts = self.text_features[CONCEPTS]
        self.spaces = (
            Space("common", "head", None, config.width),
            Space("concepts", "head", None, concepts, "dot"),
        )
        self.fusion = Fusion("minmax", (1 - config.theta, config.theta))
        embedded = {name: size for name, size in self.text_features.items() if name != CONCEPTS}
        self.text_mapping = MappedFeatures("text", embedded, config=config)
        self.video_mapping = MappedFeatures("video", self.video_features, config=config)
        self.decoder = TransformNet(
            config.width, concepts, dropout=config.dropout, batch_norm=True, order="norm_dropout"
        )

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew."""
        for layer in (self.text_mapping, self.video_mapping, self.decoder):
            assert isinstance(layer, MappedFeatures | TransformNet)
            layer.reset(generator)

    def concept_probabilities(self, embedded: Tensor) -> Tensor:
        """Returns the probability of every concept, (N, C), given unit video ends (N, D)."""
        return decode_concepts(self.decoder, embedded)

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> tuple[Tensor, Tensor]:
        """Returns the text end of the latent space (B, D) and the concepts (B, C) that the texts name."""
        check_rows("text", self.text_features, features)
        end: Tensor = self.text_mapping(features)
        return unit_length(end) if unit else end, features[CONCEPTS]

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> tuple[Tensor, Tensor]:
        """Returns the video end of the latent space (N, D), of unit length in any case, and the
        probabilities of the concepts (N, C); when `unit`, those up to 0.5 are zero.
        """
        return video_ends(self.decoder, self.video_mapping(features), unit=unit)

    def auxiliary_loss(
        self,
        text: Mapping[str, Tensor],
        video: Mapping[str, Tensor],
        ends: tuple[Ends, Ends],
        extras: BatchExtras,
    ) -> Tensor:
        """Returns the concept loss of a batch: the sum over its labelled shots, or their mean.

        Raises:
            MismatchError: if there are no labels.
        """
        return batch_concept_loss(ends[1][1], extras, positive_share=self.config.positive_share)

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        self.text_mapping.fit(text)
        self.video_mapping.fit(video)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part, counted as for LPD.

        Source: LPD, Tab. 6: D d of the transforms and 11,147 d of the concepts.
        """
        concepts, width = self.text_features[CONCEPTS], self.config.width
        dimensions = sum(self.text_features.values()) - concepts + sum(self.video_features.values())
        return {
            "transforms": dimensions * width,
            "concepts": concepts * width,
            "cosines": 3 * width,
            "dot products": concepts,
        }
