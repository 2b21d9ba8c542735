"""What the frame-level systems begin with: a sentence vector and the frames of a shot, in one width.

Sizes: B texts, N shots, F frames, D width.
"""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from lpd.errors import FormatError
from lpd.models.frame_sequence import unpack_frames
from lpd.models.normalisation import FeatureNormalisation
from lpd.models.settings import TOKENS, check_ends
from lpd.models.spaces import check_features, check_rows

__all__ = [
    "FRAMES",
    "LARGEST_LOG_SCALE",
    "FrameEnds",
    "check_count",
    "check_frame_config",
    "check_transformer",
    "logit_multiplier",
    "reset_scale",
    "start_scale",
]

FRAMES = "frames:"
LARGEST_LOG_SCALE = math.log(100.0)
USUAL_FRAMES = 12
MOST_FRAMES = 1024


class FrameEnds(nn.Module):
    """The sentence and the frames, normalised where asked, and projected where the three widths differ.

    Args:
        config: of a frame-level system, checked by `check_frame_config`.

    On features that CLIP has put into one space of the width there is nothing to learn here: the official
    heads take them as they are.
    """

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.text_features, self.video_features = config.text_features, config.video_features
        self.sentence_name = next(name for name in self.text_features if name != TOKENS)
        self.frames_name = next(iter(self.video_features))
        self.frames_per_shot, self.width = config.frames, config.width
        self.sizes = {
            "text": self.text_features[self.sentence_name],
            "video": self.video_features[self.frames_name] // config.frames - 1,
        }
        kinds = config.normalisation
        self.sentence_input = FeatureNormalisation(kinds[f"text:{self.sentence_name}"], self.sizes["text"])
        self.frame_input = FeatureNormalisation(kinds[f"video:{self.frames_name}"], self.sizes["video"])
        self.projections = nn.ParameterDict()
        if set(self.sizes.values()) != {self.width}:
            for end, size in self.sizes.items():
                self.projections[end] = nn.Parameter(torch.empty(self.width, size))

    def reset(self, generator: torch.Generator) -> None:
        """Draws the projections xavier-uniformly."""
        with torch.no_grad():
            for weight in self.projections.values():
                bound = math.sqrt(6.0 / sum(weight.shape))
                weight.uniform_(-bound, bound, generator=generator)

    def fit(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Fits the input normalisation; frames that pad a row have no part in it."""
        check_rows("text", self.text_features, text)
        check_rows("video", self.video_features, video)
        self.sentence_input.fit(text[self.sentence_name])
        frames, mask = unpack_frames(video[self.frames_name], self.frames_per_shot)
        if self.frame_input.kind == "zscore":
            self.frame_input.fit(frames[mask])

    def sentences(self, text: Mapping[str, Tensor]) -> Tensor:
        """Returns the sentence vectors (B, D)."""
        check_rows("text", self.text_features, text)
        return self._projected("text", self.sentence_input(text[self.sentence_name]))

    def frames(self, video: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Returns the frames (N, F, D) and their mask (N, F)."""
        check_rows("video", self.video_features, video)
        frames, mask = unpack_frames(video[self.frames_name], self.frames_per_shot)
        return self._projected("video", self.frame_input(frames)), mask

    def multiply_adds(self) -> int:
        """Returns the multiply-adds of the projections of one text and one shot."""
        if not self.projections:
            return 0
        return (self.sizes["text"] + self.frames_per_shot * self.sizes["video"]) * self.width

    def _projected(self, end: str, vectors: Tensor) -> Tensor:
        return nn.functional.linear(vectors, self.projections[end]) if self.projections else vectors


def check_frame_config(config: Any, *, words: bool = False) -> None:
    """Checks the features and sizes of a frame-level config and completes its normalisation (`none`).

    Args:
        config: with text_features, video_features, width, frames, normalisation.
        words: whether the system reads token ids beside the sentence vector.

    Raises:
        FormatError: unless there is one sentence vector (and `tokens` where words are read), one feature of
            frames, `frames:<name>` of 12 or `frames:<name>@F`, with a dimension of F x (values + 1), and
            possible sizes.
    """
    text = check_features("text", config.text_features)
    video = check_features("video", config.video_features)
    if len(text) != 1 + words or (TOKENS in text) != words:
        expected = f"one sentence vector and {TOKENS}" if words else "one sentence vector"
        raise FormatError("text features of a frame-level system", expected=expected, found=list(text))
    if len(video) != 1 or not next(iter(video)).startswith(FRAMES):
        raise FormatError(
            "video features of a frame-level system", expected=f"one, {FRAMES}<name>", found=list(video)
        )
    for name, most in (("frames", MOST_FRAMES), ("width", 1 << 16)):
        check_count(config, name, most)
    ((feature, dimension),) = video.items()
    _, _, count = feature.rpartition("@")
    named = int(count) if "@" in feature and count.isdecimal() else USUAL_FRAMES
    if named != config.frames:  # a row of 24 frames would pass for one of 12 longer frames
        raise FormatError(f"frames per shot of {feature}", expected=named, found=config.frames)
    if dimension % config.frames or dimension // config.frames < 2:
        raise FormatError(
            f"dimension of {feature}",
            expected=f"{config.frames} frames x (values + 1)",
            found=dimension,
        )
    given = config.normalisation
    if isinstance(given, Mapping):
        if f"text:{TOKENS}" in given and given[f"text:{TOKENS}"] != "none":
            raise FormatError("token ids are not normalised", found=dict(given))
        kinds = {f"text:{name}": "none" for name in text} | {f"video:{name}": "none" for name in video}
        object.__setattr__(config, "normalisation", kinds | dict(given))
    check_ends(config)


def check_count(config: Any, name: str, most: int) -> None:
    """Raises FormatError unless a field of a config is a whole number from 1 to the most."""
    value = getattr(config, name)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise FormatError(name, expected=f"a whole number from 1 to {most}", found=value)


def check_transformer(config: Any) -> None:
    """Raises FormatError unless `layers` and `heads` of a config are possible and heads divide the width."""
    check_count(config, "layers", 64)
    check_count(config, "heads", 1024)
    if config.width % config.heads:
        raise FormatError(
            f"a width of {config.width} cannot be split over {config.heads} heads",
            next_step="choose a number of heads that divides it",
        )


def start_scale() -> nn.Parameter:
    """Returns the logarithm of the logit scale as it is at the start: ln 100."""
    return nn.Parameter(torch.tensor(LARGEST_LOG_SCALE))


def reset_scale(log_scale: nn.Parameter) -> None:
    """Sets the logarithm of the logit scale back to its start."""
    with torch.no_grad():
        log_scale.fill_(LARGEST_LOG_SCALE)


def logit_multiplier(log_scale: Tensor) -> Tensor:
    """Returns what similarities are multiplied by in a contrastive loss: exp(log_scale), at most 100.

    The official codes set the parameter back to ln 100 after each step. Here it may lie above; it then counts
    as ln 100 and still receives its gradient, so that it can come down again.

    Source: CLIP, Section 2.5; the official codes of CLIP4Clip and TeachCLIP (training loop).
    """
    return (log_scale - (log_scale.detach() - LARGEST_LOG_SCALE).clamp(min=0)).exp()
