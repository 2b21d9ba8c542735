"""Two compared lists as lanes: side by side for the lines between equal shots, and as three sets."""

from collections.abc import Sequence
from typing import NamedTuple

from app.compare.lists import Compared, Side, is_relevant
from app.components import Lane, Tile
from app.lanes import Judged, judgement_kind, picture_finder
from app.words import printed_share
from lpd.list_comparison import AloneShot
from lpd.rank_overlap import ranks_of

__all__ = ["SHOWN", "link_lanes", "set_lanes", "shown_links"]

SHOWN = 60
"""Tiles drawn per list or set at most; the numbers always count the whole first k."""


class _Shown(NamedTuple):
    """A shot that becomes a tile: its rank and score in the list that shows it, and a short text."""

    shot: str
    rank: int
    score: float | None
    note: str


def link_lanes(compared: Compared) -> tuple[Lane, Lane]:
    """Returns both lists; under each shot stands the rank that the other list gives it."""
    first, second = compared.sides
    return _list_lane(compared, first, second), _list_lane(compared, second, first)


def shown_links(compared: Compared) -> list[tuple[int, int]]:
    """Returns places (from 0) in A and in B of the shots that both show, for the lines between them."""
    return [pair for pair in compared.lists.links if max(pair) < SHOWN]


def set_lanes(compared: Compared) -> list[Lane]:
    """Returns three lanes: what only A has in its first k, what both have, what only B has."""
    lists, (first, second) = compared.lists, compared.sides
    both = [
        _Shown(one.shot, one.first_rank, None, f"A {one.first_rank} · B {one.second_rank}")
        for one in lists.both
    ]
    return [
        _set_lane(compared, "only_a", f"only A, {first.label}", _alone(compared, lists.only_first, second)),
        _set_lane(compared, "both", "both", both),
        _set_lane(compared, "only_b", f"only B, {second.label}", _alone(compared, lists.only_second, first)),
    ]


def _list_lane(compared: Compared, side: Side, other: Side) -> Lane:
    there, top = ranks_of(other.shots), compared.top(side)
    shown = [
        _Shown(shot, rank, score, _elsewhere(rank, there.get(shot), compared.k, other))
        for rank, (shot, score) in enumerate(
            zip(top[:SHOWN], side.ranked.scores[:SHOWN].tolist(), strict=False), start=1
        )
    ]
    title = f"{side.letter} · {side.label}"
    return Lane(side.letter, title, side.end, _notes(compared, side, other), _tiles(compared, shown))


def _elsewhere(rank: int, there: int | None, k: int, other: Side) -> str:
    """Where the other list has a shot: `4 lower in B`, `same rank in B`, `57 in B` below its first k, or
    `not in B's 1,000`."""
    if there is None:
        return f"not in {other.letter}'s {len(other.shots):,}"
    if there > k:
        return f"{there} in {other.letter}"
    if there == rank:
        return f"same rank in {other.letter}"
    return f"{abs(there - rank)} {'lower' if there > rank else 'higher'} in {other.letter}"


def _notes(compared: Compared, side: Side, other: Side) -> tuple[str, ...]:
    top = compared.top(side)
    lists = compared.lists
    alone = lists.only_first if side is compared.sides[0] else lists.only_second
    worth = [] if side.inf_ap is None else [f"infAP {printed_share(side.inf_ap)}"]
    if compared.relevance is not None:
        worth.append(f"{sum(is_relevant(compared, shot) for shot in top)} of {len(top)} relevant")
    found = f"{len(alone)} of {len(top)} not in the first {compared.k} of {other.letter}"
    cut = f"first {SHOWN} of {len(top)} shown" if len(top) > SHOWN else ""
    return tuple(one for one in (" · ".join(worth), found, f"list {side.exactness}", cut) if one)


def _set_lane(compared: Compared, name: str, title: str, shown: Sequence[_Shown]) -> Lane:
    notes = (f"first {SHOWN} of {len(shown)} shown",) if len(shown) > SHOWN else ()
    if compared.relevance is not None and shown:
        relevant = sum(is_relevant(compared, one.shot) for one in shown)
        notes = (f"{relevant} of {len(shown)} relevant", *notes)
    tiles = _tiles(compared, shown[:SHOWN])
    return Lane(name, f"{title} · {len(shown)}", "plain", notes, tiles, empty="none")


def _alone(compared: Compared, shots: Sequence[AloneShot[str]], other: Side) -> list[_Shown]:
    return [
        _Shown(one.shot, one.rank, None, _elsewhere(one.rank, one.other_rank, compared.k, other))
        for one in shots
    ]


def _tiles(compared: Compared, shown: Sequence[_Shown]) -> tuple[Tile, ...]:
    """Tiles of shots, also of those that a run has and the collection does not: they have no picture."""
    collection = compared.collection
    rows = collection.known_rows([one.shot for one in shown]).tolist()
    row_of = {collection.shot_ids[row]: row for row in rows}
    picture = picture_finder(collection)
    judged = None if compared.relevance is None else Judged(compared.relevance, {})
    return tuple(
        Tile(
            shot_id=one.shot,
            rank=one.rank,
            similarity=one.score,
            judgement=judgement_kind(one.shot, judged),
            thumbnail=picture(row_of[one.shot], "thumbnail") if one.shot in row_of else False,
            preview=picture(row_of[one.shot], "preview") if one.shot in row_of else False,
            note=one.note,
        )
        for one in shown
    )
