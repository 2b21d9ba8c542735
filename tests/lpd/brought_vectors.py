"""A model's own vectors as a person would bring them: a folder with a file per space."""

from pathlib import Path

import numpy as np

from lpd.search import open_engine
from lpd.workspace import Workspace

__all__ = ["export_vectors", "write_bigfile"]


def export_vectors(workspace: Workspace, folder: Path, *, model: str, edition: str) -> Path:
    """Writes what a model makes of an edition's topics and of the shots that these search, and returns the
    folder.
    """
    opened = workspace.edition(edition)
    engine = open_engine(workspace, model=model, collection=opened.collection)
    ends = {
        "shots": (engine.shot_ids, engine.index.vectors(np.arange(engine.index.shots))),
        "topics": (
            [topic.topic_id for topic in opened.topics],
            engine.encode([topic.text for topic in opened.topics]),
        ),
    }
    for end, (ids, vectors) in ends.items():
        (folder / end).mkdir(parents=True)
        (folder / end / "ids.txt").write_text("".join(f"{one}\n" for one in ids))
        for space, rows in zip(engine.spaces, vectors, strict=True):
            np.save(folder / end / f"{space.replace(':', '-')}.npy", rows)
    return folder


def write_bigfile(folder: Path, ids: list[str], rows: np.ndarray) -> None:
    """Writes a BigFile."""
    folder.mkdir(parents=True)
    rows.astype("<f4").tofile(folder / "feature.bin")
    (folder / "id.txt").write_text(" ".join(ids))
    (folder / "shape.txt").write_text(f"{rows.shape[0]} {rows.shape[1]}")
