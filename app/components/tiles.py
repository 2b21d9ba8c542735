"""A shot as a tile of a list: what it shows, and the same in words for those who do not see it."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from math import log
from typing import Any, NamedTuple

from app.words import printed_share
from lpd.words import counted

__all__ = [
    "DEPTH",
    "JUDGEMENTS",
    "NO_EVENTS",
    "VERDICTS",
    "Lane",
    "Partner",
    "SpaceBar",
    "Tile",
    "TileEvents",
    "bar_height",
    "lane_payload",
]

JUDGEMENTS = {
    "relevant": "relevant",
    "not": "not relevant",
    "unjudged": "pooled, not judged",
    "outside": "not in the pool",
}
"""Kinds of judgement and the words for them; their marks are in tiles.js and detail.py."""

VERDICTS = {"relevant": "marked relevant by you", "not": "marked not relevant by you"}
"""What the person at the screen said of a shot; no judgement of the qrels."""

DEPTH = 1000
"""Length of the lists that ranks come from."""


class SpaceBar(NamedTuple):
    """A space as the small bars of a tile name it; `end` is `text`, `video` or `head`."""

    label: str
    end: str


class Partner(NamedTuple):
    """The shot of a second step, drawn beside the shot of the first; `note` stands under it."""

    shot_id: str
    thumbnail: str | bool = False
    preview: str | bool = False
    judgement: str | None = None
    verdict: str | None = None
    note: str = ""


class Tile(NamedTuple):
    """One shot in a list; rank 0 says that no list has it.

    `ranks` holds its rank in each space of the grid, None beyond the depth; `judgement` is a key of
    JUDGEMENTS or None; `thumbnail` and `preview` are True (served here), a URL, or False; `only` is whether
    no other space lists it; `note` stands under the tile; `members` is the number of shots folded into it;
    `seen` is whether the person has opened it before; `verdict` is a key of VERDICTS or None.
    """

    shot_id: str
    rank: int
    similarity: float | None
    ranks: tuple[int | None, ...] = ()
    judgement: str | None = None
    only: bool = False
    thumbnail: str | bool = False
    preview: str | bool = False
    note: str = ""
    members: int = 0
    partner: Partner | None = None
    seen: bool = False
    verdict: str | None = None


@dataclass(frozen=True)
class Lane:
    """A named list: `end` is `fused`, `text`, `video`, `head` or `plain` and decides its colour."""

    name: str
    title: str
    end: str
    notes: tuple[str, ...]
    tiles: tuple[Tile, ...]
    empty: str = "no shots"


@dataclass(frozen=True)
class TileEvents:
    """What a page answers to besides the opening of a shot; None where it does not offer it.

    Each is called once its event stands under the key of the component.

    Args:
        mark: `{shot, verdict}`, the verdict a key of VERDICTS or `none`.
        like: `{shot, lane}`, more like this shot.
        unfold: `{shot, lane}`, show what is folded into the tile.
    """

    mark: Callable[[], None] | None = None
    like: Callable[[], None] | None = None
    unfold: Callable[[], None] | None = None

    @property
    def offered(self) -> list[str]:
        """The names of the events that the page answers to."""
        return [one.name for one in fields(self) if getattr(self, one.name) is not None]

    def callback(self, own: Callable[[], None] | None) -> Callable[[], None] | None:
        """Returns what is called when an event arrives: the marks and unfoldings that it brings along are
        heard first; their callbacks tell those apart from what they have heard before.
        """
        if own is None:
            return None
        along = [one for one in (self.mark, self.unfold) if one is not None and one is not own]

        def hear() -> None:
            for one in along:
                one()
            own()

        return hear if along else own


NO_EVENTS = TileEvents()


def bar_height(rank: int | None, depth: int) -> int:
    """Returns the height of a rank bar in percent: 100 for rank 1, falling with log(rank) to 0 beyond the
    depth."""
    if rank is None or rank > depth:
        return 0
    return round(100 * (1 - log(rank) / log(depth + 1)))


def lane_payload(lane: Lane) -> dict[str, Any]:
    """Returns a lane with its tiles as plain JSON values.

    Raises:
        KeyError: for a judgement or a verdict that is none.
    """
    return {
        "name": lane.name,
        "title": lane.title,
        "end": lane.end,
        "notes": list(lane.notes),
        "empty": lane.empty,
        "tiles": [_tile(tile) for tile in lane.tiles],
    }


def _tile(tile: Tile) -> dict[str, Any]:
    return {
        "shot": tile.shot_id,
        "rank": tile.rank,
        "similarity": "" if tile.similarity is None else printed_share(tile.similarity),
        "bars": [bar_height(rank, DEPTH) for rank in tile.ranks],
        "ranks": [f">{DEPTH}" if rank is None else str(rank) for rank in tile.ranks],
        "judgement": tile.judgement,
        "verdict": tile.verdict,
        "seen": tile.seen,
        "only": tile.only,
        "note": tile.note,
        "members": tile.members,
        "alt": ", ".join(_words(tile)),
        "thumbnail": tile.thumbnail,
        "preview": tile.preview,
        "partner": None if tile.partner is None else _partner(tile.partner, tile.shot_id),
    }


def _words(tile: Tile) -> list[str]:
    words = [f"shot {tile.shot_id}", f"rank {tile.rank}" if tile.rank else "in no list"]
    if tile.similarity is not None:
        words.append(f"similarity {printed_share(tile.similarity)}")
    words += _judged_words(tile.judgement, tile.verdict)
    if tile.only:
        words.append("only in this space")
    if tile.seen:
        words.append("seen before")
    if tile.members:
        words.append(f"{counted(tile.members, 'near-duplicate')} folded into it")
    if tile.partner is not None:
        words.append(f"then shot {tile.partner.shot_id}")
    return [*words, tile.note] if tile.note else words


def _judged_words(judgement: str | None, verdict: str | None) -> list[str]:
    said = [JUDGEMENTS[judgement]] if judgement else []
    return [*said, VERDICTS[verdict]] if verdict else said


def _partner(partner: Partner, first: str) -> dict[str, Any]:
    words = [f"shot {partner.shot_id}", f"second step after shot {first}"]
    words += _judged_words(partner.judgement, partner.verdict)
    return {
        "shot": partner.shot_id,
        "rank": "then",
        "judgement": partner.judgement,
        "verdict": partner.verdict,
        "note": partner.note,
        "alt": ", ".join([*words, partner.note] if partner.note else words),
        "thumbnail": partner.thumbnail,
        "preview": partner.preview,
    }
