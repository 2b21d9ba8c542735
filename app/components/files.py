"""The scripts and styles of the components, read from beside their Python."""

from pathlib import Path

__all__ = ["read_script", "read_style"]

FOLDER = Path(__file__).parent


def read_script(*names: str) -> str:
    """Returns a component's script: its files in order, behind the functions that all of them share."""
    return _together("dom.js", *names)


def read_style(*names: str) -> str:
    """Returns a component's style sheet: its files in order."""
    return _together(*names)


def _together(*names: str) -> str:
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)
