"""Input normalisation, fitted on the training features and kept in the checkpoint."""

from collections.abc import Collection

import torch
from torch import Tensor, nn

from lpd.errors import FormatError
from lpd.models.spaces import unit_length

__all__ = ["NORMALISATIONS", "FeatureNormalisation", "default_normalisation"]

NORMALISATIONS = ("l2", "none", "zscore")
"""Ways to make the rows of features comparable in scale."""

ROWS_AT_ONCE = 4096


class FeatureNormalisation(nn.Module):
    """One feature made comparable in scale: `none`, `l2` (unit rows) or `zscore` (per dimension).

    zscore subtracts the mean and divides by the standard deviation of the rows it was fitted on; a
    dimension that was constant there is only centred. Before `fit` it changes nothing.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, kind: str, dimension: int) -> None:
        super().__init__()
        if kind not in NORMALISATIONS:
            raise FormatError("unknown normalisation", expected=", ".join(NORMALISATIONS), found=kind)
        self.kind = kind
        if kind == "zscore":
            self.register_buffer("mean", torch.zeros(dimension))
            self.register_buffer("std", torch.ones(dimension))

    def fit(self, rows: Tensor) -> None:
        """Takes mean and standard deviation from rows (N, dimension); sums are float64, in blocks."""
        if self.kind != "zscore":
            return
        blocks = rows.split(ROWS_AT_ONCE)
        mean = torch.stack([block.double().sum(dim=0) for block in blocks]).sum(dim=0) / len(rows)
        squares = torch.stack([(block.double() - mean).square().sum(dim=0) for block in blocks]).sum(dim=0)
        std = (squares / len(rows)).sqrt()
        constant = std <= 1e-7 * mean.abs()  # float32 cannot tell such a column from a constant one
        self.mean.copy_(mean)
        self.std.copy_(std.where(~constant, 1.0))

    def forward(self, rows: Tensor) -> Tensor:
        """Returns the normalised rows (N, dimension)."""
        if self.kind == "zscore":
            return (rows - self.mean).div_(self.std)
        return unit_length(rows) if self.kind == "l2" else rows


def default_normalisation(
    text_features: Collection[str],
    video_features: Collection[str],
    *,
    counts: Collection[str] = ("bow", "bow_nsw", "concepts"),
    encoders: Collection[str] = (),
) -> dict[str, str]:
    """Returns `text:<feature>` / `video:<feature>` -> kind: zscore, but none for word counts and for what
    trainable text encoders put out.

    Args:
        text_features: names, those of the encoders among them.
        video_features: names.
        counts: those text features that are bags of words.
        encoders: names of trainable text encoders.
    """
    plain = {*counts, *encoders}
    kinds = {f"text:{name}": "none" if name in plain else "zscore" for name in text_features}
    return kinds | {f"video:{name}": "zscore" for name in video_features}
