"""Which maps are wanted, and the command that makes them; light, so that a page can ask."""

import shlex
from dataclasses import dataclass
from typing import NamedTuple

from lpd.maps import MapSettings

__all__ = ["PLAIN", "MapName", "MapRequest", "map_command"]


class MapName(NamedTuple):
    """A map that was made: of which space (or `fused`), by which method."""

    space: str
    method: str


PLAIN = MapSettings()
"""PCA, with the numbers that nobody chose."""


@dataclass(frozen=True)
class MapRequest:
    """Which maps are to be made.

    Args:
        model, collection: their names.
        spaces: names of spaces, `fused` among them; empty takes all, and the fusion where there is one.
        settings: method, clusters and seed.
    """

    model: str
    collection: str
    spaces: tuple[str, ...] = ()
    settings: MapSettings = PLAIN


def map_command(request: MapRequest) -> str:
    """Returns the command that makes these maps, without what nobody chose."""
    settings = request.settings
    words = ["lpd", "map", "build", "--model", request.model, "--collection", request.collection]
    for space in request.spaces:
        words += ["--space", space]
    words += ["--method", settings.method] if settings.method != PLAIN.method else []
    words += ["--clusters", str(settings.clusters)] if settings.clusters != PLAIN.clusters else []
    words += ["--seed", str(settings.seed)] if settings.seed != PLAIN.seed else []
    return shlex.join(words)
