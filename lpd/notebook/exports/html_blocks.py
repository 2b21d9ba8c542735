"""Blocks as HTML: tables, tiles with their pictures inside, charts that can be pointed at."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from lpd.notebook.block_kinds import Block, PlacesBlock, ShotsBlock, ShotTile, TableBlock, cell_text
from lpd.notebook.exports.charts import block_chart
from lpd.notebook.exports.document import PICTURES_PER_LIST, Picture

__all__ = ["Drawn", "block_html", "json_in_page"]


@dataclass
class Drawn:
    """How many charts a page has so far."""

    charts: int = 0


def block_html(block: Block, pictures: Mapping[str, Picture], drawn: Drawn) -> Iterator[str]:
    """Yields a block as lines of HTML; every foreign word is escaped.

    Args:
        block: what is shown.
        pictures: shot -> its picture.
        drawn: counts the charts.
    """
    yield f"<h3>{escape(block.title)}</h3>"
    if isinstance(block, TableBlock):
        yield from _table(block)
    elif isinstance(block, ShotsBlock):
        yield from _shots(block.shots, pictures)
    else:
        yield from _chart(block, drawn)
        if isinstance(block, PlacesBlock) and pictures:
            yield from _shots(tuple(ShotTile(one.shot_id) for one in block.places), pictures, ranked=False)


def _table(block: TableBlock) -> Iterator[str]:
    numeric = [
        any(isinstance(row[place], float) for row in block.rows)
        or all(isinstance(row[place], int) for row in block.rows)
        for place in range(len(block.columns))
    ]
    kinds = [' class="number"' if one else "" for one in numeric]
    yield '<div class="scroll"><table><thead><tr>'
    yield "".join(f"<th{kind}>{escape(name)}</th>" for name, kind in zip(block.columns, kinds, strict=True))
    yield "</tr></thead><tbody>"
    first = len(block.rows) - block.foot
    for number, row in enumerate(block.rows):
        kind = "" if number < first else ' class="foot line"' if number == first else ' class="foot"'
        cells = "".join(
            f"<td{kind}>{escape(cell_text(cell))}</td>" for cell, kind in zip(row, kinds, strict=True)
        )
        yield f"<tr{kind}>{cells}</tr>"
    yield "</tbody></table></div>"


def _shots(
    shots: tuple[ShotTile, ...], pictures: Mapping[str, Picture], *, ranked: bool = True
) -> Iterator[str]:
    yield '<div class="shots">'
    for rank, one in enumerate(shots[:PICTURES_PER_LIST], start=1):
        picture = pictures.get(one.shot_id)
        words = [one.words] if one.words else []
        words += [f"{one.score:.4f}"] if one.score is not None else []
        told = f'<span class="rank">{rank}</span> ' if ranked else ""
        yield (
            f"<figure>{_picture(one.shot_id, picture)}<figcaption>{told}{escape(' · '.join(words))}"
            f'<span class="id small">{escape(one.shot_id)}</span></figcaption></figure>'
        )
    yield "</div>"
    rest = shots[PICTURES_PER_LIST:]
    if rest:
        ids = ", ".join(escape(one.shot_id) for one in rest)
        yield f"<details><summary>{len(rest):,} more shots</summary><p>{ids}</p></details>"


def _picture(shot_id: str, picture: Picture | None) -> str:
    if picture is None:
        return '<span class="blank"></span>'
    data = b64encode(picture.data).decode()
    return f'<img alt="shot {escape(shot_id)}" loading="lazy" src="data:{picture.media_type};base64,{data}">'


def _chart(block: Block, drawn: Drawn) -> Iterator[str]:
    """The chart as a picture, for where scripts are off, and what makes it one that can be pointed at."""
    chart = block_chart(block)
    if chart is None:
        yield '<p class="small">There is nothing to draw.</p>'
        return
    drawn.charts += 1
    data = b64encode(_as_picture(chart)).decode()
    yield (
        f'<div class="chart"><div class="drawn"><img alt="{escape(block.title)}" '
        f'src="data:image/svg+xml;base64,{data}"></div>'
        f'<script type="application/json">{json_in_page(chart)}</script></div>'
    )


def _as_picture(chart: dict[str, object]) -> bytes:
    import vl_convert

    picture: str = vl_convert.vegalite_to_svg(chart, allowed_base_urls=[])
    return picture.encode()


def json_in_page(document: object) -> str:
    """Returns JSON that can stand in a script element: nothing in it ends the element or begins a comment."""
    text = json.dumps(document, ensure_ascii=True, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
