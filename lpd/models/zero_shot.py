"""Zero-shot pairs: a text feature and a video feature that lie in one space already (CLIP, BLIP).

Sizes: B texts, N shots, F frames, D width.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lpd.errors import FormatError
from lpd.models.frame_ends import FRAMES, check_count
from lpd.models.frame_sequence import unpack_frames
from lpd.models.settings import check_ends, check_switches, keep_unscaled
from lpd.models.spaces import Space, SpaceModel, check_features, check_rows, unit_length

__all__ = ["ZeroShot", "ZeroShotConfig"]


@dataclass(frozen=True)
class ZeroShotConfig:
    """Which two features are compared.

    Args:
        text_features: one name -> dimension.
        video_features: one name -> dimension, the same; or `frames:<name>` -> frames x (dimension + 1).
        normalise_frames: frames are made of unit length before their mean is taken; needs frames.
        frames: F of a `frames:` feature.
        normalisation: `none` for both.

    Raises:
        FormatError: if there are more features, or their dimensions differ.
    """

    text_features: dict[str, int]
    video_features: dict[str, int]
    normalise_frames: bool = False
    frames: int = 12
    normalisation: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        text = check_features("text", self.text_features)
        video = check_features("video", self.video_features)
        keep_unscaled(self, *(f"text:{name}" for name in text), *(f"video:{name}" for name in video))
        check_ends(self)
        check_switches(self, "normalise_frames")
        check_count(self, "frames", 1024)
        if len(text) != 1 or len(video) != 1:
            raise FormatError(
                "a zero-shot pair",
                expected="one text feature and one video feature",
                found=f"{', '.join(text)} and {', '.join(video)}",
            )
        if self.normalise_frames and not self.frames_name:
            raise FormatError(
                "normalise_frames needs frames", expected=f"{FRAMES}<name>", found=", ".join(video)
            )
        self._check_dimensions()

    def _check_dimensions(self) -> None:
        ((text, width),), ((video, dimension),) = self.text_features.items(), self.video_features.items()
        expected = self.frames * (width + 1) if self.frames_name else width
        if dimension != expected:
            shape = f" ({self.frames} frames x ({width} + 1))" if self.frames_name else ""
            raise FormatError(
                "a zero-shot pair of different dimensions",
                expected=f"{video} of dimension {expected}{shape}, as text feature {text} has {width}",
                found=f"dimension {dimension}",
                next_step="choose the text feature and the video feature of one model",
            )

    @property
    def frames_name(self) -> str | None:
        """The video feature if it consists of frames."""
        name = next(iter(self.video_features))
        return name if name.startswith(FRAMES) else None


class ZeroShot(SpaceModel):
    """The cosine of a text feature and the mean of the frame features of the same model; nothing is learnt.

    A feature of whole shots is taken as it is: the mean of what was stored.

    Source: LPD, Section 4.1 (CLIP and BLIP as zero-shot baselines).
    """

    system = "zero-shot"
    config: ZeroShotConfig

    def __init__(self, config: ZeroShotConfig) -> None:
        super().__init__(config)
        ((self.text_name, self.width),) = self.text_features.items()
        self.video_name = next(iter(self.video_features))
        self.spaces = (Space("common", "head", None, self.width),)

    def reset(self, generator: torch.Generator) -> None:
        """Does nothing: there are no weights."""

    def embed_text(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the text feature, (1, B, D)."""
        check_rows("text", self.text_features, features)
        end = features[self.text_name].unsqueeze(0)
        return unit_length(end) if unit else end

    def embed_video(self, features: Mapping[str, Tensor], *, unit: bool = False) -> Tensor:
        """Returns the video feature or the mean of a shot's frames, (1, N, D); zero for no frame."""
        check_rows("video", self.video_features, features)
        end = features[self.video_name]
        if self.config.frames_name:
            frames, there = unpack_frames(end, self.config.frames)
            frames = unit_length(frames) if self.config.normalise_frames else frames
            total = (frames * there.unsqueeze(-1)).sum(dim=1)
            end = total / there.sum(dim=1, keepdim=True).clamp(min=1)
        return unit_length(end.unsqueeze(0)) if unit else end.unsqueeze(0)

    def fit_normalisation(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor]) -> None:
        """Checks the features; they are taken as they are."""
        check_rows("text", self.text_features, text)
        check_rows("video", self.video_features, video)

    def multiply_adds(self) -> dict[str, int]:
        """Returns the multiply-adds of matching one text with one shot, by part, counted as for LPD."""
        parts = {"cosines": 3 * self.width}
        if self.config.frames_name:
            norms = 1 if self.config.normalise_frames else 0
            parts = {"frames": (1 + norms) * self.config.frames * self.width} | parts
        return parts
