"""Which maps a workspace has, and whether each is whole and of what is there now; arrays stay unread."""

from dataclasses import replace
from typing import NamedTuple

from lpd.errors import LpdError, StaleError
from lpd.maps import FUSED, MapSettings, read_map_facts
from lpd.search.engine_opening import index_sources
from lpd.services.maps import MapRequest, map_command
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["MapGroup", "MapState", "map_groups", "map_states"]


class MapState(NamedTuple):
    """How a map stands.

    Args:
        model, collection: of what.
        space: name of the space, or `fused`; its folder's name where that cannot be told.
        method: by which.
        state: `ok`, `stale` or `damaged`.
        sentence: what it shows; what is wrong, otherwise.
        command: that makes it again; empty where the model or the collection is gone.
        digest: of the map; empty unless it is ok.
    """

    model: str
    collection: str
    space: str
    method: str
    state: str
    sentence: str
    command: str = ""
    digest: str = ""


def map_states(workspace: Workspace) -> list[MapState]:
    """Returns how all maps stand, by model, collection and folder; nothing is changed, and a damaged one
    hides no other.
    """
    found: list[MapState] = []
    for folder in sorted((workspace.path / "maps").glob("[!.]*@*")):
        model, _, collection = folder.name.partition("@")
        names = sorted(one.name for one in folder.glob("[!.]*.*") if one.is_dir())
        gone = _gone(workspace, model, collection)
        if gone:
            told = f"{gone}; its folder can be removed"
            found += [_state(model, collection, name, "stale", told) for name in names]
        elif names:
            found += _states(workspace, model, collection, names)
    return found


class MapGroup(NamedTuple):
    """The maps of a model over a collection by one method.

    Args:
        model, collection, method: of all of them.
        state: the worst of theirs.
        sentence: what they show, or what is wrong.
        command: that makes anew those that are not ok; empty where all are, or nothing can.
    """

    model: str
    collection: str
    method: str
    state: str
    sentence: str
    command: str = ""

    @property
    def label(self) -> str:
        """What they are called: `lpd@coast/pca`."""
        return f"{self.model}@{self.collection}/{self.method}"


def map_groups(states: list[MapState]) -> list[MapGroup]:
    """Returns maps by model, collection and method, in their order."""
    groups: dict[tuple[str, str, str], list[MapState]] = {}
    for one in states:
        groups.setdefault((one.model, one.collection, one.method), []).append(one)
    return [_group(*key, found) for key, found in groups.items()]


def _group(model: str, collection: str, method: str, found: list[MapState]) -> MapGroup:
    bad = [one for one in found if one.state != "ok"]
    if not bad:
        told = f"{counted(len(found), 'map')}: {', '.join(one.space for one in found)}"
        return MapGroup(model, collection, method, "ok", told)
    state = "damaged" if any(one.state == "damaged" for one in bad) else "stale"
    first = next(one for one in bad if one.state == state)
    told = f"{len(bad)} of {counted(len(found), 'map')}, {first.space}: {first.sentence}"
    told = told.partition(". Next: ")[0]
    spaces = tuple(one.space for one in bad) if len(bad) < len(found) else ()
    command = first.command
    if command and len(bad) > 1:
        command = map_command(MapRequest(model, collection, spaces, MapSettings(method)))
    return MapGroup(model, collection, method, state, told, command)


def _gone(workspace: Workspace, model: str, collection: str) -> str:
    gone = [] if model in workspace.model_names() else [f"model {model}"]
    gone += [] if collection in workspace.collection_names() else [f"collection {collection}"]
    return f"{' and '.join(gone)} {'is' if len(gone) == 1 else 'are'} gone" if gone else ""


def _states(workspace: Workspace, model: str, collection: str, names: list[str]) -> list[MapState]:
    try:
        shot_ids = workspace.collection(collection).shot_ids
        sources = index_sources(workspace, workspace.model_card(model), collection, shot_ids=shot_ids)
    except LpdError as error:  # of the model or the collection, which have rows of their own
        return [_state(model, collection, name, "damaged", str(error)) for name in names]
    return [_looked_at(workspace, model, collection, name, sources=sources) for name in names]


def _looked_at(
    workspace: Workspace, model: str, collection: str, name: str, *, sources: dict[str, str]
) -> MapState:
    folder = workspace.maps_folder(model, collection) / name
    plain = _state(model, collection, name, "damaged", "")
    try:
        again = _again(workspace, model, collection, name)
        plain = plain._replace(command=map_command(again), space=again.spaces[0])
        facts, manifest, digest = read_map_facts(folder)
        chosen = MapSettings(facts.method, facts.clusters, facts.seed)
        plain = plain._replace(command=map_command(replace(again, settings=chosen)))
        changed = manifest.changed(sources)
        if changed:
            raise StaleError(f"made from another {' and another '.join(changed)}")
    except StaleError as error:
        return plain._replace(state="stale", sentence=str(error))
    except LpdError as error:
        return plain._replace(sentence=str(error).replace(f"{workspace.path}/", ""))
    first, second = facts.explained
    told = f"{counted(facts.shots, 'shot')}, {counted(facts.clusters, 'cluster')}"
    told += f", {first:.1%} and {second:.1%} of the variance" if facts.method == "pca" else ""
    told += f", fitted to {counted(facts.fitted, 'shot')}" if facts.fitted else ""
    return plain._replace(state="ok", sentence=told, digest=digest)


def _again(workspace: Workspace, model: str, collection: str, folder: str) -> MapRequest:
    """Returns what makes the map of a folder again.

    Raises:
        StaleError: if the model has no such space.
        LpdError: if there is no such method.
    """
    which, _, method = folder.partition(".")
    spaces = [f"space_{number:02d}" for number in range(len(workspace.model_card(model).spaces))]
    if which != FUSED and which not in spaces:
        raise StaleError("of a space that the model does not have; its folder can be removed")
    card = workspace.model_card(model)
    space = FUSED if which == FUSED else card.spaces[spaces.index(which)].name
    return MapRequest(model, collection, (space,), MapSettings(method))


def _state(model: str, collection: str, folder: str, state: str, sentence: str) -> MapState:
    space, _, method = folder.partition(".")
    return MapState(model, collection, space, method, state, sentence)
