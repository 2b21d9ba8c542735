"""Vectors of three shots and two topics in two spaces, and the workspace that takes them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from lpd.collection import make_collection, write_collection
from lpd.editions import Edition, write_edition
from lpd.services.importing.embeddings import Asked
from lpd.trec import Topic
from lpd.workspace import Workspace

SMALL = Asked("m", "c")
SHOTS = {"text:a": np.array([[3.0, 4.0], [0.1, 0.0], [0.0, 9.0]]), "b": np.array([[1.0], [-2.0], [0.5]])}
QUERIES = {"text:a": np.array([[2.0, 0.0], [1.0, 1.0]]), "b": np.array([[3.0], [-1.0]])}


def make_shots(workspace: Workspace, name: str) -> None:
    collection = make_collection(name, pd.DataFrame({"shot_id": ["s0", "s1", "s2"]}), subsets={})
    write_collection(workspace.collection_folder(name), collection)


def make_topics(workspace: Workspace, name: str, *texts: str, collection: str = "c") -> None:
    topics = tuple(Topic(str(1601 + number), text) for number, text in enumerate(texts))
    write_edition(workspace.edition_folder(name), Edition(name, collection, None, topics, (), None))


def changed_rows(path: Path, change: Callable[[np.ndarray], np.ndarray]) -> None:
    np.save(path, np.ascontiguousarray(change(np.load(path))))
