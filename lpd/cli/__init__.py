"""The command `lpd`: one file per group of verbs.

`lpd --help` lists the verbs, `lpd search --help` what one takes; `main` is what the command runs.
Exit codes: 0 done, 2 the person's mistake (one sentence on stderr), 1 ours (a traceback).

>>> from typer.testing import CliRunner
>>> from lpd.cli import app
>>> CliRunner().invoke(app, ["search", "--help"]).exit_code
0
"""

import os
import sys

import typer

from lpd.cli import (
    doctor,
    evaluation,
    exporting,
    extracting,
    importing,
    judging,
    mapping,
    models,
    notebook,
    reproducing,
    runs,
    searching,
    workspaces,
)
from lpd.cli.output import keep_stdout
from lpd.errors import LpdError
from lpd.services.jobs.watched_work import watched_work

__all__ = ["app", "main"]

app = typer.Typer(
    name="lpd",
    help="Ad-hoc video search with many common spaces: train, search, compare, measure.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
"""The command with all its verbs, as typer knows it."""

workspaces.add_to(app)
importing.add_to(app)
extracting.add_to(app)
models.add_to(app)
mapping.add_to(app)
searching.add_to(app)
runs.add_to(app)
evaluation.add_to(app)
judging.add_to(app)
exporting.add_to(app)
notebook.add_to(app)
reproducing.add_to(app)
doctor.add_to(app)


def main() -> None:
    """Runs the command line and ends the process."""
    # torch's threads otherwise spin while they wait for each other: beside one busy process on two cores a
    # training step took twenty times as long; read when torch is first imported, inherited by processes
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    keep_stdout()
    try:
        with watched_work():
            app()
    except LpdError as error:
        print(f"lpd: {error}", file=sys.stderr)
        sys.exit(2)
