"""The sizes of a quantised index, and the files they make.

Sizes: N shots, S spaces, C components of widths D_c, M mixtures.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

__all__ = ["CHECKED_BYTES", "IDS_FILE", "QuantisedLayout", "codes_file", "padded"]

IDS_FILE = "ids.txt"
CHECKED_BYTES = 64 << 20
"""Bytes of a file that one checksum covers."""

LANE = 64
"""Bytes of a vector register, to which rows of codes are padded."""


@dataclass(frozen=True)
class QuantisedLayout:
    """The sizes that decide every file.

    Args:
        spaces: names of the S spaces, in the model's order.
        widths: dimension of each.
        component_widths: D_c of each component.
        sources: per space the number of its component, or None for the next mixture of all components.
        shots: N.
    """

    spaces: tuple[str, ...]
    widths: tuple[int, ...]
    component_widths: tuple[int, ...]
    sources: tuple[int | None, ...]
    shots: int

    @property
    def mixtures(self) -> int:
        """M, the number of spaces that are mixtures."""
        return self.sources.count(None)

    @property
    def files(self) -> dict[str, tuple[tuple[int, ...], np.dtype[Any]]]:
        """File name -> shape and type of its array."""
        count, components = self.shots, len(self.component_widths)
        files: dict[str, tuple[tuple[int, ...], np.dtype[Any]]] = {
            codes_file(number): ((count, padded(width)), np.dtype(np.uint8))
            for number, width in enumerate(self.component_widths)
        }
        files["scales.npy"] = ((count, components), np.dtype(np.float32))
        if self.mixtures:
            files["mixing.npy"] = ((count, self.mixtures, components), np.dtype(np.float32))
        files["rows.npy"] = ((count, sum(self.component_widths)), np.dtype(np.float16))
        return files

    @property
    def settings(self) -> dict[str, Any]:
        """The sizes as plain JSON values."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }

    def check(self) -> None:
        """Raises ValueError unless the sizes fit together."""
        widths = self.component_widths
        if not len(self.spaces) == len(self.widths) == len(self.sources) or not widths or self.shots < 0:
            raise ValueError("the numbers of spaces, widths and sources differ, or there is nothing")
        for space, width, source in zip(self.spaces, self.widths, self.sources, strict=True):
            if source is not None and not 0 <= source < len(widths):
                raise ValueError(f"space {space} has no component {source}")
            fits = set(widths) == {width} if source is None else widths[source] == width
            if not fits or width < 1:
                raise ValueError(f"space {space} of width {width} is made from widths {list(widths)}")
        owners: dict[int | None, str] = {}  # a scan gives the scores of a component to one space
        for space, source in zip(self.spaces, self.sources, strict=True):
            if source is not None and source in owners:
                raise ValueError(f"spaces {owners[source]} and {space} are both component {source}")
            owners[source] = space


def padded(width: int) -> int:
    """Returns the next multiple of 64 bytes, the width of a vector register."""
    return -(-width // LANE) * LANE


def codes_file(component: int) -> str:
    """Returns the name of the file that holds the codes of a component."""
    return f"codes_{component:02d}.npy"
