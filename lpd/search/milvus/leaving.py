"""Leaving Milvus: what an index had there goes when one of another kind has taken its place."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from lpd.errors import LpdError
from lpd.search.milvus.loads import forget_load, recorded_load
from lpd.search.milvus.opening import recorded_collection
from lpd.search.milvus.server import connect, is_own_name
from lpd.search.milvus.settings import MilvusSettings, milvus_settings

__all__ = ["collections_behind", "drop_collections"]

LOGGER = logging.getLogger(__name__)

_STILL_THERE = (
    "%s is in place, but what it replaces is still in Milvus (collection %s at %s): drop it there when "
    "Milvus answers, in Python with pymilvus: MilvusClient(uri, token=...).drop_collection(name). What was "
    "wrong: %s"
)
_NOT_THERE = (
    "%s is in place; what it replaces (collection %s) is not in the Milvus at %s: if it is in another one, "
    "drop it there"
)


def collections_behind(directory: Path) -> tuple[str, ...]:
    """Returns the names of the Milvus collections of the index in a folder, and of a load towards it that was
    stopped.
    """
    load = recorded_load(directory)
    names = [recorded_collection(directory), *((load.replaces, load.collection) if load else ())]
    return tuple(dict.fromkeys(name for name in names if name is not None and is_own_name(name)))


def drop_collections(names: Sequence[str], directory: Path, *, environ: Mapping[str, str]) -> None:
    """Drops Milvus collections that the complete index in a folder replaces, and the record of a load.

    The index stands whatever Milvus does, so one that does not answer, or has no such collection, is a
    warning that names the collection.

    Args:
        names: what `collections_behind` said of the folder before.
        directory: of the index.
        environ: says where Milvus is; see `milvus_settings`.
    """
    left, where = list(names), "the place that LPD_MILVUS_URI should name"
    try:
        settings = milvus_settings(environ)
        where = settings.uri
        absent = _dropped(left, settings)
    except LpdError as problem:
        LOGGER.warning(_STILL_THERE, directory, ", ".join(left), where, problem)
        return
    if absent:
        LOGGER.warning(_NOT_THERE, directory, ", ".join(absent), where)
    forget_load(directory)


def _dropped(names: list[str], settings: MilvusSettings) -> list[str]:
    """Drops collections, takes those that are gone off the list, and returns those that were not there."""
    if settings.embedded and not Path(settings.uri).exists():  # opening it would make it
        return names
    server, absent = connect(settings), []
    while names:
        if server.has(names[0]):
            server.drop(names[0])
        else:
            absent.append(names[0])
        del names[0]
    return absent
