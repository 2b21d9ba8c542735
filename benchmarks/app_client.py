"""A session of the app without a browser: it speaks the app's websocket, and sends and reads what a browser
would."""

import json
import time
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

GRID = "lpd_shot_grid"
BOX = "Query"


class Answer(NamedTuple):
    """What a run of the page brought.

    `shown` is the query whose tiles came, None if none did; `problems` are the exceptions and errors that the
    page tells, `size` is the number of bytes that came.
    """

    seconds: float
    shown: str | None
    problems: tuple[str, ...]
    size: int


class Session:
    """One person's session, on the Search page; `async with` opens it.

    Args:
        address: of the app, with a slash at its end.
        k: the number in its address.
    """

    def __init__(self, address: str, *, k: int) -> None:
        parts = urlsplit(address)
        self._stream = f"ws://{parts.netloc}{parts.path}_stcore/stream"
        self._k = k
        self._box: str | None = None
        self._socket: ClientConnection | None = None

    async def __aenter__(self) -> "Session":
        self._socket = await connect(self._stream, subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]
        await self._run({"k": self._k}, None)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._socket is not None
        await self._socket.close()

    async def ask(self, query: str) -> Answer:
        """Returns what came after a query was typed and Enter pressed.

        Raises:
            RuntimeError: if the page has no box for it.
        """
        if self._box is None:
            raise RuntimeError("the Search page came without its query box")
        return await self._run({"k": self._k, "q": query}, query)

    async def _run(self, parameters: dict[str, object], query: str | None) -> Answer:
        assert self._socket is not None
        message = BackMsg()
        message.rerun_script.query_string = urlencode(parameters)
        if query is not None:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.string_value = str(self._box), query
        began = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        shown: str | None = None
        problems: list[str] = []
        size = 0
        while True:
            written = await self._socket.recv()
            assert isinstance(written, bytes)
            size += len(written)
            came = ForwardMsg()
            came.ParseFromString(written)
            kind = came.WhichOneof("type")
            if kind == "delta":
                shown = _shown(came.delta) or shown
                problems += _problems(came.delta)
                self._box = _box(came.delta) or self._box
            elif kind == "script_finished" and came.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return Answer(time.perf_counter() - began, shown, tuple(problems), size)


def _shown(delta: Delta) -> str | None:
    """The query of the grid, if the delta draws one with tiles."""
    if delta.new_element.bidi_component.component_name != GRID:
        return None
    data = json.loads(delta.new_element.bidi_component.json)
    return str(data["marker"]) if any(lane["tiles"] for lane in data["lanes"]) else None


def _problems(delta: Delta) -> Iterator[str]:
    element = delta.new_element
    kind = element.WhichOneof("type")
    if kind == "exception":
        yield element.exception.message
    elif kind == "alert" and element.alert.format == element.alert.ERROR:
        yield element.alert.body


def _box(delta: Delta) -> str | None:
    element = delta.new_element
    is_box = element.WhichOneof("type") == "text_input" and element.text_input.label == BOX
    return str(element.text_input.id) if is_box else None
