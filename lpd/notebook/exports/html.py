"""A notebook as one HTML page that opens offline: pictures and charts are inside, nothing is fetched.

Every foreign word is escaped, and the page's own policy lets no script run but the two it was written with:
that of the charts and the one that starts them.
"""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape

from lpd.notebook.code import script_code
from lpd.notebook.exports.document import (
    NotebookDocument,
    ViewDocument,
    moment,
    provenance_rows,
)
from lpd.notebook.exports.html_blocks import Drawn, block_html
from lpd.notebook.exports.look import SCRIPT, STYLE
from lpd.notebook.markdown import markdown_html

__all__ = ["html_bytes"]


def html_bytes(document: NotebookDocument) -> bytes:
    """Returns the notebook as a page in UTF-8.

    Args:
        document: the notebook, gathered.
    """
    drawn = Drawn()
    views = [part for view in document.views for part in _view(document, view, drawn)]
    scripts = [_charts_script(), SCRIPT] if drawn.charts else []
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_policy(scripts), quote=False)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{escape(document.title)}</title><style>{STYLE}</style></head>",
        '<body><div class="page" id="top">',
        *_head(document),
        "<main>",
        *(views or ['<section class="small">Nothing is pinned in this notebook.</section>']),
        "</main></div>",
        *(f"<script>{script}</script>" for script in scripts),
        "</body></html>",
    ]
    return ("\n".join(parts) + "\n").encode("utf-8", "replace")


def _policy(scripts: list[str]) -> str:
    """What the page may do: run these scripts and no other, show pictures that are inside; nothing else."""
    hashes = [f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in scripts]
    allowed = " ".join(hashes) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _charts_script() -> str:
    """What draws the charts, in a form that can stand in a page."""
    import vl_convert

    script: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    return script.replace("\r\n", "\n").replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _head(document: NotebookDocument) -> Iterator[str]:
    made = f"{moment(document.made_at)} · lpd {document.version}"
    told = f"{len(document.views)} pinned views" if len(document.views) != 1 else "1 pinned view"
    yield f'<header><h1>{escape(document.title)}</h1><div class="small">{escape(told)} · {escape(made)}</div>'
    if document.problem:
        yield f'<p class="warn">{escape(document.problem)}</p>'
    yield '</header><nav aria-label="Contents"><div class="inner"><b>Contents</b><ol>'
    for view in document.views:
        yield f'<li><a href="#view-{view.pinned.view_id:d}">{escape(view.pinned.view.title)}</a></li>'
    yield "</ol></div></nav>"


def _view(document: NotebookDocument, view: ViewDocument, drawn: Drawn) -> Iterator[str]:
    pinned = view.pinned
    told = [pinned.view.page or "search", f"pinned {moment(pinned.created)}"]
    yield f'<section id="view-{pinned.view_id:d}"><h2>{escape(pinned.view.title)}</h2>'
    yield f'<div class="small">{escape(" · ".join(told))}</div>'
    for sentence in view.changes:
        yield f'<p class="warn">Changed since: {escape(sentence)}</p>'
    if pinned.view.note.strip():
        yield f'<div class="note">{markdown_html(pinned.view.note)}</div>'
    for block in view.blocks:
        yield from block_html(block, view.pictures, drawn)
    yield from _folded(document, view)
    yield "</section>"


def _folded(document: NotebookDocument, view: ViewDocument) -> Iterator[str]:
    rows = [*provenance_rows(view.pinned.view.provenance), ("address", view.pinned.view.address)]
    yield "<details><summary>What it was made from</summary><table>"
    yield from (f"<tr><th>{escape(name)}</th><td>{escape(words)}</td></tr>" for name, words in rows)
    yield "</table></details>"
    if view.code is not None:
        yield "<details><summary>Python that makes its numbers again</summary>"
        yield f"<pre>{escape(script_code(document.path, view.code))}</pre></details>"
    elif view.why_kept:
        yield f'<p class="small">{escape(view.why_kept)}</p>'
