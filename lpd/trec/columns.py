"""The quick way to read rows of words: whole columns at once, where every line is plainly made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np

__all__ = ["Names", "Words", "word_columns"]

SMALLEST_BYTES = 1 << 17
"""Below this, reading line by line takes less time than loading the parser."""

BLANK = ord(" ")


@dataclass(frozen=True)
class Names:
    """A column in which few words occur often.

    Args:
        names: the words, in the order in which they first occur.
        codes: (rows,) the position of each row's word in `names`.
    """

    names: list[str]
    codes: np.ndarray

    def rows(self) -> list[np.ndarray] | list[slice]:
        """Returns for each name the rows that have it, rising; slices where they all stand together."""
        ends = np.cumsum(np.bincount(self.codes, minlength=len(self.names)))
        if (self.codes[1:] >= self.codes[:-1]).all():
            return [slice(*ends_of) for ends_of in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)]
        return np.split(np.argsort(self.codes, kind="stable"), ends[:-1])

    def texts(self) -> np.ndarray:
        """Returns (rows,) the words themselves."""
        return np.array(self.names, dtype=object)[self.codes]


class Words(Sequence[str]):
    """A column of words that become texts of Python only where they are asked for.

    Making a text of each word takes longer than reading the file.

    Args:
        column: an arrow array of texts without gaps.
    """

    def __init__(self, column: Any) -> None:
        self.column = column

    @cached_property
    def texts(self) -> list[str]:
        """All words."""
        return self.column.to_numpy(zero_copy_only=False).tolist()

    @property
    def distinct(self) -> bool:
        """Whether no word occurs twice."""
        import pyarrow.compute as pc

        return pc.count_distinct(self.column).as_py() == len(self.column)

    def at(self, rows: np.ndarray | slice) -> "Words":
        """Returns the words of some rows, in their order."""
        if isinstance(rows, slice):
            return Words(self.column[rows])
        return Words(self.column.take(_array(rows)))

    def __len__(self) -> int:
        return len(self.column)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        return self.texts[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)


def _array(values: Any) -> Any:
    import pyarrow as pa

    return pa.array(values)


def word_columns(data: bytes, kinds: Sequence[str]) -> list[Any] | None:
    """Returns the columns of a file's text, or None where it is short or not plain: then it has to be read
    line by line.

    Plain is a text of ASCII signs whose lines all have as many words as there are kinds, with one blank
    between them everywhere, or one tab. Read line by line such a text gives the same words.

    Args:
        data: of a whole file.
        kinds: of each column: `names` gives `Names`, `words` `Words`, `numbers` (rows,) float64, `skip`
            nothing.
    """
    if len(data) < SMALLEST_BYTES or not data.isascii():
        return None
    separator = _separator(data)
    table = None if separator is None else _parsed(data, kinds, separator=separator)
    if table is None:
        return None
    columns: list[Any] = []
    for place, kind in enumerate(kinds):
        if kind == "skip":
            continue
        column = table.column(str(place))
        if kind == "names":
            words = column.dictionary.to_pylist()
            columns.append(Names(words, column.indices.to_numpy(zero_copy_only=False)))
        elif kind == "words":
            columns.append(Words(column))
        else:
            columns.append(column.to_numpy(zero_copy_only=False))
    return columns


def _separator(data: bytes) -> str | None:
    """Returns the blank or the tab that stands alone between any two words of a line, None if it does not."""
    signs = np.frombuffer(data, dtype=np.uint8)
    blank = signs <= BLANK
    separator = "\t" if b"\t" in data else " "
    allowed = (signs == ord("\n")) | (signs == ord(separator))
    if (blank != allowed).any():
        return None  # both, or other control characters
    if blank[0] or signs[-1] == ord(separator) or (blank[1:] & blank[:-1]).any():
        return None
    return separator


def _parsed(data: bytes, kinds: Sequence[str], *, separator: str) -> Any:
    """Returns one record batch of the wanted columns, None if the lines differ in their number of words or a
    number is none.
    """
    import pyarrow as pa
    from pyarrow import csv

    names = [str(place) for place in range(len(kinds))]
    types = {"names": pa.dictionary(pa.int32(), pa.string()), "words": pa.string(), "numbers": pa.float64()}
    try:
        table = csv.read_csv(
            pa.BufferReader(data),
            read_options=csv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1),
            parse_options=csv.ParseOptions(delimiter=separator, quote_char=False),
            convert_options=csv.ConvertOptions(
                column_types={
                    name: types[kind] for name, kind in zip(names, kinds, strict=True) if kind in types
                },
                include_columns=[name for name, kind in zip(names, kinds, strict=True) if kind in types],
                check_utf8=False,  # what is read is ASCII
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowException, ValueError, OverflowError):
        return None
    batches = table.to_batches()
    return batches[0] if len(batches) == 1 else None
