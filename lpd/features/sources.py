"""Feature matrices as people have them: BigFile folders, npy, npz, HDF5 and parquet files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lpd.errors import FormatError, LpdError, NotFoundError, name_some
from lpd.features.bigfile import open_bigfile
from lpd.features.hdf5 import stream_hdf5
from lpd.features.matrix import FeatureMatrix
from lpd.features.npy import open_npy
from lpd.features.npz import stream_npz
from lpd.features.parquet import stream_parquet
from lpd.features.streams import FeatureStream, in_memory, stream_of

__all__ = [
    "SOURCE_FORMS",
    "FeatureSource",
    "describe_source",
    "open_source",
    "source_files",
    "stream_source",
]

FORM_OF_ENDING = {
    ".npy": "npy",
    ".npz": "npz",
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    ".parquet": "parquet",
}
BIGFILE_PARTS = ("shape.txt", "id.txt", "feature.bin")


@dataclass(frozen=True)
class FeatureSource:
    """Where a matrix lies outside of a workspace.

    Args:
        form: of SOURCE_FORMS.
        path: the folder of a BigFile, else the file.
        ids: the id list of an npy file; for HDF5 it may stand for the data set of ids.
        ids_key: the name of the ids inside the file; if None `ids`, in parquet `shot_id`.
        matrix_key: the name of the matrix inside the file; if None `matrix` in npz, `data` in HDF5, and in
            parquet the only column of lists or all columns of numbers.
    """

    form: str
    path: Path
    ids: Path | None = None
    ids_key: str | None = None
    matrix_key: str | None = None


def _npy(source: FeatureSource, name: str | None) -> FeatureStream:
    if source.ids is None:
        raise LpdError(
            "an npy file needs an id list", where=source.path, next_step="name the file of its ids"
        )
    return stream_of(open_npy(source.path, source.ids, name=name), where=source.path)


def _npz(source: FeatureSource, name: str | None) -> FeatureStream:
    return stream_npz(
        source.path,
        name=name,
        ids_key=source.ids_key or "ids",
        matrix_key=source.matrix_key or "matrix",
    )


def _hdf5(source: FeatureSource, name: str | None) -> FeatureStream:
    return stream_hdf5(
        source.path,
        name=name,
        ids_key=source.ids_key or "ids",
        matrix_key=source.matrix_key or "data",
        ids=source.ids,
    )


def _parquet(source: FeatureSource, name: str | None) -> FeatureStream:
    return stream_parquet(
        source.path, name=name, ids_key=source.ids_key or "shot_id", matrix_key=source.matrix_key
    )


SOURCE_FORMS: dict[str, Callable[[FeatureSource, str | None], FeatureStream]] = {
    "bigfile": lambda source, name: stream_of(open_bigfile(source.path, name=name), where=source.path),
    "npy": _npy,
    "npz": _npz,
    "hdf5": _hdf5,
    "parquet": _parquet,
}


def stream_source(source: FeatureSource, *, name: str | None = None) -> FeatureStream:
    """Returns the rows that a source describes, to be read in order.

    Raises:
        LpdError: for an unknown form, and as the function that opens that form.
    """
    if source.form not in SOURCE_FORMS:
        raise LpdError(
            "unknown form of features", expected=" or ".join(SOURCE_FORMS), found=repr(source.form)
        )
    return SOURCE_FORMS[source.form](source, name)


def open_source(source: FeatureSource, *, name: str | None = None) -> FeatureMatrix:
    """Returns the matrix that a source describes: memory-mapped (BigFile, npy, and HDF5 in one piece), else
    read into memory (npz, parquet, HDF5 in chunks; at most 8 GiB).

    Raises:
        LpdError: as `stream_source` and `in_memory`.
    """
    stream = stream_source(source, name=name)
    if stream.matrix is None:
        return in_memory(stream)
    return FeatureMatrix(stream.name, stream.ids, stream.matrix)


def source_files(source: FeatureSource) -> list[Path]:
    """Returns the absolute paths of the files that a source consists of."""
    if source.form == "bigfile":
        files = [source.path / part for part in BIGFILE_PARTS]
    else:
        files = [source.path] if source.ids is None else [source.path, source.ids]
    return [file.resolve() for file in files]


def describe_source(
    path: Path,
    *,
    ids: Path | None = None,
    ids_key: str | None = None,
    matrix_key: str | None = None,
) -> FeatureSource:
    """Returns what a path is: a BigFile folder, or a file by its ending.

    Args:
        path: of the folder or file.
        ids, ids_key, matrix_key: as FeatureSource.

    Raises:
        NotFoundError: if there is nothing, or a folder without shape.txt; BigFiles inside it are named.
        FormatError: if the ending is unknown, or the form has no use for what was named.
    """
    if not path.exists():
        found = f"a link to {path.readlink()}, which is not there" if path.is_symlink() else None
        raise NotFoundError("no features here", where=path, found=found)
    form = "bigfile" if path.is_dir() else FORM_OF_ENDING.get(path.suffix.lower())
    if form is None:
        raise FormatError(
            "unknown kind of features",
            where=path,
            expected=f"a BigFile folder, or a file that ends in {', '.join(FORM_OF_ENDING)}",
        )
    if form == "bigfile" and not (path / "shape.txt").is_file():
        inside = sorted(one.parent.name for one in path.glob("*/shape.txt"))
        raise NotFoundError(
            "not a BigFile folder",
            where=path,
            expected=", ".join(BIGFILE_PARTS),
            found=f"such folders inside: {name_some(inside)}" if inside else "no shape.txt",
        )
    keys = ids_key is not None or matrix_key is not None
    if (ids is not None and form not in ("npy", "hdf5")) or (keys and form in ("bigfile", "npy")):
        useless = "id list" if ids is not None and form not in ("npy", "hdf5") else "names of arrays"
        raise FormatError(f"{form} takes no {useless}", where=path, next_step="leave it out")
    return FeatureSource(form, path, ids, ids_key, matrix_key)
