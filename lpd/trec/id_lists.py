"""Lists of ids, such as the shots of a subset or the rows of a feature matrix."""

from collections.abc import Sequence
from pathlib import Path

from lpd.errors import FormatError, name_some
from lpd.storage import atomic_file
from lpd.trec.lines import BadLine, malformed, numbered_lines

__all__ = ["read_id_list", "repeated_ids", "write_id_list"]


def read_id_list(path: Path) -> list[str]:
    """Returns the ids of a file, one per line; a single line may hold many with blanks between them.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if one of several lines has a blank in it, an id occurs twice, or there are none.
    """
    lines = list(numbered_lines(path))
    if len(lines) == 1:
        lines = [(lines[0][0], word) for word in lines[0][1].split()]
    bad = [BadLine(number, line) for number, line in lines if line.split() != [line]]
    if bad:
        raise malformed(path, bad, expected="one id without blanks")
    ids = [line for _, line in lines]
    if not ids:
        raise FormatError("no ids", where=path, expected="one per line")
    if repeated_ids(ids):
        first: dict[str, int] = {}
        again = [BadLine(*line) for row, line in enumerate(lines) if first.setdefault(line[1], row) != row]
        raise malformed(path, again, what="an id occurs twice", expected="each once")
    return ids


def repeated_ids(ids: Sequence[str]) -> list[str]:
    """Returns the ids that occur more than once, each once, in the order of their second occurrence."""
    if len(set(ids)) == len(ids):
        return []
    seen: set[str] = set()
    again: dict[str, None] = {}
    for one in ids:
        if one in seen:
            again[one] = None
        seen.add(one)
    return list(again)


def write_id_list(path: Path, ids: Sequence[str]) -> None:
    """Writes one id per line.

    Raises:
        FormatError: if an id is empty, has a blank or occurs twice.
    """
    bad = [one for one in ids if one.split() != [one]]
    if bad:
        raise FormatError("ids with blanks", where=path, expected="one word each", found=name_some(bad))
    repeated = repeated_ids(ids)
    if repeated:
        raise FormatError("ids occur twice", where=path, expected="each once", found=name_some(repeated))
    with atomic_file(path) as temporary:
        temporary.write_text("".join(f"{one}\n" for one in ids), encoding="utf-8")
