"""What the Map page can be taken away as, and what it says of itself when it is pinned."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from app import resources, state
from app.charts.shot_map import MapPicture, map_png, map_svg
from app.map.colours import LIGHT_MAP
from app.map.lasso import lasso_text
from app.map.snippet import ShownMaps, map_snippet
from app.parameters import Value
from app.resources.maps import OpenedMap
from app.views.exporting import MIMES, ExportItem, file_stem, frame_exports
from app.views.map.choices import LINKED, MapScene
from app.views.map.planes import DrawnMap, recoloured, shown_rows
from app.views.map.shots import TakenShots
from app.views.pinning import ViewFacts
from lpd.exports import Digested, Provenance, digested_models
from lpd.notebook.recipes import MapAgain, MapPanel, recipe_document
from lpd.words import counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["map_exports", "map_facts", "map_provenance"]

KEPT_PLACES = 1000
"""Of so many shots of the lasso the places are kept when the view is pinned."""

PRINTED_SHOTS = 20


def map_provenance(scene: MapScene, drawn: Sequence[DrawnMap]) -> Provenance:
    """Returns what the map was made from."""
    selection, choice = scene.selection, scene.choice
    measure = f"map by {choice.method} of {', '.join(choice.spaces)}, coloured by {choice.colour}"
    seeds = {one.opened.shot_map.facts.seed for one in drawn}
    qrels = None
    if choice.topic is not None and selection.edition and selection.qrels:
        digest = resources.qrels(scene.workspace, selection.edition, selection.qrels).digest
        qrels = Digested(selection.qrels, digest)
    return Provenance(
        workspace=scene.workspace.name,
        source=scene.workspace.source,
        collection=selection.collection,
        subset=selection.subset,
        models=digested_models(scene.workspace, [scene.card.name]),
        edition=selection.edition if choice.topic is not None else None,
        qrels=qrels,
        measure=f"{measure}, seed {', '.join(map(str, sorted(seeds)))}",
        query=choice.query or None,
    )


def map_facts(scene: MapScene, drawn: Sequence[DrawnMap], taken: TakenShots | None) -> ViewFacts:
    """Returns what the page says of the view: its address, what it was made from, and its numbers."""
    choice = scene.choice
    parameters: dict[str, Value] = scene.selection.parameters()
    for name in LINKED:
        value = state.value(name)
        if value:
            parameters[name] = value
    if choice.lasso is None:
        parameters.pop("lasso", None)
    spaces = " and ".join(choice.spaces)
    title = f"Map of {spaces} of {scene.card.name} by {choice.method}, coloured by {choice.colour}"
    if taken is not None:
        title += f": {counted(len(taken.rows), 'shot')} in the lasso"
    provenance = map_provenance(scene, drawn)
    return ViewFacts("map", title, parameters, provenance, snapshot=_snapshot(scene, drawn, taken))


def _snapshot(scene: MapScene, drawn: Sequence[DrawnMap], taken: TakenShots | None) -> dict[str, Any]:
    choice, card = scene.choice, scene.card
    shot_ids = resources.collection(scene.workspace, scene.selection.collection).shot_ids
    rows = _kept_rows(scene, drawn, taken)
    shots = [shot_ids[row] for row in rows]
    places = {
        f"{card.name}/{one.plot.name}.{choice.method}": {
            shot: one.opened.shot_map.points[row].tolist() for shot, row in zip(shots, rows, strict=True)
        }
        for one in drawn
    }
    maps = [one.opened.shot_map for one in drawn]
    panels = tuple(
        MapPanel(card.name, one.facts.space, one.facts.method, built=bool(one.digest)) for one in maps
    )
    recipe = MapAgain(scene.selection.collection, panels, tuple(shots))
    classes = [one for one in drawn[0].plot.colouring.classes if one.count]
    scaled = drawn[0].plot.colouring.ends is not None
    return {
        "places": places,
        "colour": choice.colour,
        "classes": {} if scaled else {one.words: one.count for one in classes},
        "taken": None if taken is None else len(taken.rows),
        "lasso": None if choice.lasso is None else lasso_text(choice.lasso),
        "explained": {one.facts.space: list(one.facts.explained) for one in maps},
        "recipe": recipe_document(recipe),
    }


def _kept_rows(scene: MapScene, drawn: Sequence[DrawnMap], taken: TakenShots | None) -> list[int]:
    """Rows whose places are kept: those of the lasso in the order shown, else the best of the query, else the
    first shots."""
    if taken is not None:
        return taken.rows[:KEPT_PLACES].tolist()
    best = list(drawn[0].plot.marked)
    return best or shown_rows(drawn[0])[: scene.selection.k].tolist()


def map_exports(scene: MapScene, drawn: Sequence[DrawnMap], taken: TakenShots | None) -> list[ExportItem]:
    """Returns the files: the shots with their places, the picture, a script."""
    provenance = map_provenance(scene, drawn)
    stem = file_stem("map", scene.card.name, *scene.choice.spaces, scene.choice.method)
    rows = shown_rows(drawn[0]) if taken is None else taken.rows
    which = "All shots" if taken is None else "Shots of the lasso"
    items = frame_exports(
        lambda: _frame(scene, drawn, rows), stem, provenance, label=f"{which} with their places"
    )

    def picture() -> str:
        planes = [_picture(scene, one, drawn[0].opened) for one in drawn]
        caption = f"{provenance.measure}; {provenance.collection}, {scene.card.name} {scene.card.digest[:6]}"
        return map_svg(planes, LIGHT_MAP, caption=caption, provenance=provenance)

    def script() -> bytes:
        return map_snippet(_shown_maps(scene, drawn, taken), provenance).encode()

    items.append(ExportItem("Map, PNG", f"{stem}.png", MIMES["png"], lambda: map_png(picture(), provenance)))
    items.append(ExportItem("Map, SVG", f"{stem}.svg", MIMES["svg"], lambda: picture().encode()))
    return [*items, ExportItem("Python script", f"{stem}.py", MIMES["py"], script)]


def _shown_maps(scene: MapScene, drawn: Sequence[DrawnMap], taken: TakenShots | None) -> ShownMaps:
    shot_ids = resources.collection(scene.workspace, scene.selection.collection).shot_ids
    kept = _kept_rows(scene, drawn, taken)[:PRINTED_SHOTS]
    return ShownMaps(
        scene.workspace.path,
        scene.choice.spaces,
        scene.card.name,
        scene.selection.collection,
        scene.choice.method,
        stored=bool(drawn[0].opened.shot_map.digest),
        shots=tuple(shot_ids[row] for row in kept),
    )


def _frame(scene: MapScene, drawn: Sequence[DrawnMap], rows: np.ndarray) -> "pd.DataFrame":
    import pandas as pd

    collection = resources.collection(scene.workspace, scene.selection.collection)
    columns: dict[str, Any] = {
        "shot_id": [collection.shot_ids[row] for row in rows.tolist()],
        "video_id": collection.shots["video_id"].to_numpy(dtype=object)[rows],
    }
    for one in drawn:
        points = one.opened.shot_map.points[rows]
        columns[f"{one.plot.name} x"], columns[f"{one.plot.name} y"] = points[:, 0], points[:, 1]
        coloured = one.plot.colouring
        if coloured.ends is None:
            names = np.array([each.words for each in coloured.classes] + [""], dtype=object)
            kinds = np.minimum(coloured.kinds[rows], len(coloured.classes))
            columns[f"{one.plot.name} {coloured.title}"] = names[kinds]
    return pd.DataFrame(columns)


def _picture(scene: MapScene, drawn: DrawnMap, first: OpenedMap) -> MapPicture:
    lasso, plot = scene.choice.lasso, drawn.plot
    corners = lasso.corners if lasso is not None and lasso.plot == plot.name else ()
    return MapPicture(
        f"{scene.card.name}: {plot.title}",
        drawn.opened.plane.places,
        recoloured(scene, plot.name, first),
        corners,
        plot.query,
        plot.labels,
    )
