"""Feature matrices as people have them: BigFile folders, npy files with ids, npz files."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.features.matrix import FeatureMatrix
from lpd.trec.lines import read_text

__all__ = [
    "SOURCE_FORMS",
    "FeatureSource",
    "map_npy",
    "open_bigfile",
    "open_npy",
    "open_npz",
    "open_source",
    "source_files",
]

FLOATS = (np.dtype("<f2"), np.dtype("<f4"))
NPZ_LIMIT_BYTES = 8 << 30
HEADER_READERS: dict[tuple[int, int], Callable] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


@dataclass(frozen=True)
class FeatureSource:
    """Where a matrix lies outside of a workspace.

    Args:
        form: `bigfile`, `npy` or `npz`.
        path: the folder of a BigFile, else the file.
        ids: the id list of an npy file.
        ids_key: the name of the ids in an npz file.
        matrix_key: the name of the matrix in an npz file.
    """

    form: str
    path: Path
    ids: Path | None = None
    ids_key: str = "ids"
    matrix_key: str = "matrix"


def open_bigfile(directory: Path, *, name: str | None = None) -> FeatureMatrix:
    """Returns the matrix of a BigFile folder (shape.txt, id.txt, feature.bin), memory-mapped.

    The ids stand one per line or with blanks between them. Nothing is converted: little-endian float32.

    Args:
        directory: the folder.
        name: of the feature; the folder's name if None.

    Raises:
        NotFoundError: if one of the three files is missing.
        FormatError: if shape.txt does not hold two whole numbers above 0.
        MismatchError: if the number of ids or the size of feature.bin does not fit shape.txt; it says which.
    """
    rows, dimension = _read_shape(directory / "shape.txt")
    ids = _read_row_names(directory / "id.txt", rows)
    path = directory / "feature.bin"
    if not path.is_file():
        raise NotFoundError("file is missing", where=path, expected=f"{rows} x {dimension} float32")
    _check_size(path, rows * dimension * 4, shape=(rows, dimension))
    matrix = np.memmap(path, dtype="<f4", mode="r", shape=(rows, dimension))
    return FeatureMatrix(name or directory.name, ids, matrix)


def _read_shape(path: Path) -> tuple[int, int]:
    words = read_text(path).split("\n")[0].split()
    if len(words) != 2 or not all(word.isascii() and word.isdigit() and int(word) > 0 for word in words):
        raise FormatError(
            "malformed shape",
            where=f"{path}:1",
            expected="two whole numbers above 0, rows and dimension",
            found=repr(" ".join(words)),
        )
    return int(words[0]), int(words[1])


def _read_row_names(path: Path, rows: int) -> list[str]:
    """Returns the names of `rows` rows: one per line if there are as many lines, else split at blanks."""
    text = read_text(path)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) == rows:
        return lines
    words = text.split()
    if len(words) == rows:
        return words
    raise MismatchError(
        "number of ids and number of rows differ",
        where=path,
        expected=f"{rows} ids, one per line or separated by blanks",
        found=f"{len(lines)} lines with {len(words)} words",
        next_step="give the id list that was written together with the matrix",
    )


def _check_size(path: Path, expected: int, *, shape: tuple[int, ...], header: int = 0) -> None:
    size = path.stat().st_size
    if size != expected + header:
        state = "cut short" if size < expected + header else "longer than its shape says"
        raise MismatchError(
            f"the array is {state}",
            where=path,
            expected=f"{expected + header} bytes for shape {shape}",
            found=f"{size} bytes",
            next_step="copy or extract the file again",
        )


def map_npy(path: Path) -> np.ndarray:
    """Returns the (N, D) float16 or float32 array of an npy file, memory-mapped.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it is not npy, of another type, not two-dimensional, or empty.
        MismatchError: if it is cut short or has bytes behind its end.
    """
    if not path.is_file():
        raise NotFoundError("file is missing", where=path)
    with path.open("rb") as stream:
        try:
            shape, fortran, dtype = HEADER_READERS[np.lib.format.read_magic(stream)](stream)
        except (KeyError, ValueError) as error:
            raise FormatError("not an npy file", where=path, found=error) from error
        header = stream.tell()
    _check_array(shape, dtype, where=path)
    _check_size(path, shape[0] * shape[1] * dtype.itemsize, shape=shape, header=header)
    if fortran:
        return np.memmap(path, dtype=dtype, mode="r", offset=header, shape=shape, order="F")
    return np.memmap(path, dtype=dtype, mode="r", offset=header, shape=shape)


def _check_array(shape: tuple[int, ...], dtype: np.dtype, *, where: object) -> None:
    if dtype not in FLOATS:
        raise FormatError(
            "wrong number type",
            where=where,
            expected="float16 or float32, little-endian",
            found=dtype.str,
            next_step="save it again with .astype('float32')",
        )
    if len(shape) != 2 or 0 in shape:
        raise FormatError("wrong shape", where=where, expected="rows x dimension, both above 0", found=shape)


def open_npy(path: Path, ids: Path, *, name: str | None = None) -> FeatureMatrix:
    """Returns the matrix of an npy file, memory-mapped, with the ids of a text file.

    Args:
        path: (N, D) float16 or float32.
        ids: N ids, one per line or separated by blanks.
        name: of the feature; the file's name without its ending if None.

    Raises:
        NotFoundError, FormatError: as `map_npy`.
        MismatchError: if the ids are not as many as the rows, or the file is cut short.
    """
    matrix = map_npy(path)
    return FeatureMatrix(name or path.stem, _read_row_names(ids, len(matrix)), matrix)


def open_npz(
    path: Path, *, name: str | None = None, ids_key: str = "ids", matrix_key: str = "matrix"
) -> FeatureMatrix:
    """Returns the matrix and the ids of an npz file, read into memory (a packed file cannot be mapped).

    Args:
        path: of the file, at most 8 GiB unpacked.
        name: of the feature; the file's name without its ending if None.
        ids_key: the array of N texts.
        matrix_key: the (N, D) array, float16 or float32.

    Raises:
        NotFoundError: if the file or one of the two arrays is missing; the arrays that are there are named.
        FormatError: if it is not npz, holds pickled objects, or an array has the wrong type or shape.
        MismatchError: if the ids are not as many as the rows.
    """
    ids = _load_member(path, ids_key)
    if ids.ndim != 1 or ids.dtype.kind not in "US":
        raise FormatError(
            "ids are not texts",
            where=f"{path}, array {ids_key}",
            expected="one row of texts",
            found=f"{ids.dtype} of shape {ids.shape}",
            next_step="save them as numpy.array(ids, dtype=str)",
        )
    matrix = _load_member(path, matrix_key)
    _check_array(matrix.shape, matrix.dtype, where=f"{path}, array {matrix_key}")
    texts = np.char.decode(ids, "utf-8") if ids.dtype.kind == "S" else ids
    return FeatureMatrix(name or path.stem, texts.tolist(), matrix)


def _load_member(path: Path, key: str) -> np.ndarray:
    if not path.is_file():
        raise NotFoundError("file is missing", where=path)
    if not zipfile.is_zipfile(path):
        raise FormatError("not an npz file, or cut short", where=path, expected="a file of numpy.savez")
    with zipfile.ZipFile(path) as archive:
        sizes = {info.filename.removesuffix(".npy"): info.file_size for info in archive.infolist()}
    if key not in sizes:
        raise NotFoundError(
            "array is missing",
            where=path,
            expected=repr(key),
            found=", ".join(map(repr, sizes)) or "no array",
        )
    if sizes[key] > NPZ_LIMIT_BYTES:
        raise FormatError(
            "array too large for an npz file",
            where=f"{path}, array {key}",
            expected=f"at most {NPZ_LIMIT_BYTES} bytes",
            found=f"{sizes[key]} bytes",
            next_step="save the matrix as npy, which can be memory-mapped",
        )
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return arrays[key]
    except (ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise FormatError(
            "array cannot be read",
            where=f"{path}, array {key}",
            expected="numbers or texts, no pickled objects",
            found=error,
        ) from error


SOURCE_FORMS: dict[str, Callable[[FeatureSource, str | None], FeatureMatrix]] = {
    "bigfile": lambda source, name: open_bigfile(source.path, name=name),
    "npy": lambda source, name: open_npy(source.path, _ids_of(source), name=name),
    "npz": lambda source, name: open_npz(
        source.path, name=name, ids_key=source.ids_key, matrix_key=source.matrix_key
    ),
}


def _ids_of(source: FeatureSource) -> Path:
    if source.ids is None:
        raise LpdError(
            "an npy file needs an id list", where=source.path, next_step="name the file of its ids"
        )
    return source.ids


def open_source(source: FeatureSource, *, name: str | None = None) -> FeatureMatrix:
    """Returns the matrix that a source describes.

    Raises:
        LpdError: for an unknown form, and as the function that opens that form.
    """
    if source.form not in SOURCE_FORMS:
        raise LpdError(
            "unknown form of features", expected=" or ".join(SOURCE_FORMS), found=repr(source.form)
        )
    return SOURCE_FORMS[source.form](source, name)


def source_files(source: FeatureSource) -> list[Path]:
    """Returns the absolute paths of the files that a source consists of."""
    if source.form == "bigfile":
        files = [source.path / part for part in ("shape.txt", "id.txt", "feature.bin")]
    else:
        files = [source.path] if source.ids is None else [source.path, source.ids]
    return [file.resolve() for file in files]
