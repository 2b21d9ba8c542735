"""Files that are either whole or absent: atomic writing, digests, manifests, the writer's lock."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lpd import __version__
from lpd.errors import FormatError, LpdError, NotFoundError, StaleError

__all__ = [
    "Manifest",
    "atomic_directory",
    "atomic_file",
    "check_format_version",
    "digest_bytes",
    "digest_file",
    "read_json",
    "read_manifest",
    "replace_directory",
    "write_json",
    "write_manifest",
    "writer_lock",
]

MANIFEST_NAME = "manifest.json"
LOCK_NAME = ".writer.lock"


def digest_bytes(data: bytes) -> str:
    """Returns the first 16 hexadecimal digits of the SHA-256 of `data`."""
    return hashlib.sha256(data).hexdigest()[:16]


def digest_file(path: Path) -> str:
    """Returns the first 16 hexadecimal digits of the SHA-256 of a file, read in blocks.

    Raises:
        NotFoundError: if there is no such file.
    """
    if not path.is_file():
        raise NotFoundError("file is missing", where=path)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yields a temporary path beside `path`; what was written there takes its place when the block ends
    well.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(descriptor)
    temporary = Path(name)
    try:
        yield temporary
        _flush_to_disk(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
        _flush_to_disk(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def atomic_directory(path: Path) -> Iterator[Path]:
    """Yields a new folder beside `path` that takes its place, whole, when the block ends well.

    A folder that stood at `path` is moved aside first and removed last, so a failure leaves it as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
    temporary.chmod(0o755)
    try:
        yield temporary
        for file in temporary.rglob("*"):
            if file.is_file():
                file.chmod(0o644)  # safetensors makes files that only their owner can read
                _flush_to_disk(file)
        replace_directory(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def replace_directory(new: Path, path: Path) -> None:
    """Moves a finished folder, whose files are on disk, to `path` beside it.

    A folder that stood at `path` is moved aside first and removed last, so a failure leaves it as it was.
    """
    old: Path | None = None
    try:
        if path.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".old", dir=path.parent))
            path.replace(old / path.name)
        new.replace(path)
        _flush_to_disk(path.parent)
    except BaseException:
        if old is not None and (old / path.name).exists() and not path.exists():
            (old / path.name).replace(path)
        raise
    finally:
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)


def _flush_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_json(path: Path, document: Any) -> None:
    """Writes one JSON document, indented and atomically; NaN is refused."""
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    with atomic_file(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Returns the JSON object in a file.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it is not UTF-8 JSON or not an object; the place is given as `path:line`.
    """
    if not path.is_file():
        raise NotFoundError("file is missing", where=path)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise FormatError(f"not valid JSON ({error.msg})", where=f"{path}:{error.lineno}") from error
    except UnicodeDecodeError as error:
        raise FormatError("not UTF-8 text", where=path, found=f"byte {error.start}") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or as many brackets
        raise FormatError("not JSON that can be read", where=path, found=error) from error
    if not isinstance(document, dict):
        raise FormatError(
            "wrong kind of JSON", where=path, expected="an object", found=type(document).__name__
        )
    return document


def check_format_version(
    document: Mapping[str, Any], version: int, *, what: str, where: Path, next_step: str
) -> None:
    """Raises a FormatError if a document is not of the format version that this lpd reads and writes.

    Args:
        document: with `format_version`.
        version: the one that is known.
        what: it is, for the error: `checkpoint`.
        where: its file.
        next_step: what a person can do.
    """
    found = document.get("format_version")
    if found != version:
        raise FormatError(
            f"{what} of another format version",
            where=where,
            expected=version,
            found=found,
            next_step=next_step,
        )


@dataclass(frozen=True)
class Manifest:
    """What a derived thing was made from, by which version, with which settings and seed.

    Args:
        kind: what the thing is, e.g. `features`, `index`.
        made_from: name -> digest of each source.
        settings: whatever else decided its content.
        seed: None where nothing was random.
        version: the version of lpd that wrote it.
    """

    kind: str
    made_from: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    seed: int | None = None
    version: str = __version__

    def changed(self, sources: Mapping[str, str]) -> list[str]:
        """Returns the names of those given sources whose digest differs from the recorded one."""
        return [name for name, digest in sources.items() if self.made_from.get(name) != digest]


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Writes `manifest.json`; the last file to be written, so its absence means half-written."""
    write_json(directory / MANIFEST_NAME, asdict(manifest))


def read_manifest(directory: Path, *kinds: str) -> Manifest:
    """Returns the manifest of a derived thing that is of one of the kinds.

    Raises:
        StaleError: if the folder is there without its manifest (half-written).
        NotFoundError: if there is no such folder.
        FormatError: if the manifest is of another kind or lacks keys.
    """
    expected = " or ".join(kinds)
    if not directory.is_dir():
        raise NotFoundError(f"no {expected} here", where=directory)
    path = directory / MANIFEST_NAME
    if not path.is_file():
        raise StaleError("half-written", where=directory, expected=MANIFEST_NAME, next_step="make it again")
    document = read_json(path)
    try:
        manifest = Manifest(**document)
    except TypeError as error:
        raise FormatError(f"not a manifest ({error})", where=path) from error
    if manifest.kind not in kinds:
        raise FormatError("manifest of another kind", where=path, expected=expected, found=manifest.kind)
    return manifest


@contextmanager
def writer_lock(directory: Path) -> Iterator[None]:
    """Holds the one writer's lock of a workspace; readers need none. A thread that holds it may take it
    again.

    Raises:
        LpdError: if another process is writing.
    """
    from filelock import FileLock, Timeout

    directory.mkdir(parents=True, exist_ok=True)
    lock = FileLock(directory / LOCK_NAME, is_singleton=True)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LpdError(
            "another process is writing to this workspace",
            where=directory,
            next_step="wait until it has finished",
        ) from error
    try:
        yield
    finally:
        lock.release()
