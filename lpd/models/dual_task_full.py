"""DualTask of sequences: the levels of dual encoding, and a space of named concepts decoded from them.

Sizes: B texts, N shots, C concepts, D width.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lpd.errors import FormatError
from lpd.models.dual_encoding_full import DualEncodingFull, DualEncodingFullConfig
from lpd.models.dual_task import (
    CONCEPTS,
    batch_concept_loss,
    check_shares,
    decode_concepts,
    video_ends,
)
from lpd.models.fusing import Fusion
from lpd.models.settings import keep_unscaled
from lpd.models.spaces import BatchExtras, Ends, Space
from lpd.models.transform import TransformNet

__all__ = ["DualTaskFull", "DualTaskFullConfig"]


@dataclass(frozen=True)
class DualTaskFullConfig(DualEncodingFullConfig):
    """What decides a DualTask model of sequences but for its weights: all that decides a dual encoding of
    sequences, and `concepts` among the text features, for the concept space alone.

    Args:
        theta: share of the concept space in the fused score.
        positive_share: weight of the concepts that are there in the concept loss; those that are not get the
            rest.
    """

    theta: float = 0.3
    positive_share: float = 0.2

    unmapped: ClassVar[tuple[str, ...]] = (CONCEPTS,)

    def __post_init__(self) -> None:
        if not isinstance(self.text_features, Mapping) or CONCEPTS not in self.text_features:
            raise FormatError(
                "text features of DualTask of sequences", expected=CONCEPTS, found=self.text_features
            )
        check_shares(self)
        keep_unscaled(self, f"text:{CONCEPTS}")
        super().__post_init__()


class DualTaskFull(DualEncodingFull):
    """Latent matching and concept recognition, learnt together, over frames and words.

    Source: Wu and Ngo, ACM MM 2020, and its official code (`full` and, without the first level,
    `gru_plus_cnn_on_gru`).
    """

    system = "dual-task-full"
    config: DualTaskFullConfig
    label_feature = CONCEPTS

    def __init__(self, config: DualTaskFullConfig) -> None:
        super().__init__(config)
        concepts = self.text_features[CONCEPTS]
        self.spaces = (*self.spaces, Space("concepts", "head", None, concepts, "dot"))
        self.fusion = Fusion("minmax", (1 - config.theta, config.theta))
        self.decoder = TransformNet(
            config.width, concepts, dropout=config.dropout, batch_norm=True, order="norm_dropout"
        )

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew."""
        super().reset(generator)
        self.decoder.reset(generator)

    def concept_probabilities(self, embedded: Tensor) -> Tensor:
        """Returns the probability of every concept, (N, C), given unit video ends (N, D)."""
        return decode_concepts(self.decoder, embedded)

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Ends:
        """Returns the text end of the latent space (B, D) and the concepts (B, C) that the texts name."""
        return super().embed_text(features, unit=unit)[0], features[CONCEPTS]

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Ends:
        """Returns the video end of the latent space (N, D), of unit length in any case, and the
        probabilities of the concepts (N, C); when `unit`, those up to 0.5 are zero.
        """
        return video_ends(self.decoder, super().embed_video(features)[0], unit=unit)

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

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part, counted as for LPD."""
        concepts = self.text_features[CONCEPTS]
        return super().multiply_adds() | {
            "concepts": concepts * self.config.width,
            "dot products": concepts,
        }
