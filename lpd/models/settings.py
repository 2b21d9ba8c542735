"""The settings that make a model, and their checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lpd.errors import FormatError
from lpd.models.normalisation import NORMALISATIONS, default_normalisation
from lpd.models.spaces import LARGEST_SIZE, check_features
from lpd.models.text_inputs import TOKENS, EncoderConfig, check_encoders, text_dimensions

__all__ = [
    "FUSIONS",
    "TOKENS",
    "LaffConfig",
    "LpdConfig",
    "check_ends",
    "check_sizes",
    "check_switches",
    "keep_unscaled",
]

FUSIONS = ("per_space", "shared")


@dataclass(frozen=True)
class LpdConfig:
    """What decides an LPD model but for its weights.

    Args:
        text_features: name -> dimension; one text-led space each, but for `tokens`.
        video_features: name -> dimension; one video-led space each.
        width: of every common space.
        dropout: after each transform, in training.
        fusion: one attention vector `per_space`, or one per modality (`shared`).
        normalisation: `text:<feature>` / `video:<feature>` -> none, l2 or zscore; features left out get the
            default. Encoders' outputs count as text features: none or l2.
        encoders: trainable text encoders over the text feature `tokens`, name -> settings; one text-led space
            each.
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    width: int = 512
    dropout: float = 0.2
    fusion: str = "per_space"
    normalisation: dict[str, str] = field(default_factory=dict)
    encoders: dict[str, EncoderConfig] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_ends(self)
        check_sizes(self)
        if self.fusion not in FUSIONS:
            raise FormatError("unknown fusion", expected=", ".join(FUSIONS), found=self.fusion)


@dataclass(frozen=True)
class LaffConfig:
    """What decides a LAFF model but for its weights.

    Args:
        text_features: name -> dimension.
        video_features: name -> dimension.
        width: of the transforms (4096 in the published setting).
        heads: number of attention heads, each a common space.
        split_head: head h sees slice h of the embedding only; else each sees all of it.
        with_ave: add the sum of the embeddings, with a weight that falls from 0.8 to 0 over five epochs.
        mul: attention looks at each embedding times the mean of all.
        batch_norm: after each transform.
        dropout: after each transform, in training.
        normalisation: as for LPD.
        encoders: as for LPD.
        normed: inputs (`text:<feature>`, `video:<feature>`) whose transform alone is followed by batch
            normalisation.
        bypassed: inputs that are repeated for every head and batch-normalised instead of transformed; heads
            times their dimension is the width.
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    width: int = 512
    heads: int = 9
    split_head: bool = False
    with_ave: bool = False
    mul: bool = False
    batch_norm: bool = False
    dropout: float = 0.2
    normalisation: dict[str, str] = field(default_factory=dict)
    encoders: dict[str, EncoderConfig] = field(default_factory=dict)
    normed: list[str] = field(default_factory=list)
    bypassed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        check_ends(self)
        check_sizes(self)
        self._check_inputs()
        if isinstance(self.heads, bool) or not isinstance(self.heads, int) or not 1 <= self.heads <= 1024:
            raise FormatError("number of heads", expected="a whole number from 1 to 1024", found=self.heads)
        check_switches(self, "split_head", "with_ave", "mul", "batch_norm")
        if self.split_head and self.width % self.heads:
            raise FormatError(
                f"a width of {self.width} cannot be split over {self.heads} heads",
                next_step="choose a multiple of the heads, or split_head: false",
            )

    def _check_inputs(self) -> None:
        """Checks `normed` and `bypassed` and keeps them as lists."""
        inputs = {
            f"text:{name}": size for name, size in text_dimensions(self.text_features, self.encoders).items()
        }
        inputs |= {f"video:{name}": size for name, size in self.video_features.items()}
        for key in ("normed", "bypassed"):
            names = getattr(self, key)
            if not isinstance(names, list | tuple) or any(name not in inputs for name in names):
                raise FormatError(f"{key} inputs", expected=f"some of {', '.join(inputs)}", found=names)
            object.__setattr__(self, key, list(names))
        unfit = [name for name in self.bypassed if inputs[name] * self.heads != self.width]
        if unfit:
            raise FormatError(
                "inputs that cannot take the place of their transform",
                expected=f"{self.heads} times their dimension to be the width {self.width}",
                found={name: inputs[name] for name in unfit},
            )


def check_ends(config: Any) -> None:
    """Checks both feature lists and completes the normalisation of a config that is being made.

    Args:
        config: with text_features, video_features, normalisation, and `encoders` where the system can train
            text encoders: their outputs are normalised in the place of the token ids.
    """
    text = check_features("text", config.text_features)
    video = check_features("video", config.video_features)
    inputs, encoders = text, {}
    if hasattr(config, "encoders"):
        encoders = check_encoders(text, config.encoders)
        inputs = text_dimensions(text, encoders)
        object.__setattr__(config, "encoders", encoders)
    kinds = default_normalisation(inputs, video, encoders=encoders)
    if not isinstance(config.normalisation, Mapping):
        raise FormatError("normalisation", expected="feature -> kind", found=config.normalisation)
    given = dict(config.normalisation)
    wrong = {name: kind for name, kind in given.items() if name not in kinds or kind not in NORMALISATIONS}
    if wrong:
        raise FormatError(
            "unknown feature or kind of normalisation",
            expected=f"one of {', '.join(NORMALISATIONS)} for {', '.join(kinds)}",
            found=wrong,
        )
    early = [name for name in encoders if given.get(f"text:{name}") == "zscore"]
    if early:
        raise FormatError(
            "zscore cannot be fitted on what untrained text encoders put out",
            expected="none or l2",
            found=", ".join(early),
        )
    kinds |= given
    if kinds.get(f"text:{TOKENS}", "none") != "none":
        raise FormatError(
            "token ids are no vector",
            found=f"text feature {TOKENS}",
            next_step="leave it out, or ask for a trainable text encoder that reads it",
        )
    object.__setattr__(config, "text_features", text)
    object.__setattr__(config, "video_features", video)
    object.__setattr__(config, "normalisation", kinds)


def keep_unscaled(config: Any, *inputs: str) -> None:
    """Gives the named inputs (`text:concepts`) of a config that is being made the normalisation `none`.

    Raises:
        FormatError: if another kind was asked for.
    """
    if not isinstance(config.normalisation, Mapping):
        return  # check_ends says what is wrong
    given = dict(config.normalisation)
    scaled = {name: given[name] for name in inputs if given.get(name, "none") != "none"}
    if scaled:
        raise FormatError("inputs that are taken as they are", expected="normalisation none", found=scaled)
    object.__setattr__(config, "normalisation", dict.fromkeys(inputs, "none") | given)


def check_sizes(config: Any) -> None:
    """Checks `width` and `dropout` of a config."""
    width, dropout = config.width, config.dropout
    if isinstance(width, bool) or not isinstance(width, int) or not 1 <= width <= LARGEST_SIZE:
        raise FormatError(
            "width of the spaces", expected=f"a whole number from 1 to {LARGEST_SIZE}", found=width
        )
    if isinstance(dropout, bool) or not isinstance(dropout, int | float) or not 0 <= dropout < 1:
        raise FormatError("dropout", expected="a number from 0, below 1", found=dropout)


def check_switches(config: Any, *names: str) -> None:
    """Checks that the named fields of a config are true or false."""
    for name in names:
        if not isinstance(getattr(config, name), bool):
            raise FormatError(name, expected="true or false", found=getattr(config, name))
