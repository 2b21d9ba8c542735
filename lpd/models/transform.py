"""The feature transform that every system begins with."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from lpd.models.normalisation import FeatureNormalisation
from lpd.models.spaces import check_rows

__all__ = ["FeatureTransforms", "TransformNet"]


class TransformNet(nn.Module):
    """dropout(tanh(x W^T + bias)), and batch normalisation after it where asked.

    Args:
        dimension: of the feature.
        width: of the embedding.
        dropout: share of embedding values set to zero in training.
        batch_norm: LAFF's optional last layer.

    Source: LPD, Eq. 2; dropout and initial values as in the official LAFF code, on which the paper is silent.
    """

    def __init__(self, dimension: int, width: int, *, dropout: float = 0.2, batch_norm: bool = False) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, dimension))
        self.bias = nn.Parameter(torch.zeros(width))
        self.dropout = dropout
        self.batch_norm = nn.BatchNorm1d(width) if batch_norm else nn.Identity()

    def reset(self, generator: torch.Generator) -> None:
        """Draws the weight xavier-uniformly and sets the bias to zero."""
        bound = math.sqrt(6.0 / sum(self.weight.shape))
        with torch.no_grad():
            self.weight.uniform_(-bound, bound, generator=generator)
            self.bias.zero_()

    def forward(self, features: Tensor) -> Tensor:
        """Returns the embeddings (B, width) of features (B, dimension)."""
        embedded = torch.tanh(nn.functional.linear(features, self.weight, self.bias))
        if self.training and self.dropout > 0:
            embedded = embedded * _kept(embedded, self.dropout)
        normalised: Tensor = self.batch_norm(embedded)
        return normalised


def _kept(values: Tensor, dropout: float) -> Tensor:
    """Returns 0 with the probability of dropout, else 1 / (1 - dropout)."""
    draws = torch.rand(values.shape, device=values.device)  # on a CPU faster than drawing the bits
    return (draws >= dropout).to(values.dtype) * (1.0 / (1.0 - dropout))


class FeatureTransforms(nn.Module):
    """The features of one modality, each normalised and transformed on its own.

    Args:
        end: `text` or `video`.
        features: name -> dimension.
        normalisation: `<end>:<feature>` -> kind.
        width: of the embeddings.
        dropout: as in `TransformNet`.
        batch_norm: as in `TransformNet`.
    """

    def __init__(
        self,
        end: str,
        features: Mapping[str, int],
        *,
        normalisation: Mapping[str, str],
        width: int,
        dropout: float,
        batch_norm: bool = False,
    ) -> None:
        super().__init__()
        self.end = end
        self.features = dict(features)
        self.inputs = nn.ModuleList(
            FeatureNormalisation(normalisation[f"{end}:{name}"], size) for name, size in features.items()
        )
        self.layers = nn.ModuleList(
            TransformNet(size, width, dropout=dropout, batch_norm=batch_norm) for size in features.values()
        )

    def reset(self, generator: torch.Generator) -> None:
        """Draws every transform anew."""
        for layer in self.layers:
            assert isinstance(layer, TransformNet)
            layer.reset(generator)

    def fit(self, features: Mapping[str, Tensor]) -> None:
        """Fits the input normalisation of every feature on its rows (N, d)."""
        check_rows(self.end, self.features, features)
        for name, normalise in zip(self.features, self.inputs, strict=True):
            assert isinstance(normalise, FeatureNormalisation)
            normalise.fit(features[name])

    def forward(self, features: Mapping[str, Tensor]) -> Tensor:
        """Returns the embedding of every feature, (k, B, width)."""
        check_rows(self.end, self.features, features)
        steps = zip(self.features, self.inputs, self.layers, strict=True)
        return torch.stack([transform(normalise(features[name])) for name, normalise, transform in steps])
