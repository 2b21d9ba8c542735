"""Folders with pretrained models: found by path or in the Hugging Face cache, described, checked for change.

Nothing is fetched: a model lies in a folder of the person's, in the cache, or copied into the workspace.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from lpd.errors import (
    FormatError,
    LpdError,
    MissingExtraError,
    NotFoundError,
    StaleError,
    name_some,
    pip_line,
)
from lpd.progress import Progress, no_progress
from lpd.storage import digest_bytes, digest_file

__all__ = [
    "COPIES_FOLDER",
    "FileFacts",
    "ModelPlace",
    "check_same_files",
    "check_unchanged",
    "content_digest",
    "file_facts",
    "find_model_folder",
    "import_transformers",
    "place_from_json",
    "stays_inside",
]

COPIES_FOLDER = "pretrained"
"""In a workspace: the models that were copied into it, one folder per name."""

IMPORT_AGAIN = "bring the files back, or lpd import encoder again"
_INNER_PATH = re.compile(r"(?:[\w .,+=@-]{1,128}(?:/[\w .,+=@-]{1,128}){0,7})?")
_CACHE_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?")


class FileFacts(NamedTuple):
    """One file of a model when it was imported; `path` is relative to the model's folder, with slashes."""

    path: str
    size: int
    mtime_ns: int
    digest: str


class ModelPlace(NamedTuple):
    """Where a model's files lie.

    Args:
        path: of the folder; absolute, or relative to the workspace that holds the copy.
        copied: whether it is a copy in the workspace.
        files: every file that is read of it.
    """

    path: str
    copied: bool
    files: tuple[FileFacts, ...]

    def folder(self, directory: Path) -> Path:
        """Returns the model's folder.

        Args:
            directory: the encoder's folder, in the same workspace as a copy.

        Raises:
            NotFoundError: if it is a copy, and the encoder lies in no workspace.
        """
        if not self.copied:
            return Path(self.path)
        for parent in directory.resolve().parents:
            if (parent / "workspace.toml").is_file():
                return parent / self.path
        raise NotFoundError(
            "this encoder reads a copy in its workspace, and lies in none",
            where=directory,
            next_step="lpd import encoder, in the workspace that shall have it",
        )

    def to_json(self) -> dict[str, Any]:
        """Returns it as plain JSON values."""
        return {
            "path": self.path,
            "copied": self.copied,
            "files": [facts._asdict() for facts in self.files],
        }


def place_from_json(document: Mapping[str, Any], *, where: Path) -> ModelPlace:
    """Returns the place that the document of a pretrained encoder names.

    Args:
        document: with `place`, as `ModelPlace.to_json` gave it, and `content`, the digest of its files.
        where: the encoder's folder.

    Raises:
        FormatError: if it names none, or other files than `content` says, or a path leaves its folder.
    """
    try:
        place = document["place"]
        path, copied = str(place["path"]), bool(place["copied"])
        files = tuple(
            FileFacts(str(one["path"]), int(one["size"]), int(one["mtime_ns"]), str(one["digest"]))
            for one in place["files"]
        )
        if not files or content_digest(files) != document["content"]:
            raise ValueError("files and content differ")
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise FormatError(
            "not the place of a model", where=where, found=repr(error), next_step="lpd import encoder again"
        ) from error
    inner = [one.path for one in files] + ([path] if copied else [])
    leaving = [one for one in inner if not stays_inside(one)]
    if leaving:
        raise FormatError("paths that leave their folder", where=where, found=name_some(leaving))
    return ModelPlace(path, copied, files)


def stays_inside(path: str) -> bool:
    """Returns whether a relative path, with slashes, is one of a file or folder below; empty is the folder
    itself.
    """
    return _INNER_PATH.fullmatch(path) is not None and ".." not in PurePosixPath(path).parts


def find_model_folder(source: Path | str) -> Path:
    """Returns the folder of a model: the one named, or the one that the Hugging Face cache has of that name.

    Raises:
        NotFoundError: if there is neither. Nothing is downloaded.
        MissingExtraError: if the name may be one of the cache, and transformers is not installed.
    """
    folder = Path(source).expanduser()
    if folder.is_dir():
        return folder.resolve()
    name = str(source)
    if _CACHE_NAME.fullmatch(name) is None or ".." in name:
        raise NotFoundError("no such folder", where=source, next_step="give the folder of a model")
    import_transformers()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True)).resolve()
    except (LocalEntryNotFoundError, OSError, ValueError) as error:
        raise NotFoundError(
            "no such folder, and no such model in the Hugging Face cache",
            where=name,
            next_step="give the folder of a model; nothing is downloaded here",
        ) from error


def import_transformers() -> None:
    """Raises MissingExtraError if the package that runs pretrained models is not installed."""
    try:
        import transformers  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "pretrained encoders need the package transformers",
            next_step=pip_line("pretrained"),
        ) from error


def file_facts(
    folder: Path, names: Sequence[str], *, progress: Progress = no_progress
) -> tuple[FileFacts, ...]:
    """Returns what the files of a model are now, each read through once for its digest.

    Args:
        folder: of the model.
        names: paths in it, with slashes.
        progress: called per file.
    """
    facts = []
    for done, name in enumerate(names):
        progress("reading the model's files", done, len(names))
        stat = (folder / name).stat()
        facts.append(FileFacts(name, stat.st_size, stat.st_mtime_ns, digest_file(folder / name)))
    progress("reading the model's files", len(names), len(names))
    return tuple(facts)


def content_digest(files: Sequence[FileFacts]) -> str:
    """Returns the digest of names and contents, the same wherever the files lie."""
    return digest_bytes("\n".join(f"{one.path} {one.digest}" for one in sorted(files)).encode())


def check_unchanged(place: ModelPlace, directory: Path) -> Path:
    """Returns the model's folder if its files are those that were imported.

    A file of the same size and time is taken to be the same; one of another time is read through.

    Args:
        place: where the files lie.
        directory: the encoder's folder.

    Raises:
        NotFoundError: naming all files that are gone.
        StaleError: naming all files that have changed.
    """
    folder = place.folder(directory)
    try:
        gone = [one.path for one in place.files if not (folder / one.path).is_file()]
        changed = [] if gone else [one.path for one in place.files if _has_changed(folder / one.path, one)]
    except OSError as error:
        raise LpdError("a pretrained model cannot be read", where=folder, found=str(error)) from error
    if gone:
        raise NotFoundError(
            "files of a pretrained model are gone",
            where=folder,
            expected=name_some(gone),
            next_step=IMPORT_AGAIN,
        )
    if changed:
        raise StaleError(
            "files of a pretrained model have changed since import",
            where=folder,
            found=name_some(changed),
            next_step=IMPORT_AGAIN,
        )
    return folder


def _has_changed(path: Path, facts: FileFacts) -> bool:
    stat = path.stat()
    if stat.st_size != facts.size:
        return True
    return stat.st_mtime_ns != facts.mtime_ns and digest_file(path) != facts.digest


def check_same_files(found: Sequence[str], place: ModelPlace, folder: Path) -> None:
    """Raises StaleError if a model would now be read from other files than those that were imported."""
    more = sorted(set(found) - {one.path for one in place.files})
    if more:
        raise StaleError(
            "files were added to a pretrained model since import",
            where=folder,
            found=name_some(more),
            next_step="take them away, or lpd import encoder again",
        )
