"""One shot while its frames come in: few pictures are kept, rows of features are made along the way, so that
memory does not grow with the length of a shot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np

from lpd.video.extractors import EXTRACTORS
from lpd.video.previews import PREVIEW_FRAMES, PREVIEW_RATE, Thinned
from lpd.video.shot_detection import SeenFrame

__all__ = ["FrameEncoder", "LookSettings", "OpenShot", "Scaler", "SeenShot", "ShotRows"]

_AT_ONCE = 32
"""Frames whose rows are made in one go."""

_SLACK_S = 1e-4
"""Times of files are rounded to their time base."""


class FrameEncoder(Protocol):
    """What a video encoder is needed for here; see lpd.video.encoders."""

    def encode(self, frames: Sequence[np.ndarray]) -> np.ndarray:
        """Returns (F, D) float32, a row per frame."""
        ...

    def mean_row(self, rows: np.ndarray) -> np.ndarray:
        """Returns (D,), the row of a shot from its frames' rows."""
        ...


class Scaler(Protocol):
    """What makes a small copy of a frame."""

    def scaled(self, picture: Any) -> np.ndarray:
        """Returns (h, w, 3) uint8, red first."""
        ...


@dataclass(frozen=True)
class LookSettings:
    """How a shot is looked at.

    Args:
        every_s: one frame in so many seconds is described; at least one per shot.
        small_side: shorter side of the frames that detector, preview and built-in extractors see.
        picture_side: shorter side of the frames that encoders see and the still is made from.
    """

    every_s: float = 0.5
    small_side: int = 96
    picture_side: int = 256

    @property
    def longest_small(self) -> int:
        """The longer side of a small frame, at most."""
        return 2 * self.small_side

    @property
    def longest_picture(self) -> int:
        """The longer side of a large one, at most."""
        return 2 * self.picture_side


class ShotRows(NamedTuple):
    """One feature of one shot: its row (D,) float32, and its frames' rows (F, D), None without frames."""

    row: np.ndarray
    frames: np.ndarray | None


@dataclass(frozen=True)
class SeenShot:
    """What is kept of a finished shot.

    Args:
        start_s, end_s: when it is shown.
        still: (h, w, 3) uint8, from its middle.
        moving: small frames for the preview, in order.
        rows: feature name -> rows.
        described: how many frames were described.
    """

    start_s: float
    end_s: float
    still: np.ndarray
    moving: list[np.ndarray]
    rows: dict[str, ShotRows]
    described: int


@dataclass
class OpenShot:
    """A shot whose last frame was not seen yet.

    Args:
        settings: see LookSettings.
        pictures, smalls: what make a frame's large and its small copy.
        extractors: names of built-in extractors.
        encoders: feature name -> encoder.
        first: the frame that begins it.
    """

    settings: LookSettings
    pictures: Scaler
    smalls: Scaler
    extractors: Sequence[str]
    encoders: Mapping[str, FrameEncoder]
    first: SeenFrame
    _stills: Thinned[np.ndarray] = field(default_factory=lambda: Thinned(PREVIEW_FRAMES))
    _moving: Thinned[np.ndarray] = field(default_factory=lambda: Thinned(4 * PREVIEW_FRAMES))
    _rows: dict[str, list[np.ndarray]] = field(default_factory=dict)
    _pending: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)
    _steps: list[np.ndarray] = field(default_factory=list)
    _motion: dict[str, list[tuple[int, np.ndarray]]] = field(default_factory=dict)
    _described: int = 0
    _end_s: float = 0.0

    def __post_init__(self) -> None:
        start = self.first.timed.start_s
        self._next_described = start + self.settings.every_s / 2
        self._next_moving = start

    def add(self, frame: SeenFrame) -> None:
        """Takes the next frame of the shot; the first one too."""
        start = frame.timed.start_s
        self._end_s = frame.timed.end_s
        small = frame.small
        if start >= self._next_moving - _SLACK_S:
            small = self.smalls.scaled(frame.timed.picture) if small is None else small
            self._next_moving = _next_time(self._next_moving, start, 1 / PREVIEW_RATE)
            self._moving.add(small)
            self._add_step(small)
        if start >= self._next_described - _SLACK_S:
            self._next_described = _next_time(self._next_described, start, self.settings.every_s)
            self._describe(frame, small)

    def finished(self, end_s: float | None = None) -> SeenShot:
        """Returns what is kept of the shot, which ends at `end_s`, or with its last frame."""
        if not self._described:
            self._describe(self.first, self.first.small)
        self._make_rows()
        self._make_motion()
        stills = self._stills.items
        end = self._end_s if end_s is None else end_s
        return SeenShot(
            self.first.timed.start_s,
            end,
            stills[len(stills) // 2],
            self._moving.items,
            {name: self._shot_rows(name) for name in (*self.extractors, *self.encoders)},
            self._described,
        )

    def _describe(self, frame: SeenFrame, small: np.ndarray | None) -> None:
        picture = self.pictures.scaled(frame.timed.picture)
        self._stills.add(picture)
        self._described += 1
        if self._frame_level or self.encoders:
            small = self.smalls.scaled(frame.timed.picture) if small is None else small
            self._pending.append((picture, small))
            if len(self._pending) == _AT_ONCE:
                self._make_rows()

    @property
    def _frame_level(self) -> list[str]:
        return [name for name in self.extractors if EXTRACTORS[name].frame_level]

    def _make_rows(self) -> None:
        if not self._pending:
            return
        smalls = np.stack([small for _, small in self._pending])
        pictures = [picture for picture, _ in self._pending]
        self._pending = []
        for name in self._frame_level:
            self._rows.setdefault(name, []).append(EXTRACTORS[name].function(smalls))
        for name, encoder in self.encoders.items():
            self._rows.setdefault(name, []).append(encoder.encode(pictures))

    def _add_step(self, small: np.ndarray) -> None:
        if len(self._frame_level) == len(self.extractors):
            return
        self._steps.append(small)
        if len(self._steps) > _AT_ONCE:
            self._make_motion()

    def _make_motion(self) -> None:
        """Looks at up to 33 frames in a row; the last of them begins the next piece."""
        steps, self._steps = self._steps, self._steps[-1:]
        if len(steps) < 2 and self._motion:
            return
        for name in self.extractors:
            if not EXTRACTORS[name].frame_level:
                rows = EXTRACTORS[name].function(np.stack(steps))
                pieces = self._motion.setdefault(name, [])
                pieces.append((max(1, len(steps) - 1), rows[0]))

    def _shot_rows(self, name: str) -> ShotRows:
        if name in self.encoders:
            rows = np.concatenate(self._rows[name])
            return ShotRows(np.asarray(self.encoders[name].mean_row(rows), dtype=np.float32), rows)
        if EXTRACTORS[name].frame_level:
            rows = np.concatenate(self._rows[name])
            return ShotRows(rows.mean(axis=0, dtype=np.float64).astype(np.float32), rows)
        steps = np.array([count for count, _ in self._motion[name]], dtype=np.float64)
        pieces = np.stack([row for _, row in self._motion[name]]).astype(np.float64)
        return ShotRows((steps @ pieces / steps.sum()).astype(np.float32), None)


def _next_time(last: float, now: float, step: float) -> float:
    """Returns the first of last + step, last + 2 step ... that lies after now."""
    return last + step * (np.floor((now - last + _SLACK_S) / step) + 1)
