"""What every test may ask for: the shared oracles and data, or a skip that says what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as lpd.cli and app.main do, before torch is imported

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
COPIED_ORACLES = Path(__file__).parent / "oracles"


def skip_or_fail(reason: str) -> None:
    """Skips loudly on a person's machine; fails where CI=true, because there everything must be present."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"CI=true and {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def copied_oracles() -> Path:
    """The oracles that travel with the repository."""
    return COPIED_ORACLES


@pytest.fixture(scope="session")
def oracles() -> Path:
    """The folder of oracles that stay outside of the repository."""
    if not (SHARED / "oracles").is_dir():
        skip_or_fail(f"the oracles folder {SHARED / 'oracles'} is missing")
    return SHARED / "oracles"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that stays outside of the repository."""
    if not (SHARED / "data").is_dir():
        skip_or_fail(f"the data folder {SHARED / 'data'} is missing")
    return SHARED / "data"


def built_demo(folder: Path, *, size: str) -> Path:
    """Returns a real demo workspace under a folder that all test processes of this run share; built by the
    first.
    """
    path = folder / f"demo-{size}"
    with FileLock(folder / f"demo-{size}.lock"):
        if not (path / "workspace.toml").is_file():
            command = [sys.executable, "-m", "lpd", "demo", str(path), "--size", size]
            subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return path


@pytest.fixture(scope="session")
def shared_tmp(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """One temporary folder for all processes of this test run."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def demo_workspace(shared_tmp: Path) -> Path:
    """A small demo workspace; tests read it and never write to it."""
    return built_demo(shared_tmp, size="small")


@pytest.fixture(scope="session")
def tiny_models(shared_tmp: Path) -> Path:
    """A folder with tiny pretrained models, one folder per key of `tiny_models.KINDS`; tests read them."""
    from tests.tiny_models import save_tiny_models

    path = shared_tmp / "tiny-models"
    with FileLock(shared_tmp / "tiny-models.lock"):
        if not (path / "whole").is_file():
            save_tiny_models(path)
            (path / "whole").touch()
    return path


@pytest.fixture(scope="session")
def full_demo(shared_tmp: Path) -> Path:
    """The demo as a person gets it; for slow tests."""
    return built_demo(shared_tmp, size="default")
