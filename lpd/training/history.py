"""The record of a training: one JSON line per epoch."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lpd.errors import FormatError, NotFoundError
from lpd.storage import atomic_file

__all__ = ["HISTORY_NAME", "append_history", "read_history", "write_history"]

HISTORY_NAME = "history.jsonl"


def append_history(path: Path, row: Mapping[str, Any]) -> None:
    """Adds one epoch to the end of the file."""
    with Path(path).open("a", encoding="utf-8") as stream:
        stream.write(_line(row))


def write_history(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes all epochs anew, atomically."""
    with atomic_file(Path(path)) as temporary:
        temporary.write_text("".join(_line(row) for row in rows), encoding="utf-8")


def read_history(path: Path) -> list[dict[str, Any]]:
    """Returns the epochs in order.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if a line is not a JSON object; the place is given as `path:line`.
    """
    if not Path(path).is_file():
        raise NotFoundError("no history of a training here", where=path)
    rows = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise FormatError(f"not valid JSON ({error.msg})", where=f"{path}:{number}") from error
        if not isinstance(row, dict):
            raise FormatError("a line of the history", where=f"{path}:{number}", expected="a JSON object")
        rows.append(row)
    return rows


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"
