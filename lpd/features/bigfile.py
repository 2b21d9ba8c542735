"""BigFile folders, as the repositories of the field write them: shape.txt, id.txt, feature.bin."""

from pathlib import Path

import numpy as np

from lpd.errors import FormatError
from lpd.features.files import check_file, check_size, map_rows, read_row_names
from lpd.features.matrix import FeatureMatrix
from lpd.trec.lines import read_text

__all__ = ["open_bigfile"]

LONGEST_NUMBER = 15


def open_bigfile(directory: Path, *, name: str | None = None) -> FeatureMatrix:
    """Returns the matrix of a BigFile folder (shape.txt, id.txt, feature.bin), memory-mapped.

    The ids stand one per line or with blanks between them. Nothing is converted: little-endian float32.

    Args:
        directory: the folder.
        name: of the feature; the folder's name if None.

    Raises:
        NotFoundError: if one of the three files is missing.
        FormatError: if shape.txt does not hold two whole numbers above 0, or a file is a Git LFS pointer.
        MismatchError: if the number of ids or the size of feature.bin does not fit shape.txt; it says which.

    Source: FORMATS.md, section 2.
    """
    rows, dimension = _read_shape(directory / "shape.txt")
    ids = read_row_names(directory / "id.txt", rows)
    path = directory / "feature.bin"
    check_file(path, expected=f"{rows} x {dimension} float32")
    check_size(path, rows * dimension * 4, shape=(rows, dimension))
    matrix = map_rows(path, np.dtype("<f4"), shape=(rows, dimension))
    return FeatureMatrix(name or directory.name, ids, matrix)


def _read_shape(path: Path) -> tuple[int, int]:
    words = read_text(path).split("\n")[0].split()
    if len(words) != 2 or not all(_is_size(word) for word in words):
        raise FormatError(
            "malformed shape",
            where=f"{path}:1",
            expected="two whole numbers above 0, rows and dimension",
            found=repr(" ".join(words)[:80]),
        )
    return int(words[0]), int(words[1])


def _is_size(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= LONGEST_NUMBER and int(word) > 0
