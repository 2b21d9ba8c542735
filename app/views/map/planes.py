"""The planes of the Map page: what the component draws, made of the maps, the choice and the query."""

from dataclasses import dataclass

import numpy as np

from app import resources
from app.components.shot_map import MapLabel, MapPlot
from app.lanes import list_title
from app.map.colouring import (
    CLUSTER,
    HIDDEN,
    JUDGEMENT,
    SCORE,
    VIDEO,
    Colouring,
    by_cluster,
    by_judgement,
    by_score,
    by_video,
    without,
)
from app.map.colours import LIGHT_MAP, MapColours
from app.map.lasso import inside
from app.resources.maps import MapKey, OpenedMap, all_scores, colouring, layers, numbered_videos, opened_map
from app.resources.stamps import collection_stamp, searched_stamp
from app.views.map.choices import MapScene
from lpd.collection import Collection
from lpd.errors import MismatchError
from lpd.maps import FUSED

__all__ = ["DrawnMap", "draw_planes_of", "recoloured", "shown_rows", "taken_rows"]


@dataclass(frozen=True, eq=False)
class DrawnMap:
    """A map as it stands on the page.

    Args:
        opened: the map and its plane.
        plot: what the component is given.
    """

    opened: OpenedMap
    plot: MapPlot


def draw_planes_of(scene: MapScene) -> list[DrawnMap]:
    """Returns the planes in the order asked for.

    Raises:
        LpdError: as `opened_map` and `all_scores`.
    """
    opened = [opened_map(scene.workspace, map_key(scene, space)) for space in scene.choice.spaces]
    return [_drawn(scene, one, first=opened[0]) for one in opened]


def map_key(scene: MapScene, space: str) -> MapKey:
    """Returns which map is asked for of a space."""
    return MapKey(scene.card.name, scene.selection.collection, space, scene.choice.method)


def _drawn(scene: MapScene, opened: OpenedMap, *, first: OpenedMap) -> DrawnMap:
    """A plane; clusters are those of the first plane, so that one sees where they are in the other."""
    space, store = opened.shot_map.facts.space, layers()
    coloured = _colouring(scene, space, first)
    title, end = list_title(scene.card, space)
    plot = MapPlot(
        name=space,
        title=title,
        end=end,
        notes=_notes(opened),
        points=store.keep(("points", *opened.key), lambda: opened.plane.places),
        kinds=store.keep(("kinds", *_colour_key(scene, space, first)), lambda: coloured.kinds),
        colouring=coloured,
        query=_query_place(scene, opened),
        marked=_best_rows(scene),
        labels=_labels(opened, coloured) if scene.colour == CLUSTER else (),
    )
    return DrawnMap(opened, plot)


def _notes(opened: OpenedMap) -> tuple[str, ...]:
    facts = opened.shot_map.facts
    if facts.method == "pca":
        first, second = (f"{share:.0%}" for share in facts.explained)
        told = f"the two axes hold {first} + {second} of the variance"
    else:
        told = f"UMAP fitted to {facts.fitted:,} shots, seed {facts.seed}: near is alike, far says little"
    return (told, opened.note) if opened.note else (told,)


def _colour_key(scene: MapScene, space: str, first: OpenedMap) -> tuple[object, ...]:
    """All that the class of every shot is made from."""
    choice, selection = scene.choice, scene.selection
    stamp = collection_stamp(scene.workspace, selection.collection)
    own: tuple[object, ...] = ()
    if scene.colour == CLUSTER:
        own = first.key
    elif scene.colour == VIDEO:
        own = choice.videos
    elif scene.colour == JUDGEMENT and choice.topic is not None:
        own = (choice.topic.topic_id, _qrels_digest(scene))
    elif scene.colour == SCORE:
        own = (space, scene.asked, searched_stamp(scene.workspace, scene.card.name, selection.collection))
    where = (str(scene.workspace.path), selection.collection, selection.subset, stamp)
    return (scene.colour, *where, *own)


