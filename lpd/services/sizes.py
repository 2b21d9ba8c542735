"""Sizes on disk: of files and folders, and as a person reads them."""

import os
from pathlib import Path

__all__ = ["printed_size", "size_of"]


def size_of(path: Path) -> int:
    """Returns the bytes of a file, or of all files in a folder; links are not followed, and absence is 0."""
    try:
        if not path.is_dir():
            return path.stat().st_size
        total = 0
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    total += size_of(Path(entry.path))
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
    return total


def printed_size(size: int | None) -> str:
    """Returns bytes for a person: `12.3 MB`, `4 kB`, an en dash for None.

    >>> printed_size(1_234_567)
    '1.2 MB'
    """
    if size is None:
        return "–"
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:,.1f} {unit}" if unit != "kB" else f"{size / factor:,.0f} kB"
    return f"{size} B"
