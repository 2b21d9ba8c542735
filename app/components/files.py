"""The scripts and styles of the components, read from beside their Python."""

from pathlib import Path

__all__ = ["read_script", "read_style"]

FOLDER = Path(__file__).parent


def read_script(name: str) -> str:
    """Returns a component's script with the functions that all of them share in front."""
    return "\n".join((FOLDER / file).read_text(encoding="utf-8") for file in ("dom.js", name))


def read_style(name: str) -> str:
    """Returns a component's style sheet."""
    return (FOLDER / name).read_text(encoding="utf-8")
