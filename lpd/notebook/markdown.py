"""Notes of people as safe HTML, and as Markdown that does nothing in whatever shows it.

A note may be a stranger's: HTML in it is text, links lead to http, https or a relative place, and no picture
is fetched from anywhere.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["harmless_markdown", "is_safe_link", "markdown_html", "markdown_text"]

SAFE_SCHEMES = ("http:", "https:")
COMMAND = re.compile(r"\\(?=[A-Za-z])")
ESCAPES = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_|[]<>~&$#"})
"""Signs that would format a text, or be HTML."""

BEGINNING = re.compile(r"^(\s*)(\d*)([-+=!.)])")
"""What makes a line that begins with it an entry of a list, a heading or a rule."""


def is_safe_link(address: str) -> bool:
    """Returns whether an address is http, https or relative; `//host/path` is none of them."""
    # signs that browsers pass over could hide a scheme
    shown = "".join(sign for sign in address if sign.isprintable() and not sign.isspace())
    if shown.startswith(("//", "\\", "/\\")):
        return False
    first = re.split(r"[/?#]", shown, maxsplit=1)[0]
    return ":" not in first or first.lower().startswith(SAFE_SCHEMES)


def markdown_html(text: str) -> str:
    """Returns a note as HTML without scripts, styles, frames, forms or pictures.

    Args:
        text: CommonMark with tables; HTML in it is shown as text, a picture as the words that stand for it.
    """
    rendered: str = _reader().render(text)
    return rendered


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    setattr(reader, "validateLink", is_safe_link)  # noqa: B010 - its way of being given another rule
    reader.add_render_rule("image", _picture)
    reader.add_render_rule("link_open", _link)
    return reader


def _picture(renderer: object, tokens: "Sequence[Token]", index: int, options: object, env: object) -> str:
    from markdown_it.common.utils import escapeHtml

    return f"[{escapeHtml(tokens[index].content) or 'picture'}]"


def _link(renderer: object, tokens: "Sequence[Token]", index: int, options: object, env: object) -> str:
    from markdown_it.common.utils import escapeHtml

    href = escapeHtml(str(tokens[index].attrGet("href") or ""))
    return f'<a href="{href}" rel="noopener noreferrer nofollow" target="_blank">'


# --- Markdown again -----------------------------------------------------------------------------------------


def harmless_markdown(text: str) -> str:
    """Returns a note as Markdown in which HTML is text, also where a viewer would let it through.

    Where a link of the note leads anywhere but to http, https or a relative place, or a picture would be
    fetched, all brackets of the note are text; else it is formatted as it was.
    """
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    setattr(reader, "validateLink", _any_link)  # noqa: B010 - what would be refused is wanted here
    tokens = reader.parse(text)
    code = [one.map for one in tokens if one.type in ("fence", "code_block") and one.map]
    fences = {line for first, last in code for line in range(first, last)}
    plain = any(_leads_away(tokens))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(
        line if number in fences else _harmless_line(line, plain=plain) for number, line in enumerate(lines)
    )


def _any_link(address: str) -> bool:
    return True


def _leads_away(tokens: "Sequence[Token]") -> Iterator[bool]:
    for token in tokens:
        if token.type == "image":
            yield True
        if token.type == "link_open":
            yield not is_safe_link(str(token.attrGet("href") or ""))
        yield from _leads_away(token.children or ())


def _harmless_line(line: str, *, plain: bool) -> str:
    # viewers with formulas would run commands of LaTeX, and some of those make links
    line = COMMAND.sub("&#92;", line.replace("<", "&lt;"))
    # as entities, since a backslash before a bracket may itself be behind one
    return line.replace("[", "&#91;").replace("]", "&#93;") if plain else line


def markdown_text(text: str) -> str:
    """Returns foreign words on one line of Markdown in which nothing of them is formatted."""
    line = "".join(sign if sign.isprintable() else " " for sign in text)
    return BEGINNING.sub(r"\1\2\\\3", line.translate(ESCAPES))
