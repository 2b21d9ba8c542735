"""The exact index: every shot's vector in every space as float32, scanned whole for each query."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np

from lpd.errors import FormatError, MismatchError
from lpd.progress import Progress, no_progress
from lpd.search.index import HitList, ListBlock, fusion_shares, stretched
from lpd.search.topk import order_of_ids, top_k
from lpd.storage import Manifest, atomic_directory, read_manifest, write_manifest

__all__ = ["ExactIndex", "build_exact_index", "open_exact_index"]

KIND = "exact index"
_QUERIES_AT_ONCE = 32
_READ_BYTES = 16 * 2**20
_PAGE_BYTES = 4096
_NOTHING = HitList(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))


class _Asked(NamedTuple):
    """What is asked of every query; see `SpaceIndex.search`."""

    depth: int
    shares: np.ndarray
    allowed: np.ndarray | None
    stretch: bool
    wanted: frozenset[int]

    def needs(self, space: int) -> bool:
        """Whether the scores of a space are of any use."""
        return space in self.wanted or self.shares[space] > 0


@dataclass(frozen=True)
class ExactIndex:
    """Vectors of all shots in all spaces, in memory or memory-mapped.

    Args:
        spaces: names, in the model's order.
        arrays: one (N, D_s) float32 array per space.
        shot_ids: N ids in the order of the rows.
        mapped: whether the arrays are files that may not have been read yet.
    """

    spaces: tuple[str, ...]
    arrays: tuple[np.ndarray, ...]
    shot_ids: tuple[str, ...]
    mapped: bool = False
    kind: ClassVar[str] = "exact"
    exact: ClassVar[bool] = True
    recall: ClassVar[float | None] = None
    tie_order: np.ndarray = field(init=False, repr=False)
    _was_read: threading.Event = field(init=False, repr=False, default_factory=threading.Event)
    _reading: threading.Lock = field(init=False, repr=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tie_order", order_of_ids(self.shot_ids))
        if not self.mapped:
            self._was_read.set()

    @property
    def shots(self) -> int:
        """Number of shots."""
        return len(self.shot_ids)

    @property
    def widths(self) -> tuple[int, ...]:
        """Dimension of each space."""
        return tuple(array.shape[1] for array in self.arrays)

    @property
    def warm(self) -> bool:
        """Whether every page was read since the index was opened, by `warm_up` or by a query."""
        return self._was_read.is_set()

    def warm_up(self, progress: Progress = no_progress) -> None:
        """Reads every page once, counted in bytes; a second caller waits. Sizes were checked at opening."""
        with self._reading:
            if self.warm:
                return
            done, total = 0, sum(array.nbytes for array in self.arrays)
            for array in self.arrays:
                data = array.reshape(-1).view(np.uint8)
                for start in range(0, data.size, _READ_BYTES):
                    progress("reading the index", done + start, total)
                    data[start : start + _READ_BYTES : _PAGE_BYTES].max()
                done += data.size
            self._was_read.set()
            progress("reading the index", total, total)

    def search(
        self,
        queries: Sequence[np.ndarray],
        depth: int,
        *,
        weights: np.ndarray | None = None,
        allowed: np.ndarray | None = None,
        stretch: bool = False,
        wanted: Sequence[int] | None = None,
    ) -> list[ListBlock]:
        """Returns the lists of each query; see `SpaceIndex.search`.

        A space that has neither a list nor a share is not scanned; its `ranges` are zero.
        """
        shares = fusion_shares(weights, len(self.spaces))
        listed = frozenset(range(len(self.spaces)) if wanted is None else wanted)
        asked = _Asked(depth, shares, allowed, stretch, listed)
        blocks: list[ListBlock] = []
        for start in range(0, len(queries[0]), _QUERIES_AT_ONCE):
            some = [query[start : start + _QUERIES_AT_ONCE] for query in queries]
            blocks += self._search_some(some, asked)
        if blocks and all(asked.needs(space) for space in range(len(self.spaces))):
            self._was_read.set()
        return blocks

    def _search_some(self, queries: list[np.ndarray], asked: _Asked) -> list[ListBlock]:
        count = len(queries[0])
        fused = np.zeros((count, self.shots), dtype=np.float32)
        ranges = np.zeros((count, len(self.spaces), 2), dtype=np.float32)
        lists = [[_NOTHING] * len(self.spaces) for _ in range(count)]
        for space, (query, vectors) in enumerate(zip(queries, self.arrays, strict=True)):
            if not asked.needs(space):
                continue
            scores = np.asarray(query, dtype=np.float32) @ vectors.T  # (Q, N)
            searched = scores if asked.allowed is None else scores[:, asked.allowed]
            if searched.shape[1]:
                ranges[:, space] = np.stack([searched.min(axis=1), searched.max(axis=1)], axis=1)
            added = stretched(scores, *ranges[:, space].T[:, :, None]) if asked.stretch else scores
            fused += asked.shares[space] * added
            if space in asked.wanted:
                for number in range(count):
                    lists[number][space] = self._best(scores[number], asked)
        return [
            ListBlock(self._best(fused[number], asked), tuple(lists[number]), ranges[number])
            for number in range(count)
        ]

    def _best(self, scores: np.ndarray, asked: _Asked) -> HitList:
        if asked.allowed is not None:
            scores = np.where(asked.allowed, scores, -np.inf)
        rows = top_k(scores, asked.depth, self.tie_order)
        return HitList(rows, scores[rows].astype(np.float32))

    def similarities(self, queries: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
        """Returns the (S, Q, R) float32 similarities of the given shots."""
        # OpenBLAS at times says "invalid" of finite products of finite numbers (numpy issue 24067)
        with np.errstate(invalid="ignore"):
            return np.stack(
                [
                    np.asarray(q, dtype=np.float32) @ a[rows].T
                    for q, a in zip(queries, self.arrays, strict=True)
                ]
            )

    def vectors(self, rows: np.ndarray) -> tuple[np.ndarray, ...]:
        """Returns the vectors of the given shots, one (R, D_s) float32 array per space."""
        return tuple(np.asarray(array[rows], dtype=np.float32) for array in self.arrays)


def build_exact_index(
    directory: Path,
    *,
    spaces: Sequence[str],
    widths: Sequence[int],
    shot_ids: Sequence[str],
    blocks: Iterator[list[np.ndarray]],
    made_from: dict[str, str],
) -> None:
    """Writes an exact index, block by block; the folder appears whole or not at all.

    Args:
        directory: where it will lie.
        spaces: names in order.
        widths: their dimensions.
        shot_ids: ids of the N rows.
        blocks: consecutive blocks of rows, each a list of S arrays (n, D_s).
        made_from: digests of the model and of what else decided the vectors.

    Raises:
        MismatchError: if the blocks do not add up to N rows.
    """
    with atomic_directory(directory) as temporary:
        arrays = [
            np.lib.format.open_memmap(
                _space_file(temporary, number), "w+", np.float32, (len(shot_ids), width)
            )
            for number, width in enumerate(widths)
        ]
        done = 0
        for block in blocks:
            stop = done + len(block[0])
            if stop > len(shot_ids):
                raise MismatchError(
                    "too many rows", where=directory, expected=len(shot_ids), found=f"at least {stop}"
                )
            for array, part in zip(arrays, block, strict=True):
                array[done:stop] = part
            done = stop
        if done != len(shot_ids):
            raise MismatchError("too few rows", where=directory, expected=len(shot_ids), found=done)
        for array in arrays:
            array.flush()
        (temporary / "ids.txt").write_text("".join(f"{shot}\n" for shot in shot_ids), encoding="utf-8")
        settings = {"spaces": list(spaces), "widths": list(widths), "shots": len(shot_ids)}
        write_manifest(temporary, Manifest(KIND, made_from=made_from, settings=settings))


def open_exact_index(directory: Path) -> tuple[ExactIndex, Manifest]:
    """Returns the index in a folder, memory-mapped, and its manifest.

    Raises:
        NotFoundError, StaleError: if it is not there or half-written.
        FormatError: if an array is truncated or has another shape than the manifest says.
    """
    manifest = read_manifest(directory, KIND)
    try:
        spaces = tuple(manifest.settings["spaces"])
        widths, shots = list(manifest.settings["widths"]), int(manifest.settings["shots"])
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"damaged manifest ({error!r})", where=directory, next_step="lpd index") from error
    shot_ids = tuple((directory / "ids.txt").read_text(encoding="utf-8").split("\n")[:-1])
    if len(shot_ids) != shots:
        where, found = directory / "ids.txt", len(shot_ids)
        raise FormatError(
            "wrong number of ids", where=where, expected=shots, found=found, next_step="lpd index"
        )
    arrays = tuple(
        _open_array(_space_file(directory, number), (shots, width)) for number, width in enumerate(widths)
    )
    return ExactIndex(spaces, arrays, shot_ids, mapped=True), manifest


def _space_file(directory: Path, number: int) -> Path:
    return directory / f"space_{number:02d}.npy"


def _open_array(path: Path, shape: tuple[int, int]) -> np.ndarray:
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise FormatError(f"cannot be read ({error})", where=path, next_step="lpd index") from error
    if array.shape != shape or array.dtype != np.float32:
        raise FormatError(
            "wrong array",
            where=path,
            expected=f"{shape} float32",
            found=f"{array.shape} {array.dtype}",
            next_step="lpd index",
        )
    return np.asarray(array)
