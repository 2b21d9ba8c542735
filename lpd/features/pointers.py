"""Pointers from a workspace to a feature matrix that stays where a person keeps it."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lpd.errors import FormatError, NotFoundError, StaleError
from lpd.features.files import STORED_FLOATS
from lpd.features.matrix import FeatureMatrix, check_finite, check_ids
from lpd.features.sources import FeatureSource, open_source, source_files
from lpd.storage import (
    Manifest,
    atomic_directory,
    digest_bytes,
    digest_file,
    read_json,
    write_json,
    write_manifest,
)

__all__ = ["follow_pointer", "write_pointer"]

KIND = "features"
POINTER_FILE = "pointer.json"


def write_pointer(
    directory: Path,
    source: FeatureSource,
    *,
    name: str | None = None,
    settings: Mapping[str, Any] | None = None,
) -> FeatureMatrix:
    """Writes pointer.json and manifest.json for a matrix that stays where it is, and returns that matrix.

    The source is read through once, for NaN and for its digest.

    Raises:
        LpdError: as `open_source`.
        FormatError: for a bad or repeated id, a NaN or an infinity.
    """
    matrix = open_source(source, name=name)
    if matrix.matrix.dtype not in STORED_FLOATS:
        raise FormatError(
            "this number type can only be copied",
            where=source.path,
            expected=" or ".join(one.name for one in STORED_FLOATS),
            found=matrix.matrix.dtype.name,
            next_step="copy it: leave --pointer out",
        )
    check_ids(matrix.ids, where=source.path)
    check_finite(matrix.matrix, matrix.ids, where=source.path)
    files = [_file_facts(file) for file in source_files(source)]
    described = asdict(source) | {"path": str(source.path.resolve())}
    described["ids"] = None if source.ids is None else str(source.ids.resolve())
    made_from = {str(file["path"]): str(file["digest"]) for file in files}
    facts = {
        "name": matrix.name,
        "rows": len(matrix),
        "dimension": matrix.dimension,
        "dtype": matrix.matrix.dtype.name,
        "digest": digest_bytes("\n".join(made_from.values()).encode("utf-8")),
        "how": dict(settings or {}),
    }
    with atomic_directory(directory) as folder:
        write_json(folder / POINTER_FILE, {"format_version": 1, "source": described, "files": files})
        write_manifest(folder, Manifest(KIND, made_from, facts))
    return FeatureMatrix(matrix.name, matrix.ids, matrix.matrix, str(facts["digest"]))


def _file_facts(path: Path) -> dict[str, Any]:
    stat = path.stat()
    return {
        "path": str(path),
        "size": stat.st_size,
        "mtime_ns": stat.st_mtime_ns,
        "digest": digest_file(path),
    }


def follow_pointer(path: Path) -> FeatureMatrix:
    """Returns the matrix that a pointer.json points to.

    Raises:
        NotFoundError: if a file of it is gone.
        StaleError: if a file of it has changed.
        FormatError: if it is not a pointer.
    """
    document = read_json(path)
    try:
        source = document["source"]
        ids = source["ids"]
        described = FeatureSource(
            form=source["form"],
            path=Path(source["path"]),
            ids=None if ids is None else Path(ids),
            ids_key=source["ids_key"],
            matrix_key=source["matrix_key"],
        )
        files = [
            (Path(one["path"]), one["size"], one["mtime_ns"], one["digest"]) for one in document["files"]
        ]
    except (KeyError, TypeError) as error:
        raise FormatError("not a pointer to features", where=path, found=repr(error)) from error
    for file, size, mtime_ns, digest in files:
        _check_unchanged(file, size=size, mtime_ns=mtime_ns, digest=digest)
    return open_source(described)


def _check_unchanged(file: Path, *, size: int, mtime_ns: int, digest: str) -> None:
    again = "bring the file back, or import the feature again"
    if not file.is_file():
        raise NotFoundError("a file that features point to is gone", where=file, next_step=again)
    stat = file.stat()
    if stat.st_size == size and stat.st_mtime_ns == mtime_ns:
        return
    if stat.st_size != size or digest_file(file) != digest:
        raise StaleError(
            "a file that features point to has changed since import",
            where=file,
            expected=f"{size} bytes with digest {digest}",
            found=f"{stat.st_size} bytes" if stat.st_size != size else "another digest",
            next_step=again,
        )
