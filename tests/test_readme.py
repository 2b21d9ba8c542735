"""The README is true: its commands exist, its pictures are there, every verb is told."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from lpd.cli import app

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND = typer.main.get_command(app)


def command_lines() -> list[str]:
    """The `lpd ...` lines of the README's code blocks, continuation lines joined."""
    blocks = re.findall(r"```(?:console|bash|sh)\n(.*?)```", README, flags=re.DOTALL)
    joined = "\n".join(blocks).replace("\\\n", " ")
    lines = [line.split("  #")[0].strip().removeprefix(".venv/bin/") for line in joined.splitlines()]
    return [line for line in lines if line.startswith("lpd ")]


def verbs(command: Any, prefix: str = "") -> list[str]:
    if not hasattr(command, "commands"):
        return [prefix.strip()]
    return [verb for name, sub in command.commands.items() for verb in verbs(sub, f"{prefix} {name}")]


@pytest.mark.parametrize("line", command_lines())
def test_every_command_of_the_readme_parses(line: str) -> None:
    arguments = shlex.split(line)[1:]
    command = COMMAND
    while hasattr(command, "commands"):
        name = arguments.pop(0)
        assert name in command.commands, f"no verb {name}"
        command = command.commands[name]
    command.make_context(command.name, arguments)


@pytest.mark.parametrize("verb", verbs(COMMAND))
def test_every_verb_is_in_the_readme(verb: str) -> None:
    assert f"lpd {verb}" in README


def test_every_verb_has_help() -> None:
    for verb in verbs(COMMAND):
        command = COMMAND
        for name in verb.split():
            command = command.commands[name]
        assert command.help, f"{verb} has no help"


def test_pictures_and_linked_files_exist() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    missing = [link for link in links if "://" not in link and not (ROOT / link).exists()]
    assert not missing


def test_the_python_block_runs(demo_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LPD_WORKSPACE", str(demo_workspace))
    [block] = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(block, "README.md", "exec"), names)
    assert len(names["best"]) == 5
    assert set(names["infap_of_each_space"]) == {"fused", *names["engine"].spaces}
