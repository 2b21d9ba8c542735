"""Video encoders by kind: what every one offers, and how a saved one is opened.

A video encoder turns frames into rows of a learnt feature: the small network of the demo, or an image tower
that was trained elsewhere. Sizes: F frames, D width.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

import numpy as np

from lpd.text.encoder_files import encoder_kind
from lpd.video.frame_rows import check_frames, unit_mean
from lpd.video.frames import pick_key_frames
from lpd.video.pretrained import PretrainedVideo, load_pretrained_video
from lpd.video.two_tower import FRAME_SIZE, VideoTower, load_video_tower

__all__ = ["VIDEO_ENCODERS", "TwoTowerVideo", "VideoEncoder", "load_video_encoder", "unit_mean"]


class VideoEncoder(Protocol):
    """What a video feature needs to be computed from frames: an encoder with fixed weights."""

    @property
    def kind(self) -> str:
        """The key in `VIDEO_ENCODERS`."""
        ...

    @property
    def name(self) -> str:
        """The name of the video feature."""
        ...

    @property
    def dimension(self) -> int:
        """The width D of a row."""
        ...

    @property
    def digest(self) -> str:
        """The digest of its content, the same for equal encoders wherever they lie."""
        ...

    @property
    def partner(self) -> str | None:
        """The text feature in the same joint space; None if there is none."""
        ...

    def encode(self, frames: Sequence[np.ndarray]) -> np.ndarray:
        """Returns one row per frame, (F, D) float32.

        Args:
            frames: F arrays (H, W, 3) uint8, of any sizes.

        Raises:
            MismatchError: if a frame is of another shape or type.
        """
        ...

    def mean_row(self, rows: np.ndarray) -> np.ndarray:
        """Returns a shot's row (D,) float32 from its frames' rows (F, D), F at least 1: their mean, at unit
        length where the encoder has a partner.
        """
        ...


@dataclass(frozen=True, eq=False)
class TwoTowerVideo:
    """The small learnt network as an encoder of frames of any size.

    Args:
        tower: the network; it sees frames of 32 x 32.
    """

    tower: VideoTower
    kind: ClassVar[str] = VideoTower.kind

    @property
    def name(self) -> str:
        """The name of the video feature."""
        return self.tower.name

    @property
    def dimension(self) -> int:
        """The width of a row."""
        return self.tower.dimension

    @property
    def digest(self) -> str:
        """The digest of its content."""
        return self.tower.digest

    @property
    def partner(self) -> str | None:
        """The text feature that was trained with it; it has the same name."""
        return self.tower.name

    def encode(self, frames: Sequence[np.ndarray]) -> np.ndarray:
        """Returns one row per frame, (F, D) float32, not of unit length.

        Raises:
            MismatchError: if a frame is of another shape or type.
        """
        check_frames(frames)
        small = [pick_key_frames(frame[None], size=FRAME_SIZE, count=1) for frame in frames]
        if not small:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self.tower.encode_frames(np.stack(small))[:, 0]

    def mean_row(self, rows: np.ndarray) -> np.ndarray:
        """Returns the mean of frames' rows (F, D) at unit length, (D,) float32."""
        return unit_mean(rows)


def _load_two_tower(directory: Path, device: str) -> VideoEncoder:
    return TwoTowerVideo(load_video_tower(directory))


VIDEO_ENCODERS: dict[str, Callable[[Path, str], VideoEncoder]] = {
    VideoTower.kind: _load_two_tower,
    PretrainedVideo.kind: load_pretrained_video,
}
"""Kind -> the function that opens a saved encoder of that kind on a device."""


def load_video_encoder(directory: Path, *, device: str = "cpu") -> VideoEncoder:
    """Returns the encoder saved in a folder, whatever its kind.

    Args:
        directory: as `workspace.video_encoder_folder(name)`.
        device: `cpu` or `cuda`; the small learnt network always works on the CPU.

    Raises:
        NotFoundError: if there is none, or files that it points to are gone.
        StaleError: if files that it points to have changed.
        FormatError: if its kind is unknown, or its files are damaged.
        MissingExtraError: if it needs a package that is not installed.
    """
    kind = encoder_kind(directory, VIDEO_ENCODERS, what="video encoder")
    return VIDEO_ENCODERS[kind](directory, device)
