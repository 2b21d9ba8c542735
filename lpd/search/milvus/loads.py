"""The record of a load: how far the filling of a Milvus collection has come, in a file beside the index's
folder.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

from lpd.errors import LpdError
from lpd.search.milvus.server import is_own_name
from lpd.storage import read_json, write_json

__all__ = ["Load", "forget_load", "record_load", "recorded_load"]


@dataclass(frozen=True)
class Load:
    """How far a load has come.

    Args:
        collection: that it fills.
        rows: acknowledged by Milvus.
        replaces: the collection of the index that stands there, dropped at the end.
    """

    collection: str
    rows: int = 0
    replaces: str | None = None


def recorded_load(directory: Path) -> Load | None:
    """Returns the load towards the index of a folder that is recorded; None without one that can be read."""
    try:
        found = Load(**read_json(_record_file(directory)))
    except (LpdError, TypeError):
        return None
    known = is_own_name(found.collection) and isinstance(found.rows, int) and found.rows >= 0
    return found if known else None


def record_load(directory: Path, load: Load) -> None:
    """Writes down how far the load towards the index of a folder has come."""
    write_json(_record_file(directory), asdict(load))


def forget_load(directory: Path) -> None:
    """Removes the record of the load towards the index of a folder."""
    _record_file(directory).unlink(missing_ok=True)


def _record_file(directory: Path) -> Path:
    return directory.with_name(f".{directory.name}.milvus.json")
