"""The notebook of a workspace beside the workspace as it is now: what changed, and files to take away.

`view_changes` says which model, index, qrels, run or plan is another one since a view was pinned;
`export_notebook` writes the notebook to a file, as `lpd notebook export` does.
"""

from lpd.services.notebook.changes import WorkspaceNow, changed_sources, view_changes
from lpd.services.notebook.exporting import (
    NOTEBOOK_FORMS,
    ExportedNotebook,
    export_notebook,
    notebook_bytes,
)
from lpd.services.notebook.gathering import notebook_document, shot_pictures

__all__ = [
    "NOTEBOOK_FORMS",
    "ExportedNotebook",
    "WorkspaceNow",
    "changed_sources",
    "export_notebook",
    "notebook_bytes",
    "notebook_document",
    "shot_pictures",
    "view_changes",
]
