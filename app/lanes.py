"""From a search result to the lanes that are drawn: ranks across spaces, what only one space found,
judgements, notes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.components import Lane, SpaceBar, Tile
from app.media import MEDIA_KINDS, remote_media
from app.space_words import fusion_words, two_ends
from app.words import printed_share
from lpd.cards import ModelCard
from lpd.collection import Collection
from lpd.search import HitList, SearchResult

__all__ = [
    "FUSED",
    "SHOWN_TILES",
    "Judged",
    "judgement_kind",
    "lanes_of",
    "only_in",
    "picture_finder",
    "ranks_of",
    "space_bars",
]

FUSED = "fused"

PictureFinder = Callable[[int, str], str | bool]
SHOWN_TILES = 60
"""Tiles drawn per lane at most; the numbers beside a lane always count its whole top k."""


@dataclass(frozen=True)
class Judged:
    """The judgements of one topic: shot id -> -1, 0 or 1, and list name -> infAP where it can be measured."""

    relevance: Mapping[str, int]
    inf_ap: Mapping[str, float]


def space_bars(card: ModelCard) -> list[SpaceBar]:
    """Returns the spaces of a model as the small bars of a tile name them."""
    return [SpaceBar(space.label, space.end) for space in card.spaces]


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


def picture_finder(collection: Collection) -> PictureFinder:
    """Returns a function of (row, kind) that says where the browser finds a picture; see `remote_media`."""
    shots, videos = collection.shot_ids, collection.shots["video_id"].to_numpy()
    entries = {kind: collection.shots[kind].to_numpy() for kind in MEDIA_KINDS}

    def find(row: int, kind: str) -> str | bool:
        entry = entries[kind][row]
        if not isinstance(entry, str):
            return False
        return remote_media(entry, shot_id=shots[row], video_id=videos[row])

    return find


def lanes_of(
    result: SearchResult, *, card: ModelCard, collection: Collection, k: int, judged: Judged | None
) -> list[Lane]:
    """Returns the fused lane and one lane per space.

    Args:
        result: the lists of a query.
        card: the model's facts.
        collection: whose shots the lists hold.
        k: length of list that is shown and counted.
        judged: judgements if the query is a judged topic.
    """
    ranks = {name: ranks_of(hits) for name, hits in result.lists.items() if name != FUSED}
    alone = only_in(result.lists, k)
    infos = {space.name: space for space in card.spaces}
    fused_top = set(result.lists[FUSED].rows[:k].tolist())
    lanes = []
    for name, hits in result.lists.items():
        shown = HitList(*(column[: min(k, SHOWN_TILES)] for column in hits))
        tiles = _tiles(
            shown, collection, ranks=list(ranks.values()), alone=alone.get(name, set()), judged=judged
        )
        worth = _worth(name, hits, collection, k, judged)
        if name == FUSED:
            notes = (fusion_words(card), worth)
        else:
            top = set(hits.rows[:k].tolist())
            found = f"{len(top & fused_top)} of {len(top)} in fused · {len(alone[name])} only here"
            parts = (worth, found if len(ranks) > 1 else "")  # the fused list of one space is that space
            notes = (two_ends(infos[name], card), " · ".join(part for part in parts if part))
        length = min(k, len(hits.rows))
        cut = f"first {len(tiles)} of {length} shown" if len(tiles) < length else ""
        title, end = ("Fused", FUSED) if name == FUSED else (infos[name].label, infos[name].end)
        lanes.append(Lane(name, title, end, tuple(one for one in (*notes, cut) if one), tuple(tiles)))
    return lanes


def _worth(name: str, hits: HitList, collection: Collection, k: int, judged: Judged | None) -> str:
    """What a list is worth on a judged topic; for the fused one also how much of its top k is relevant."""
    if judged is None:
        return ""
    parts = [f"infAP {printed_share(judged.inf_ap[name], 2)}"] if name in judged.inf_ap else []
    if name == FUSED:
        top = [collection.shot_ids[row] for row in hits.rows[:k].tolist()]
        parts.append(f"{sum(judged.relevance.get(shot) == 1 for shot in top)} of {len(top)} relevant")
    return " · ".join(parts)


def _tiles(
    hits: HitList,
    collection: Collection,
    *,
    ranks: Sequence[Mapping[int, int]],
    alone: set[int],
    judged: Judged | None,
) -> list[Tile]:
    ids, picture = collection.shot_ids, picture_finder(collection)
    return [
        Tile(
            shot_id=ids[row],
            rank=place,
            similarity=score,
            ranks=tuple(rank.get(row) for rank in ranks),
            judgement=judgement_kind(ids[row], judged),
            only=row in alone,
            thumbnail=picture(row, "thumbnail"),
            preview=picture(row, "preview"),
        )
        for place, (row, score) in enumerate(zip(hits.rows.tolist(), hits.scores.tolist(), strict=True), 1)
    ]
