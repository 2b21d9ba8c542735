"""The map as a small Python script that makes its places again."""

from dataclasses import dataclass
from pathlib import Path

from lpd.exports import Provenance

__all__ = ["ShownMaps", "map_snippet"]

SCRIPT = """\
from pathlib import Path

{imports}
from lpd.workspace import open_workspace

workspace = open_workspace(Path({path!r}))
collection = workspace.collection({collection!r})
for space in {spaces!r}:
{made}
    print(space, shot_map.facts.method, shot_map.points.shape)
    for shot_id in {shots!r}:
        print(shot_id, *shot_map.points[collection.row(shot_id)].tolist())
"""

STORED = (
    "from lpd.services.maps import MapName, open_map",
    "    name = MapName(space, {method!r})\n"
    "    shot_map = open_map(workspace, model={model!r}, collection=collection.name, name=name)",
)
COMPUTED = (
    "from lpd.search import open_engine\nfrom lpd.services.maps import live_map",
    "    engine = open_engine(workspace, model={model!r}, collection=collection.name)\n"
    "    shot_map = live_map(engine, space)",
)


@dataclass(frozen=True)
class ShownMaps:
    """What is made again.

    Args:
        workspace: its path.
        spaces: of the maps.
        model, collection, method: of the maps.
        stored: whether the maps are read; else they are computed.
        shots: ids of those whose places are printed.
    """

    workspace: Path
    spaces: tuple[str, ...]
    model: str
    collection: str
    method: str
    stored: bool
    shots: tuple[str, ...]


def map_snippet(maps: ShownMaps, provenance: Provenance) -> str:
    """Returns a script that prints where some shots lie on each map; every foreign word is a Python literal.

    Args:
        maps: with the shots.
        provenance: stands above the script.
    """
    imports, made = STORED if maps.stored else COMPUTED
    script = SCRIPT.format(
        imports=imports,
        path=str(maps.workspace),
        collection=maps.collection,
        spaces=list(maps.spaces),
        made=made.format(method=maps.method, model=maps.model),
        shots=list(maps.shots),
    )
    return f"{provenance.comment('#')}\n{script}"
