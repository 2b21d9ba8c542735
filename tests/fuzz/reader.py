"""What the harness must know of a reader of files."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

__all__ = ["Reader"]


class Reader(NamedTuple):
    """How a reader is tried.

    Args:
        make: writes good files into a folder.
        read: reads them, all of what is in them.
        share: of the wished number of cases that are run; less where one takes long.
        damages: what the path of a file must contain to be damaged.
    """

    make: Callable[[Path], None]
    read: Callable[[Path], object]
    share: float = 1.0
    damages: str = ""
