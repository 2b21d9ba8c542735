import asyncio
import shutil
from pathlib import Path

import pytest

from app.media import media_prefix, media_routes, remote_media
from lpd.workspace import open_workspace


def ask(path: str, *, base: str = "", headers: dict[str, str] | None = None, method: str = "GET"):
    """Answers one request from the routes alone: (status, headers, body); the path is decoded."""
    from starlette.routing import Router

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
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
    }
    asyncio.run(Router(list(media_routes(base)))(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}, body


@pytest.fixture
def demo(demo_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LPD_WORKSPACE", str(demo_workspace))
    return demo_workspace


@pytest.fixture
def first_shot(demo: Path) -> tuple[str, str]:
    workspace = open_workspace(demo)
    collection = str(workspace.defaults["collection"])
    return collection, workspace.collection(collection).shot_ids[0]


@pytest.mark.parametrize("kind", ["thumbnail", "preview"])
def test_pictures_are_served_by_shot_id(demo, first_shot, kind):
    collection, shot = first_shot
    status, headers, body = ask(f"/shots/{demo.name}/{collection}/{kind}/{shot}")
    expected = open_workspace(demo).media_file(open_workspace(demo).collection(collection), shot, kind)
    assert (status, body) == (200, expected.read_bytes())
    assert headers["content-type"].startswith("image/")
    assert headers["x-content-type-options"] == "nosniff"
    assert "max-age" in headers["cache-control"]


def test_a_known_state_is_not_sent_again(demo, first_shot):
    path = f"/shots/{demo.name}/{first_shot[0]}/thumbnail/{first_shot[1]}"
    tag = ask(path)[1]["etag"]
    assert ask(path, headers={"If-None-Match": tag})[0::2] == (304, b"")
    assert ask(path, headers={"If-None-Match": '"other"'})[0] == 200


def test_routes_stand_under_the_base_path(demo, first_shot):
    path = f"/shots/{demo.name}/{first_shot[0]}/thumbnail/{first_shot[1]}"
    assert ask(f"/team/lpd{path}", base="/team/lpd/")[0] == 200
    assert ask(path, base="team/lpd")[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/shots/{demo}/{collection}/thumbnail/no_such_shot",
        "/shots/{demo}/{collection}/original/{shot}",
        "/shots/{demo}/nowhere/thumbnail/{shot}",
        "/shots/elsewhere/{collection}/thumbnail/{shot}",
        "/shots/{demo}/{collection}/thumbnail/../../shots.parquet",
        "/shots/{demo}/{collection}/thumbnail//etc/passwd",
        "/shots/{demo}/../{collection}/thumbnail/{shot}",
        "/shots/../{demo}/{collection}/thumbnail/{shot}",
        "/shots/{demo}/{collection}/thumbnail/{shot}\x00",
        "/shots/{demo}/{collection}/thumbnail/",
    ],
)
def test_whatever_is_unknown_is_not_found(demo, first_shot, path):
    collection, shot = first_shot
    assert ask(path.format(demo=demo.name, collection=collection, shot=shot))[0] == 404


def test_only_pictures_are_served(changed_demo, monkeypatch):
    workspace = open_workspace(changed_demo)
    collection = str(workspace.defaults["collection"])
    shot = workspace.collection(collection).shot_ids[0]
    picture = workspace.media_file(workspace.collection(collection), shot, "thumbnail")
    page = picture.with_suffix(".html")
    page.write_text("<script>alert(1)</script>")
    table = workspace.collection(collection).shots
    table["thumbnail"] = str(page.relative_to(workspace.collection_folder(collection) / "media"))
    table.to_parquet(changed_demo / "new.parquet")
    shutil.move(changed_demo / "new.parquet", workspace.collection_folder(collection) / "shots.parquet")
    monkeypatch.setenv("LPD_WORKSPACE", str(changed_demo))
    assert workspace.media_file(workspace.collection(collection), shot, "thumbnail") == page.resolve()
    assert ask(f"/shots/changed/{collection}/thumbnail/{shot}")[0] == 404


def test_addresses_of_a_media_server_are_filled_in_and_encoded():
    template = "https://media.example/{video}/{shot}.jpg"
    assert remote_media(template, shot_id="a/b", video_id="v 1") == "https://media.example/v%201/a%2Fb.jpg"
    assert remote_media("thumbnails/1.webp", shot_id="s", video_id="v") is True
    assert remote_media(None, shot_id="s", video_id="v") is False
    assert media_prefix("my demo", "c+1") == "shots/my%20demo/c%2B1"
