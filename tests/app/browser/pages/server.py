"""A server for tests of the components alone: one page, and pictures made on request, which are counted."""

import io
import sys
from pathlib import Path

import streamlit as st
from PIL import Image
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

ROOT = Path(__file__).resolve().parents[4]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

asked: list[str] = []


async def picture(request: Request) -> Response:
    """A small picture in a colour of the shot; none for shots whose id begins with `lost`."""
    kind, shot = request.path_params["kind"], request.path_params["shot"]
    asked.append(f"{kind} {shot}")
    if shot.startswith("lost"):
        return PlainTextResponse("no such picture", status_code=404)
    seed = sum(shot.encode("utf-8", "surrogatepass")) * 37
    colour = (seed % 200 + 40, seed * 7 % 200 + 40, seed * 13 % 200 + 40)
    drawn = io.BytesIO()
    Image.new("RGB", (96, 74), colour).save(drawn, "PNG")
    return Response(drawn.getvalue(), media_type="image/png", headers={"Cache-Control": "no-store"})


async def requests_so_far(request: Request) -> Response:
    """What was asked for since the start or the last time with `?clear=1`."""
    answer = JSONResponse(list(asked))
    if request.query_params.get("clear"):
        asked.clear()
    return answer


base = st.get_option("server.baseUrlPath").strip("/")
start = f"/{base}" if base else ""
app = st.App(
    Path(__file__).with_name("page.py"),
    routes=[
        Route(f"{start}/shots/w/c/{{kind}}/{{shot:path}}", picture),
        Route(f"{start}/asked", requests_so_far),
    ],
)
