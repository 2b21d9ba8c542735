"""The model contract: a model is an ordered list of common spaces with two ends each.

Sizes: B texts, N shots, S spaces, D space width.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from lpd.errors import FormatError, MismatchError

__all__ = ["Space", "SpaceModel", "check_features", "cosine_similarities", "fuse_mean", "unit_length"]

TINY_NORM = 1e-12
LARGEST_SIZE = 1 << 24


@dataclass(frozen=True)
class Space:
    """One common space.

    Args:
        name: `text:bow`, `video:colour`, `head:1`; unique within a model.
        end: which modality feeds the dominant end: `text`, `video`, or `head` where none dominates.
        feature: the feature of the dominant end; None for a head.
        width: length of its vectors.
        similarity: `cosine` of unit vectors or `dot`.
    """

    name: str
    end: str
    feature: str | None
    width: int
    similarity: str = "cosine"


class SpaceModel(nn.Module):
    """What search, training, tables and pictures may ask of every system.

    A system is an `nn.Module` of this form; it fills in the attributes and the methods that raise here.

    Attributes:
        system: its key in `MODELS`.
        spaces: the common spaces in order.
        text_features: name -> dimension, in the order of the attention weights.
        video_features: the same for shots.
    """

    system: str
    spaces: tuple[Space, ...]
    text_features: dict[str, int]
    video_features: dict[str, int]

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the text end of every space, (S, B, D); of length one (or zero) when `unit`."""
        raise NotImplementedError

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the video end of every space, (S, N, D); of length one (or zero) when `unit`."""
        raise NotImplementedError

    def text_attention(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Returns space name -> fusion weights (B, k1) of the spaces whose text end is fused."""
        raise NotImplementedError

    def video_attention(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Returns space name -> fusion weights (N, k2) of the spaces whose video end is fused."""
        raise NotImplementedError

    def text_components(self, features: Mapping[str, Tensor]) -> Tensor:
        """Returns the embeddings (k1, B, D) that the fused text ends are weighted sums of."""
        raise NotImplementedError

    def video_components(self, features: Mapping[str, Tensor]) -> Tensor:
        """Returns the embeddings (k2, N, D) that the fused video ends are weighted sums of."""
        raise NotImplementedError

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        raise NotImplementedError

    def to_config(self) -> dict[str, Any]:
        """Returns what `build_model` needs to make this model again, as plain JSON values."""
        raise NotImplementedError

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part."""
        raise NotImplementedError

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew."""
        raise NotImplementedError

    def start_epoch(self, epoch: int) -> None:
        """Called before each training epoch (from 0); most systems have nothing to do."""

    def similarities(self, text: Tensor, video: Tensor) -> Tensor:
        """Returns (S, B, N) cosines of the ends (S, B, D) and (S, N, D); unit vectors are fine too."""
        return cosine_similarities(text, video)

    def fuse(self, similarities: Tensor, *, weights: Tensor | None = None) -> Tensor:
        """Returns the fused scores (B, N) of (S, B, N): the mean over the spaces, weighted when asked."""
        return fuse_mean(similarities, weights=weights)

    def forward(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> Tensor:
        """Returns the similarities (S, B, N) of texts and shots given by their features."""
        return self.similarities(self.embed_text(text), self.embed_video(video))


def unit_length(vectors: Tensor) -> Tensor:
    """Returns the vectors divided by their Euclidean length along the last axis.

    A vector shorter than 1e-12 becomes zero and passes no gradient back: dividing by the clamped length would
    multiply its gradient by 1e12, and a text of unknown words has an embedding of exactly zero at the first
    step. Half precision is widened to float32 first.
    """
    vectors = _widened(vectors)
    return vectors / _divisors(vectors).unsqueeze(-1)


def cosine_similarities(text: Tensor, video: Tensor) -> Tensor:
    """Returns the cosines (..., B, N) of (..., B, D) and (..., N, D); 0 for a zero vector.

    The products are divided by the lengths, which is cheaper than dividing the vectors, above all on the
    way back.
    """
    text, video = _widened(text), _widened(video)
    products = text @ video.transpose(-1, -2)
    # one division after the other: the gradient of a product of divisors would be 0 x infinity
    return products / _divisors(text).unsqueeze(-1) / _divisors(video).unsqueeze(-2)


def _widened(vectors: Tensor) -> Tensor:
    return vectors.float() if vectors.dtype in (torch.float16, torch.bfloat16) else vectors


def _divisors(vectors: Tensor) -> Tensor:
    """Returns the lengths along the last axis, infinite for a vector of length zero (or nearly so)."""
    lengths = vectors.norm(dim=-1)
    return lengths.where(lengths > TINY_NORM, torch.inf)


def fuse_mean(similarities: Tensor, *, weights: Tensor | None = None) -> Tensor:
    """Returns the (weighted) mean (B, N) of similarities (S, B, N) over the spaces.

    Args:
        similarities: (S, B, N).
        weights: (S,), none negative, not all zero; None means equal weights.

    Raises:
        MismatchError: if the weights are not S such numbers.

    Source: LPD, Eq. 1.
    """
    if weights is None:
        return similarities.mean(dim=0)
    if weights.shape != similarities.shape[:1]:
        raise MismatchError(
            "one weight per space", expected=similarities.shape[0], found=tuple(weights.shape)
        )
    if not bool(torch.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
        raise MismatchError("weights of spaces are none negative and not all zero", found=weights.tolist())
    share = (weights / weights.sum()).to(similarities)
    return torch.einsum("s,sbn->bn", share, similarities)


def check_features(end: str, features: Mapping[str, Any]) -> dict[str, int]:
    """Returns name -> dimension as a plain dict.

    Raises:
        FormatError: if there are none, or a dimension is not a whole number from 1 on; all are named at once.
    """
    if not isinstance(features, Mapping) or not features:
        raise FormatError(f"a model needs {end} features", expected="name -> dimension", found=features)
    wrong = {
        name: size
        for name, size in features.items()
        if not isinstance(name, str)
        or not name
        or isinstance(size, bool)
        or not isinstance(size, int)
        or not 1 <= size <= LARGEST_SIZE
    }
    if wrong:
        raise FormatError(
            f"dimensions of {end} features", expected=f"whole numbers from 1 to {LARGEST_SIZE}", found=wrong
        )
    return dict(features)


def check_rows(end: str, declared: Mapping[str, int], features: Mapping[str, Tensor]) -> None:
    """Raises MismatchError unless every declared feature is there, with its dimension and equal rows."""
    missing = [name for name in declared if name not in features]
    if missing:
        raise MismatchError(f"{end} features are missing", expected=list(declared), found=list(features))
    shapes = {name: tuple(features[name].shape) for name in declared}
    rows = {shape[0] for shape in shapes.values() if shape}
    if len(rows) > 1 or any(shape[1:] != (declared[name],) for name, shape in shapes.items()):
        raise MismatchError(
            f"{end} features do not fit the model",
            expected={name: ("rows", size) for name, size in declared.items()},
            found=shapes,
        )
