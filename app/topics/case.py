"""One topic of the table under the glass: its lists as lanes with judgements, and who found what."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.components import Lane, SpaceBar, Tile
from app.components.space_table import SpaceCell, SpaceColumn, SpaceLine
from app.lanes import picture_finder
from app.topics.lists import ListFacts
from app.words import printed_share
from lpd.collection import Collection
from lpd.services.case_study import CaseStudy, ListCase
from lpd.services.published_beside import PublishedRuns
from lpd.words import counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "MISSED",
    "case_bars",
    "case_frame",
    "case_lanes",
    "list_heads",
    "list_lines",
    "published_words",
    "relevance_kind",
    "value_words",
]

MISSED = "missed"
"""Name of the lane of the relevant shots that no list has in its top k."""

SHOWN_TILES = 60
"""Per lane at most; the numbers beside it always count its whole top k."""


def relevance_kind(relevance: int | None) -> str:
    """Returns the kind of judgement that a tile shows for a relevance of the qrels, None outside of them."""
    if relevance is None:
        return "outside"
    return "relevant" if relevance > 0 else {0: "not", -1: "unjudged"}[relevance]


def case_bars(case: CaseStudy, facts: Mapping[str, ListFacts]) -> list[SpaceBar]:
    """Returns whom the small bars of a tile stand for: the lists of the case."""
    return [SpaceBar(facts[one.name].label, facts[one.name].end or "head") for one in case.lists]


def case_lanes(
    case: CaseStudy, facts: Mapping[str, ListFacts], *, collection: Collection, values: Mapping[str, str]
) -> list[Lane]:
    """Returns a lane per list, hits and misses in its order, then the relevant shots that none has.

    Args:
        case: the topic.
        facts: list -> its facts.
        collection: of the shots; those that it lacks have no picture.
        values: list -> its measure on the topic, in words.
    """
    ranks = _ranks(case)
    lanes = [_lane(case, one, facts[one.name], ranks=ranks, value=values[one.name]) for one in case.lists]
    return [_with_pictures(lane, collection) for lane in (*lanes, _missed(case, ranks, facts))]


def _ranks(case: CaseStudy) -> dict[str, tuple[int | None, ...]]:
    """Every shot shown -> its rank in each list: of relevant shots in the whole list, else in its top k."""
    places = [{hit.shot_id: hit.rank for hit in one.hits} for one in case.lists]
    shots = dict.fromkeys(hit.shot_id for one in case.lists for hit in one.hits)
    return {shot: tuple(place.get(shot) for place in places) for shot in shots} | dict(case.ranks)


def _lane(
    case: CaseStudy,
    of: ListCase,
    facts: ListFacts,
    *,
    ranks: Mapping[str, tuple[int | None, ...]],
    value: str,
) -> Lane:
    alone = set(case.found_alone[of.name]) if len(case.lists) > 1 else set()
    found = f"{of.relevant} of {len(of.hits)} relevant · {of.not_relevant} not"
    open_ = of.not_judged + of.outside
    tiles = tuple(
        Tile(
            shot_id=hit.shot_id,
            rank=hit.rank,
            similarity=None,
            ranks=ranks[hit.shot_id],
            judgement=relevance_kind(hit.relevance),
            only=hit.shot_id in alone,
        )
        for hit in of.hits[:SHOWN_TILES]
    )
    cut = f"first {len(tiles)} of {len(of.hits)} shown" if len(tiles) < len(of.hits) else ""
    notes = (value, found + (f" · {open_} not judged" if open_ else ""), _first_words(of), cut)
    return Lane(of.name, facts.label, facts.end or "plain", tuple(one for one in notes if one), tiles)


def _first_words(of: ListCase) -> str:
    if of.first_relevant is None:
        return f"no relevant shot among {of.returned:,}"
    return f"first relevant at rank {of.first_relevant:,}"


def _missed(
    case: CaseStudy, ranks: Mapping[str, tuple[int | None, ...]], facts: Mapping[str, ListFacts]
) -> Lane:
    """The relevant shots that no list has in its top k; the number of a tile is its best rank in any."""
    tiles = []
    for shot in case.found_by_none[:SHOWN_TILES]:
        known = [
            (rank, facts[one.name].label)
            for rank, one in zip(ranks[shot], case.lists, strict=True)
            if rank is not None
        ]
        best = min(known, default=None)
        words = "in no list" if best is None else f"best in {best[1]}"
        rank = 0 if best is None else best[0]
        tiles.append(Tile(shot, rank, None, ranks=ranks[shot], judgement="relevant", note=words))
    cut = f"first {len(tiles)} shown" if len(tiles) < len(case.found_by_none) else ""
    order = "by their best rank in any list" if tiles else ""
    notes = (f"{len(case.found_by_none)} of {counted(len(case.ranks), 'judged relevant shot')}", order, cut)
    title = f"missed by all in the top {case.k}"
    return Lane(
        MISSED, title, "plain", tuple(one for one in notes if one), tuple(tiles), empty="none was missed"
    )


def _with_pictures(lane: Lane, collection: Collection) -> Lane:
    picture = picture_finder(collection)
    known = {tile.shot_id: collection.known_rows([tile.shot_id]).tolist() for tile in lane.tiles}
    tiles = tuple(
        tile._replace(
            thumbnail=picture(known[tile.shot_id][0], "thumbnail"),
            preview=picture(known[tile.shot_id][0], "preview"),
        )
        if known[tile.shot_id]
        else tile
        for tile in lane.tiles
    )
    return Lane(lane.name, lane.title, lane.end, lane.notes, tiles, lane.empty)


def list_heads(measure: str, k: int, *, formula: str) -> list[SpaceColumn]:
    """Returns the columns of `list_lines`."""
    return [
        SpaceColumn(measure, formula),
        SpaceColumn(f"✓ / ✕ / ? in top {k}", "shots judged relevant / judged not relevant / not judged"),
        SpaceColumn("judged", f"share of the top {k} that is judged"),
        SpaceColumn("first ✓", "rank of the first shot judged relevant"),
        SpaceColumn("alone", f"shots judged relevant that no other of these lists has in its top {k}"),
    ]


def list_lines(
    case: CaseStudy, facts: Mapping[str, ListFacts], *, values: Mapping[str, float]
) -> list[SpaceLine]:
    """Returns a line per list: its measure on the topic, and what it found.

    Args:
        case: the topic.
        facts: list -> its facts.
        values: list -> its measure on the topic.
    """
    lines = []
    for one in case.lists:
        words = facts[one.name].words
        first = None if one.first_relevant is None else f"{one.first_relevant:,}"
        texts = (
            printed_share(values[one.name]),
            f"{one.relevant} / {one.not_relevant} / {one.not_judged + one.outside}",
            f"{one.judged_share:.0%}",
            first,
            str(len(case.found_alone[one.name])),
        )
        titles = (f"{values[one.name]:.4f}\n{words}", *(words for _ in texts[1:]))
        cells = tuple(SpaceCell(text, title) for text, title in zip(texts, titles, strict=True))
        lines.append(SpaceLine(facts[one.name].label, facts[one.name].end or "head", cells, words))
    return lines


def case_frame(case: CaseStudy) -> "pd.DataFrame":
    """Returns a row per list and rank of its top k; the relevance of a shot outside of the pool is absent."""
    import pandas as pd

    rows = [(one.name, *hit) for one in case.lists for hit in one.hits]
    frame = pd.DataFrame(rows, columns=["list", "rank", "shot_id", "relevance"])
    return frame.astype({"relevance": "Int64"})


def published_words(runs: PublishedRuns, topic_id: str) -> str:
    """Returns what is published of a topic: where, each run's figure, how hard it is called."""
    figures = [
        f"{run} {printed_share(values[topic_id])}"
        for run, values in runs.values.items()
        if topic_id in values
    ]
    group = runs.named_groups.get(topic_id)
    named = f" · called {group} there" if group else ""
    where = f"{runs.source.partition(':')[0]}, {runs.place.partition(';')[0]}"
    return f"published, not measured here ({where}): {', '.join(figures)}{named}"


def value_words(measure: str, value: float | None) -> str:
    """Returns a measure of a list on a topic: `infAP .907`."""
    return f"{measure} {printed_share(value)}"
