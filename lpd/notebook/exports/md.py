"""A notebook as Markdown, with a folder of pictures beside it or without."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from lpd.notebook.block_kinds import (
    Block,
    CurvesBlock,
    DotsBlock,
    HeatmapBlock,
    IntervalsBlock,
    PlacesBlock,
    ShotsBlock,
    TableBlock,
    cell_text,
)
from lpd.notebook.code import script_code
from lpd.notebook.exports.document import (
    NotebookDocument,
    Picture,
    ViewDocument,
    moment,
    provenance_rows,
)
from lpd.notebook.markdown import harmless_markdown, markdown_text

__all__ = ["block_lines", "markdown_bytes", "markdown_pictures"]

FENCE = "`" * 3


def markdown_bytes(document: NotebookDocument, *, folder: str | None = None) -> bytes:
    """Returns the notebook as one Markdown file in UTF-8.

    Args:
        document: the notebook, gathered.
        folder: of the pictures, relative to the file, see `markdown_pictures`; None shows shots by their ids.
    """
    lines = [f"# {markdown_text(document.title)}", ""]
    lines += [f"Written {moment(document.made_at)} with lpd {document.version}.", ""]
    lines += [f"> {markdown_text(document.problem)}", ""] if document.problem else []
    for view in document.views:
        names = {} if folder is None else _names(view, folder)
        lines += [*_view_lines(view, names), *_code_lines(document, view)]
    return ("\n".join(lines).rstrip("\n") + "\n").encode("utf-8", "replace")


def markdown_pictures(document: NotebookDocument) -> dict[str, bytes]:
    """Returns the pictures of the Markdown's folder: name of a file -> its bytes, each picture once."""
    return {
        _file_name(picture): picture.data
        for view in document.views
        for shot, picture in view.pictures.items()
        if shot in set(view.shots)
    }


def _file_name(picture: Picture) -> str:
    """By its content, for a shot id may be anything and the same in two collections."""
    return f"{sha256(picture.data).hexdigest()[:20]}.{picture.media_type.partition('/')[2]}"


def _names(view: ViewDocument, folder: str) -> dict[str, str]:
    return {shot: f"{folder}/{_file_name(picture)}" for shot, picture in view.pictures.items()}


def _view_lines(view: ViewDocument, names: Mapping[str, str]) -> Iterator[str]:
    pinned = view.pinned
    yield from (f"## {markdown_text(pinned.view.title)}", "")
    if pinned.view.note.strip():
        yield from (harmless_markdown(pinned.view.note), "")
    for sentence in view.changes:
        yield f"> Changed since: {markdown_text(sentence)}"
    if view.changes:
        yield ""
    for block in view.blocks:
        yield from block_lines(block, names)
    if view.why_kept:
        yield from (markdown_text(view.why_kept), "")
    facts = "; ".join(f"{name}: {words}" for name, words in provenance_rows(pinned.view.provenance))
    yield from (f"Pinned {moment(pinned.created)}; {markdown_text(facts)}", "")


def _code_lines(document: NotebookDocument, view: ViewDocument) -> list[str]:
    """The Python of a view between fences that it cannot end."""
    if view.code is None:
        return []
    code, fence = script_code(document.path, view.code), FENCE
    while fence in code:
        fence += "`"
    return ["Its numbers again:", "", f"{fence}python", code.strip("\n"), fence, ""]


def block_lines(block: Block, names: Mapping[str, str]) -> list[str]:
    """Returns a block as lines of Markdown, with an empty one at the end.

    Args:
        block: what is shown. Dots and intervals have a table beside them and no lines of their own.
        names: shot -> address of its picture, relative to the file.
    """
    match block:
        case TableBlock():
            rows = [[cell_text(cell) for cell in row] for row in block.rows]
            return _table(block.title, block.columns, rows)
        case ShotsBlock():
            return _shots(block, names)
        case HeatmapBlock():
            rows = [
                [name, *("" if one is None else f"{one:.2f}" for one in row)]
                for name, row in zip(block.names, block.values, strict=True)
            ]
            return _table(block.title, ("", *block.names), rows)
        case CurvesBlock():
            columns = (block.x_label, *(line.name for line in block.lines))
            return _table(block.title, columns, _curves(block))
        case PlacesBlock():
            rows = [[one.shot_id, f"{one.x:.4g}", f"{one.y:.4g}"] for one in block.places]
            return _table(block.title, ("shot", "x", "y"), rows)
        case DotsBlock() | IntervalsBlock():
            return []


def _shots(block: ShotsBlock, names: Mapping[str, str]) -> list[str]:
    pictured = any(one.shot_id in names for one in block.shots)
    marked = any(one.words for one in block.shots)
    columns = ["rank", *(["picture"] if pictured else []), "shot", "score", *(["also"] if marked else [])]
    lines = [f"### {markdown_text(block.title)}", "", _row(columns), _row(["---"] * len(columns))]
    for rank, one in enumerate(block.shots, start=1):
        shot = markdown_text(one.shot_id)
        picture = f"![{shot}]({names[one.shot_id]})" if one.shot_id in names else ""
        cells = [str(rank), *([picture] if pictured else []), shot, cell_text(one.score)]
        lines.append(_row([*cells, *([markdown_text(one.words)] if marked else [])]))
    return [*lines, ""]


def _curves(block: CurvesBlock) -> list[list[str]]:
    values = [dict(zip(line.x, line.y, strict=True)) for line in block.lines]
    steps = sorted({x for line in values for x in line})
    return [[f"{x:g}", *("" if x not in line else f"{line[x]:.4f}" for line in values)] for x in steps]


def _table(title: str, columns: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    heads = [markdown_text(one) for one in columns]
    body = [_row([markdown_text(one) for one in row]) for row in rows]
    return [f"### {markdown_text(title)}", "", _row(heads), _row(["---"] * len(heads)), *body, ""]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
