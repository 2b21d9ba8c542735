"""What pinned views showed, in our own markup; everything passed in is text and is escaped here."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import streamlit as st

__all__ = ["KeptShot", "kept_shots", "kept_table"]


class KeptShot(NamedTuple):
    """A shot of a list: its rank, its id, what stands under it, and the address of its picture, empty for
    none."""

    rank: int
    shot_id: str
    words: str
    picture: str


def kept_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[tuple[str, bool]]], *, foot: int = 0
) -> None:
    """Draws a table that scrolls in its place.

    Args:
        title: says to those who do not see it what the table holds.
        columns: their names.
        rows: cells, each a text and whether it is a number.
        foot: how many of the last rows stand under a line.
    """
    numeric = [any(row[place][1] for row in rows) for place in range(len(columns))]
    head = "".join(_head(*pair) for pair in zip(columns, numeric, strict=True))
    parts = (rows[: len(rows) - foot], rows[len(rows) - foot :])
    body, last = ("".join(_row(row) for row in part) for part in parts)
    st.html(
        f'<div class="lpd-kept" tabindex="0" role="region" aria-label="{escape(title, quote=True)}">'
        f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody><tfoot>{last}</tfoot></table></div>"
    )


def _head(name: str, is_number: bool) -> str:
    """A head over a column; a long name of a space, `text:bow`, goes on below behind its end."""
    kind = ' class="number"' if is_number else ""
    return f'<th scope="col"{kind}>{escape(name).replace(":", ":<wbr>")}</th>'


def _row(cells: Sequence[tuple[str, bool]]) -> str:
    told = "".join(
        f'<th scope="row">{escape(text)}</th>'
        if number == 0
        else f"<td{' class=number' if is_number else ''}>{escape(text)}</td>"
        for number, (text, is_number) in enumerate(cells)
    )
    return f"<tr>{told}</tr>"


def kept_shots(title: str, shots: Sequence[KeptShot], *, more: str = "") -> None:
    """Draws a list of shots as small tiles in one row that scrolls sideways.

    Args:
        title: of the list.
        shots: in order; a picture is fetched once it is seen.
        more: what is left out, in words.
    """
    tiles = "".join(_tile(shot) for shot in shots)
    rest = f"<li class='more'>{escape(more)}</li>" if more else ""
    st.html(
        f'<p class="lpd-kept-title">{escape(title)}</p>'
        f'<ol class="lpd-kept-shots" tabindex="0" aria-label="{escape(title, quote=True)}">{tiles}{rest}</ol>'
    )


def _tile(shot: KeptShot) -> str:
    words = f"<small>{escape(shot.words)}</small>" if shot.words else ""
    name = escape(shot.shot_id, quote=True)
    picture = f'<i class="none">{name}</i>'
    if shot.picture:
        address = escape(shot.picture, quote=True)
        picture = f'<img src="{address}" alt="shot {name}, rank {shot.rank}" loading="lazy" decoding="async">'
    return f'<li title="{name}">{picture}<b>{shot.rank}</b>{words}</li>'
