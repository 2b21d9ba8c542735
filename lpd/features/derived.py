"""Video inputs made from stored features as they are read: appended features, frames sampled per shot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lpd.features.frames import FrameFeatures
from lpd.storage import digest_bytes

__all__ = ["APPENDED", "FRAMES", "AppendedFeatures", "SampledFrames", "VideoInput", "sampled_rows"]

APPENDED = "+"
"""Between the names of appended features, as in `resnext+resnet`."""

FRAMES = "frames:"
"""Before the name of a frame-level feature whose rows a head reads, as in `frames:clip_b32`."""


class VideoInput(Protocol):
    """What a model reads of a shot: one row of numbers by id."""

    @property
    def name(self) -> str:
        """The name that the model knows it by."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a row."""
        ...

    @property
    def digest(self) -> str | None:
        """Of the content, where it is known."""
        ...

    def rows(self, ids: Iterable[str]) -> np.ndarray:
        """Returns (n, dimension) float32."""
        ...


@dataclass(frozen=True)
class AppendedFeatures:
    """Several video features side by side in one row.

    Args:
        parts: in order.

    Source: the SEA slides ("appending extra C3D feature").
    """

    parts: tuple[VideoInput, ...]

    @property
    def name(self) -> str:
        """The parts' names, joined."""
        return APPENDED.join(part.name for part in self.parts)

    @property
    def dimension(self) -> int:
        """The sum of the parts' dimensions."""
        return sum(part.dimension for part in self.parts)

    @property
    def digest(self) -> str | None:
        """Of the parts' digests."""
        return digest_bytes("\n".join(str(part.digest) for part in self.parts).encode())

    def rows(self, ids: Iterable[str]) -> np.ndarray:
        """Returns (n, dimension) float32."""
        wanted = list(ids)
        return np.concatenate([part.rows(wanted) for part in self.parts], axis=1)


@dataclass(frozen=True)
class SampledFrames:
    """F frames of each shot, flattened: for each its D values and then 1.0, or zeros where there is none.

    Args:
        features: the rows of all frames.
        count: F; a shot of fewer frames is padded behind.
    """

    features: FrameFeatures
    count: int = 12

    @property
    def name(self) -> str:
        """As `frames:<feature>`, with `@F` where F is not 12."""
        return f"{FRAMES}{self.features.name}" + ("" if self.count == 12 else f"@{self.count}")

    @property
    def dimension(self) -> int:
        """F (D + 1)."""
        return self.count * (self.features.dimension + 1)

    @property
    def digest(self) -> str | None:
        """Of the frames and their number."""
        return digest_bytes(f"{self.features.digest} {self.count}".encode())

    def rows(self, ids: Iterable[str]) -> np.ndarray:
        """Returns (n, dimension) float32."""
        wanted: Sequence[str] = list(ids)
        packed = np.zeros((len(wanted), self.count, self.features.dimension + 1), dtype=np.float32)
        for number, shot_id in enumerate(wanted):
            frames = self.features.rows_of(shot_id)
            chosen = frames[sampled_rows(len(frames), self.count)]
            packed[number, : len(chosen), :-1] = chosen
            packed[number, : len(chosen), -1] = 1.0
        return packed.reshape(len(wanted), self.dimension)


def sampled_rows(frames: int, count: int) -> np.ndarray:
    """Returns which of a shot's frames are taken: all, or `count` of them spread evenly from first to last.

    Source: CLIP4Clip (12 frames, uniform).
    """
    if frames <= count:
        return np.arange(frames)
    return np.linspace(0, frames - 1, count).astype(np.int64)
