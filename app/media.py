"""The route that serves thumbnails and previews, looked up by collection and shot id in the shot table.

A client names a workspace, a collection and a shot; it never names a file. Whatever is unknown is answered
with 404.
"""

from collections.abc import Sequence
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from app import resources
from lpd.collection import fill_template
from lpd.errors import LpdError

__all__ = ["MEDIA_KINDS", "find_media", "media_prefix", "media_routes", "remote_media"]

MEDIA_KINDS = ("thumbnail", "preview")
CONTENT_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
"""Files of other kinds are not served: an HTML or SVG file in media/ must not run in the app's origin."""

HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def media_prefix(workspace: str, collection: str) -> str:
    """Returns where the pictures of a collection lie, relative to the address of the app."""
    return f"shots/{quote(workspace, safe='')}/{quote(collection, safe='')}"


def remote_media(entry: str | None, *, shot_id: str, video_id: str) -> str | bool:
    """Returns what the browser is told about one entry of the shot table.

    False for no picture, True for one served here under the shot's id, else the full http(s) URL of a media
    server with `{shot}` and `{video}` filled in.
    """
    if not entry:
        return False
    if not entry.startswith(("http://", "https://")):
        return True
    return fill_template(entry, shot_id=shot_id, video_id=video_id)


def find_media(workspace: str, collection: str, *, kind: str, shot_id: str) -> Path | None:
    """Returns the picture file of a shot, None where anything of it is unknown."""
    if kind not in MEDIA_KINDS:
        return None
    try:
        opened = resources.named_workspace(workspace)
        if collection not in opened.collection_names():
            return None
        path = opened.media_file(resources.collection(opened, collection), shot_id, kind)
    except LpdError:
        return None
    return path if path is not None and path.suffix.lower() in CONTENT_TYPES else None


async def serve_media(request: Request) -> Response:
    """Answers one picture request; 304 where the browser already has this state of the file."""
    asked: dict[str, Any] = request.path_params
    path = await run_in_threadpool(
        find_media, asked["workspace"], asked["collection"], kind=asked["kind"], shot_id=asked["shot"]
    )
    if path is None:
        return PlainTextResponse("no such picture", status_code=404, headers={"Cache-Control": "no-store"})
    state = path.stat()
    tag = sha256(f"{state.st_mtime_ns}-{state.st_size}-{path.name}".encode()).hexdigest()[:24]
    headers = {**HEADERS, "ETag": f'"{tag}"', "Last-Modified": formatdate(state.st_mtime, usegmt=True)}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if headers["ETag"] in known:
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type=CONTENT_TYPES[path.suffix.lower()], headers=headers)


def media_routes(base_path: str = "") -> Sequence[Route]:
    """Returns the routes for `st.App`; its own routes are not moved under server.baseUrlPath, so the base
    is part of them."""
    base = base_path.strip("/")
    start = f"/{base}" if base else ""
    return [
        Route(
            f"{start}/shots/{{workspace}}/{{collection}}/{{kind}}/{{shot:path}}", serve_media, methods=["GET"]
        )
    ]
