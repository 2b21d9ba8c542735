"""Collections: the shots that are searched, the videos they were cut from, and named subsets of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from lpd.errors import FormatError, MismatchError, NotFoundError, name_some
from lpd.names import check_name
from lpd.storage import atomic_file
from lpd.trec.id_lists import read_id_list, repeated_ids, write_id_list

__all__ = [
    "Collection",
    "fill_template",
    "make_collection",
    "read_collection",
    "read_id_list",
    "write_collection",
    "write_id_list",
]

TIME_COLUMNS = ("start_s", "end_s")
COLUMNS = ("shot_id", "video_id", "start_s", "end_s", "thumbnail", "preview")
SHOTS_FILE = "shots.parquet"
SUBSETS_FOLDER = "subsets"


@dataclass(frozen=True, eq=False)
class Collection:
    """Shots in a fixed order, and named lists of some of them. `make_collection` makes one with checks.

    Args:
        name: of the collection.
        shots: one row per shot: shot_id, video_id, start_s, end_s (float64 seconds, NaN where unknown),
            thumbnail, preview (None, a path under media/, or a URL with `{video}` and `{shot}` to fill in).
        subsets: name -> shot ids.
    """

    name: str
    shots: pd.DataFrame
    subsets: dict[str, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.shots)

    @cached_property
    def shot_ids(self) -> list[str]:
        """The shots in row order."""
        return self.shots["shot_id"].tolist()

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {shot_id: row for row, shot_id in enumerate(self.shot_ids)}

    def row(self, shot_id: str) -> int:
        """Returns the row of one shot.

        Raises:
            NotFoundError: if the collection has no such shot.
        """
        return int(self.rows([shot_id])[0])

    def rows(self, shot_ids: Iterable[str]) -> np.ndarray:
        """Returns (n,) int64, the rows of some shots in the order of the request.

        Raises:
            NotFoundError: naming every shot that the collection does not have.
        """
        wanted = list(shot_ids)
        unknown = [shot_id for shot_id in wanted if shot_id not in self._rows]
        if unknown:
            raise NotFoundError(
                f"shots are not in collection {self.name}",
                expected="known shot ids",
                found=name_some(unknown),
            )
        return np.array([self._rows[shot_id] for shot_id in wanted], dtype=np.int64)

    def known_rows(self, shot_ids: Iterable[str]) -> np.ndarray:
        """Returns int64, the rows of those shots that the collection has, in the order of the request."""
        return np.array([self._rows[one] for one in shot_ids if one in self._rows], dtype=np.int64)

    def media_entry(self, shot_id: str, kind: str) -> str | None:
        """Returns where a shot's picture is: a path under media/, a URL filled in for this shot, or None.

        Args:
            shot_id: of this collection; any other gives None.
            kind: `thumbnail` or `preview`.
        """
        if shot_id not in self._rows:
            return None
        shot = self.shots.iloc[self._rows[shot_id]]
        entry = shot[kind]
        if not isinstance(entry, str):
            return None
        return fill_template(entry, shot_id=shot_id, video_id=str(shot["video_id"]))

    def subset_rows(self, subset: str | None) -> np.ndarray:
        """Returns (n,) int64, the rows of a subset, rising; of all shots for None.

        Raises:
            NotFoundError: if there is no such subset.
        """
        if subset is None:
            return np.arange(len(self), dtype=np.int64)
        if subset not in self.subsets:
            raise NotFoundError(
                f"collection {self.name} has no such subset",
                expected=f"one of {name_some(self.subsets)}" if self.subsets else "none (it has no subsets)",
                found=repr(subset),
            )
        return np.sort(self.rows(self.subsets[subset]))


def fill_template(entry: str, *, shot_id: str, video_id: str) -> str:
    """Returns a media entry with `{shot}` and `{video}` of a URL filled in, quoted; a path stays as it is."""
    if "://" not in entry:
        return entry
    return entry.replace("{shot}", quote(shot_id, safe="")).replace("{video}", quote(video_id, safe=""))


def make_collection(
    name: str, shots: pd.DataFrame, *, subsets: Mapping[str, Sequence[str]] | None = None
) -> Collection:
    """Returns a collection after checking its ids, times, media and subsets.

    Args:
        name: of the collection.
        shots: a table with at least shot_id; a missing video_id is the shot itself, other missing columns
            stay unknown.
        subsets: name -> shot ids.

    Raises:
        FormatError: for a bad name, an id that is empty, repeated or has a blank, impossible times, a media
            path that leads out of media/.
        MismatchError: if subsets name shots that are not in `shots`; all of them are named.
    """
    check_name(name, "collection")
    table = _normalised(shots, where=name)
    _check_shots(table, where=name)
    collection = Collection(name, table, {one: list(ids) for one, ids in (subsets or {}).items()})
    _check_subsets(collection)
    return collection


def _normalised(shots: pd.DataFrame, *, where: str) -> pd.DataFrame:
    given = [str(name) for name in shots.columns]
    unknown = sorted(set(given) - set(COLUMNS))
    if "shot_id" not in given or unknown:
        raise FormatError(
            "wrong columns",
            where=where,
            expected=f"shot_id, and of {', '.join(COLUMNS[1:])} those that are known",
            found=name_some(unknown or given),
        )
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        source = "shot_id" if name == "video_id" and name not in given else name
        values = shots[source].tolist() if source in given else [None] * len(shots)
        convert = _seconds if name in TIME_COLUMNS else _texts
        columns[name] = convert(values, where=f"{where}, column {name}")
    return pd.DataFrame(columns)


def _seconds(values: list[Any], *, where: str) -> pd.Series:
    try:
        return pd.Series(np.array(values, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise FormatError("times are not numbers", where=where, expected="seconds", found=error) from error


def _texts(values: list[Any], *, where: str) -> pd.Series:
    texts = [None if one is None or one != one else one for one in values]  # NaN is not equal to itself
    wrong = [f"row {row}: {one!r}" for row, one in enumerate(texts) if not isinstance(one, str | None)]
    if wrong:
        raise FormatError("values are not texts", where=where, expected="texts", found=name_some(wrong))
    return pd.Series(texts, dtype=object)


def _check_shots(table: pd.DataFrame, *, where: str) -> None:
    for column in ("shot_id", "video_id"):
        ids = table[column].tolist()
        bad = [f"row {row}: {one}" for row, one in enumerate(ids) if one is None or one.split() != [one]]
        if bad:
            raise FormatError(f"bad {column}", where=where, expected="one word each", found=name_some(bad))
    repeated = repeated_ids(table["shot_id"].tolist())
    if repeated:
        raise FormatError(
            "shots occur more than once", where=where, expected="each once", found=name_some(repeated)
        )
    start, end = table["start_s"], table["end_s"]
    impossible = table.loc[(start < 0) | (end < start) | np.isinf(start) | np.isinf(end), "shot_id"].tolist()
    if impossible:
        raise FormatError(
            "impossible times", where=where, expected="0 <= start_s <= end_s", found=name_some(impossible)
        )
    for column in ("thumbnail", "preview"):
        media = zip(table["shot_id"], table[column], strict=True)
        outside = [shot_id for shot_id, path in media if path is not None and not _is_media(path)]
        if outside:
            raise FormatError(
                f"{column} leads out of media/",
                where=where,
                expected="a path under media/, with forward slashes, or an http(s) URL",
                found=name_some(outside),
            )


def _is_media(path: str) -> bool:
    if path.startswith(("http://", "https://")):
        return True
    parts = path.split("/")
    return not ({"", ".", ".."} & set(parts) or "\\" in path or "\x00" in path or ":" in parts[0])


def _check_subsets(collection: Collection) -> None:
    known = set(collection.shot_ids)
    unknown: dict[str, None] = {}
    for name, ids in collection.subsets.items():
        check_name(name, "subset")
        if not ids:
            raise FormatError("subset is empty", where=f"{collection.name}, {name}", expected="shot ids")
        repeated = repeated_ids(ids)
        if repeated:
            found = name_some(repeated)
            raise FormatError("shots occur twice in a subset", where=name, expected="each once", found=found)
        unknown.update(dict.fromkeys(f"{name}: {shot_id}" for shot_id in ids if shot_id not in known))
    if unknown:
        raise MismatchError(
            "subsets name shots that the collection does not have",
            where=collection.name,
            expected=f"ids of {SHOTS_FILE}",
            found=name_some(unknown),
        )


def write_collection(directory: Path, collection: Collection) -> None:
    """Writes shots.parquet and subsets/<name>.txt; files of subsets that are no more are removed.

    Raises:
        FormatError, MismatchError: as `make_collection`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    checked = make_collection(collection.name, collection.shots, subsets=collection.subsets)
    types = {name: pa.float64() if name in TIME_COLUMNS else pa.string() for name in COLUMNS}
    arrays = [pa.array(checked.shots[name], type=types[name], from_pandas=True) for name in COLUMNS]
    with atomic_file(directory / SHOTS_FILE) as temporary:
        pq.write_table(pa.table(arrays, names=list(COLUMNS)), temporary)
    folder = directory / SUBSETS_FOLDER
    for old in sorted(folder.glob("*.txt")):
        if old.stem not in checked.subsets:
            old.unlink()
    for name, ids in checked.subsets.items():
        write_id_list(folder / f"{name}.txt", ids)


def read_collection(directory: Path) -> Collection:
    """Returns the collection in a folder; its name is the folder's.

    Raises:
        NotFoundError: if there is no shots.parquet.
        FormatError, MismatchError: as `make_collection`, or if a file is not readable.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = directory / SHOTS_FILE
    if not path.is_file():
        raise NotFoundError("collection is missing", where=path, next_step="import its shots")
    try:
        table = pq.ParquetFile(path).read()
        columns = {
            name: table.column(name).to_numpy(zero_copy_only=False)
            for name in COLUMNS
            if name in table.column_names
        }
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FormatError("not a parquet file", where=path, found=error) from error
    subsets = {file.stem: read_id_list(file) for file in sorted((directory / SUBSETS_FOLDER).glob("*.txt"))}
    return make_collection(directory.name, pd.DataFrame(columns, dtype=object), subsets=subsets)
