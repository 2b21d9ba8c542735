"""Frame-level features: several rows per shot, one after the other."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from lpd.errors import FormatError, MismatchError, NotFoundError, name_some
from lpd.features.matrix import check_ids, position_table
from lpd.features.npy import map_npy, read_npy_header
from lpd.features.stored import IDS_FILE, MATRIX_FILE, check_facts, read_lines, stored_facts, write_rows
from lpd.progress import Progress, no_progress
from lpd.storage import Manifest, atomic_directory, read_manifest, write_manifest

__all__ = ["POOLS", "FrameFeatures", "open_frame_matrix", "write_frame_matrix"]

KIND = "frame_features"
OFFSETS_FILE = "offsets.npy"
POOLS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "mean": lambda rows: np.asarray(np.mean(rows, axis=0, dtype=np.float64)),
    "max": lambda rows: np.max(rows, axis=0),
}
"""How the frames of a shot become one row."""


@dataclass(frozen=True, eq=False)
class FrameFeatures:
    """Rows per frame; those of shot i are `matrix[offsets[i]:offsets[i + 1]]`, at least one.

    Args:
        name: of the feature.
        ids: the N shots.
        offsets: (N + 1,) int64, from 0 to F, rising.
        matrix: (F, D) float16 or float32, in memory or memory-mapped.
        digest: of the content, where it is known.
    """

    name: str
    ids: list[str]
    offsets: np.ndarray
    matrix: np.ndarray
    digest: str | None = None

    def __post_init__(self) -> None:
        check_offsets(self.offsets, self.ids, rows=len(self.matrix), where=f"frame feature {self.name}")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def dimension(self) -> int:
        """D, the length of a row."""
        return int(self.matrix.shape[1])

    @cached_property
    def _positions(self) -> dict[str, int]:
        return position_table(self.ids, where=f"frame feature {self.name}")

    def rows_of(self, shot_id: str) -> np.ndarray:
        """Returns (frames, D) float32, the rows of one shot in time order.

        Raises:
            NotFoundError: if the shot has none.
        """
        start, end = self._bounds([shot_id])[0]
        return np.asarray(self.matrix[start:end], dtype=np.float32)

    def pooled(self, ids: Iterable[str], *, pool: str = "mean") -> np.ndarray:
        """Returns (n, D) float32, one row for each shot in the order of the request.

        Args:
            ids: of shots.
            pool: of POOLS; a mean is summed in float64.

        Raises:
            NotFoundError: naming every shot that has no rows.
        """
        pooling = POOLS[pool]
        bounds = self._bounds(list(ids))
        rows = np.empty((len(bounds), self.dimension), dtype=np.float32)
        for row, (start, end) in enumerate(bounds):
            rows[row] = pooling(self.matrix[start:end])
        return rows

    def _bounds(self, ids: Sequence[str]) -> list[tuple[int, int]]:
        missing = [one for one in ids if one not in self._positions]
        if missing:
            raise NotFoundError(
                f"{len(missing)} of {len(ids)} shots have no frames",
                where=f"frame feature {self.name}",
                found=name_some(missing),
            )
        rows = [self._positions[one] for one in ids]
        return [(int(self.offsets[row]), int(self.offsets[row + 1])) for row in rows]


def check_offsets(offsets: np.ndarray, ids: Sequence[str], *, rows: int, where: object) -> None:
    """Checks that offsets divide `rows` rows among the shots, at least one each.

    Raises:
        FormatError: if they are not (N + 1,) whole numbers, or if shots have no row; these are named.
        MismatchError: if they do not run from 0 to `rows`.
    """
    if offsets.shape != (len(ids) + 1,) or offsets.dtype != np.int64:
        raise FormatError(
            "wrong offsets",
            where=where,
            expected=f"{len(ids) + 1} int64 numbers, one more than shots",
            found=f"{offsets.dtype} of shape {offsets.shape}",
        )
    if offsets[0] != 0 or offsets[-1] != rows:
        raise MismatchError(
            "offsets and rows do not fit each other",
            where=where,
            expected=f"offsets from 0 to {rows}",
            found=f"from {offsets[0]} to {offsets[-1]}",
        )
    empty = np.flatnonzero(np.diff(offsets) < 1).tolist()
    if empty:
        raise FormatError(
            "shots without frames",
            where=where,
            expected="rising offsets, at least one row per shot",
            found=name_some(ids[row] for row in empty),
        )


def write_frame_matrix(
    directory: Path,
    blocks: Iterable[np.ndarray],
    *,
    name: str,
    ids: Sequence[str],
    offsets: np.ndarray,
    dtype: str = "float32",
    made_from: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    seed: int | None = None,
    progress: Progress = no_progress,
) -> None:
    """Writes matrix.npy, offsets.npy, ids.txt and manifest.json as a folder that appears whole or not at all.

    Args:
        directory: of the feature; what was there is replaced at the end.
        blocks: (b, D) arrays whose rows follow each other, without regard to where shots begin.
        name: of the feature.
        ids: the N shots.
        offsets: (N + 1,) int64, where the rows of each shot begin, and the number of all rows.
        dtype: `float16` or `float32`.
        made_from, settings, seed, progress: as `write_matrix`.

    Raises:
        FormatError, MismatchError: as `write_matrix` and `check_offsets`.
    """
    where = f"frame feature {name}"
    check_ids(ids, where=where)
    starts = np.asarray(offsets)
    check_offsets(starts, ids, rows=int(starts[-1]) if starts.size else 0, where=where)
    rows = int(starts[-1])

    def name_row(row: int) -> str:
        shot = int(np.searchsorted(starts, row, side="right")) - 1
        return f"{ids[shot]}, frame {row - int(starts[shot])}"

    with atomic_directory(directory) as folder:
        written = write_rows(
            folder / MATRIX_FILE,
            blocks,
            rows=rows,
            name_row=name_row,
            dtype=dtype,
            where=where,
            progress=progress,
        )
        (folder / IDS_FILE).write_text("".join(f"{one}\n" for one in ids), encoding="utf-8")
        np.save(folder / OFFSETS_FILE, starts, allow_pickle=False)
        facts = stored_facts(name, [*ids, *map(str, starts.tolist())], written, dtype)
        facts |= {"rows": rows, "shots": len(ids), "how": dict(settings or {})}
        write_manifest(folder, Manifest(KIND, dict(made_from or {}), facts, seed))


def open_frame_matrix(directory: Path) -> FrameFeatures:
    """Returns the frame features in a workspace folder, memory-mapped.

    Raises:
        NotFoundError: if there is no such folder or file.
        StaleError: if the folder is half-written.
        FormatError, MismatchError: if the files do not fit each other or the manifest.
    """
    facts = read_manifest(directory, KIND).settings
    matrix = map_npy(directory / MATRIX_FILE)
    check_facts(facts, rows=len(matrix), dimension=int(matrix.shape[1]), dtype=matrix.dtype, where=directory)
    ids = read_lines(directory / IDS_FILE, facts.get("shots"))
    path = directory / OFFSETS_FILE
    if not path.is_file():
        raise NotFoundError("file is missing", where=path)
    return FrameFeatures(str(facts["name"]), ids, _read_offsets(path), matrix, str(facts["digest"]))


def _read_offsets(path: Path) -> np.ndarray:
    """Returns the array of an npy file, whatever its header says of no more bytes than there are."""
    with path.open("rb") as stream:
        header = read_npy_header(stream, where=path)
        data = stream.read()
    try:
        return np.frombuffer(data, dtype=header.dtype).reshape(header.shape)
    except (ValueError, OverflowError) as error:
        raise FormatError("offsets cannot be read", where=path, found=error) from error
