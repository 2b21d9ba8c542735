"""Maps of shots, by PCA and by UMAP."""

from pathlib import Path

import numpy as np

from lpd.maps import Anchors, Axes, MapFacts, MapPart, ShotMap, read_map, write_map

SOURCES = {"model": "0123", "collection": "4567"}


def make_map(folder: Path) -> None:
    facts = MapFacts("text:a", (MapPart(0, 1.0),), "umap", 4, 3, (0.6, 0.3), 0.9, 2, 1, 7)
    axes = Axes(np.zeros(3), np.eye(2, 3), np.array([0.6, 0.3]), 1.0)
    points, centres = np.zeros((4, 2), dtype=np.float32), np.zeros((1, 2), dtype=np.float32)
    anchors = Anchors(np.eye(2, dtype=np.float32), np.ones((2, 2), dtype=np.float32))
    made = ShotMap(facts, points, np.zeros(4, dtype=np.uint16), centres, axes, anchors)
    write_map(folder / "m", made, made_from=SOURCES)


def read_and_place(folder: Path) -> object:
    found = read_map(folder / "m")
    return found.place([np.ones((1, 3), dtype=np.float32)] * len(found.facts.parts))


ROWS = {"map": (make_map, read_and_place, 0.5)}
