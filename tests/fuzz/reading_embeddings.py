"""Vectors of shots and topics: as a person has them, and as a workspace keeps them."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from lpd.collection import make_collection, write_collection
from lpd.editions import Edition, write_edition
from lpd.search.precomputed import PrecomputedQueries
from lpd.services.importing.embeddings import Asked, import_embeddings
from lpd.services.shot_vectors import vector_origin
from lpd.trec import Topic
from lpd.workspace import create_workspace, open_workspace

SHOTS = ["s0", "s1", "s2"]
TOPICS = (Topic("1661", "a dog"), Topic("1662", "a cat"))
MANIFEST = """
similarity = {"text:a" = "cosine", b = "dot"}
fusion = "minmax"
weights = [0.4, 0.6]
shots = "shots"
topics = {e = "topics"}
[spaces]
"text:a" = "a"
b = "b"
"""


def make_vectors(folder: Path) -> None:
    if not (folder / "w").exists():
        workspace = create_workspace(folder / "w")
        table = pd.DataFrame({"shot_id": SHOTS})
        write_collection(workspace.collection_folder("c"), make_collection("c", table))
        write_edition(workspace.edition_folder("e"), Edition("e", "c", None, TOPICS, (), None))
    for end, ids in (("shots", SHOTS), ("topics", [one.topic_id for one in TOPICS])):
        place = folder / "v" / end
        place.mkdir(parents=True, exist_ok=True)
        (place / "ids.txt").write_text("".join(f"{one}\n" for one in ids))
        for number, space in enumerate("ab", start=1):
            rows = np.arange(len(ids) * 2 * number, dtype=np.float32).reshape(len(ids), -1) + 1
            np.save(place / f"{space}.npy", rows)
    (folder / "v" / "embeddings.toml").write_text(MANIFEST)


def bring_vectors(folder: Path) -> object:
    workspace = open_workspace(folder / "w")
    shutil.rmtree(workspace.path / "embeddings", ignore_errors=True)
    return import_embeddings(workspace, folder / "v", asked=Asked("m", "c", ("e",)))


def make_kept(folder: Path) -> None:
    make_vectors(folder)
    bring_vectors(folder)


def read_kept(folder: Path) -> object:
    workspace = open_workspace(folder / "w")
    card = workspace.model_card("m")
    queries = PrecomputedQueries(workspace, card, "c", workspace.embeddings("m"))
    shots = vector_origin(workspace, card, "c").open(SHOTS)
    return list(shots.blocks()), queries.vectors([topic.text for topic in TOPICS])


ROWS = {
    "embeddings": (make_vectors, bring_vectors, 0.1, "v/"),
    "kept embeddings": (make_kept, read_kept, 0.1, "w/embeddings"),
}
