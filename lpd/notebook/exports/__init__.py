"""A notebook as files to hand over: one HTML page, Markdown, a Jupyter notebook.

A `NotebookDocument` is gathered by `lpd.services.notebook.notebook_document`; `html_bytes`, `markdown_bytes`
and `ipynb_bytes` write it. `lpd notebook export` is the command.
"""

from lpd.notebook.exports.document import NotebookDocument, Picture, ViewDocument
from lpd.notebook.exports.html import html_bytes
from lpd.notebook.exports.ipynb import ipynb_bytes
from lpd.notebook.exports.md import markdown_bytes, markdown_pictures

__all__ = [
    "NotebookDocument",
    "Picture",
    "ViewDocument",
    "html_bytes",
    "ipynb_bytes",
    "markdown_bytes",
    "markdown_pictures",
]
