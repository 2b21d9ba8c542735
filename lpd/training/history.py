"""The record of a training: one JSON line per epoch."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lpd.errors import FormatError, NotFoundError
from lpd.storage import atomic_file

__all__ = ["HISTORY_NAME", "append_history", "read_history", "write_history"]

HISTORY_NAME = "history.jsonl"
"""The file of what each epoch measured, a JSON object per line."""


def append_history(path: Path, row: Mapping[str, Any]) -> None:
    """Adds one epoch to the end of the file."""
    with Path(path).open("a", encoding="utf-8") as stream:
        stream.write(_line(row))


def write_history(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes all epochs anew, atomically."""
    with atomic_file(Path(path)) as temporary:
        temporary.write_text("".join(_line(row) for row in rows), encoding="utf-8")


def read_history(path: Path, *, unfinished: bool = False) -> list[dict[str, Any]]:
    """Returns the epochs in order.

    Args:
        path: of the file.
        unfinished: a training is writing it, or was killed while it did: a last line that does not end is
            left out.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if a line is not a JSON object; the place is given as `path:line`.
    """
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise NotFoundError("no history of a training here", where=path) from None
    *lines, rest = content.split(b"\n")
    if rest and not unfinished:
        lines.append(rest)
    return [_row(line, where=f"{path}:{number}") for number, line in enumerate(lines, start=1)]


def _row(line: bytes, *, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise FormatError(f"not valid JSON ({error.msg})", where=where) from error
    except UnicodeDecodeError as error:
        raise FormatError("not UTF-8 text", where=where, found=f"byte {error.start}") from error
    if not isinstance(row, dict):
        raise FormatError("a line of the history", where=where, expected="a JSON object")
    return row


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"
