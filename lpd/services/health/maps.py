"""Whether the maps that were made are whole, and of what is here now: models, collections, features."""

from lpd.errors import LpdError
from lpd.maps import read_map_facts
from lpd.services.health.findings import Examined, Findings
from lpd.services.map_requests import MapName
from lpd.services.map_spaces import map_folder
from lpd.services.map_states import MapState, map_groups, map_states

__all__ = ["examine_maps"]


def examine_maps(seen: Examined, found: Findings) -> None:
    """Adds what was found of all maps, those of a model over a collection by one method together."""
    states = [_with_features(seen, one) for one in map_states(seen.workspace)]
    for group in map_groups(states):
        subject = f"maps {group.label}"
        if group.state == "ok":
            found.ok(subject, group.sentence)
        elif group.command:
            found.warn(subject, group.sentence, group.command)
        else:
            found.advise(subject, group.sentence, None)


def _with_features(seen: Examined, state: MapState) -> MapState:
    """Returns the same; stale if the map was made from other rows of a video feature than are here now."""
    if state.state != "ok":
        return state
    try:
        changed = _changed_features(seen, state)
    except LpdError as error:
        return state._replace(state="damaged", sentence=str(error))
    if not changed:
        return state
    told = f"made from other rows of video feature {', '.join(changed)}"
    return state._replace(state="stale", sentence=told)


def _changed_features(seen: Examined, state: MapState) -> list[str]:
    """Video features that are not those that a map was made from; absent ones are not needed by it."""
    card, name = seen.card(state.model), MapName(state.space, state.method)
    folder = map_folder(seen.workspace, card, state.collection, name=name)
    made_from = read_map_facts(folder).manifest.made_from
    now = {feature: seen.input_facts(state.collection, feature) for feature in card.video_features}
    return [
        feature
        for feature, facts in now.items()
        if facts is not None and made_from.get(f"feature {feature}", facts.digest) != facts.digest
    ]
