"""What a checkpoint of an official repository holds, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor

__all__ = ["OfficialFile", "StandIn"]


@dataclass(eq=False)
class StandIn:
    """What stands for an object of a class that is not made: its name and what the file says of it.

    Args:
        name: module and class, `txt2vec.BowVecNSW`.
        arguments: what its class would have been called with; mostly nothing.
        attributes: its state, name -> value.
        items: what would have been appended to it, were it a list.
        entries: what would have been set in it, were it a dictionary.
    """

    name: str
    arguments: tuple[Any, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)
    items: list[Any] = field(default_factory=list)
    entries: dict[Any, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Returns its name alone: its content can be large, and hold itself."""
        return f"StandIn({self.name!r})"


@dataclass(frozen=True, eq=False)
class OfficialFile:
    """A checkpoint as it was read: weights, and settings as far as the file holds them.

    Args:
        path: of the file.
        container: `zip`, `legacy` (PyTorch before 1.6) or `safetensors`.
        parts: tensor name -> tensor, float32 or integers; one part, or [video, text] where the official code
            saves its two ends apart. `module.` prefixes of trainings on several GPUs are taken off.
        config: attributes of the pickled settings; class attributes are not in such a file. Nested objects
            are `StandIn`s. Empty where there is none.
        options: the command line's options (`opt`), name -> value; empty where there are none.
        facts: the rest that is plain: `epoch`, measures of the best epoch, and `keys`, the names of all
            entries.
        refused: names of classes and functions that the file names and that were not made.
        notes: sentences on what was changed in reading (number types, prefixes).
        digest: of the file.
    """

    path: Path
    container: str
    parts: tuple[dict[str, Tensor], ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    digest: str = ""
