"""The model and the collection that a person means who names none."""

from lpd.errors import NotFoundError
from lpd.workspace import Workspace

__all__ = ["chosen_collection", "chosen_model"]


def chosen_collection(workspace: Workspace, name: str | None) -> str:
    """Returns the collection: the named one, else the only one, else the workspace's default.

    Raises:
        NotFoundError: if none is named, and there are several or none.
    """
    return _chosen(
        workspace, name, workspace.collection_names(), "collection", "lpd extract, or lpd import shots"
    )


def chosen_model(workspace: Workspace, name: str | None, *, collection: str) -> str:
    """Returns the model: the named one, else the only one that has an index of the collection, else the
    workspace's default, if it has one.

    Raises:
        NotFoundError: if none is named, and there are several or none.
    """
    if name is not None:
        return name
    indexed = [one for one in workspace.searchable_models() if collection in workspace.index_names(one)]
    return _chosen(workspace, None, indexed, "model", f"lpd index --model MODEL --collection {collection}")


def _chosen(workspace: Workspace, name: str | None, there: list[str], kind: str, next_step: str) -> str:
    if name is not None:
        return name
    default = workspace.defaults.get(kind)
    if len(there) == 1:
        return there[0]
    if default in there:
        return str(default)
    raise NotFoundError(
        f"no {kind} to search" if not there else f"which {kind} is meant?",
        where=workspace.path,
        expected=f"--{kind} {' or '.join(there)}" if there else None,
        next_step=next_step if not there else None,
    )
