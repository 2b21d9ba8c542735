"""Writes the pages: HTML that is read from the disk, without a network."""

import json
import re
import shutil
from base64 import b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path

import pdoc.doc
import pdoc.render
from jinja2 import pass_context
from jinja2.runtime import Context
from pdoc.render_helpers import to_markdown_with_context

from app.tokens import TOKENS
from assets.docs.pages import documented_modules, page_of

__all__ = ["build_docs"]

TEMPLATES = Path(__file__).with_name("templates")
CODE = re.compile(r"(`[^`]+`|^>>> (?:.+\n?)+)", re.MULTILINE)
"""Words in backticks, and examples up to the next empty line."""

ICON = Path(__file__).parents[2] / "app" / "icon.svg"


def build_docs(folder: Path) -> list[Path]:
    """Returns the files that were written: `index.html`, a page per module, and what the search box reads.

    Args:
        folder: is emptied first if it holds an earlier documentation.

    Raises:
        FileExistsError: if the folder holds something else.
    """
    _make_room(folder)
    pages = {name: page_of(name) for name in documented_modules()}
    icon = "data:image/svg+xml;base64," + b64encode(ICON.read_bytes()).decode()
    pdoc.render.configure(docformat="google", favicon=icon, show_source=False, template_directory=TEMPLATES)
    pdoc.render.env.filters["to_markdown"] = _markdown
    pdoc.render.env.globals["tokens"] = TOKENS
    pdoc.render.env.globals["first_line"] = _first_line
    written = {
        f"{name.replace('.', '/')}.html": pdoc.render.html_module(page, pages) for name, page in pages.items()
    }
    written["index.html"] = pdoc.render.html_index(pages)
    written["search.js"] = f"const names = {json.dumps(_names(pages))};\n"
    for name, text in written.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in written]


def _make_room(folder: Path) -> None:
    """Takes an earlier documentation away, so that no page of a module that is gone stays."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / "search.js").is_file():
            raise FileExistsError(f"{folder} holds something else than this documentation")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


@pass_context
def _markdown(context: Context, docstring: str) -> str:
    """A docstring as Markdown in which `<` opens no tag; within code Markdown itself sees to that."""
    parts = CODE.split(docstring)
    parts[::2] = [part.replace("<", "&lt;") for part in parts[::2]]
    return to_markdown_with_context(context, "".join(parts))


def _names(pages: Mapping[str, pdoc.doc.Module]) -> list[tuple[str, str, str]]:
    """Name, address and first sentence of all that the pages tell: what the search box looks through."""
    found = []
    for name, page in pages.items():
        address = f"{name.replace('.', '/')}.html"
        found.append((name, address, _first_line(page.docstring)))
        for member in _members(page):
            said = _first_line(member.docstring)
            found.append((f"{name}.{member.qualname}", f"{address}#{member.qualname}", said))
    return found


def _members(page: pdoc.doc.Module) -> Iterable[pdoc.doc.Doc]:
    for member in page.own_members:
        yield member
        if isinstance(member, pdoc.doc.Class):
            yield from (one for one in member.own_members if one.docstring and not one.name.startswith("_"))


def _first_line(docstring: str) -> str:
    """The first paragraph of a docstring on one line, without the marks of code."""
    return " ".join(docstring.strip().split("\n\n")[0].split()).replace("`", "")
