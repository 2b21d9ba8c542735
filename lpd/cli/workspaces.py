"""lpd demo, init, status, app."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import drawn_progress, note, print_json, print_table, with_progress_file
from lpd.errors import NotFoundError
from lpd.workspace import create_workspace, default_workspace_path

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    app.command()(demo)
    app.command()(init)
    app.command()(status)
    app.command("app")(run_app)


def demo(
    directory: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Where; else workspaces/demo.")
    ] = None,
    size: Annotated[str, typer.Option(help="default, or small (for tests).")] = "default",
    progress_file: Annotated[Path | None, typer.Option(help="Append progress as JSON lines.")] = None,
    json: JsonOption = False,
) -> None:
    """Make the demo workspace: a generated video world with three trained models, ready to explore."""
    from lpd.demo.build import build_demo

    path = directory or default_workspace_path()
    report = build_demo(path, size=size, progress=with_progress_file(drawn_progress(), progress_file))
    if json:
        print_json(report)
    else:
        note(f"The demo is in {path} ({report['seconds']:.0f} s). Explore it: lpd app --workspace {path}")


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    name: Annotated[str | None, typer.Option(help="Shown on screen; else the folder's name.")] = None,
    json: JsonOption = False,
) -> None:
    """Make an empty workspace."""
    workspace = create_workspace(directory, name=name)
    if json:
        print_json({"workspace": str(workspace.path), "name": workspace.name})
    else:
        note(f"An empty workspace is in {directory}. Next: lpd import shots --workspace {directory} ...")


def status(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Say what is in the workspace, what fits together and what is stale."""
    from lpd.services.status import workspace_status

    space = opened(workspace)
    rows = workspace_status(space)
    if json:
        print_json(
            {"workspace": str(space.path), "name": space.name, "things": [row._asdict() for row in rows]}
        )
        return
    print_table(
        ("kind", "name", "state", "what"), [(row.kind, row.name, row.state, row.sentence) for row in rows]
    )


def run_app(
    workspace: WorkspaceOption = None,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8501,
    address: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Open the explorer in the browser."""
    spec = find_spec("app")
    if spec is None or not spec.submodule_search_locations:
        raise NotFoundError(
            "the app is not installed", expected="the package app", next_step="pip install -e ."
        )
    folder = Path(next(iter(spec.submodule_search_locations)))
    path = (workspace or default_workspace_path()).resolve()
    command = [sys.executable, "-m", "streamlit", "run", str(folder / "main.py")]
    command += ["--server.port", str(port), "--server.address", address]
    # Streamlit reads .streamlit/config.toml (theme, no usage statistics) from the folder it is started in
    environment = os.environ | {"LPD_WORKSPACE": str(path)}
    raise typer.Exit(subprocess.call(command, env=environment, cwd=folder.parent))
