"""A feature matrix in memory or mapped from a file, addressed by id."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lpd.errors import FormatError, MismatchError, NotFoundError, name_some
from lpd.trec.id_lists import repeated_ids
from lpd.words import counted

__all__ = ["FeatureMatrix", "check_finite", "check_ids", "position_table"]

BLOCK_BYTES = 16 << 20


@dataclass(frozen=True, eq=False)
class FeatureMatrix:
    """One row of numbers per shot (or per text). Opening one reads no row; ids are indexed on first request.

    Args:
        name: of the feature, e.g. `clip_l14`.
        ids: the row names, in row order.
        matrix: (N, D) float16 or float32, in memory or memory-mapped.
        digest: of the content, where it is known (features of a workspace).
    """

    name: str
    ids: list[str]
    matrix: np.ndarray
    digest: str | None = None

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or len(self.ids) != len(self.matrix):
            raise MismatchError(
                "ids and rows differ in number",
                where=f"feature {self.name}",
                expected=f"{len(self.ids)} rows of one length, one per id",
                found=f"shape {self.matrix.shape}",
            )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def dimension(self) -> int:
        """D, the length of a row."""
        return int(self.matrix.shape[1])

    @cached_property
    def _positions(self) -> dict[str, int]:
        return position_table(self.ids, where=f"feature {self.name}")

    def positions(self, ids: Iterable[str]) -> np.ndarray:
        """Returns (n,) int64, the rows of some ids in the order of the request.

        Raises:
            NotFoundError: naming every id that has no row.
            FormatError: if the matrix has an id twice.
        """
        return _find(self._positions, ids, where=f"feature {self.name}")

    def rows(self, ids: Iterable[str]) -> np.ndarray:
        """Returns (n, D) float32, the rows of some ids in the order of the request.

        Raises:
            NotFoundError: naming every id that has no row.
            FormatError: if the matrix has an id twice.
        """
        return np.asarray(self.matrix[self.positions(ids)], dtype=np.float32)

    def blocks(self, rows_per_block: int | None = None) -> Iterator[np.ndarray]:
        """Yields (<= rows_per_block, D) float32, first row to last; by default of about 16 MiB."""
        for start, end in block_bounds(self.matrix, rows_per_block):
            yield np.asarray(self.matrix[start:end], dtype=np.float32)


def position_table(ids: Sequence[str], *, where: object) -> dict[str, int]:
    """Returns id -> row.

    Raises:
        FormatError: naming the ids that occur twice.
    """
    table = {one: row for row, one in enumerate(ids)}
    if len(table) != len(ids):
        raise FormatError(
            "ids occur more than once",
            where=where,
            expected="one row per id",
            found=name_some(repeated_ids(ids)),
            next_step="keep one row of each id",
        )
    return table


def _find(table: dict[str, int], ids: Iterable[str], *, where: object) -> np.ndarray:
    wanted = list(ids)
    missing = [one for one in wanted if one not in table]
    if missing:
        raise NotFoundError(
            f"{len(missing)} of {len(wanted)} ids have no row", where=where, found=name_some(missing)
        )
    return np.array([table[one] for one in wanted], dtype=np.int64)


def block_bounds(matrix: np.ndarray, rows_per_block: int | None = None) -> Iterator[tuple[int, int]]:
    """Yields (start, end) of consecutive blocks of rows; by default of about 16 MiB."""
    row_bytes = max(1, matrix.shape[1] * matrix.itemsize)
    step = rows_per_block or max(1, BLOCK_BYTES // row_bytes)
    for start in range(0, len(matrix), step):
        yield start, min(start + step, len(matrix))


def check_ids(ids: Sequence[str], *, where: object) -> None:
    """Checks that each id can stand on a line of its own and occurs once.

    Raises:
        FormatError: naming the ids that do not.
    """
    bad = [
        f"row {row}: {one}"
        for row, one in enumerate(ids)
        if not one or one.strip() != one or "\n" in one or "\x00" in one
    ]
    if bad:
        raise FormatError(
            "ids that do not fit on a line",
            where=where,
            expected="no blanks at the ends, no line break, no zero byte",
            found=name_some(bad),
        )
    position_table(ids, where=where)


def check_finite(matrix: np.ndarray, ids: Sequence[str], *, where: object) -> None:
    """Checks block by block that a matrix has neither NaN nor infinity.

    Args:
        matrix: (N, D), may be memory-mapped.
        ids: the N row names.
        where: the place for the message.

    Raises:
        FormatError: naming the rows and their ids.
    """
    bad: list[int] = []
    for start, end in block_bounds(matrix):
        bad += (start + rows_not_finite(matrix[start:end])).tolist()
    if bad:
        raise not_finite_error([f"row {row}: {ids[row]}" for row in bad], where=where)


def rows_not_finite(block: np.ndarray) -> np.ndarray:
    """Returns the positions of the rows of a block that have a NaN or an infinity."""
    return np.flatnonzero(~np.isfinite(block).all(axis=1))


def not_finite_error(rows: Sequence[str], *, where: object) -> FormatError:
    """Returns the error that names rows with NaN or infinity."""
    return FormatError(
        f"NaN or infinite values in {counted(len(rows), 'row')}",
        where=where,
        expected="finite numbers",
        found=name_some(rows),
        next_step="extract these rows again or leave them out",
    )
