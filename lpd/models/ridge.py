"""Ridge regression from video features to the words of captions: a baseline without any gradient.

Sizes: B texts, N shots, D concatenated video dimensions, V words.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from lpd.errors import FormatError, LpdError
from lpd.models.settings import check_ends, check_switches, keep_unscaled
from lpd.models.spaces import Space, SpaceModel, check_features, check_rows, unit_length
from lpd.models.transform import ConcatenatedFeatures

__all__ = ["Ridge", "RidgeConfig", "solve"]


@dataclass(frozen=True)
class RidgeConfig:
    """What decides a ridge regression but for its coefficients.

    Args:
        text_features: one name -> number of words: the word counts of a text.
        video_features: name -> dimension.
        idf: weigh every word, at both ends, by the logarithm of how rare it is in the training captions; else
            function words decide.
        normalisation: as for LPD; word counts stay as they are.
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    idf: bool = True
    normalisation: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        text = check_features("text", self.text_features)
        keep_unscaled(self, *(f"text:{name}" for name in text))
        check_ends(self)
        check_switches(self, "idf")
        if len(text) != 1:
            raise FormatError(
                "text features of ridge regression",
                expected="one, the word counts (bow)",
                found=", ".join(text),
            )


def solve(gram: Tensor, cross: Tensor, penalty: float) -> Tensor:
    """Returns the coefficients (D, V) that minimise |X W - Y|^2 + penalty |W|^2.

    Args:
        gram: (D, D) float64, X^T X.
        cross: (D, V) float64, X^T Y.
        penalty: above 0.

    Raises:
        LpdError: if the penalty is not above 0, or too small for these inputs.

    Source: normal equations of ridge regression, by a Cholesky factor.
    """
    if not (math.isfinite(penalty) and penalty > 0):
        raise LpdError("the penalty of ridge regression", expected="a number above 0", found=penalty)
    regular = gram.clone()
    regular.diagonal().add_(penalty)
    factor, failed = torch.linalg.cholesky_ex(regular)
    if bool(failed):
        raise LpdError(
            "ridge regression cannot tell its inputs apart",
            found=f"a penalty of {penalty}",
            next_step="choose a larger penalty",
        )
    return torch.cholesky_solve(cross, factor)


class Ridge(SpaceModel):
    """How much likelier than usual each word is in a shot's captions, by linear regression; compared with the
    words of the text.

    Its coefficients are no weights to train: `lpd.training.fit_ridge` finds them in closed form. Weighing a
    word is the same before the regression as after it, since every word has a regression of its own.

    Source: the closed-form baseline that the systems are held against on real features.
    """

    system = "ridge"
    config: RidgeConfig
    word_weights: Tensor

    def __init__(self, config: RidgeConfig) -> None:
        super().__init__(config)
        ((self.text_name, words),) = self.text_features.items()
        self.spaces = (Space("common", "head", None, words),)
        self.inputs = ConcatenatedFeatures("video", self.video_features, normalisation=config.normalisation)
        self.weight = nn.Parameter(torch.zeros(words, self.inputs.dimension), requires_grad=False)
        self.register_buffer("word_weights", torch.ones(words))

    def reset(self, generator: torch.Generator) -> None:
        """Sets the coefficients to zero: nothing is drawn."""
        with torch.no_grad():
            self.weight.zero_()
            self.word_weights.fill_(1.0)

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the weighed word counts, (1, B, V)."""
        check_rows("text", self.text_features, features)
        end = (features[self.text_name] * self.word_weights).unsqueeze(0)
        return unit_length(end) if unit else end

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the weighed words predicted for each shot, (1, N, V), as differences to their means."""
        predicted = nn.functional.linear(self.inputs(features), self.weight)
        end = (predicted * self.word_weights).unsqueeze(0)
        return unit_length(end) if unit else end

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        check_rows("text", self.text_features, text)
        self.inputs.fit(video)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part, counted as for LPD."""
        return {"prediction": self.weight.numel(), "cosines": 3 * len(self.word_weights)}
