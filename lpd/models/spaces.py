"""The model contract: a model is an ordered list of common spaces with two ends each.

Sizes: B texts, N shots, S spaces, D space width.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from lpd.errors import FormatError, MismatchError
from lpd.models.cosines import cosine_similarities, unit_length
from lpd.models.factors import VideoFactors
from lpd.models.fusing import Fusion, fuse_scores

__all__ = [
    "BatchExtras",
    "Ends",
    "Lesson",
    "Space",
    "SpaceModel",
    "check_features",
    "cosine_similarities",
    "unit_length",
]

LARGEST_SIZE = 1 << 24

Ends = Tensor | tuple[Tensor, ...]
"""One end of every space: (S, B, D), or S tensors (B, D_s) where widths differ."""


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


class Lesson(NamedTuple):
    """What a teacher says of a batch.

    Args:
        logits: (B, B), text rows.
        frames: (B, F), how well each frame of a pair's shot fits its text; None if it does not say.
    """

    logits: Tensor
    frames: Tensor | None


class BatchExtras(NamedTuple):
    """What only some systems learn from.

    Args:
        labels: (B, C) 0 or 1, what the captions of each shot mention together (`label_feature`).
        lessons: of the teachers, in their order.
        reduction: `mean` or `sum` over the batch.
    """

    labels: Tensor | None = None
    lessons: tuple[Lesson, ...] = ()
    reduction: str = "mean"


class SpaceModel(nn.Module):
    """What search, training, tables and pictures may ask of every system.

    A system is an `nn.Module` of this form; it fills in the attributes and the methods that raise here.

    Attributes:
        system: its key in `MODELS`.
        config: its settings, a frozen dataclass of plain JSON values.
        spaces: the common spaces in order.
        text_features: what the query side hands over: name -> dimension, in the order of the attention
            weights.
        video_features: what the collection hands over, likewise.
        fusion: how the spaces' similarities become one score.
        bi_encoder: whether texts and shots are embedded apart. A re-ranker scores pairs with `forward` only,
            has one space, and cannot be indexed.
        label_feature: the text feature whose union over a shot's captions labels the shot in training.
    """

    system: str
    config: Any
    spaces: tuple[Space, ...]
    text_features: dict[str, int]
    video_features: dict[str, int]
    fusion: Fusion = Fusion()
    bi_encoder: bool = True
    label_feature: str | None = None

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.config = config
        self.text_features = config.text_features
        self.video_features = config.video_features

    @property
    def ranked_spaces(self) -> list[int]:
        """Numbers of the spaces that the ranking losses act on: those compared by cosine."""
        return [number for number, space in enumerate(self.spaces) if space.similarity == "cosine"]

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Ends:
        """Returns the text end of every space, (S, B, D); in the form that is searched with when `unit`
        (of length one, or zero, where the similarity is the cosine).
        """
        raise NotImplementedError

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Ends:
        """Returns the video end of every space, (S, N, D); in the form that an index keeps when `unit`."""
        raise NotImplementedError

    def text_attention(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Returns space name -> fusion weights (B, k1) of the spaces whose text end is fused; often none."""
        return {}

    def video_attention(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Returns space name -> fusion weights (N, k2) of the spaces whose video end is fused."""
        return {}

    def video_factors(self, features: Mapping[str, Tensor]) -> VideoFactors | None:
        """Returns the video ends as components and mixtures of them, where the system has that structure."""
        return None

    def auxiliary_loss(
        self,
        text: Mapping[str, Tensor],
        video: Mapping[str, Tensor],
        ends: tuple[Ends, Ends],
        extras: BatchExtras,
    ) -> Tensor | None:
        """Returns what the system learns beside the ranking, a scalar; None for most.

        Args:
            text: text feature -> (B, d).
            video: video feature -> (B, d), the shots of the texts.
            ends: text and video ends of this batch.
            extras: labels and lessons.
        """
        return None

    def prepare_video(self, video: Mapping[str, Tensor]) -> tuple[Tensor, ...]:
        """Returns what a re-ranker needs of N shots whatever the texts, tensors of N rows each."""
        raise NotImplementedError

    def match(self, text: Mapping[str, Tensor], prepared: tuple[Tensor, ...]) -> Tensor:
        """Returns a re-ranker's similarities (1, B, N) of texts with shots made by `prepare_video`."""
        raise NotImplementedError

    def teach(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> Lesson:
        """Returns what this model, as a teacher, says of a batch."""
        raise MismatchError(f"{self.system} cannot teach", expected="xclip or ts2net")

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the normalisation of the inputs on training rows: feature name -> (rows, d)."""
        raise NotImplementedError

    def to_config(self) -> dict[str, Any]:
        """Returns what `build_model` needs to make this model again, as plain JSON values."""
        return {"system": self.system, **asdict(self.config)}

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part."""
        raise NotImplementedError

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew."""
        raise NotImplementedError

    def start_epoch(self, epoch: int) -> None:
        """Called before each training epoch (from 0); most systems have nothing to do."""

    def similarities(self, text: Ends, video: Ends) -> Tensor:
        """Returns (S, B, N) similarities of the ends: cosines (unit vectors are fine too), or dot products
        where a space says so.
        """
        if isinstance(text, Tensor) and isinstance(video, Tensor):
            return cosine_similarities(text, video)
        return torch.stack(
            [
                cosine_similarities(one, other) if space.similarity == "cosine" else one @ other.T
                for space, one, other in zip(self.spaces, text, video, strict=True)
            ]
        )

    def fuse(self, similarities: Tensor, *, weights: Tensor | None = None) -> Tensor:
        """Returns the fused scores (B, N) of (S, B, N), as `fusion` says; `weights` take the place of its
        shares.
        """
        return fuse_scores(similarities, self.fusion, weights=weights)

    def forward(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> Tensor:
        """Returns the similarities (S, B, N) of texts and shots given by their features."""
        if not self.bi_encoder:
            return self.match(text, self.prepare_video(video))
        return self.similarities(self.embed_text(text), self.embed_video(video))


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
