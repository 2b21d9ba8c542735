"""The exact index: every shot's vector in every space as float32, scanned whole for each query."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lpd.errors import FormatError, MismatchError
from lpd.search.index import HitList, ListBlock, fusion_shares, stretched
from lpd.search.topk import top_k
from lpd.storage import Manifest, atomic_directory, read_manifest, write_manifest

__all__ = ["ExactIndex", "build_exact_index", "open_exact_index"]

KIND = "exact index"
_QUERIES_AT_ONCE = 32


@dataclass(frozen=True)
class ExactIndex:
    """Vectors of all shots in all spaces, memory-mapped.

    Args:
        spaces: names, in the model's order.
        vectors: one (N, D_s) float32 array per space.
        shot_ids: N ids in the order of the rows.
    """

    spaces: tuple[str, ...]
    vectors: tuple[np.ndarray, ...]
    shot_ids: tuple[str, ...]
    exact: bool = True
    recall: float | None = None
    tie_order: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tie_order", _order_of_ids(self.shot_ids))

    @property
    def shots(self) -> int:
        """Number of shots."""
        return len(self.shot_ids)

    @property
    def widths(self) -> tuple[int, ...]:
        """Dimension of each space."""
        return tuple(vectors.shape[1] for vectors in self.vectors)

    def search(
        self,
        queries: Sequence[np.ndarray],
        depth: int,
        *,
        weights: np.ndarray | None = None,
        allowed: np.ndarray | None = None,
        stretch: bool = False,
    ) -> list[ListBlock]:
        """Returns the fused list and every space's list of each query; see `SpaceIndex.search`."""
        shares = fusion_shares(weights, len(self.spaces))
        blocks: list[ListBlock] = []
        for start in range(0, len(queries[0]), _QUERIES_AT_ONCE):
            some = [query[start : start + _QUERIES_AT_ONCE] for query in queries]
            blocks += self._search_some(some, depth, shares, allowed, stretch)
        return blocks

    def _search_some(
        self,
        queries: list[np.ndarray],
        depth: int,
        shares: np.ndarray,
        allowed: np.ndarray | None,
        stretch: bool,
    ) -> list[ListBlock]:
        count = len(queries[0])
        fused = np.zeros((count, self.shots), dtype=np.float32)
        ranges = np.zeros((count, len(self.spaces), 2), dtype=np.float32)
        lists: list[list[HitList]] = [[] for _ in range(count)]
        for space, (query, vectors) in enumerate(zip(queries, self.vectors, strict=True)):
            scores = np.asarray(query, dtype=np.float32) @ vectors.T  # (Q, N)
            searched = scores if allowed is None else scores[:, allowed]
            if searched.shape[1]:
                ranges[:, space] = np.stack([searched.min(axis=1), searched.max(axis=1)], axis=1)
            added = stretched(scores, *ranges[:, space].T[:, :, None]) if stretch else scores
            fused += shares[space] * added
            for number in range(count):
                lists[number].append(self._best(scores[number], depth, allowed))
        return [
            ListBlock(self._best(fused[number], depth, allowed), tuple(lists[number]), ranges[number])
            for number in range(count)
        ]

    def _best(self, scores: np.ndarray, depth: int, allowed: np.ndarray | None) -> HitList:
        if allowed is not None:
            scores = np.where(allowed, scores, -np.inf)
        rows = top_k(scores, depth, self.tie_order)
        return HitList(rows, scores[rows].astype(np.float32))

    def similarities(self, queries: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
        """Returns the (S, Q, R) float32 similarities of the given shots."""
        return np.stack(
            [np.asarray(q, dtype=np.float32) @ v[rows].T for q, v in zip(queries, self.vectors, strict=True)]
        )


def _order_of_ids(shot_ids: Sequence[str]) -> np.ndarray:
    """Equal scores are listed by shot id descending, as sample_eval.pl does, so a list and its run file
    agree.
    """
    order = np.empty(len(shot_ids), dtype=np.int64)
    order[sorted(range(len(shot_ids)), key=lambda row: shot_ids[row].encode(), reverse=True)] = np.arange(
        len(shot_ids)
    )
    return order


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
        spaces: names in order; widths: their dimensions.
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
        raise FormatError(
            "wrong number of ids",
            where=directory / "ids.txt",
            expected=shots,
            found=len(shot_ids),
            next_step="lpd index",
        )
    vectors = tuple(
        _open_array(_space_file(directory, number), (shots, width)) for number, width in enumerate(widths)
    )
    return ExactIndex(spaces, vectors, shot_ids), manifest


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