def _qrels_digest(scene: MapScene) -> str | None:
    selection = scene.selection
    if selection.edition is None or selection.qrels is None:
        return None
    return resources.qrels(scene.workspace, selection.edition, selection.qrels).digest


def _colouring(scene: MapScene, space: str, first: OpenedMap) -> Colouring:
    def make() -> Colouring:
        found = _made(scene, space, first, scene.colours)
        return without(found, _shown(scene))

    return colouring((scene.colours.background, *_colour_key(scene, space, first)), make)


def recoloured(scene: MapScene, space: str, first: OpenedMap) -> Colouring:
    """Returns the same classes in the colours of a light page, for a picture."""
    return without(_made(scene, space, first, LIGHT_MAP), _shown(scene))


def _made(scene: MapScene, space: str, first: OpenedMap, colours: MapColours) -> Colouring:
    choice = scene.choice
    if scene.colour == VIDEO:
        return by_video(numbered_videos(scene.workspace, scene.selection.collection), choice.videos, colours)
    if scene.colour == JUDGEMENT:
        shots = resources.collection(scene.workspace, scene.selection.collection)
        return by_judgement(_judged_rows(scene, shots), len(shots), colours)
    if scene.colour == SCORE:
        number = 0 if space == FUSED else 1 + [one.name for one in scene.card.spaces].index(space)
        return by_score(all_scores(scene.workspace, scene.asked)[number], colours)
    title = f"clusters of {list_title(scene.card, first.shot_map.facts.space)[0]}"
    return by_cluster(first.shot_map.clusters, colours, title=title)


def _judged_rows(scene: MapScene, shots: Collection) -> dict[int, list[int]]:
    """Relevance -> rows judged so, for the topic of the query."""
    relevances = {} if scene.judged is None else scene.judged.relevance
    return {
        relevance: shots.known_rows([shot for shot, one in relevances.items() if one == relevance]).tolist()
        for relevance in (1, 0, -1)
    }


def _shown(scene: MapScene) -> np.ndarray | None:
    """Which shots are shown; None for all."""
    if scene.selection.subset is None:
        return None
    shots = resources.collection(scene.workspace, scene.selection.collection)
    mask = np.zeros(len(shots), dtype=bool)
    mask[shots.subset_rows(scene.selection.subset)] = True
    return mask


def _query_place(scene: MapScene, opened: OpenedMap) -> tuple[float, float] | None:
    from lpd.services.maps import query_point

    if not scene.choice.query or not scene.searchable:
        return None
    try:
        point = query_point(opened.shot_map, resources.search(scene.workspace, scene.asked).vectors)
    except MismatchError:
        return None
    return opened.plane.at(point)


def _best_rows(scene: MapScene) -> tuple[int, ...]:
    """The top k of the query's fused list, which have a ring."""
    if scene.colour != SCORE:
        return ()
    hits = resources.search(scene.workspace, scene.asked).lists[FUSED]
    return tuple(hits.rows[: scene.selection.k].tolist())


def _labels(opened: OpenedMap, coloured: Colouring) -> tuple[MapLabel, ...]:
    """The number of each cluster at the middle of its shots that are shown."""
    found = []
    for number, one in enumerate(coloured.classes):
        if one.count and one.level:
            x, y = np.median(opened.plane.places[coloured.kinds == number], axis=0).tolist()
            found.append((round(x, 4), round(y, 4), one.words))
    return tuple(found)


def shown_rows(drawn: DrawnMap) -> np.ndarray:
    """Returns the rows that are on the map, rising."""
    return np.flatnonzero(drawn.plot.colouring.kinds != HIDDEN)


def taken_rows(scene: MapScene, drawn: list[DrawnMap]) -> np.ndarray | None:
    """Returns the rows inside the lasso, rising; None without a lasso."""
    lasso = scene.choice.lasso
    plane = next((one for one in drawn if lasso is not None and one.plot.name == lasso.plot), None)
    if lasso is None or plane is None:
        return None
    chosen = inside(lasso.corners, plane.opened.plane.places)
    rows = shown_rows(plane)
    return rows[chosen[rows]]
