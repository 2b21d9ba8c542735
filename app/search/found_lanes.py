"""From what a search brought to the lanes that are drawn: tiles with all that is known of them, and what each
list is worth.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from app.components import Lane, Partner, Tile
from app.lanes import (
    FUSED,
    Judged,
    PictureFinder,
    judgement_kind,
    list_title,
    only_in,
    picture_finder,
    ranks_of,
)
from app.search.shown_lists import ShownList
from app.space_words import fused_words, two_ends
from app.words import printed_share, shortened
from lpd.cards import ModelCard
from lpd.collection import Collection as ShotCollection
from lpd.search import HitList, PairList, SearchResult
from lpd.words import counted

__all__ = ["MOST_TILES", "FoundView", "found_lanes"]

MOST_TILES = {"lanes": 60, "two": 120, "grid": 300}
"""Layout -> tiles drawn per list at most; the numbers beside a list always count its whole top k."""

WORDING_LENGTH = 40
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class FoundView:
    """What the page knows of a search.

    Args:
        result: its lists as they were searched.
        shown: the same as they are shown.
        card: the model's facts.
        collection: whose shots the lists hold.
        k: length of list that is shown and counted.
        judged: judgements if the query is a judged topic.
        verdicts: shot -> the person's own mark, `relevant` or `not`.
        seen: shots that the person has seen.
        wordings: row -> the wording that finds this shot best, where there are several.
        pairs: name of a list -> the second steps of its shots; of a query in two steps.
        unfolded: shots whose near-duplicates stand beside them.
        done: what was done to the lists after the search, in few words; their labels say it in full.
    """

    result: SearchResult
    shown: Mapping[str, ShownList]
    card: ModelCard
    collection: ShotCollection
    k: int
    judged: Judged | None = None
    verdicts: Mapping[str, str] = field(default_factory=dict)
    seen: Collection[str] = frozenset()
    wordings: Mapping[int, str] = field(default_factory=dict)
    pairs: Mapping[str, PairList] = field(default_factory=dict)
    unfolded: Collection[str] = frozenset()
    done: Sequence[str] = ()

    @cached_property
    def spaces(self) -> list[str]:
        """The spaces that have a list."""
        return [name for name in self.result.lists if name != FUSED]

    @cached_property
    def ranks(self) -> list[dict[int, int]]:
        """Row -> rank of every space that has a list, as it was searched."""
        return [ranks_of(self.result.lists[name]) for name in self.spaces]

    @cached_property
    def alone(self) -> dict[str, set[int]]:
        """Space -> rows that no other space shows."""
        return only_in({name: shown.hits for name, shown in self.shown.items()}, self.k)

    @cached_property
    def picture(self) -> PictureFinder:
        """Where the pictures of a row are."""
        return picture_finder(self.collection)

    def top(self, name: str) -> list[int]:
        """Returns the rows of a list's top k."""
        rows: list[int] = self.shown[name].hits.rows[: self.k].tolist()
        return rows


def found_lanes(view: FoundView, names: Sequence[str], *, most: int) -> list[Lane]:
    """Returns a lane for each of the lists named.

    Args:
        view: what is known of the search.
        names: of lists of its result.
        most: tiles of a lane.
    """
    lanes = []
    for name in names:
        title, end = list_title(view.card, name)
        tiles = _tiles(view, name, most)
        notes = (*_notes(view, name), *_cut_notes(view, name, most))
        empty = "no shot scores as high as asked for" if view.shown[name].below else "no shots"
        lanes.append(Lane(name, title, end, tuple(one for one in notes if one), tuple(tiles), empty))
    return lanes


# --- what stands beside a list ------------------------------------------------------------------------------


def _notes(view: FoundView, name: str) -> list[str]:
    worth = _worth(view, name)
    if name == FUSED:
        return [fused_words(view.card, view.result.shares), worth or f"{len(view.top(name))} shown"]
    top, fused = set(view.top(name)), set(view.top(FUSED))
    found = [f"{len(top & fused)} of {len(top)} in fused", f"{len(view.alone[name])} only here"]
    # the fused list of one space is that space
    parts = [worth, *(found if len(view.spaces) > 1 else [f"{len(top)} shown"])]
    space = next(one for one in view.card.spaces if one.name == name)
    return [two_ends(space, view.card), _joined(parts)]


def _joined(parts: Sequence[str]) -> str:
    """Returns short parts on one line that breaks between them alone."""
    return " · ".join(part.replace(" ", NO_BREAK) for part in parts if part)


