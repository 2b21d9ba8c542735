"""The feature transform that every system begins with."""

import math
from collections.abc import Collection, Mapping

import torch
from torch import Tensor, nn

from lpd.errors import FormatError
from lpd.models.normalisation import FeatureNormalisation
from lpd.models.spaces import check_rows

__all__ = ["ORDERS", "ConcatenatedFeatures", "FeatureTransforms", "TiledFeature", "TransformNet"]

ORDERS = ("norm_dropout", "norm_tanh_dropout", "tanh_dropout_norm")


class TransformNet(nn.Module):
    """A linear layer and what follows it, in one of three orders.

    Args:
        dimension: of the feature.
        width: of the embedding.
        dropout: share of embedding values set to zero in training.
        batch_norm: whether the batch is normalised.
        order: `tanh_dropout_norm` (LPD and LAFF), `norm_tanh_dropout` (SEA, W2VV++, T x V) or `norm_dropout`
            (dual encoding, DualTask: no activation).
        copies: number of independent transforms of the feature, side by side in the output.

    Source: LPD, Eq. 2; orders, dropout and initial values as in the official codes, on which the paper is
    silent.
    """

    def __init__(
        self,
        dimension: int,
        width: int,
        *,
        dropout: float = 0.2,
        batch_norm: bool = False,
        order: str = "tanh_dropout_norm",
        copies: int = 1,
    ) -> None:
        super().__init__()
        if order not in ORDERS:
            raise FormatError("unknown order of a transform", expected=", ".join(ORDERS), found=order)
        self.weight = nn.Parameter(torch.empty(copies * width, dimension))
        self.bias = nn.Parameter(torch.zeros(copies * width))
        self.copies = copies
        self.dropout = dropout
        self.order = order
        self.batch_norm = nn.BatchNorm1d(copies * width) if batch_norm else nn.Identity()

    def reset(self, generator: torch.Generator) -> None:
        """Draws the weight xavier-uniformly, of each copy by itself, and sets the bias to zero."""
        rows, dimension = self.weight.shape
        bound = math.sqrt(6.0 / (rows // self.copies + dimension))
        with torch.no_grad():
            self.weight.uniform_(-bound, bound, generator=generator)
            self.bias.zero_()
        if isinstance(self.batch_norm, nn.BatchNorm1d):
            self.batch_norm.reset_parameters()

    def forward(self, features: Tensor) -> Tensor:
        """Returns the embeddings (B, copies * width) of features (B, dimension)."""
        return self.activate(self.project(features))

    def project(self, features: Tensor) -> Tensor:
        """Returns what the linear layer makes of features (B, dimension)."""
        return nn.functional.linear(features, self.weight, self.bias)

    def activate(self, embedded: Tensor) -> Tensor:
        """Returns what follows the linear layer, (..., B, copies * width); without batch normalisation that
        is the same for every row.
        """
        if self.order != "tanh_dropout_norm":
            embedded = self.batch_norm(embedded)
        if self.order != "norm_dropout":
            embedded = torch.tanh(embedded)
        if self.training and self.dropout > 0:
            embedded = embedded * _kept(embedded, self.dropout)
        if self.order == "tanh_dropout_norm":
            embedded = self.batch_norm(embedded)
        return embedded


def _kept(values: Tensor, dropout: float) -> Tensor:
    """Returns 0 with the probability of dropout, else 1 / (1 - dropout)."""
    draws = torch.rand(values.shape, device=values.device)  # on a CPU faster than drawing the bits
    return draws.ge_(dropout).to(values.dtype).mul_(1.0 / (1.0 - dropout))


class TiledFeature(nn.Module):
    """A feature as it is, several times side by side, the batch normalised; it takes a transform's place.

    Args:
        dimension: of the feature.
        tiles: how many times.

    Source: official LAFF code (`vis_no_transform`, `txt_no_transform`).
    """

    def __init__(self, dimension: int, tiles: int) -> None:
        super().__init__()
        self.tiles = tiles
        self.batch_norm = nn.BatchNorm1d(dimension * tiles)

    def reset(self, generator: torch.Generator) -> None:
        """Sets the normalisation back; nothing is drawn."""
        self.batch_norm.reset_parameters()

    def forward(self, features: Tensor) -> Tensor:
        """Returns the embeddings (B, tiles * dimension) of features (B, dimension)."""
        embedded: Tensor = self.batch_norm(features.repeat(1, self.tiles))
        return embedded


def _fit_inputs(
    end: str, declared: Mapping[str, int], inputs: nn.ModuleList, features: Mapping[str, Tensor]
) -> None:
    """Fits each normalisation on its feature's rows; a feature that needs no fitting may be absent, as the
    output of a text encoder is before the training.
    """
    normalisations = dict(zip(declared, inputs, strict=True))
    needed = {
        name: declared[name] for name in declared if normalisations[name].kind == "zscore" or name in features
    }
    check_rows(end, needed, features)
    for name in needed:
        normalise = normalisations[name]
        assert isinstance(normalise, FeatureNormalisation)
        normalise.fit(features[name])


class FeatureTransforms(nn.Module):
    """The features of one modality, each normalised and transformed on its own.

    Args:
        end: `text` or `video`.
        features: name -> dimension.
        normalisation: `<end>:<feature>` -> kind.
        width: of the embeddings.
        dropout: as in `TransformNet`.
        batch_norm: as in `TransformNet`.
        order: as in `TransformNet`.
        copies: as in `TransformNet`.
        normed: features whose transform normalises the batch although the others' do not.
        tiles: features that are not transformed but repeated, with how many times.
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
        order: str = "tanh_dropout_norm",
        copies: int = 1,
        normed: Collection[str] = (),
        tiles: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__()
        self.end = end
        self.features = dict(features)
        tiled = tiles or {}
        self.alike = not (batch_norm or normed or tiled)
        self.inputs = nn.ModuleList(
            FeatureNormalisation(normalisation[f"{end}:{name}"], size) for name, size in features.items()
        )
        self.layers = nn.ModuleList(
            TiledFeature(size, tiled[name])
            if name in tiled
            else TransformNet(
                size,
                width,
                dropout=dropout,
                batch_norm=batch_norm or name in normed,
                order=order,
                copies=copies,
            )
            for name, size in features.items()
        )

    def reset(self, generator: torch.Generator) -> None:
        """Draws every transform anew."""
        for layer in self.layers:
            assert isinstance(layer, TransformNet | TiledFeature)
            layer.reset(generator)

    def fit(self, features: Mapping[str, Tensor]) -> None:
        """Fits the input normalisation of every feature on its rows (N, d)."""
        _fit_inputs(self.end, self.features, self.inputs, features)

    def forward(self, features: Mapping[str, Tensor]) -> Tensor:
        """Returns the embedding of every feature, (k, B, copies * width)."""
        check_rows(self.end, self.features, features)
        rows = [normalise(features[name]) for name, normalise in zip(self.features, self.inputs, strict=True)]
        if not self.alike:
            return torch.stack([layer(one) for layer, one in zip(self.layers, rows, strict=True)])
        transforms = [layer for layer in self.layers if isinstance(layer, TransformNet)]
        projected = [transform.project(one) for transform, one in zip(transforms, rows, strict=True)]
        return transforms[0].activate(torch.stack(projected))  # the same for all: one operation, not k


class ConcatenatedFeatures(nn.Module):
    """The features of one modality, each normalised, side by side in one vector.

    Args:
        end: `text` or `video`.
        features: name -> dimension.
        normalisation: `<end>:<feature>` -> kind.
    """

    def __init__(self, end: str, features: Mapping[str, int], *, normalisation: Mapping[str, str]) -> None:
        super().__init__()
        self.end = end
        self.features = dict(features)
        self.inputs = nn.ModuleList(
            FeatureNormalisation(normalisation[f"{end}:{name}"], size) for name, size in features.items()
        )

    @property
    def dimension(self) -> int:
        """Length of the vector."""
        return sum(self.features.values())

    def fit(self, features: Mapping[str, Tensor]) -> None:
        """Fits the input normalisation of every feature on its rows (N, d)."""
        _fit_inputs(self.end, self.features, self.inputs, features)

    def forward(self, features: Mapping[str, Tensor]) -> Tensor:
        """Returns the features in their order, (B, dimension)."""
        check_rows(self.end, self.features, features)
        steps = zip(self.features, self.inputs, strict=True)
        return torch.cat([normalise(features[name]) for name, normalise in steps], dim=1)
