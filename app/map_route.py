"""The routes of the map: the layers that a browser draws, and what it says of the shot under the pointer.

A layer is known by a name that says nothing of it; a shot by its place in a collection. Whatever is unknown
is answered with 404.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app import resources
from app.media import remote_media
from app.resources.maps import layers
from lpd.errors import LpdError

__all__ = ["LAYERS", "find_shot", "map_routes", "shots_prefix"]

LAYERS = "maps/layers"
"""Where layers lie, relative to the address of the app."""

HEADERS = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}
KEPT = {**HEADERS, "Cache-Control": "private, max-age=86400, immutable"}
NOT_KEPT = {**HEADERS, "Cache-Control": "no-store"}


def shots_prefix(workspace: str, collection: str) -> str:
    """Returns where facts of the shots of a collection lie, relative to the address of the app."""
    return f"maps/shots/{quote(workspace, safe='')}/{quote(collection, safe='')}"


def find_shot(workspace: str, collection: str, row: int) -> dict[str, Any] | None:
    """Returns what is told of the shot in a row: its id, its video and whether it has a picture; None where
    anything of it is unknown."""
    try:
        opened = resources.named_workspace(workspace)
        if collection not in opened.collection_names():
            return None
        shots = resources.collection(opened, collection)
    except LpdError:
        return None
    if not 0 <= row < len(shots):
        return None
    shot_id, video_id = shots.shot_ids[row], str(shots.shots["video_id"].iat[row])
    picture = remote_media(shots.media_entry(shot_id, "thumbnail"), shot_id=shot_id, video_id=video_id)
    return {"shot": shot_id, "video": video_id, "thumbnail": picture}


async def serve_layer(request: Request) -> Response:
    """Answers with the bytes of a layer."""
    data = layers().get(request.path_params["name"])
    if data is None:
        return PlainTextResponse("no such layer", status_code=404, headers=NOT_KEPT)
    return Response(data, media_type="application/octet-stream", headers=KEPT)


async def serve_shot(request: Request) -> Response:
    """Answers with what is told of one shot, as JSON."""
    asked: dict[str, Any] = request.path_params
    facts = await run_in_threadpool(find_shot, asked["workspace"], asked["collection"], asked["row"])
    if facts is None:
        return PlainTextResponse("no such shot", status_code=404, headers=NOT_KEPT)
    return JSONResponse(facts, headers={**HEADERS, "Cache-Control": "private, max-age=60"})


def map_routes(base_path: str = "") -> Sequence[Route]:
    """Returns the routes for `st.App`; the base path is part of them, as in `app.media`."""
    base = base_path.strip("/")
    start = f"/{base}" if base else ""
    return [
        Route(f"{start}/{LAYERS}/{{name}}", serve_layer, methods=["GET"]),
        Route(f"{start}/maps/shots/{{workspace}}/{{collection}}/{{row:int}}", serve_shot, methods=["GET"]),
    ]
