"""What every test may ask for: the shared oracles and data, or a skip that says what is missing."""

import os
from pathlib import Path

import pytest

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
