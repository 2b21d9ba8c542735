"""A workspace's notebook written to a file to hand over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lpd.errors import NotFoundError
from lpd.notebook.exports import (
    NotebookDocument,
    html_bytes,
    ipynb_bytes,
    markdown_bytes,
    markdown_pictures,
)
from lpd.services.notebook.gathering import notebook_document
from lpd.storage import atomic_file
from lpd.workspace import Workspace

__all__ = ["NOTEBOOK_FORMS", "ExportedNotebook", "export_notebook", "notebook_bytes"]

NOTEBOOK_FORMS: dict[str, Callable[[NotebookDocument], bytes]] = {
    "html": html_bytes,
    "md": markdown_bytes,
    "ipynb": ipynb_bytes,
}
"""Form of an export, which is also the ending of its file -> what writes it."""


@dataclass(frozen=True)
class ExportedNotebook:
    """What was written.

    Args:
        path: of the file.
        views: how many.
        again: numbers of the views whose numbers a Jupyter notebook makes again.
        kept: number of each other view -> why they cannot be made again.
        changes: number of a view -> what changed since it was pinned, where something did.
        pictures: how many files are in the folder beside the file.
        problem: a sentence about damaged views that are left out; None where there are none.
    """

    path: Path
    views: int
    again: tuple[int, ...]
    kept: dict[int, str]
    changes: dict[int, tuple[str, ...]]
    pictures: int = 0
    problem: str | None = None


def notebook_bytes(workspace: Workspace, form: str, *, views: Sequence[int] | None = None) -> bytes:
    """Returns a notebook as one file.

    Args:
        workspace: whose.
        form: of `NOTEBOOK_FORMS`.
        views: numbers of the views wanted; None takes all that are shown.

    Raises:
        NotFoundError: for another form, or a view that is not there.
        FormatError: if the notebook as a whole is damaged or of a newer version.
    """
    write = _writer(form)
    return write(notebook_document(workspace, views=views, pictures=form == "html"))


def export_notebook(
    workspace: Workspace,
    out: Path,
    *,
    form: str,
    views: Sequence[int] | None = None,
    pictures: bool = False,
) -> ExportedNotebook:
    """Writes a notebook to a file, whole or not at all, and returns what stands in it.

    Args:
        workspace: whose.
        out: the file.
        form: of `NOTEBOOK_FORMS`.
        views: numbers of the views wanted; None takes all that are shown.
        pictures: whether the Markdown gets a folder of pictures beside it, called as the file with `_files`
            behind; one HTML page has them inside in any case.

    Raises:
        NotFoundError: for another form, or a view that is not there.
        FormatError: if the notebook as a whole is damaged or of a newer version.
    """
    write = _writer(form)
    beside = form == "md" and pictures
    document = notebook_document(workspace, views=views, pictures=form == "html" or beside)
    files = markdown_pictures(document) if beside else {}
    folder = out.with_name(f"{out.stem}_files")
    for name, data in files.items():
        with atomic_file(folder / name) as temporary:
            temporary.write_bytes(data)
    text = markdown_bytes(document, folder=folder.name) if files else write(document)
    with atomic_file(out) as temporary:
        temporary.write_bytes(text)
    told = {view.pinned.view_id: view for view in document.views}
    return ExportedNotebook(
        path=out,
        views=len(told),
        again=tuple(number for number, view in told.items() if view.code is not None),
        kept={number: view.why_kept for number, view in told.items() if view.code is None},
        changes={number: view.changes for number, view in told.items() if view.changes},
        pictures=len(files),
        problem=document.problem,
    )


def _writer(form: str) -> Callable[[NotebookDocument], bytes]:
    if form not in NOTEBOOK_FORMS:
        raise NotFoundError(
            "no such form of a notebook", expected=", ".join(NOTEBOOK_FORMS), found=repr(form)
        )
    return NOTEBOOK_FORMS[form]
