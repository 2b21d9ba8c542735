"""Features in a workspace: a matrix with its ids and manifest."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lpd.errors import FormatError, MismatchError, name_some
from lpd.features.matrix import FeatureMatrix, check_ids, not_finite_error, rows_not_finite
from lpd.features.npy import map_npy
from lpd.features.pointers import KIND, POINTER_FILE, follow_pointer
from lpd.progress import Progress, no_progress
from lpd.storage import Manifest, atomic_directory, digest_bytes, read_manifest, write_manifest
from lpd.trec.lines import read_text
from lpd.words import counted

__all__ = ["open_matrix", "write_matrix"]

MATRIX_FILE = "matrix.npy"
IDS_FILE = "ids.txt"
DTYPES = ("float16", "float32")


class WrittenRows(NamedTuple):
    """What `write_rows` wrote: the length of a row, and the digest of all rows."""

    dimension: int
    digest: str


def write_matrix(
    directory: Path,
    blocks: Iterable[np.ndarray],
    *,
    name: str,
    ids: Sequence[str],
    dtype: str = "float32",
    made_from: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    seed: int | None = None,
    progress: Progress = no_progress,
) -> None:
    """Writes matrix.npy, ids.txt and manifest.json into a folder that appears whole or not at all.

    Args:
        directory: of the feature; what was there is replaced at the end.
        blocks: (b, D) arrays whose rows follow each other; one block is in memory at a time. A whole array is
            one block: `[array]`.
        name: of the feature.
        ids: the N row names.
        dtype: `float16` or `float32`.
        made_from: name -> digest of what the rows were made from.
        settings: how they were made.
        seed: None where nothing was random.
        progress: called after each block.

    Raises:
        FormatError: for a bad or repeated id, a NaN, an infinity, a value too large for `dtype`.
        MismatchError: if the blocks differ in dimension, or rows and ids in number.
    """
    where = f"feature {name}"
    check_ids(ids, where=where)
    with atomic_directory(directory) as folder:
        written = write_rows(
            folder / MATRIX_FILE,
            blocks,
            rows=len(ids),
            name_row=lambda row: f"row {row}: {ids[row]}",
            dtype=dtype,
            where=where,
            progress=progress,
        )
        (folder / IDS_FILE).write_text("".join(f"{one}\n" for one in ids), encoding="utf-8")
        facts = stored_facts(name, ids, written, dtype)
        write_manifest(
            folder, Manifest(KIND, dict(made_from or {}), {**facts, "how": dict(settings or {})}, seed)
        )


def stored_facts(name: str, ids: Sequence[str], written: WrittenRows, dtype: str) -> dict[str, Any]:
    """Returns what a manifest says about a stored matrix; the digest covers the ids and the rows."""
    digest = digest_bytes("\n".join([*ids, written.digest]).encode("utf-8"))
    return {"name": name, "rows": len(ids), "dimension": written.dimension, "dtype": dtype, "digest": digest}


def write_rows(
    path: Path,
    blocks: Iterable[np.ndarray],
    *,
    rows: int,
    name_row: Callable[[int], str],
    dtype: str,
    where: object,
    progress: Progress = no_progress,
) -> WrittenRows:
    """Writes consecutive blocks of rows as one npy file; memory holds one block at a time.

    Args:
        path: of the npy file.
        blocks: (b, D) arrays.
        rows: how many there should be in all.
        name_row: says for a message what a row is.
        dtype: `float16` or `float32`.
        where: the place for messages.
        progress: called after each block.

    Raises:
        FormatError, MismatchError: as `write_matrix`.
    """
    if dtype not in DTYPES:
        raise FormatError("wrong number type", where=where, expected=" or ".join(DTYPES), found=dtype)
    done, dimension = 0, 0
    content = hashlib.sha256()
    progress(KIND, 0, rows)
    with path.open("wb") as stream:
        for block in blocks:
            _check_block(block, dimension=dimension, rows_left=rows - done, where=where)
            converted = _convert(block, dtype, first_row=done, name_row=name_row, where=where)
            if not dimension:
                dimension = int(block.shape[1])
                header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": (rows, dimension)}
                np.lib.format.write_array_header_1_0(stream, header)
            content.update(converted.data)
            stream.write(converted.data)
            done += len(converted)
            progress(KIND, done, rows)
    if done != rows or not dimension:
        raise MismatchError("ids and rows differ in number", where=where, expected=f"{rows} rows", found=done)
    return WrittenRows(dimension, content.hexdigest())


def _check_block(block: np.ndarray, *, dimension: int, rows_left: int, where: object) -> None:
    if block.ndim != 2 or not block.shape[1]:
        raise MismatchError(
            "a block is not a table of rows",
            where=where,
            expected="shape (rows, dimension)",
            found=block.shape,
        )
    if dimension and block.shape[1] != dimension:
        raise MismatchError(
            "blocks differ in dimension", where=where, expected=dimension, found=block.shape[1]
        )
    if len(block) > rows_left:
        more = counted(rows_left, "more row")
        raise MismatchError("there are more rows than ids", where=where, expected=more, found=len(block))


def _convert(
    block: np.ndarray, dtype: str, *, first_row: int, name_row: Callable[[int], str], where: object
) -> np.ndarray:
    with np.errstate(over="ignore", invalid="ignore"):
        converted = np.ascontiguousarray(block, dtype=dtype)
    bad = rows_not_finite(converted).tolist()
    if bad:
        rows = [name_row(first_row + row) for row in bad]
        if np.isfinite(block).all():
            what = f"values too large for {dtype} in {counted(len(rows), 'row')}"
            raise FormatError(what, where=where, found=name_some(rows))
        raise not_finite_error(rows, where=where)
    return converted


def open_matrix(directory: Path) -> FeatureMatrix:
    """Returns the matrix in a workspace folder, memory-mapped, whether it lies there or is pointed to.

    A pointed-to file that has another size than at import is stale; one with the same size and another time
    is read through once, to compare its digest.

    Raises:
        NotFoundError: if there is no such folder, or a pointed-to file is gone.
        StaleError: if the folder is half-written, or a pointed-to file has changed.
        FormatError, MismatchError: if the files do not fit each other or the manifest.
    """
    manifest = read_manifest(directory, KIND)
    facts = manifest.settings
    if (directory / POINTER_FILE).is_file():
        matrix = follow_pointer(directory / POINTER_FILE)
    else:
        matrix = FeatureMatrix(
            str(facts.get("name", directory.name)),
            read_lines(directory / IDS_FILE, facts.get("rows")),
            map_npy(directory / MATRIX_FILE),
        )
    check_facts(
        facts, rows=len(matrix), dimension=matrix.dimension, dtype=matrix.matrix.dtype, where=directory
    )
    return FeatureMatrix(str(facts["name"]), matrix.ids, matrix.matrix, str(facts["digest"]))


def read_lines(path: Path, expected: object) -> list[str]:
    """Returns the lines of a file that `write_matrix` wrote.

    Raises:
        NotFoundError: if there is no such file.
        MismatchError: if they are not as many as the manifest says.
    """
    lines = read_text(path).split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if len(lines) != expected:
        raise MismatchError(
            "number of ids and manifest differ",
            where=path,
            expected=f"{expected} ids",
            found=len(lines),
            next_step="import or extract the feature again",
        )
    return lines


def check_facts(
    facts: Mapping[str, Any], *, rows: int, dimension: int, dtype: np.dtype, where: object
) -> None:
    """Checks that a manifest says what its files say.

    Raises:
        MismatchError: naming the first fact that differs.
    """
    found = {"rows": rows, "dimension": dimension, "dtype": dtype.name}
    for key, value in found.items():
        if facts.get(key) != value:
            raise MismatchError(
                f"{key} of the array and of its manifest differ",
                where=where,
                expected=facts.get(key),
                found=value,
                next_step="import or extract the feature again",
            )
    missing = [key for key in ("name", "digest") if key not in facts]
    if missing:
        raise FormatError("manifest lacks facts", where=where, expected=", ".join(missing))
