"""Options that every verb has."""

from pathlib import Path
from typing import Annotated

import typer

from lpd.errors import NotFoundError
from lpd.trec import read_id_list
from lpd.workspace import Workspace, default_workspace_path, open_workspace

__all__ = ["ExcludeOption", "JsonOption", "WorkspaceOption", "excluded_shots", "opened", "run_path"]

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace", metavar="DIR", help="The workspace; else LPD_WORKSPACE, else workspaces/demo."
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON document on stdout, everything else on stderr.")
]

ExcludeOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--exclude",
        metavar="FILE",
        help="Shots to leave out, one id per line, such as V3C1's dropped shots; repeatable.",
    ),
]


def excluded_shots(files: list[Path] | None) -> set[str]:
    """Returns the ids in the files of `--exclude`.

    Raises:
        LpdError: as `read_id_list`.
    """
    return {shot_id for path in files or [] for shot_id in read_id_list(path)}


def opened(path: Path | None) -> Workspace:
    """Returns the workspace that the options name."""
    return open_workspace(path or default_workspace_path())


def run_path(run: str, workspace: Path | None, *, edition: str | None) -> Path:
    """Returns the file of a run that is named by its path, or by its tag among the runs of an edition.

    Raises:
        NotFoundError: if the edition has no run of this tag.
    """
    path = Path(run)
    if path.is_file() or edition is None:
        return path
    space = opened(workspace)
    tags = space.run_tags(space.edition(edition).name)
    if run not in tags:
        raise NotFoundError(
            f"no such file, and no such run of {edition}",
            expected=f"a run file, or one of {', '.join(tags) or '(none yet)'}",
            found=repr(run),
            next_step="lpd run, or lpd import run",
        )
    return space.run_path(edition, run)
