"""Where shots begin: found by PySceneDetect in frames as they come, given beforehand, or not at all."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from lpd.video.decoding import TimedFrame

__all__ = ["CutDetector", "DetectorSettings", "GivenShot", "SeenFrame", "with_cuts"]


@dataclass(frozen=True)
class DetectorSettings:
    """When a frame begins a new shot.

    Args:
        threshold: how many times the change around it the change to this frame is, at least.
        least_change: mean change of hue, saturation and lightness (0 to 255), at least.
        shortest_s: a shot is at least as long.

    Source: PySceneDetect, AdaptiveDetector (its own defaults but for the length, there 0.6 s).
    """

    threshold: float = 3.0
    least_change: float = 15.0
    shortest_s: float = 0.4


class GivenShot(NamedTuple):
    """A shot whose place is known before its video is opened."""

    shot_id: str
    start_s: float
    end_s: float


class SeenFrame(NamedTuple):
    """A decoded frame beside its small copy, (h, w, 3) uint8, red first; None where none was needed."""

    timed: TimedFrame
    small: np.ndarray | None


class CutDetector:
    """PySceneDetect's adaptive detector, fed with frames that are decoded and made small elsewhere.

    It says where a shot begins `lag` frames later.

    Args:
        settings: see DetectorSettings.
        rate: frames per second, about.
    """

    def __init__(self, settings: DetectorSettings, *, rate: float) -> None:
        from scenedetect.detectors import AdaptiveDetector

        self._detector = AdaptiveDetector(
            adaptive_threshold=settings.threshold,
            min_content_val=settings.least_change,
            min_scene_len=float(settings.shortest_s),
        )
        self._rate = Fraction(rate).limit_denominator(1000)
        self.lag = int(self._detector.event_buffer_length)

    def begins(self, small: np.ndarray, start_s: float) -> list[int]:
        """Returns the times, in microseconds, of the frames that begin a shot, as far as known with this one.

        Args:
            small: (h, w, 3) uint8, red first.
            start_s: when the frame is shown; later than the last one.
        """
        from scenedetect.common import FrameTimecode, Timecode

        time = FrameTimecode(Timecode(_microseconds(start_s), Fraction(1, 1_000_000)), fps=self._rate)
        blue_first = np.ascontiguousarray(small[..., ::-1])
        return [cut.pts for cut in self._detector.process_frame(time, blue_first)]


def _microseconds(seconds: float) -> int:
    return round(seconds * 1_000_000)


def with_cuts(frames: Iterable[SeenFrame], detector: CutDetector) -> Iterator[tuple[SeenFrame, bool]]:
    """Yields each frame and whether it begins a shot; the first one does. Few frames are held back."""
    waiting: deque[SeenFrame] = deque()
    cuts: set[int] = set()
    first = True
    for frame in frames:
        assert frame.small is not None, "cuts are found in small frames"
        waiting.append(frame)
        cuts.update(detector.begins(frame.small, frame.timed.start_s))
        if len(waiting) > detector.lag:
            ready = waiting.popleft()
            yield ready, first or _is_in(cuts, ready)
            first = False
    for ready in waiting:
        yield ready, first or _is_in(cuts, ready)
        first = False


def _is_in(cuts: set[int], frame: SeenFrame) -> bool:
    at = _microseconds(frame.timed.start_s)
    if at not in cuts:
        return False
    cuts.discard(at)
    return True


def places_in_time(shots: Sequence[GivenShot]) -> list[GivenShot]:
    """Returns the shots by their beginnings, those that begin together by their ends."""
    return sorted(shots, key=lambda shot: (shot.start_s, shot.end_s))
