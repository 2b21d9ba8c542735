"""The shots of one video or picture file: decoded once for cuts, stills, previews and features."""

import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from lpd.errors import FormatError
from lpd.video.decoding import TimedFrame, VideoFile
from lpd.video.frame_scaling import FrameScaler, ImageScaler
from lpd.video.shot_detection import CutDetector, DetectorSettings, GivenShot, SeenFrame, with_cuts
from lpd.video.shot_frames import FrameEncoder, LookSettings, OpenShot, Scaler, SeenShot

__all__ = ["Look", "shot_of_picture", "shots_of_video"]

_SLACK_S = 1e-4


@dataclass(frozen=True)
class Look:
    """What is done with a file.

    Args:
        settings: how its shots are looked at.
        detector: how cuts are found; None makes the whole video one shot.
        extractors: names of built-in extractors, see lpd.video.EXTRACTORS.
        encoders: feature name -> video encoder.
    """

    settings: LookSettings = field(default_factory=LookSettings)
    detector: DetectorSettings | None = field(default_factory=DetectorSettings)
    extractors: Sequence[str] = ()
    encoders: Mapping[str, FrameEncoder] = field(default_factory=dict)

    def open_shot(self, smalls: Scaler, pictures: Scaler, first: SeenFrame) -> OpenShot:
        """Returns a shot that begins with this frame."""
        return OpenShot(self.settings, pictures, smalls, self.extractors, self.encoders, first)


def shots_of_video(
    video: VideoFile, look: Look, *, given: Sequence[GivenShot] | None = None
) -> Iterator[tuple[GivenShot | None, SeenShot]]:
    """Yields the shots of an opened video as they end, beside what was given beforehand.

    Args:
        video: its frames are read once; `video.problems` is complete after the last shot.
        look: what is done with it. Its detector is not asked where shots are given.
        given: shots whose times are known; they may overlap and leave gaps. One that begins after the last
            frame is not among the yielded.

    Raises:
        FormatError: if frames are too large.
    """
    settings = look.settings
    ratio = video.stream.sample_aspect_ratio
    smalls = FrameScaler(settings.small_side, longest=settings.longest_small, pixel_ratio=ratio)
    pictures = FrameScaler(settings.picture_side, longest=settings.longest_picture, pixel_ratio=ratio)

    def begin(first: SeenFrame) -> OpenShot:
        return look.open_shot(smalls, pictures, first)

    if given is not None:
        yield from _given_shots(video, given, begin)
    elif look.detector is None:
        for shot in _cut_shots(((SeenFrame(one, None), False) for one in video.frames()), begin):
            yield None, shot
    else:
        seen = (SeenFrame(one, smalls.scaled(one.picture)) for one in video.frames())
        for shot in _cut_shots(with_cuts(seen, CutDetector(look.detector, rate=video.rate)), begin):
            yield None, shot


def _cut_shots(
    frames: Iterator[tuple[SeenFrame, bool]], begin: Callable[[SeenFrame], OpenShot]
) -> Iterator[SeenShot]:
    now: OpenShot | None = None
    for frame, begins in frames:
        if now is None or begins:
            if now is not None:
                yield now.finished(frame.timed.start_s)
            now = begin(frame)
        now.add(frame)
    if now is not None:
        yield now.finished()


def _given_shots(
    video: VideoFile, given: Sequence[GivenShot], begin: Callable[[SeenFrame], OpenShot]
) -> Iterator[tuple[GivenShot, SeenShot]]:
    """Yields given shots with the frames that begin in them; one between two frames gets the later."""
    waiting = deque(sorted(given, key=lambda shot: (shot.start_s, shot.end_s)))
    now: list[tuple[GivenShot, OpenShot]] = []
    for timed in video.frames():
        start = timed.start_s + _SLACK_S
        for shot, frames in [one for one in now if one[0].end_s <= start]:
            yield shot, frames.finished(shot.end_s)
        now = [one for one in now if one[0].end_s > start]
        frame = SeenFrame(timed, None)
        while waiting and waiting[0].start_s <= start:
            now.append((waiting.popleft(), begin(frame)))
        for _, frames in now:
            frames.add(frame)
    for shot, frames in now:
        yield shot, frames.finished(shot.end_s)


def shot_of_picture(path: Path, look: Look) -> SeenShot:
    """Returns the one shot of a picture file, turned as its EXIF says; of an animation the first frame.

    Raises:
        FormatError: if it is no picture, damaged, or too large.
    """
    image = _read_picture(path)
    settings = look.settings
    smalls = ImageScaler(settings.small_side, longest=settings.longest_small)
    pictures = ImageScaler(settings.picture_side, longest=settings.longest_picture)
    frame = SeenFrame(TimedFrame(0.0, 0.0, image), None)
    shot = look.open_shot(smalls, pictures, frame)
    shot.add(frame)
    return shot.finished()


def _read_picture(path: Path) -> Image.Image:
    if not path.stat().st_size:
        raise FormatError("the file is empty", where=path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                turned = ImageOps.exif_transpose(opened)
                return turned.convert("RGB")
    except UnidentifiedImageError as error:
        raise FormatError("not a picture", where=path) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise FormatError("the picture is too large", where=path, found=error) from error
    except (OSError, EOFError, SyntaxError, ValueError, TypeError, IndexError, KeyError) as error:
        raise FormatError(f"damaged picture ({error})", where=path) from error
