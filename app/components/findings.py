"""Findings and things of a workspace in our own markup; everything passed in is text and is escaped here."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import streamlit as st

__all__ = ["FindingLine", "ThingLine", "finding_lines", "things_table"]


class FindingLine(NamedTuple):
    """One finding: its level (`ok`, `advice`, `problem`), mark and the word for the mark, what it is about,
    what was found, and the command that mends it."""

    level: str
    mark: str
    word: str
    subject: str
    sentence: str
    command: str = ""


class ThingLine(NamedTuple):
    """One row of a table of things: its cells, the full digest, what it was made from (`hover` says that only
    where the mouse is), and whether something is wrong with it."""

    name: str
    what: str
    size: str
    digest: str
    made_from: str
    hover: str = ""
    wrong: bool = False


def finding_lines(lines: Sequence[FindingLine]) -> None:
    """Draws findings, one below the other."""
    st.html(f'<ul class="lpd-findings">{"".join(_line(line) for line in lines)}</ul>')


def _line(line: FindingLine) -> str:
    code = f"<code>{escape(line.command)}</code>" if line.command else ""
    return (
        f'<li class="{escape(line.level, quote=True)}">'
        f'<i role="img" aria-label="{escape(line.word, quote=True)}">{escape(line.mark)}</i>'
        f"<span><b>{escape(line.subject)}</b> {escape(line.sentence)}{code}</span></li>"
    )


def things_table(caption: str, groups: Sequence[tuple[str, Sequence[ThingLine]]]) -> None:
    """Draws a table of things under the headings of their groups.

    Args:
        caption: says to those who do not see it what the table holds.
        groups: heading and rows.
    """
    head = "".join(f'<th scope="col">{name}</th>' for name in ("", "what", "size", "digest"))
    body = ""
    for heading, rows in groups:
        if heading:
            body += f'<tr class="group"><th scope="rowgroup" colspan="4">{escape(heading)}</th></tr>'
        body += "".join(_row(row) for row in rows)
    st.html(
        f'<table class="lpd-things"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _row(row: ThingLine) -> str:
    mark = '<i role="img" aria-label="wrong">✕</i> ' if row.wrong else ""
    digest = f'<td title="{escape(row.digest, quote=True)}">{escape(row.digest[:6])}</td>'
    hover = f' title="{escape(row.hover, quote=True)}"' if row.hover else ""
    made_from = f" <small>{escape(row.made_from)}</small>" if row.made_from else ""
    return (
        f'<tr{" class=wrong" if row.wrong else ""}><th scope="row">{escape(row.name)}</th>'
        f"<td{hover}>{mark}{escape(row.what)}{made_from}</td><td>{escape(row.size)}</td>{digest}</tr>"
    )
