"""A notebook as a Jupyter notebook (nbformat 4.5) whose cells run against the workspace with `lpd` alone."""

import json
from typing import Any

from lpd.notebook.code import opening_code, pinned_code
from lpd.notebook.exports.document import NotebookDocument, ViewDocument, moment, provenance_rows
from lpd.notebook.exports.md import block_lines
from lpd.notebook.markdown import harmless_markdown, markdown_text

__all__ = ["ipynb_bytes"]

Cell = dict[str, Any]

INTRODUCTION = """\
# {title}

{count} of workspace {workspace}, written {made} with lpd {version}. The cells make the numbers again with
`lpd` alone and say whether they are as they were pinned. Where the workspace lies elsewhere, change its path
in the next cell.
"""


def ipynb_bytes(document: NotebookDocument) -> bytes:
    """Returns the Jupyter notebook, without outputs; nothing of a note, a title or a shot id is code in it.

    Args:
        document: the notebook, gathered.
    """
    views = "1 pinned view" if len(document.views) == 1 else f"{len(document.views)} pinned views"
    first = INTRODUCTION.format(
        title=markdown_text(document.title),
        count=views,
        workspace=markdown_text(document.workspace),
        made=moment(document.made_at),
        version=document.version,
    )
    cells = [_words("start", first), _code("open", opening_code(document.path))]
    for view in document.views:
        cells += _cells(view)
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _cells(view: ViewDocument) -> list[Cell]:
    number = view.pinned.view_id
    cells = [_words(f"view-{number}", "\n".join(_heading(view)))]
    if view.code is None or not isinstance(view.snapshot, dict):
        kept = [line for block in view.blocks for line in ("", *block_lines(block, {}))]
        lines = [view.why_kept or "There is nothing to make again.", *kept]
        return [*cells, _words(f"view-{number}-kept", "\n".join(lines))]
    compared = _code(f"view-{number}-pinned", pinned_code(view.snapshot, view.pinned.view.provenance))
    compared["metadata"] = {"jupyter": {"source_hidden": True}}
    return [*cells, _code(f"view-{number}-numbers", view.code), compared]


def _heading(view: ViewDocument) -> list[str]:
    pinned = view.pinned
    lines = [f"## {markdown_text(pinned.view.title)}", ""]
    if pinned.view.note.strip():
        lines += [harmless_markdown(pinned.view.note), ""]
    told = "; ".join(f"{name} {words}" for name, words in provenance_rows(pinned.view.provenance))
    lines += [f"*Pinned {moment(pinned.created)}.* {markdown_text(told)}"]
    return lines


def _words(cell_id: str, text: str) -> Cell:
    return {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": _lines(text)}


def _code(cell_id: str, text: str) -> Cell:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": {},
        "outputs": [],
        "source": _lines(text.strip("\n")),
    }


def _lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [*(f"{one}\n" for one in lines), last]
