"""A small workspace on which two tables were reproduced from the command line, once for all tests."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from lpd.reproduce import Setup
from lpd.reproduce.setup import Reproduction, open_reproduction
from lpd.workspace import Workspace, open_workspace
from tests.conftest import ROOT

TINY = ("epochs=1", "batch_size=32")
SEEDS = (0, 1)
SETUP = Setup("train", "valid", seeds=SEEDS, settings=TINY, width=16, device="cpu", workers=1)


def command_line(path: Path, *more: str, workers: int = 1) -> list[str]:
    """Returns the command that asks for `SETUP`, but for the number of workers."""
    settings = [part for setting in TINY for part in ("--set", setting)]
    command = [sys.executable, "-m", "lpd", "reproduce", *more, "--workspace", str(path), "--json"]
    return [*command, *settings, "--width", "16", "--device", "cpu", "--workers", str(workers)]


def copied(source: Path, target: Path) -> Path:
    """Returns a copy of a workspace without what is large and not needed."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("media", "indexes", "key_frames.npy"))
    return target


@pytest.fixture(scope="session")
def reproduced(demo_workspace: Path, shared_tmp: Path) -> Path:
    """A workspace with tables 4 and 5, made by a command whose answer is `answer.json`; never written to."""
    path = shared_tmp / "reproduced"
    with FileLock(shared_tmp / "reproduced.lock"):
        if not (path / "answer.json").is_file():
            copied(demo_workspace, path)
            done = subprocess.run(
                command_line(path, "table4", "table5", "--seeds", "0,1", workers=2),
                capture_output=True,
                text=True,
                cwd=ROOT,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            (path / "answer.json").write_text(done.stdout)
    return path


@pytest.fixture(scope="session")
def answer(reproduced: Path) -> dict[str, Any]:
    """The JSON document of the command."""
    return dict(json.loads((reproduced / "answer.json").read_text()))


@pytest.fixture
def copy(reproduced: Path, tmp_path: Path) -> Workspace:
    """A workspace with tables 4 and 5 that may be written to."""
    return open_workspace(copied(reproduced, tmp_path / "w"))


@pytest.fixture
def opened(reproduced: Path) -> Callable[..., Reproduction]:
    """Opens a setup on the workspace with tables 4 and 5, `SETUP` if nothing else is said."""
    return lambda setup=SETUP: open_reproduction(open_workspace(reproduced), setup)
