"""Maps of a workspace: making them, opening those that were made, and where a query lies on one.

Sizes: N shots, S spaces of widths D_s.
"""

from collections.abc import Sequence

import numpy as np

from lpd.errors import MismatchError, NotFoundError, StaleError
from lpd.maps import METHODS, MapSettings, ShotMap, make_maps, read_map, read_map_facts, write_map
from lpd.progress import Progress, no_progress
from lpd.search import SearchEngine
from lpd.search.engine_opening import check_bi_encoder, index_sources
from lpd.services.map_requests import PLAIN, MapName, MapRequest, map_command
from lpd.services.map_spaces import map_folder, map_spaces, wanted_maps
from lpd.services.map_vectors import IndexVectors, map_vectors
from lpd.storage import writer_lock
from lpd.workspace import Workspace

__all__ = [
    "LIVE_AT_MOST",
    "build_map",
    "live_map",
    "map_names",
    "open_map",
    "query_point",
]

LIVE_AT_MOST = 50_000
"""Of so many shots a map by PCA can be made while a person waits, a second or so."""


def build_map(
    workspace: Workspace, request: MapRequest, *, device: str = "auto", progress: Progress = no_progress
) -> list[ShotMap]:
    """Makes maps and keeps them under maps/<model>@<collection>; returns them with their digests.

    Vectors are read from the model's index where there is one that fits; else the model embeds the shots
    anew, or vectors that were brought are read. What is there stands until all maps are made.

    Args:
        workspace: of model and collection.
        request: which maps.
        device: the model embeds on, where there is no index.
        progress: called per block.

    Raises:
        NotFoundError: if there is no such model, collection or space, or nothing to embed.
        LpdError: if the model is a re-ranker, or has no map of its fusion, or there are no shots.
        MissingExtraError: if UMAP is asked for and not installed.
    """
    card = workspace.model_card(request.model)
    check_bi_encoder(card)
    wanted = wanted_maps(card, request.spaces)
    needed = {part.number for one in wanted for part in one.parts}
    with writer_lock(workspace.path):
        origin = map_vectors(workspace, card, request.collection, needed=needed, device=device)
        made = make_maps(origin.vectors, wanted, request.settings, progress=progress)
        kept = []
        for one in made:
            name = MapName(one.facts.space, one.facts.method)
            folder = map_folder(workspace, card, request.collection, name=name)
            kept.append(write_map(folder, one, made_from=origin.made_from, source=origin.source))
    return kept


def live_map(engine: SearchEngine, space: str, *, settings: MapSettings = PLAIN) -> ShotMap:
    """Returns a map of an engine's shots, made in memory; nothing is written.

    Args:
        engine: of a model over a collection.
        space: name of a space, or `fused`.
        settings: method, clusters and seed.

    Raises:
        NotFoundError: if there is no such space.
        LpdError: if the model has no map of its fusion, or there are no shots.
    """
    wanted = wanted_maps(engine.card, [space])
    needed = frozenset(part.number for part in wanted[0].parts)
    return make_maps(IndexVectors(engine.index, needed), wanted, settings)[0]


def map_names(workspace: Workspace, model: str, collection: str) -> list[MapName]:
    """Returns the maps that were made of a collection, whole ones and others, as the model orders its spaces.

    Raises:
        NotFoundError: if there is no such model.
    """
    card = workspace.model_card(model)
    names = [MapName(space, method) for space in map_spaces(card) for method in METHODS]
    return [name for name in names if map_folder(workspace, card, collection, name=name).is_dir()]


def open_map(workspace: Workspace, *, model: str, collection: str, name: MapName) -> ShotMap:
    """Returns a map that was made, whole in memory: ten bytes per shot.

    Raises:
        NotFoundError: if there is no such model, collection, space or map.
        StaleError: if it was made from another model or another collection, or is half-written.
        FormatError: if a file of it is damaged.
    """
    card = workspace.model_card(model)
    folder = map_folder(workspace, card, collection, name=name)
    command = map_command(MapRequest(model, collection, (name.space,), MapSettings(name.method)))
    if not folder.is_dir():
        raise NotFoundError("this map was not made", where=folder, next_step=command)
    shot_ids = workspace.collection(collection).shot_ids
    sources = index_sources(workspace, card, collection, shot_ids=shot_ids)
    stored = read_map_facts(folder)
    changed = stored.manifest.changed(sources)
    if changed:
        what = f"the map was made from another {' and another '.join(changed)}"
        raise StaleError(what, where=folder, next_step=command)
    expected = wanted_maps(card, [name.space])[0]
    facts = stored.facts
    if (facts.space, facts.parts, facts.shots) != (expected.space, expected.parts, len(shot_ids)):
        raise MismatchError(
            "another map than its place says",
            where=folder,
            expected=f"{name.space} of {len(shot_ids)} shots",
            found=f"{facts.space} of {facts.shots}",
            next_step=command,
        )
    return read_map(folder)


def query_point(shot_map: ShotMap, vectors: Sequence[np.ndarray]) -> tuple[float, float]:
    """Returns where a query lies on a map: exactly on the plane of PCA; on a map by UMAP at the mean place of
    the five fitted shots that are most similar to it.

    Args:
        shot_map: of the query's model.
        vectors: S arrays (D_s,), the query in every space, as a search's result has them (`result.vectors`).

    Raises:
        MismatchError: if they are vectors of another model.
    """
    x, y = shot_map.place([np.asarray(vector)[None] for vector in vectors])[0].tolist()
    return x, y
