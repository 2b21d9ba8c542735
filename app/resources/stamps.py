"""What stands in a cache key for files: their times and sizes, so that what is built anew gets a new key."""

from pathlib import Path

from lpd.embeddings import EMBEDDINGS_FILE
from lpd.workspace import Workspace

__all__ = ["Stamp", "collection_stamp", "edition_stamp", "engine_stamp", "searched_stamp", "stamp"]

Stamp = tuple[tuple[int, int], ...]


def stamp(*paths: Path) -> Stamp:
    """Returns modification time in ns and size of files, (0, 0) for one that is absent."""
    states = (path.stat() if path.is_file() else None for path in paths)
    return tuple((state.st_mtime_ns, state.st_size) if state else (0, 0) for state in states)


def collection_stamp(workspace: Workspace, name: str) -> Stamp:
    """Returns what changes when the shot table or a subset of a collection does."""
    folder = workspace.collection_folder(name)
    return stamp(folder / "shots.parquet", *sorted((folder / "subsets").glob("*.txt")))


def engine_stamp(workspace: Workspace, model: str, collection_name: str) -> Stamp:
    """Returns what changes when a model or its index of a collection is made anew."""
    return stamp(
        workspace.model_folder(model) / "config.json",
        workspace.model_folder(model) / "model.safetensors",
        workspace.embeddings_folder(model) / EMBEDDINGS_FILE,
        workspace.index_folder(model, collection_name) / "manifest.json",
    )


def searched_stamp(workspace: Workspace, model: str, collection_name: str) -> Stamp:
    """Returns what changes when the lists of a query may: model, index, shots or subsets."""
    return engine_stamp(workspace, model, collection_name) + collection_stamp(workspace, collection_name)


def edition_stamp(workspace: Workspace, model: str, edition: str) -> Stamp:
    """Returns what changes when the lists of a model over an edition's topics may."""
    folder = workspace.edition_folder(edition)
    topics = stamp(folder / "topics.txt", folder / "edition.toml")
    return topics + searched_stamp(workspace, model, workspace.edition(edition).collection)
