"""A feature matrix in memory or mapped from a file, addressed by id."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lpd.errors import FormatError, MismatchError, NotFoundError, name_some
from lpd.features.files import read_blocks
from lpd.trec.id_lists import repeated_ids
from lpd.words import counted

__all__ = ["FeatureMatrix", "check_finite", "check_ids", "position_table"]


@dataclass(frozen=True, eq=False)
class FeatureMatrix:
    """One row of numbers per shot (or per text). Opening one reads no row; ids are indexed on first request.

    Args:
        name: of the feature, e.g. `clip_l14`.
        ids: the row names, in row order.
        matrix: (N, D) float16 or float32, in memory or memory-mapped; float64 only in a source.
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
        return _as_float32(self.matrix[self.positions(ids)])

    def blocks(self, rows_per_block: int | None = None) -> Iterator[np.ndarray]:
        """Yields (<= rows_per_block, D) float32, first row to last; by default of about 2 MiB."""
        for block in read_blocks(self.matrix, rows_per_block):
            yield _as_float32(block)


def _as_float32(block: np.ndarray) -> np.ndarray:
    """Returns the block; what float32 cannot hold becomes infinite, which `check_finite` names."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(block, dtype=np.float32)


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


def check_ids(ids: Sequence[str], *, where: object) -> None:
    """Checks that each id can stand on a line of its own and occurs once.

    Raises:
        FormatError: naming the ids that do not.
    """
    bad = [
        f"row {row}: {one}"
        for row, one in enumerate(ids)
        if not one or one.strip() != one or "\n" in one or "\x00" in one or not _is_text(one)
    ]
    if bad:
        raise FormatError(
            "ids that do not fit on a line",
            where=where,
            expected="no blanks at the ends, no line break, no zero byte",
            found=name_some(bad),
        )
    position_table(ids, where=where)


def _is_text(one: str) -> bool:
    """Returns whether UTF-8 can hold it; half of a surrogate pair cannot be written."""
    return one.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in one)


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
    start = 0
    for block in read_blocks(matrix):
        bad += (start + rows_not_finite(block)).tolist()
        start += len(block)
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
