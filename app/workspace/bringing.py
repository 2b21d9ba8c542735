"""Small files that are brought in at once, from a path or from what a person uploaded."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from app.workspace.imports import Values
from lpd.errors import FormatError, LpdError
from lpd.services.importing.runs import import_all_runs, import_run
from lpd.services.importing.trec import import_qrels, import_topics
from lpd.storage import atomic_file, digest_bytes
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["AT_ONCE", "MOST_BYTES", "Uploaded", "bring_path", "bring_upload", "kept_upload"]

MOST_BYTES = 20 << 20
"""Larger files are given by their path on the server."""

UPLOADS = "uploads"
ENDINGS = (".txt", ".gz", ".xml")
"""Of an uploaded file's name, those that say how it is read."""


class Uploaded(NamedTuple):
    """A file as it came from the browser."""

    name: str
    content: bytes


def _topics(workspace: Workspace, source: Path, values: Values) -> str:
    made = import_topics(
        workspace,
        _text(values, "edition"),
        source,
        collection=_text(values, "collection"),
        subset=_text(values, "subset") or None,
        role=_text(values, "role") or None,
    )
    return f"{made.name}: {counted(len(made.topics), 'topic')} over {made.collection}"


def _qrels(workspace: Workspace, source: Path, values: Values) -> str:
    edition, name = _text(values, "edition"), _text(values, "name")
    notes = import_qrels(workspace, edition, source, name=name, default=bool(values.get("default")))
    return "; ".join([f"{edition}: qrels {name}", *notes])


def _run(workspace: Workspace, source: Path, values: Values) -> str:
    edition = _text(values, "edition")
    tag = _text(values, "tag")
    tags = (
        [import_run(workspace, edition, source, tag=tag)]
        if tag
        else import_all_runs(workspace, edition, source)
    )
    return f"{edition}: {'run' if len(tags) == 1 else 'runs'} {', '.join(tags)}"


def _text(values: Values, name: str) -> str:
    return str(values.get(name) or "")


AT_ONCE: dict[str, Callable[[Workspace, Path, Values], str]] = {
    "topics": _topics,
    "qrels": _qrels,
    "run": _run,
}
"""Kind of IMPORTS -> what brings it in within a moment, and says so in a sentence."""


def bring_path(workspace: Workspace, kind: str, values: Values) -> str:
    """Returns what was brought in, in a sentence.

    Args:
        workspace: takes it.
        kind: one of AT_ONCE.
        values: of its fields; `source` is the path.

    Raises:
        LpdError: if the library refuses it.
    """
    return AT_ONCE[kind](workspace, Path(_text(values, "source")), values)


def bring_upload(workspace: Workspace, kind: str, values: Values, uploaded: Uploaded) -> str:
    """Returns what was brought in from an uploaded file, in a sentence; it is in a temporary file meanwhile.

    Raises:
        LpdError: if the library refuses it; its sentence names the file as the person knows it.
        FormatError: if the file is too large.
    """
    _check_size(uploaded)
    ending = Path(uploaded.name).suffix.lower()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"uploaded{ending if ending in ENDINGS else ''}"
        path.write_bytes(uploaded.content)
        try:
            return AT_ONCE[kind](workspace, path, values)
        except LpdError as error:
            raise LpdError(str(error).replace(str(path), uploaded.name)) from error


def kept_upload(workspace: Workspace, uploaded: Uploaded) -> Path:
    """Returns where an uploaded file is kept for work that reads it later: in `uploads/` of the workspace,
    named by the digest of its content.

    Raises:
        FormatError: if the file is too large.
    """
    _check_size(uploaded)
    ending = Path(uploaded.name).suffix.lower()
    known = ending if ending[1:].isalnum() else ""
    path = workspace.path / UPLOADS / f"{digest_bytes(uploaded.content)}{known}"
    if not path.is_file():
        with atomic_file(path) as temporary:
            temporary.write_bytes(uploaded.content)
    return path


def _check_size(uploaded: Uploaded) -> None:
    if len(uploaded.content) > MOST_BYTES:
        most = f"at most {MOST_BYTES >> 20} MiB"
        raise FormatError(
            "too large to be uploaded", where=uploaded.name, expected=most, next_step="give its path"
        )
