"""The command of a training: parsed by the command line it gives the very same request."""

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lpd.cli import app
from lpd.errors import FormatError
from lpd.services import training
from lpd.services.jobs import watched_training
from lpd.services.jobs.training_request import ModelRequest, as_typed, train_command
from lpd.workspace import create_workspace

PLAIN = ModelRequest("plain", "lpd", "train", "valid")
FULL = ModelRequest(
    "full",
    "laff",
    "train,more",
    "valid",
    text_features=("bow", "w2v"),
    video_features=("colour+shape", "frames:motion@8"),
    preset="original",
    settings=("epochs=2", "--width=3", 'criterion="MRR"'),
    width=16,
    heads=3,
    encoders=("gru:hidden=8,embedding=4",),
    options=("with_ave=true",),
    init_from="older",
    teachers=("xclip-a", "xclip-b"),
    seed=7,
    device="cpu",
)


class Seen(Exception):
    """Carries what the command line made of its options."""


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("request_", [PLAIN, FULL], ids=["plain", "full"])
def test_the_command_line_reads_the_same_request(
    request_: ModelRequest, resume: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def catch(workspace: Any, request: ModelRequest, *, resume: bool) -> None:
        raise Seen(workspace.path, request, resume)

    monkeypatch.setattr(watched_training, "watched_training", catch)
    monkeypatch.setattr(training, "training_settings", lambda request: None)
    workspace = create_workspace(tmp_path / "with space")
    command = train_command(request_, workspace=workspace.path, resume=resume)
    assert command[:4] == [sys.executable, "-m", "lpd", "train"]
    with pytest.raises(Seen) as seen:
        CliRunner().invoke(app, command[3:], catch_exceptions=False)
    assert seen.value.args == (workspace.path, request_, resume)
    assert shlex.split(as_typed(command)) == ["lpd", *command[3:]]


def test_what_is_as_by_default_is_left_out(tmp_path: Path) -> None:
    assert as_typed(train_command(PLAIN, workspace=tmp_path)) == (
        f"lpd train lpd --name=plain --captions=train --validation=valid --workspace={tmp_path}"
    )


@pytest.mark.parametrize("value", ["a\0b", "a\nb", "\udcff", "\x1b[2J"], ids=ascii)
def test_what_cannot_be_typed_is_refused(value: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="not part of a command"):
        train_command(replace(PLAIN, options=(f"key={value}",)), workspace=tmp_path)
