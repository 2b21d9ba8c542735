"""Video features of many files: decoded once, every extractor applied, in several processes."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from lpd.errors import NotFoundError, name_some
from lpd.progress import Progress, no_progress
from lpd.video.extractors import extractors_named
from lpd.video.frames import frame_positions, pick_key_frames, read_frames

__all__ = ["Extracted", "ExtractionSettings", "extract_clip", "extract_features"]

_CHUNK = 48


@dataclass(frozen=True)
class ExtractionSettings:
    """How clips are looked at.

    Args:
        frame_step: frame-level extractors see every so-many-th frame; motion sees all.
        keep_frames: extractors whose rows per frame are kept beside their mean.
        key_frame_count: key frames kept of each clip; 0 keeps none.
        key_frame_size: their width and height.
    """

    frame_step: int = 3
    keep_frames: tuple[str, ...] = ("shape",)
    key_frame_count: int = 0
    key_frame_size: int = 32


@dataclass(frozen=True)
class Extracted:
    """What was read out of N clips, in the order of their paths.

    Args:
        matrices: feature name -> (N, D) float32, the mean over the frames for frame-level extractors.
        frame_rows: feature name -> (M, D) float32, one row per frame looked at; kept features only.
        offsets: (N + 1,) int64; the frame rows of clip n are offsets[n] to offsets[n + 1].
        key_frames: (N, count, size, size, 3) uint8; count is 0 if none were asked for.
    """

    matrices: dict[str, np.ndarray] = field(repr=False)
    frame_rows: dict[str, np.ndarray] = field(repr=False)
    offsets: np.ndarray = field(repr=False)
    key_frames: np.ndarray = field(repr=False)


def extract_features(
    paths: Sequence[Path],
    names: Sequence[str],
    *,
    settings: ExtractionSettings | None = None,
    workers: int = 1,
    progress: Progress = no_progress,
) -> Extracted:
    """Returns the named video features of the files; the numbers do not depend on `workers`.

    Only the files are read. Equal files give equal rows.

    Args:
        paths: clips or pictures.
        names: keys of `lpd.video.extractors.EXTRACTORS`.
        settings: how clips are looked at; None takes the defaults.
        workers: processes; 1 works in this one.
        progress: called with the stage `extract` and numbers of clips.

    Raises:
        NotFoundError: if an extractor or a file does not exist; all missing files are counted.
        FormatError: if a file is damaged; it is named.
    """
    settings = settings or ExtractionSettings()
    extractors_named((*names, *settings.keep_frames))
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise NotFoundError(
            "picture files are missing", found=name_some(missing), next_step="render or copy them"
        )
    chunks = [list(paths[start : start + _CHUNK]) for start in range(0, len(paths), _CHUNK)]
    done = 0
    progress("extract", done, len(paths))
    clips: list[_Clip] = []
    for part in _parts(chunks, tuple(names), settings, workers):
        clips += part
        progress("extract", len(clips), len(paths))
    return _gather(clips, tuple(names), settings)


@dataclass(frozen=True)
class _Clip:
    """One clip's rows: feature name -> (rows, D), and its key frames."""

    rows: dict[str, np.ndarray]
    key_frames: np.ndarray
    frames: int


def extract_clip(path: Path, names: Sequence[str], settings: ExtractionSettings) -> _Clip:
    """Returns the rows of one file; see extract_features."""
    frames = read_frames(path)
    some = frames[frame_positions(len(frames), settings.frame_step)]
    rows = {one.name: one.function(some if one.frame_level else frames) for one in extractors_named(names)}
    kept = pick_key_frames(frames, size=settings.key_frame_size, count=settings.key_frame_count)
    return _Clip(rows, kept, len(some))


def _extract_chunk(
    paths: Sequence[Path], names: tuple[str, ...], settings: ExtractionSettings
) -> list[_Clip]:
    return [extract_clip(path, names, settings) for path in paths]


def _parts(
    chunks: list[list[Path]], names: tuple[str, ...], settings: ExtractionSettings, workers: int
) -> Iterator[list[_Clip]]:
    if workers <= 1 or len(chunks) <= 1:
        for chunk in chunks:
            yield _extract_chunk(chunk, names, settings)
        return
    with ProcessPoolExecutor(min(workers, len(chunks)), mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_extract_chunk, chunk, names, settings) for chunk in chunks]
        try:
            for future in futures:
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _gather(clips: Sequence[_Clip], names: tuple[str, ...], settings: ExtractionSettings) -> Extracted:
    matrices, frame_rows = {}, {}
    for one in extractors_named(names):
        means = [clip.rows[one.name].mean(axis=0, dtype=np.float64) for clip in clips]
        matrices[one.name] = np.array(means, dtype=np.float32).reshape(len(clips), one.dimension)
        if one.frame_level and one.name in settings.keep_frames:
            empty = [np.zeros((0, one.dimension), dtype=np.float32)]
            frame_rows[one.name] = np.concatenate(empty + [clip.rows[one.name] for clip in clips])
    offsets = np.cumsum([0, *(clip.frames for clip in clips)], dtype=np.int64)
    size, count = settings.key_frame_size, settings.key_frame_count
    kept = np.zeros((len(clips), count, size, size, 3), dtype=np.uint8)
    for row, clip in enumerate(clips):
        kept[row] = clip.key_frames
    return Extracted(matrices, frame_rows, offsets, kept)
