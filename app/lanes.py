"""What every list of shots needs to be drawn: ranks, judgements, pictures, what one space found alone."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from app.components import SpaceBar
from app.media import MEDIA_KINDS, remote_media
from lpd.cards import ModelCard
from lpd.collection import Collection as ShotCollection
from lpd.search import HitList
from lpd.search.result import FUSED

__all__ = [
    "FUSED",
    "Judged",
    "PictureFinder",
    "judgement_kind",
    "list_title",
    "only_in",
    "picture_finder",
    "ranks_of",
    "space_bars",
]

PictureFinder = Callable[[int, str], str | bool]


@dataclass(frozen=True)
class Judged:
    """The judgements of one topic: shot id -> -1, 0 or 1, and list name -> infAP where it can be measured."""

    relevance: Mapping[str, int]
    inf_ap: Mapping[str, float]


def space_bars(card: ModelCard, names: Collection[str] | None = None) -> list[SpaceBar]:
    """Returns the spaces of a model as the small bars of a tile name them.

    Args:
        card: of the model.
        names: only these spaces; None for all.
    """
    return [SpaceBar(space.label, space.end) for space in card.spaces if names is None or space.name in names]


def list_title(card: ModelCard, name: str) -> tuple[str, str]:
    """Returns how a list of a model is called, and the end that decides its colour."""
    if name == FUSED:
        return "Fused", FUSED
    space = next(one for one in card.spaces if one.name == name)
    return space.label, space.end


def ranks_of(hits: HitList) -> dict[int, int]:
    """Returns row -> rank, from 1."""
    return {row: rank for rank, row in enumerate(hits.rows.tolist(), start=1)}


def only_in(lists: Mapping[str, HitList], k: int) -> dict[str, set[int]]:
    """Returns space -> rows of its top k that are in no other space's top k; the fused list is no space.

    Without another space there is nothing to compare with: none.
    """
    tops = {name: set(hits.rows[:k].tolist()) for name, hits in lists.items() if name != FUSED}
    if len(tops) < 2:
        return {name: set() for name in tops}
    return {
        name: top.difference(*(other for others, other in tops.items() if others != name))
        for name, top in tops.items()
    }


def judgement_kind(shot_id: str, judged: Judged | None) -> str | None:
    """Returns the kind of judgement a tile shows; None when the query is no judged topic."""
    if judged is None:
        return None
    return (
        {1: "relevant", 0: "not", -1: "unjudged"}[judged.relevance[shot_id]]
        if shot_id in judged.relevance
        else "outside"
    )


def picture_finder(collection: ShotCollection) -> PictureFinder:
    """Returns a function of (row, kind) that says where the browser finds a picture; see `remote_media`."""
    shots, videos = collection.shot_ids, collection.shots["video_id"].to_numpy()
    entries = {kind: collection.shots[kind].to_numpy() for kind in MEDIA_KINDS}

    def find(row: int, kind: str) -> str | bool:
        entry = entries[kind][row]
        if not isinstance(entry, str):
            return False
        return remote_media(entry, shot_id=shots[row], video_id=videos[row])

    return find
