"""Forms of the Workspace page: every one makes a command that the command line takes."""

import pytest
import typer

from app.workspace.imports import IMPORTS, lacking, request_of
from lpd.cli import app

COMMAND = typer.main.get_command(app)


def filled(kind: str) -> dict[str, str | bool | tuple[str, ...]]:
    """Every field filled, with its example where it has one."""
    values: dict[str, str | bool | tuple[str, ...]] = {}
    for field in IMPORTS[kind].fields:
        if field.kind == "flag":
            values[field.name] = True
        elif field.kind == "lines":
            values[field.name] = (field.example, "b=/b")
        elif field.kind == "choice" and not isinstance(field.options, str):
            values[field.name] = field.options[-1]
        else:
            values[field.name] = field.example or "c"
    return values


def parsed(arguments: tuple[str, ...]) -> None:
    """Fails where the command line does not know a verb or an option."""
    command, rest = COMMAND, list(arguments)
    while hasattr(command, "commands"):
        name = rest.pop(0)
        assert name in command.commands, f"no verb {name}"
        command = command.commands[name]
    command.make_context(command.name, rest)


@pytest.mark.parametrize("kind", IMPORTS)
def test_a_filled_form_is_a_command(kind: str) -> None:
    request = request_of(kind, filled(kind))
    parsed(request.arguments)
    assert "{" not in request.title


@pytest.mark.parametrize("kind", IMPORTS)
def test_an_empty_form_lacks_what_is_needed_and_nothing_more(kind: str) -> None:
    needed = {field.name: filled(kind)[field.name] for field in IMPORTS[kind].fields if field.needed}
    assert lacking(kind, {}) == [field.label for field in IMPORTS[kind].fields if field.needed]
    assert lacking(kind, needed) == []
    parsed(request_of(kind, needed).arguments)


def test_values_are_not_taken_for_options() -> None:
    values = {"source": "-rf", "collection": "--json", "video-from-shot": True, "subset": ("a=--x",)}
    request = request_of("shots", values)
    assert request.arguments == (
        "import",
        "shots",
        "--collection=--json",
        "--subset=a=--x",
        "--video-from-shot",
        "--",
        "-rf",
    )
    parsed(request.arguments)
