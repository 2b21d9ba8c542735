"""A collection of shots in Milvus: what it holds, loading it, and asking it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np

from lpd.errors import LpdError, StaleError
from lpd.progress import Progress, no_progress
from lpd.search.index import HitList
from lpd.search.milvus.server import ANSWER_S, DIGEST, ROW, VECTOR, WORK_S, MilvusServer

__all__ = ["CollectionFacts", "MilvusCollection"]

_STALLED_S = 900
_SETTLED_S = 90
"""How long a server that was killed and started again may look for what it was before."""

_POLL_S = 0.2
_BYTES_AT_ONCE = 16 * 2**20

T = TypeVar("T")


class CollectionFacts(NamedTuple):
    """What Milvus says of a collection: its digest, the dimensions of its vectors, how they are searched."""

    digest: str
    width: int
    search: str = "FLAT IP"


class _Patience:
    """Waiting for something that Milvus does by itself, as long as it comes further."""

    def __init__(self, server: MilvusServer, work: str) -> None:
        self.server = server
        self.work = work
        self.reached = 0
        self.since = time.monotonic()

    def has_moved(self, done: int) -> bool:
        """Waits a moment; whether it has come further, or an LpdError if it has not for too long."""
        time.sleep(_POLL_S)
        if done > self.reached:
            self.reached, self.since = done, time.monotonic()
            return True
        if time.monotonic() - self.since > _STALLED_S:
            raise LpdError(
                f"{self.work} in Milvus has not come further for {_STALLED_S} seconds",
                where=self.server.settings.uri,
                found=f"{done} done",
                next_step="look at the server's memory and its log, then give the same command",
            )
        return False


@dataclass(frozen=True)
class MilvusCollection:
    """One collection, which need not be there; its primary key is the row of the shot.

    Whatever is asked of one that is not loaded loads it and waits for it, as after a server was started
    again.
    """

    server: MilvusServer
    name: str

    def facts(self) -> CollectionFacts:
        """Returns what Milvus says about it."""
        client = self.server.client
        with self.server.doing("describing a collection"):
            found = client.describe_collection(self.name, timeout=ANSWER_S)
            index = client.describe_index(self.name, VECTOR, timeout=ANSWER_S) or {}
        widths = {one["name"]: one["params"].get("dim", 0) for one in found["fields"]}
        return CollectionFacts(
            found["properties"].get(DIGEST, "none"),
            int(widths.get(VECTOR, 0)),
            f"{index.get('index_type')} {index.get('metric_type')}",
        )

    def rows_stored(self) -> int:
        """Returns how many rows were stored, one that was sent twice perhaps counted twice; needs no
        loading.
        """
        with self.server.doing("counting rows"):
            return int(self.server.client.get_collection_stats(self.name, timeout=WORK_S)["row_count"])

    def rows_found(self) -> int:
        """Returns how many rows a search covers."""
        found = self._answer(
            "counting rows",
            lambda: self.server.client.query(
                self.name, filter="", output_fields=["count(*)"], consistency_level="Strong", timeout=WORK_S
            ),
        )
        return int(found[0]["count(*)"])

    def flush(self) -> None:
        """Lets Milvus write what it has to its storage, so that it indexes and counts it."""
        from pymilvus.exceptions import MilvusException

        self.is_loaded()  # answers at once, or says that the server or the collection is gone
        until = time.monotonic() + _SETTLED_S
        with self.server.doing("flushing"):
            while True:
                try:
                    self.server.client.flush(self.name, timeout=_STALLED_S)
                    return
                except MilvusException:
                    if time.monotonic() > until:
                        raise
                time.sleep(1)

    def wait_for_index(self, progress: Progress = no_progress) -> None:
        """Waits until Milvus has indexed every row that was flushed, counted in rows.

        Raises:
            LpdError: if Milvus fails at it, or comes no further for a quarter of an hour.
        """
        stage, patience = "indexing in Milvus", _Patience(self.server, "indexing")
        found = self._index_state()
        progress(stage, 0, found["total_rows"])
        while found["state"] != "Finished" or found["pending_index_rows"]:
            if patience.has_moved(found["indexed_rows"]):
                progress(stage, found["indexed_rows"], found["total_rows"])
            found = self._index_state()
        progress(stage, found["total_rows"], found["total_rows"])

    def _index_state(self) -> dict:
        with self.server.doing("indexing"):
            return dict(self.server.client.describe_index(self.name, VECTOR, timeout=ANSWER_S))

    def is_loaded(self) -> bool:
        """Whether Milvus holds it ready for queries; StaleError if it is gone."""
        return self._load_state()[0] == "Loaded"

    def load(self, progress: Progress = no_progress) -> None:
        """Lets Milvus make it ready for queries and waits until it is, counted in percent.

        Raises:
            StaleError: if it is gone.
            LpdError: if Milvus fails at it, or comes no further for a quarter of an hour.
        """
        stage, patience = "loading in Milvus", _Patience(self.server, "loading")
        if self.is_loaded():
            return
        progress(stage, 0, 100)
        with self.server.doing("loading a collection"):
            self.server.client.load_collection(self.name, timeout=WORK_S, _async=True)
        while (state := self._load_state())[0] != "Loaded":
            if patience.has_moved(state[1]):
                progress(stage, min(state[1], 99), 100)
        progress(stage, 100, 100)

    def _load_state(self) -> tuple[str, int]:
        with self.server.doing("asking for a collection"):
            found = self.server.client.get_load_state(self.name, timeout=ANSWER_S)
        if found["state"].name == "NotExist":
            raise self.stale("is gone")
        return found["state"].name, int(found.get("progress", 0))

    def fetch(self, vectors: np.ndarray, limit: int, expression: str = "") -> list[HitList]:
        """Returns the rows with the highest inner products with each vector, best first.

        Args:
            vectors: (V, D) float32.
            limit: length of the lists.
            expression: filter of Milvus over the rows; empty for none.
        """
        # Reads may lag behind writes: the rows were all counted before the first search, and none come after.
        answers = self._answer(
            "searching",
            lambda: self.server.client.search(
                self.name,
                data=list(vectors),
                anns_field=VECTOR,
                limit=limit,
                filter=expression,
                output_fields=[ROW],
                search_params={"metric_type": "IP"},
                consistency_level="Eventually",
                timeout=WORK_S,
            ),
        )
        return [
            HitList(np.asarray(hits.ids, dtype=np.int64), np.asarray(hits.distances, dtype=np.float32))
            for hits in answers
        ]

    def vectors(self, rows: np.ndarray, width: int) -> np.ndarray:
        """Returns the (R, D) float32 vectors of rows that differ, D being `width`.

        Raises:
            StaleError: if one is missing.
        """
        found = np.empty((len(rows), width), dtype=np.float32)
        at_once = max(1, _BYTES_AT_ONCE // (4 * width))
        places = {row: place for place, row in enumerate(rows.tolist())}
        for start in range(0, len(rows), at_once):
            some = rows[start : start + at_once].tolist()
            answer = self._read(some)
            if len(answer) != len(some):
                raise self.stale("lacks rows", expected=len(some), found=len(answer))
            for one in answer:
                found[places[one[ROW]]] = one[VECTOR]
        return found

    def _read(self, rows: list[int]) -> list[dict]:
        return self._answer(
            "reading vectors",
            lambda: self.server.client.get(
                self.name, ids=rows, output_fields=[VECTOR], consistency_level="Eventually", timeout=WORK_S
            ),
        )

    def _answer(self, what: str, ask: Callable[[], T]) -> T:
        # A server that is gone is found out by the question that it answers at once, not by the long one.
        self.load()
        with self.server.doing(what):
            return ask()

    def stale(self, what: str, *, expected: object = None, found: object = None) -> StaleError:
        """Returns the error that says what is wrong with the collection."""
        return StaleError(
            f"the collection {self.name} in Milvus {what}",
            where=self.server.settings.uri,
            expected=expected,
            found=found,
            next_step="lpd index",
        )