def _worth(view: FoundView, name: str) -> str:
    """What a list is worth on a judged topic; for the fused one also how much of its top k is relevant."""
    if view.judged is None:
        return ""
    parts = [f"infAP {printed_share(view.judged.inf_ap[name], 2)}"] if name in view.judged.inf_ap else []
    if name == FUSED:
        top = [view.collection.shot_ids[row] for row in view.top(name)]
        parts.append(f"{sum(view.judged.relevance.get(shot) == 1 for shot in top)} of {len(top)} relevant")
    return _joined(parts)


def _cut_notes(view: FoundView, name: str, most: int) -> list[str]:
    """What was done to a list, and what of it is not drawn or not sure."""
    shown = view.shown[name]
    length = min(view.k, len(shown.hits.rows))
    counts = [f"{shown.folded} folded" if shown.folded else "", f"{shown.below} below" if shown.below else ""]
    notes = [*view.done, _joined(counts)]
    if length > most:
        notes.append(f"first {most} of {length} shown")
    if name in view.pairs:
        sure = view.pairs[name].sure
        # a list that is as long as the search would ever make it is sure to its end
        words = f"sure: the first {counted(min(sure, length), 'place')}"
        notes.append("" if view.pairs[name].exact else words)
    return notes


# --- its tiles ----------------------------------------------------------------------------------------------


def _tiles(view: FoundView, name: str, most: int) -> list[Tile]:
    shown = view.shown[name]
    rows, scores = (column[: min(view.k, most)].tolist() for column in shown.hits)
    searched = ranks_of(view.result.lists[name])
    places = _pair_places(view, name)
    reranked = _is_reranked(scores)
    tiles = []
    for rank, (row, score) in enumerate(zip(rows, scores, strict=True), start=1):
        before = searched[row]
        moved = f"rank {before} before" if reranked and before != rank else ""
        tiles.append(_tile(view, name, row, rank=rank, score=score, place=places.get(row), note=moved))
        if view.collection.shot_ids[row] in view.unfolded and row in shown.members:
            tiles += _folded_tiles(view, name, row, shown.members[row])
    return tiles


def _is_reranked(scores: Sequence[float]) -> bool:
    """Whether scores rise somewhere among the shots drawn."""
    return any(after > before for before, after in pairwise(scores))


def _pair_places(view: FoundView, name: str) -> dict[int, int]:
    """Row -> its place in the list of pairs, empty for a query in one step."""
    if name not in view.pairs:
        return {}
    return {row: place for place, row in enumerate(view.pairs[name].hits.rows.tolist())}


def _folded_tiles(view: FoundView, name: str, leader: int, members: HitList) -> list[Tile]:
    searched = ranks_of(view.result.lists[name])
    into = f"folded into {view.collection.shot_ids[leader]}"
    return [
        _tile(view, name, row, rank=searched[row], score=score, place=None, note=into)
        for row, score in zip(members.rows.tolist(), members.scores.tolist(), strict=True)
    ]


def _tile(
    view: FoundView, name: str, row: int, *, rank: int, score: float, place: int | None, note: str
) -> Tile:
    shot_id = view.collection.shot_ids[row]
    wording = shortened(view.wordings[row], WORDING_LENGTH) if row in view.wordings else ""
    return Tile(
        shot_id=shot_id,
        rank=rank,
        similarity=score,
        ranks=tuple(ranks.get(row) for ranks in view.ranks),
        judgement=judgement_kind(shot_id, view.judged),
        only=row in view.alone.get(name, ()),
        thumbnail=view.picture(row, "thumbnail"),
        preview=view.picture(row, "preview"),
        note=" · ".join(one for one in (wording, note) if one),
        members=len(view.shown[name].members[row].rows) if row in view.shown[name].members else 0,
        partner=None if place is None else _partner(view, name, place),
        seen=shot_id in view.seen,
        verdict=view.verdicts.get(shot_id),
    )


def _partner(view: FoundView, name: str, place: int) -> Partner:
    row = int(view.pairs[name].partners[place])
    shot_id = view.collection.shot_ids[row]
    return Partner(
        shot_id=shot_id,
        thumbnail=view.picture(row, "thumbnail"),
        preview=view.picture(row, "preview"),
        judgement=judgement_kind(shot_id, view.judged),
        verdict=view.verdicts.get(shot_id),
        note=f"then {printed_share(float(view.pairs[name].second_scores[place]))}",
    )
