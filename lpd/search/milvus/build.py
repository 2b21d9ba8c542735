"""Filling a Milvus collection with the vectors of a collection's shots; after a stop it goes on where it was.

Rows are stored under their number. What Milvus has acknowledged is recorded beside the index's folder after
each message, so a kill leaves one message in doubt; its rows are sent again as replacements. The collection
has a name of its own that no manifest knows until every row is there, indexed and counted.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from lpd.errors import FormatError, LpdError, MismatchError, name_some
from lpd.progress import Progress, no_progress
from lpd.search.milvus.collection import MilvusCollection
from lpd.search.milvus.loads import Load, forget_load, record_load, recorded_load
from lpd.search.milvus.opening import IndexContent, recorded_collection, write_index_folder
from lpd.search.milvus.server import (
    ROW,
    VECTOR,
    MilvusServer,
    connect,
    new_name,
)
from lpd.search.milvus.settings import MilvusSettings

__all__ = ["build_milvus_index"]

_MESSAGE_BYTES = 8 * 2**20
_WIDEST = 32768
_BUSY_S = (1, 2, 5, 10, 30, 60)


def build_milvus_index(
    directory: Path,
    *,
    spaces: Sequence[str],
    widths: Sequence[int],
    shot_ids: Sequence[str],
    blocks_from: Callable[[int], Iterator[list[np.ndarray]]],
    made_from: dict[str, str],
    settings: MilvusSettings,
    progress: Progress = no_progress,
) -> None:
    """Fills a new Milvus collection and writes the index's folder, which appears when all of it is there.

    One that was stopped, by a kill, Ctrl-C or a server that went away, goes on where it was if it is called
    again with the same content. The collection of the index that it replaces is dropped last. Memory: one
    block and one message of 8 MiB.

    Args:
        directory: where the index's folder will lie.
        spaces: names in order.
        widths: their dimensions D_s.
        shot_ids: ids of the N rows.
        blocks_from: given a row, yields consecutive blocks from that row on, each a list of S arrays
            (n, D_s).
        made_from: digests of the model and of what else decided the vectors.
        settings: where Milvus is.
        progress: called with the rows stored, then with what Milvus has indexed and loaded.

    Raises:
        MismatchError: if the blocks do not add up to N rows of these widths, or Milvus lacks rows in the end.
        FormatError: if a vector holds something that is not a number.
        MissingExtraError: if the packages are not installed.
        LpdError: if the spaces are too wide for Milvus, or it fails.
    """
    content = IndexContent(tuple(spaces), tuple(widths), shot_ids, dict(made_from))
    if sum(widths) > _WIDEST:
        raise LpdError(
            "the spaces are too wide for Milvus", expected=f"{_WIDEST} dimensions in all", found=sum(widths)
        )
    server = connect(settings)
    filling = _Filling(server, directory, content, progress)
    try:
        filling.send(blocks_from(filling.load.rows))
        filling.complete()
    except (MismatchError, FormatError):
        filling.discard()
        raise
    write_index_folder(directory, content, collection=filling.load.collection)
    filling.conclude()


class _Filling:
    """A collection being filled: either the one that a stopped load left, or a new one."""

    def __init__(
        self, server: MilvusServer, directory: Path, content: IndexContent, progress: Progress
    ) -> None:
        self.server = server
        self.directory = directory
        self.content = content
        self.progress = progress
        self.rows_at_once = max(1, _MESSAGE_BYTES // (4 * sum(content.widths)))
        resumed = self._resumed()
        self.load = resumed or self._begun()
        self.doubtful_until = 0 if resumed is None else resumed.rows + self.rows_at_once

    def _resumed(self) -> Load | None:
        """Returns the load that was stopped, if it was of the same content and Milvus still has its rows."""
        found = recorded_load(self.directory)
        if found is None:
            return None
        if found.collection == recorded_collection(self.directory):  # only its end was missed
            self.server.drop(found.replaces or "")
            return None
        collection = MilvusCollection(self.server, found.collection)
        if self.server.has(collection.name) and collection.facts() == self.content.facts:
            collection.flush()
            if collection.rows_stored() >= found.rows:
                return found
        self.server.drop(found.collection)
        return None

    def _begun(self) -> Load:
        facts = self.content.facts
        load = Load(new_name(facts.digest), replaces=recorded_collection(self.directory))
        self._record(load)
        self.server.create(load.collection, width=facts.width, digest=facts.digest)
        return load

    def _record(self, load: Load) -> None:
        record_load(self.directory, load)
        self.load = load

    def send(self, blocks: Iterator[list[np.ndarray]]) -> None:
        """Stores the blocks' rows after those that are there."""
        shots = len(self.content.shot_ids)
        self._show_rows()
        for block in blocks:
            joined = self._joined(block)
            for start in range(0, len(joined), self.rows_at_once):
                self._store(joined[start : start + self.rows_at_once])
                self._show_rows()
        if self.load.rows != shots:
            raise MismatchError("too few rows", where=self.directory, expected=shots, found=self.load.rows)

    def _show_rows(self) -> None:
        self.progress("storing in Milvus", self.load.rows, len(self.content.shot_ids))

    def _joined(self, block: list[np.ndarray]) -> np.ndarray:
        """Returns the (n, D) float32 rows of a block."""
        shots, first = self.content.shot_ids, self.load.rows
        found = tuple(part.shape[1] for part in block)
        if found != self.content.widths:
            raise MismatchError(
                "other spaces", where=self.directory, expected=self.content.widths, found=found
            )
        if first + len(block[0]) > len(shots):
            raise MismatchError(
                "too many rows",
                where=self.directory,
                expected=len(shots),
                found=f"at least {first + len(block[0])}",
            )
        joined = np.concatenate(block, axis=1, dtype=np.float32)
        bad = np.flatnonzero(~np.isfinite(joined).all(axis=1))
        if bad.size:
            raise FormatError(
                "vectors that are not finite",
                where=self.directory,
                found=f"shots {name_some([shots[first + row] for row in bad.tolist()])}",
            )
        return joined

    def _store(self, vectors: np.ndarray) -> None:
        """Sends one message; nobody repeats it unasked, or rows would be there twice, unless Milvus says that
        it was too busy to take it.
        """
        from pymilvus.exceptions import ErrorCode, MilvusException

        first, client = self.load.rows, self.server.client
        rows = [{ROW: first + number, VECTOR: vector} for number, vector in enumerate(vectors)]
        store = client.upsert if first < self.doubtful_until else client.insert
        place = f"row {first} of {len(self.content.shot_ids)}, where the same command goes on"
        with self.server.doing(f"storing rows ({place})"):
            for pause in (*_BUSY_S, None):
                try:
                    store(self.load.collection, rows, retry_times=0)
                    break
                except MilvusException as error:
                    if error.code != ErrorCode.RATE_LIMIT or pause is None:
                        raise
                    time.sleep(pause)
        self._record(replace(self.load, rows=first + len(vectors)))

    def complete(self) -> None:
        """Waits until Milvus has indexed and loaded every row, and counts them."""
        collection = MilvusCollection(self.server, self.load.collection)
        collection.flush()
        collection.wait_for_index(self.progress)
        collection.load(self.progress)
        shots, found = len(self.content.shot_ids), collection.rows_found()
        if found != shots:
            raise MismatchError(
                "Milvus has not kept every row",
                where=self.server.settings.uri,
                expected=shots,
                found=found,
                next_step="the same command begins anew",
            )

    def discard(self) -> None:
        """Removes what was stored: there is nothing to go on with."""
        self.server.drop(self.load.collection)
        forget_load(self.directory)

    def conclude(self) -> None:
        """Removes what the new index replaces, then the record of the load."""
        self.server.drop(self.load.replaces or "")
        forget_load(self.directory)
