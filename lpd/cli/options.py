"""Options that every verb has."""

from pathlib import Path
from typing import Annotated

import typer

from lpd.workspace import Workspace, default_workspace_path, open_workspace

__all__ = ["JsonOption", "WorkspaceOption", "opened"]

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace", metavar="DIR", help="The workspace; else LPD_WORKSPACE, else workspaces/demo."
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON document on stdout, everything else on stderr.")
]


def opened(path: Path | None) -> Workspace:
    """Returns the workspace that the options name."""
    return open_workspace(path or default_workspace_path())
