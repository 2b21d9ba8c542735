"""A connection to a Milvus: opening it, and turning what goes wrong on it into sentences."""

import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lpd.errors import LpdError, MissingExtraError, pip_line
from lpd.search.milvus.settings import MilvusSettings

if TYPE_CHECKING:
    from pymilvus import MilvusClient

__all__ = [
    "ANSWER_S",
    "DIGEST",
    "ROW",
    "VECTOR",
    "WORK_S",
    "MilvusServer",
    "connect",
    "is_own_name",
    "new_name",
]

ANSWER_S = 5
"""How long a question that Milvus answers at once may take, and an attempt to connect."""

WORK_S = 120
"""How long a search may take, and whatever else takes longer the larger the collection."""

ROW, VECTOR, DIGEST = "row", "vector", "lpd.digest"
"""Fields of a collection, the primary key first, and the property that says what it was made from."""

_STACK_TRACE = re.compile(r"stack trace: (?:/\S+:\d+ \S+\s*)+")
_OWN_NAME = re.compile(r"lpd_[0-9a-f]{16}_[0-9a-f]{8}")


def new_name(digest: str) -> str:
    """Returns a name for a collection of a digest's content, different each time."""
    return f"lpd_{digest}_{secrets.token_hex(4)}"


def is_own_name(name: object) -> bool:
    """Whether a collection's name is one that `new_name` gives; no other is ever written to or dropped."""
    return isinstance(name, str) and _OWN_NAME.fullmatch(name) is not None


@dataclass(frozen=True)
class MilvusServer:
    """An open connection; threads may share it."""

    settings: MilvusSettings
    client: "MilvusClient" = field(repr=False)

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Turns whatever pymilvus raises inside into one LpdError that says at what it happened."""
        with _told(self.settings, what):
            yield

    def has(self, name: str) -> bool:
        """Whether there is such a collection."""
        with self.doing("looking for a collection"):
            return bool(self.client.has_collection(name, timeout=ANSWER_S))

    def create(self, name: str, *, width: int, digest: str) -> None:
        """Makes an empty collection: one vector field as wide as all spaces, searched without loss."""
        from pymilvus import DataType, MilvusClient

        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field(ROW, DataType.INT64, is_primary=True)
        schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=width)
        flat = MilvusClient.prepare_index_params()
        flat.add_index(VECTOR, index_type="FLAT", metric_type="IP")
        with self.doing("making a collection"):
            self.client.create_collection(
                name,
                schema=schema,
                timeout=WORK_S,
                consistency_level="Strong",
                properties={DIGEST: digest},
            )
            self.client.create_index(name, flat, timeout=WORK_S, sync=False)

    def drop(self, name: str) -> None:
        """Removes one of our own collections, if it is there."""
        if is_own_name(name):
            with self.doing("dropping a collection"):
                self.client.drop_collection(name, timeout=WORK_S)


def connect(settings: MilvusSettings) -> MilvusServer:
    """Returns an open connection.

    Raises:
        MissingExtraError: if pymilvus is not installed, or milvus-lite for a file.
        LpdError: if nothing answers within a few seconds, the login is refused, the database is not there, or
            another process has the file open.
    """
    try:
        import pymilvus

        if settings.embedded:
            import milvus_lite  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            f"Milvus cannot be reached without {error.name}", next_step=pip_line("milvus")
        ) from error
    # They print a traceback to stderr for what they also raise.
    for name in ("pymilvus", "pymilvus.milvus_client", "milvus_lite"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # gRPC would send even what stays on this machine through the proxy that the environment names.
    options = {"grpc.enable_http_proxy": 0} if settings.on_this_machine else {}
    with _opened(settings):
        client = pymilvus.MilvusClient(
            settings.uri,
            token=settings.token,
            db_name=settings.database,
            timeout=ANSWER_S,
            grpc_options=options,
        )
        client.list_collections(timeout=ANSWER_S)
    return MilvusServer(settings, client)


@contextmanager
def _told(settings: MilvusSettings, what: str) -> Iterator[None]:
    from grpc import RpcError
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, RpcError) as error:
        said = error.message if isinstance(error, MilvusException) else f"{error.code()}: {error.details()}"
        shown = settings.masked(_STACK_TRACE.sub("", " ".join(str(said).split())))
        raise LpdError(
            f"Milvus failed at {what}",
            where=settings.uri,
            found=shown if len(shown) < 300 else f"{shown[:150]} ... {shown[-150:]}",
            next_step="check that it runs, LPD_MILVUS_URI, LPD_MILVUS_TOKEN and LPD_MILVUS_DATABASE",
        ) from error


@contextmanager
def _opened(settings: MilvusSettings) -> Iterator[None]:
    try:
        with _told(settings, "connecting"):
            yield
    except LpdError as error:
        if not settings.embedded:
            raise
        raise LpdError(
            "the Milvus file cannot be opened",
            where=settings.uri,
            found=error.found,
            next_step="check that its folder exists and that no other process has it open; several processes "
            "share it through `milvus-lite server --host 127.0.0.1 --data-dir FILE`",
        ) from error
