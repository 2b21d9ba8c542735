"""What the map fetches from the server, and what it is refused."""

import asyncio
import json

import numpy as np
import pytest
from starlette.routing import Router

from app.map_route import LAYERS, map_routes, shots_prefix
from app.resources.maps import layers
from lpd.workspace import open_workspace


def ask(path: str, *, base: str = "") -> tuple[int, dict[str, str], bytes]:
    sent: list[dict] = []
    waiting = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict:
        if not waiting:
            await asyncio.Event().wait()  # the client stays connected
        return waiting.pop()

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [],
    }
    asyncio.run(Router(list(map_routes(base)))(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


@pytest.fixture
def demo(demo_workspace, monkeypatch):
    monkeypatch.setenv("LPD_WORKSPACE", str(demo_workspace))
    return open_workspace(demo_workspace)


@pytest.mark.parametrize("base", ["", "explorer"])
def test_a_layer_comes_as_bytes_that_a_browser_may_keep(base) -> None:
    name = layers().keep(("test", base), lambda: np.array([1, 2, 3], np.uint8))
    status, headers, body = ask(f"{'/' + base if base else ''}/{LAYERS}/{name}", base=base)
    assert (status, body) == (200, b"\1\2\3")
    assert headers["content-type"] == "application/octet-stream"
    assert "immutable" in headers["cache-control"]
    assert headers["x-content-type-options"] == "nosniff"


def test_a_layer_that_is_not_held_is_not_found_and_not_kept() -> None:
    status, headers, _ = ask(f"/{LAYERS}/0123")
    assert status == 404
    assert headers["cache-control"] == "no-store"


def test_a_shot_says_its_id_its_video_and_its_picture(demo) -> None:
    shots = demo.collection("inland")
    status, _, body = ask(f"/{shots_prefix(demo.path.name, 'inland')}/7")
    assert status == 200
    assert json.loads(body) == {
        "shot": shots.shot_ids[7],
        "video": shots.shots["video_id"][7],
        "thumbnail": True,
    }


@pytest.mark.parametrize(
    "path",
    ["NAME/inland/99999", "NAME/nowhere/1", "elsewhere/inland/1", "NAME/inland/-1", "NAME/..%2Finland/1"],
    ids=["row", "collection", "workspace", "before the first", "another folder"],
)
def test_what_is_unknown_is_not_found(demo, path) -> None:
    assert ask(f"/maps/shots/{path.replace('NAME', demo.path.name)}")[0] == 404
