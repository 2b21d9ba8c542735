"""The forms in which a notebook is taken away, and how each is made: in steps, since many views take long."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from lpd.notebook.exports import (
    NotebookDocument,
    html_bytes,
    ipynb_bytes,
    markdown_bytes,
    markdown_pictures,
)
from lpd.progress import Progress, no_progress
from lpd.services.notebook.gathering import notebook_document
from lpd.workspace import Workspace

__all__ = ["FORMS", "NotebookForm", "notebook_file"]

BATCH = 8
"""So many views are gathered between two looks at whether somebody stopped it."""

PICTURES = "pictures"
"""The folder of the pictures beside the Markdown."""


class NotebookForm(NamedTuple):
    """A form: what the menu calls it, the ending of its file, what it is called on the way to the browser,
    whether pictures of shots are read for it, and what writes it."""

    label: str
    ending: str
    mime: str
    pictures: bool
    write: Callable[[NotebookDocument], bytes]


def _packed(document: NotebookDocument) -> bytes:
    """The Markdown and, beside it, the folder of its pictures."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notebook.md", markdown_bytes(document, folder=PICTURES))
        for name, data in markdown_pictures(document).items():
            archive.writestr(f"{PICTURES}/{name}", data)
    return packed.getvalue()


FORMS = {
    "html": NotebookForm("HTML page that opens offline", "html", "text/html", True, html_bytes),
    "md": NotebookForm("Markdown", "md", "text/markdown", False, markdown_bytes),
    "pictures": NotebookForm("Markdown with pictures, zip", "zip", "application/zip", True, _packed),
    "ipynb": NotebookForm("Jupyter notebook", "ipynb", "application/x-ipynb+json", False, ipynb_bytes),
}


def notebook_file(
    workspace: Workspace, form: str, views: Sequence[int], *, progress: Progress = no_progress
) -> bytes:
    """Returns views of a notebook as a file.

    Args:
        workspace: of the notebook.
        form: a key of `FORMS`.
        views: their numbers.
        progress: called with the views gathered and their number; what it raises ends it.

    Raises:
        NotFoundError: if a view is not there any more.
        FormatError: if the notebook as a whole is damaged.
        MissingExtraError: if what draws the charts of an HTML page is not installed.
    """
    chosen = FORMS[form]
    whole = notebook_document(workspace, views=views[:BATCH], pictures=chosen.pictures)
    for start in range(BATCH, len(views), BATCH):
        progress("gathering the views", start, len(views))
        some = views[start : start + BATCH]
        more = notebook_document(workspace, views=some, pictures=chosen.pictures)
        whole = replace(whole, views=(*whole.views, *more.views))
    progress("writing the file", 0, 1)
    return chosen.write(whole)
