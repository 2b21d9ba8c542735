"""Video files read frame by frame with PyAV: times, sizes and turns set right, damage told and survived."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from lpd.errors import FormatError, MissingExtraError, NotFoundError, pip_line
from lpd.words import counted

__all__ = ["TimedFrame", "VideoFile", "check_video_packages", "open_video"]

MAX_PICTURE = 8192 * 4608
"""Pixels of a frame; a decoder makes room for several of them before anybody sees one."""

_ERRORS_IN_A_ROW = 200
"""So many packets that cannot be decoded end the reading of a file: nothing good will follow."""

_CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,m4v,h264,"
    "hevc,mxf,dv,rm,ivf,obu,nut,y4m,yuv4mpegpipe,gxf,wtv,swf,nsv,vob"
)
"""Containers that hold their frames themselves. A playlist named .mp4 could lead to other files or out into
the network, so it is not opened."""


def check_video_packages() -> None:
    """Checks that the extra `video` is installed.

    Raises:
        MissingExtraError: if not.
    """
    try:
        import av  # noqa: F401
        import scenedetect  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("videos need PyAV and PySceneDetect", next_step=pip_line("video")) from error


class TimedFrame(NamedTuple):
    """A decoded frame and when it is shown, in seconds from the beginning of the file."""

    start_s: float
    end_s: float
    picture: Any


@dataclass
class VideoFile:
    """An opened video; its frames can be read once.

    Args:
        container, stream: PyAV's.
        path: of the file.
        told_s: how long the header says that it is, None where it does not.
        read_bytes: how far the file was read.
        frames_read: how many frames it had so far.
        last_s: where the last of them ended.
        watch: called before each frame with the bytes read so far.
        problems: what was wrong with it, in sentences; complete once all frames were read.
    """

    container: Any
    stream: Any
    path: Path
    told_s: float | None
    read_bytes: int = 0
    frames_read: int = 0
    last_s: float = 0.0
    watch: Callable[[int], None] = lambda read_bytes: None
    problems: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Frames per second, as the header says, within reason; 25 where it says nothing."""
        for told in (self.stream.average_rate, self.stream.guessed_rate):
            if told and 0.01 < float(told) < 1000:
                return float(told)
        return 25.0

    def frames(self) -> Iterator[TimedFrame]:
        """Yields the frames in the order of their times, which rise whatever the file says.

        A packet that cannot be decoded is left out and counted among `problems`.

        Raises:
            FormatError: if a frame is larger than any video is.
        """
        usual = 1.0 / self.rate
        earliest = self._first_time()
        for picture in self._pictures():
            _check_picture_size(picture.width, picture.height, self.path)
            told = picture.time
            if earliest is None and told is not None:
                earliest = told
            start = self.last_s if told is None or earliest is None else told - earliest
            if self.frames_read and start <= self._started_s:
                start = max(self.last_s, self._started_s + 1e-6)  # a time that is told twice, or runs back
            self._started_s = max(start, 0.0)
            length = float(picture.duration * picture.time_base) if _has_duration(picture) else usual
            self.last_s = self._started_s + (length if 0 < length < 60 else usual)
            self.frames_read += 1
            self.watch(self.read_bytes)
            yield TimedFrame(self._started_s, self.last_s, picture)
        self._check_length()

    _started_s: float = -1.0

    def _first_time(self) -> float | None:
        """Returns what counts as 0 s: where the container begins, as players take it."""
        start = self.container.start_time
        return None if start is None else start / 1e6

    def _pictures(self) -> Iterator[Any]:
        import av

        failed = in_a_row = 0
        packets = self.container.demux(self.stream)
        while in_a_row < _ERRORS_IN_A_ROW:
            try:
                packet = next(packets, None)
            except (av.error.FFmpegError, OSError) as error:
                self.problems.append(f"cannot be read further ({_sentence(error)})")
                packet = None
            try:
                pictures = self.stream.decode(packet)
            except av.error.EOFError:
                pictures = []
            except av.error.FFmpegError:
                pictures = []
                failed += 1
                in_a_row += 1
            else:
                in_a_row = 0
            if packet is not None and packet.pos is not None:
                self.read_bytes = max(self.read_bytes, int(packet.pos))
            yield from pictures
            if packet is None or (packet.dts is None and not packet.size):
                break
        if in_a_row >= _ERRORS_IN_A_ROW:
            self.problems.append("the rest cannot be decoded")
        if failed:
            self.problems.append(f"{counted(failed, 'piece')} of it could not be decoded")

    def _check_length(self) -> None:
        told = self.told_s
        if told is not None and self.frames_read and self.last_s < told - max(1.0, 0.05 * told):
            self.problems.append(
                f"its header says {told:.1f} s, its frames end at {self.last_s:.1f} s: these are kept"
            )


def _has_duration(picture: Any) -> bool:
    return bool(picture.duration) and picture.time_base is not None


@contextmanager
def open_video(
    path: Path, *, threads: int = 1, watch: Callable[[int], None] | None = None
) -> Iterator[VideoFile]:
    """Yields an opened video file. Nothing but this file is read, whatever it says.

    Args:
        threads: of the decoder.
        watch: called before each frame with the bytes read so far; what it raises ends the reading.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it is empty, no video, has no moving pictures (sound alone, a cover picture), or says
            that its frames are larger than any video's.
        MissingExtraError: without PyAV.
    """
    check_video_packages()
    import av

    if not path.is_file():
        raise NotFoundError("video file is missing", where=path)
    if not path.stat().st_size:
        raise FormatError("the file is empty", where=path)
    limit = {"max_pixels": str(MAX_PICTURE)}
    options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file", **limit}
    try:
        # "file:" keeps a name with a colon from being taken for another protocol
        container = av.open(f"file:{path.resolve()}", options=options, metadata_errors="replace")
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise FormatError(f"cannot be opened as a video ({_sentence(error)})", where=path) from error
    with container:
        stream = _moving_pictures(container, path)
        stream.codec_context.thread_count = threads
        stream.codec_context.options = limit
        duration = stream.duration and float(stream.duration * stream.time_base)
        told = duration or (container.duration and container.duration / 1e6) or None
        opened = VideoFile(container, stream, path, told if told and 0 < told < 1e7 else None)
        if watch is not None:
            opened.watch = watch
        yield opened


def _moving_pictures(container: Any, path: Path) -> Any:
    from av.stream import Disposition

    moving = [one for one in container.streams.video if not one.disposition & Disposition.attached_pic]
    if not moving:
        raise FormatError("it has no moving pictures", where=path, found=_kinds(container))
    known = [one for one in moving if one.codec_context is not None]
    if not known:
        raise FormatError("its pictures are coded in a way that PyAV does not know", where=path)
    stream = max(known, key=lambda one: (one.width * one.height, -one.index))
    _check_picture_size(stream.width, stream.height, path)
    return stream


def _kinds(container: Any) -> str:
    return ", ".join(sorted({one.type for one in container.streams})) or "nothing"


def _check_picture_size(width: int, height: int, path: Path) -> None:
    if width * height > MAX_PICTURE:
        raise FormatError(
            "its frames are too large",
            where=path,
            expected=f"at most {MAX_PICTURE} pixels",
            found=f"{width} x {height}",
        )


def _sentence(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).strip().lower()
