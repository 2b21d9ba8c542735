"""Captions: the texts that describe shots, as rows of a text file or of a parquet file."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from lpd.errors import FormatError, NotFoundError, name_some
from lpd.storage import atomic_file
from lpd.trec.id_lists import repeated_ids
from lpd.trec.lines import BadLine, malformed, numbered_lines

__all__ = ["Caption", "load_captions", "read_captions", "save_captions", "shot_of_caption", "write_captions"]

EXPECTED_ROW = "`shot#k text` or `shot#enc#k text`"


class Caption(NamedTuple):
    """One text about one shot; `caption_id` is `shot#k` or `shot#enc#k`."""

    caption_id: str
    shot_id: str
    text: str


def shot_of_caption(caption_id: str) -> str:
    """Returns the shot that a caption id names: what stands before its first `#`."""
    return caption_id.partition("#")[0]


def read_captions(path: Path) -> list[Caption]:
    """Returns the captions of a text file in its order; id and text are split at the first blanks.

    Blank lines are skipped.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if a line has no text or its id no `#` (`path:line`), if a caption id occurs twice, or if
            there are no captions.
    """
    captions: list[Caption] = []
    bad: list[BadLine] = []
    for number, line in numbered_lines(path):
        caption_id, *rest = line.split(maxsplit=1)
        shot_id = shot_of_caption(caption_id)
        if rest and shot_id and "#" in caption_id:
            captions.append(Caption(caption_id, shot_id, rest[0]))
        else:
            bad.append(BadLine(number, line))
    if bad:
        raise malformed(path, bad, expected=EXPECTED_ROW)
    if not captions:
        raise FormatError("no captions", where=path, expected=f"lines {EXPECTED_ROW}")
    _check_captions(captions, where=path)
    return captions


def write_captions(path: Path, captions: Sequence[Caption]) -> None:
    """Writes one caption per line, id and text with one blank between them.

    Raises:
        FormatError: if an id occurs twice, contains a blank or does not name its shot, or if a text is empty
            or has a line break.
    """
    _check_captions(captions, where=path)
    with atomic_file(path) as temporary:
        lines = [f"{caption.caption_id} {caption.text.strip()}\n" for caption in captions]
        temporary.write_text("".join(lines), encoding="utf-8")


def _check_captions(captions: Sequence[Caption], *, where: Path) -> None:
    repeated = repeated_ids([caption.caption_id for caption in captions])
    if repeated:
        raise FormatError(
            "caption ids occur more than once", where=where, expected="each once", found=name_some(repeated)
        )
    bad = [caption.caption_id for caption in captions if not _fits_one_line(caption)]
    if bad:
        raise FormatError(
            "captions that do not fit on one line", where=where, expected=EXPECTED_ROW, found=name_some(bad)
        )


def _fits_one_line(caption: Caption) -> bool:
    return (
        caption.caption_id.split() == [caption.caption_id]
        and "#" in caption.caption_id
        and shot_of_caption(caption.caption_id) == caption.shot_id
        and bool(caption.text.strip())
        and "\n" not in caption.text
    )


def save_captions(path: Path, captions: Sequence[Caption]) -> None:
    """Writes captions as a parquet file with the columns caption_id, shot_id, text.

    Raises:
        FormatError: as `write_captions`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    _check_captions(captions, where=path)
    columns = {name: [getattr(caption, name) for caption in captions] for name in Caption._fields}
    table = pa.table(columns, schema=pa.schema([(name, pa.string()) for name in Caption._fields]))
    with atomic_file(path) as temporary:
        pq.write_table(table, temporary)


def load_captions(path: Path) -> list[Caption]:
    """Returns the captions of a parquet file that `save_captions` wrote.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it is not parquet, lacks a column, or holds an empty field.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise NotFoundError("captions are missing", where=path)
    try:
        table = pq.ParquetFile(path).read(columns=list(Caption._fields))
        columns = {name: table.column(name).to_pylist() for name in table.column_names}
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FormatError("not a parquet file of captions", where=path, found=error) from error
    missing = [name for name in Caption._fields if name not in columns]
    if missing:
        raise FormatError("columns are missing", where=path, expected=name_some(missing))
    captions = [Caption(*row) for row in zip(*(columns[name] for name in Caption._fields), strict=True)]
    empty = [
        str(row) for row, caption in enumerate(captions) if not all(isinstance(one, str) for one in caption)
    ]
    if empty:
        raise FormatError("rows with empty fields", where=path, expected="texts", found=name_some(empty))
    return captions
