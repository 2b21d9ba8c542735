"""Bringing a person's own shots and captions into a workspace."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lpd.captions import read_captions, save_captions
from lpd.collection import Collection, make_collection, read_id_list, write_collection
from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError, name_some
from lpd.storage import digest_file, write_json, writer_lock
from lpd.trec import is_shot_reference, read_shot_reference
from lpd.workspace import Workspace

__all__ = ["import_captions", "import_shots", "read_shot_table"]

_OPTIONAL_COLUMNS = ("video_id", "start_s", "end_s", "thumbnail", "preview")


def import_shots(
    workspace: Workspace,
    collection: str,
    source: Path,
    *,
    subsets: Mapping[str, Path] | None = None,
    video_before_last_underscore: bool = False,
    frame_rate: float | None = None,
) -> Collection:
    """Returns the collection made from a list of shot ids, a table of shots or a master shot reference.

    Args:
        workspace: where it goes.
        collection: its name.
        source: `.csv` or `.parquet` with the column shot_id and any of video_id, start_s, end_s, thumbnail,
            preview; a folder, an archive, `.tsv`, `.msb` or `.mp7.xml` is TRECVID's master shot reference
            (see `read_shot_reference`); any other file is read as one shot id per line.
        subsets: name -> file with one shot id per line.
        video_before_last_underscore: `shot00123_4` belongs to video `shot00123`; else a shot without a
            video_id is a video of its own.
        frame_rate: frames per second, for a master shot reference that has frame numbers alone.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it cannot be read, the table lacks shot_id, or ids repeat.
        MismatchError: if a subset names shots that the collection has not.
    """
    table = read_shot_table(source, frame_rate=frame_rate)
    if "video_id" not in table and video_before_last_underscore:
        table["video_id"] = [shot.rpartition("_")[0] or shot for shot in table["shot_id"].astype(str)]
    lists = {name: read_id_list(path) for name, path in (subsets or {}).items()}
    made = make_collection(collection, table, subsets=lists)
    with writer_lock(workspace.path):
        write_collection(workspace.collection_folder(collection), made)
    return made


def read_shot_table(source: Path, *, frame_rate: float | None = None) -> pd.DataFrame:
    """Returns the table that `import_shots` makes a collection of; its columns are as the file has them.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it cannot be read, lacks shot_id or has unknown columns.
    """
    if is_shot_reference(source):
        return read_shot_reference(source, frame_rate=frame_rate)
    if not source.is_file():
        raise NotFoundError("file is missing", where=source)
    try:
        if source.suffix == ".parquet":
            read = pq.ParquetFile(source).read()
            table = pd.DataFrame({name: read.column(name).to_pylist() for name in read.column_names})
        elif source.suffix == ".csv":
            table = pd.read_csv(source, dtype={"shot_id": str, "video_id": str})
        else:
            table = pd.DataFrame({"shot_id": read_id_list(source)})
    except (pa.ArrowException, ValueError, TypeError, OSError, OverflowError) as error:
        raise FormatError("not a table that can be read", where=source, found=error) from error
    if "shot_id" not in table:
        raise FormatError(
            "no shots", where=source, expected="a column shot_id", found=", ".join(map(str, table.columns))
        )
    unknown = [str(column) for column in table.columns if column not in ("shot_id", *_OPTIONAL_COLUMNS)]
    if unknown:
        raise FormatError(
            "unknown columns",
            where=source,
            expected=", ".join(("shot_id", *_OPTIONAL_COLUMNS)),
            found=name_some(unknown),
        )
    return table


def import_captions(workspace: Workspace, caption_set: str, source: Path, *, collection: str) -> int:
    """Returns the number of captions of a set, now in the workspace.

    Raises:
        LpdError: if an edition has this name; both keep their text features in one place.
        MismatchError: if captions name shots that the collection has not; all are counted, the first named.
    """
    if caption_set in workspace.edition_names():
        raise LpdError("an edition has this name", found=repr(caption_set), next_step="choose another name")
    captions = read_captions(source)
    known = set(workspace.collection(collection).shot_ids)
    unknown = sorted({caption.shot_id for caption in captions} - known)
    if unknown:
        raise MismatchError(
            f"captions of {len(unknown)} unknown shots",
            where=source,
            expected=f"shots of {collection}",
            found=name_some(unknown),
        )
    path = workspace.captions_path(caption_set)
    with writer_lock(workspace.path):
        save_captions(path, captions)
        write_json(path.with_suffix(".json"), {"collection": collection, "source": digest_file(source)})
    return len(captions)
