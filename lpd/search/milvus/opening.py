"""The folder of an index in Milvus: a manifest that names the collection and the ids of its rows, nothing
secret.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from lpd.errors import FormatError, LpdError, StaleError
from lpd.search.milvus.collection import CollectionFacts, MilvusCollection
from lpd.search.milvus.index import MilvusIndex
from lpd.search.milvus.server import MilvusServer, connect, is_own_name
from lpd.search.milvus.settings import MilvusSettings
from lpd.storage import Manifest, atomic_directory, digest_bytes, read_manifest, write_manifest

__all__ = ["MILVUS_KIND", "IndexContent", "open_milvus_index", "recorded_collection", "write_index_folder"]

MILVUS_KIND = "milvus index"
_IDS = "ids.txt"


class IndexContent(NamedTuple):
    """What decides the content of an index.

    Args:
        spaces: names in order; widths: their dimensions.
        shot_ids: ids of the N rows.
        made_from: digests of the model and of what else decided the vectors.
    """

    spaces: tuple[str, ...]
    widths: tuple[int, ...]
    shot_ids: Sequence[str]
    made_from: dict[str, str]

    @property
    def facts(self) -> CollectionFacts:
        """What Milvus says of a collection that holds it."""
        sources = json.dumps([self.spaces, self.widths, sorted(self.made_from.items())])
        digest = digest_bytes("\n".join([sources, *self.shot_ids]).encode())
        return CollectionFacts(digest, sum(self.widths))


def write_index_folder(directory: Path, content: IndexContent, *, collection: str) -> None:
    """Writes the folder of an index whose Milvus collection is complete."""
    settings = {
        "spaces": list(content.spaces),
        "widths": list(content.widths),
        "shots": len(content.shot_ids),
        "milvus_collection": collection,
    }
    with atomic_directory(directory) as temporary:
        (temporary / _IDS).write_text("".join(f"{shot}\n" for shot in content.shot_ids), encoding="utf-8")
        write_manifest(temporary, Manifest(MILVUS_KIND, made_from=content.made_from, settings=settings))


def recorded_collection(directory: Path) -> str | None:
    """Returns the name of the Milvus collection that the index in a folder lies in; None where there is
    none.
    """
    try:
        return _collection_name(directory, read_manifest(directory, MILVUS_KIND))
    except LpdError:
        return None


def open_milvus_index(directory: Path, settings: MilvusSettings) -> tuple[MilvusIndex, Manifest]:
    """Returns the index in a folder, joined to its Milvus collection, and its manifest. Loads nothing.

    Args:
        directory: of the index.
        settings: where Milvus is.

    Raises:
        NotFoundError, StaleError, FormatError: if the folder is not there, half-written or damaged.
        MissingExtraError: if the packages are not installed.
        LpdError: if Milvus does not answer within a few seconds.
        StaleError: if it lacks the collection or rows of it, or the collection has other content.
    """
    manifest = read_manifest(directory, MILVUS_KIND)
    content = _content(directory, manifest)
    server = connect(settings)
    collection = MilvusCollection(server, _collection_name(directory, manifest))
    _check(directory, collection, content)
    return MilvusIndex(collection, content.spaces, content.widths, tuple(content.shot_ids)), manifest


def _collection_name(directory: Path, manifest: Manifest) -> str:
    name = manifest.settings.get("milvus_collection")
    if not is_own_name(name):
        raise FormatError(
            "damaged manifest",
            where=directory,
            expected="a Milvus collection",
            found=name,
            next_step="lpd index",
        )
    return str(name)


def _content(directory: Path, manifest: Manifest) -> IndexContent:
    try:
        spaces = tuple(str(space) for space in manifest.settings["spaces"])
        widths = tuple(int(width) for width in manifest.settings["widths"])
        shots = int(manifest.settings["shots"])
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"damaged manifest ({error!r})", where=directory, next_step="lpd index") from error
    try:
        shot_ids = (directory / _IDS).read_text(encoding="utf-8").split("\n")[:-1]
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(
            f"cannot be read ({error})", where=directory / _IDS, next_step="lpd index"
        ) from error
    if len(shot_ids) != shots:
        where, found = directory / _IDS, len(shot_ids)
        raise FormatError(
            "wrong number of ids", where=where, expected=shots, found=found, next_step="lpd index"
        )
    return IndexContent(spaces, widths, shot_ids, manifest.made_from)


def _check(directory: Path, collection: MilvusCollection, content: IndexContent) -> None:
    if not collection.server.has(collection.name):
        raise StaleError(
            "the collection of this index is not in this Milvus",
            where=directory,
            expected=f"{collection.name} at {_place(collection.server)}",
            next_step="check LPD_MILVUS_URI and LPD_MILVUS_DATABASE, or lpd index",
        )
    differences = (
        "was made from something else",
        "has vectors of another width",
        "is searched in another way",
    )
    for what, expected, found in zip(differences, content.facts, collection.facts(), strict=True):
        if expected != found:
            raise collection.stale(what, expected=expected, found=found)
    shots, loaded = len(content.shot_ids), collection.is_loaded()
    rows = collection.rows_found() if loaded else collection.rows_stored()
    if rows < shots or (loaded and rows != shots):
        raise collection.stale("has another number of rows", expected=shots, found=rows)


def _place(server: MilvusServer) -> str:
    database = server.settings.database
    return server.settings.uri + (f", database {database}" if database else "")
