"""A plain HTML page with the pictures of an answer in their places: what the app is held against."""

from html import escape
from typing import Any

from playwright.sync_api import Page

STYLE = (
    "body{margin:0} .row{position:absolute;overflow-x:auto;overflow-y:hidden} .picture{position:absolute} "
    "img{display:block;width:100%;height:100%;object-fit:cover}"
)
MEASURE = "lpdProbe.answer = lpdProbe.paint(() => [...document.querySelectorAll('.picture')], 0)"


def static_page(layout: dict[str, Any], *, lazy: bool = False) -> str:
    """Returns the page; it begins to measure itself at its end.

    Args:
        layout: rows and pictures, from the probe.
        lazy: whether pictures are fetched as they come near the screen.
    """
    rows = "".join(_row(row, lazy=lazy) for row in layout["rows"])
    body = f'<div style="height:{layout["height"]}px"></div>{rows}'
    head = f"<!doctype html><meta charset=utf-8><title>static</title><style>{STYLE}</style>"
    return f"{head}<body>{body}<script>{MEASURE}</script>"


def _row(row: dict[str, Any], *, lazy: bool) -> str:
    pictures = "".join(_picture(one, lazy=lazy) for one in row["pictures"])
    return f'<div class="row" style="{_place(row)}">{pictures}</div>'


def _picture(picture: dict[str, Any], *, lazy: bool) -> str:
    loading = ' loading="lazy"' if lazy else ""
    img = f'<img src="{escape(picture["src"])}" alt="" decoding="async"{loading}>'
    return f'<span class="picture" style="{_place(picture)}">{img}</span>'


def _place(box: dict[str, Any]) -> str:
    return ";".join(f"{side}:{box[side]}px" for side in ("left", "top", "width", "height"))


def open_static(page: Page, address: str, html: str) -> None:
    """Goes to the static page; it has the app's origin, so that connections and caches are the same.

    Args:
        page: of a context with the probe.
        address: of the app.
        html: from `static_page`.
    """
    page.goto(f"{address}_stcore/health")  # the smallest page there is
    page.evaluate(
        """html => { setTimeout(() => {
          location.assign(URL.createObjectURL(new Blob([html], { type: "text/html" })));
        }, 50); }""",
        html,
    )
    page.wait_for_url("blob:**")
