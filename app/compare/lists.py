"""Two systems' lists of one query compared, and the figures that stand above them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.systems import System
from app.words import printed_share, signed
from lpd.collection import Collection
from lpd.list_comparison import ListComparison, compare_lists
from lpd.rank_overlap import weight_of_top
from lpd.trec import RankedList

__all__ = [
    "Compared",
    "Figure",
    "Side",
    "compare_sides",
    "figures",
    "is_relevant",
    "relevant_alone",
    "relevant_found",
    "unknown_shots",
]


@dataclass(frozen=True)
class Side:
    """One of the two.

    Args:
        letter: `A` or `B`.
        system: what made the list.
        label: the system in words.
        end: role of its colour: `fused`, `text`, `video`, `head` or `plain`.
        ranked: its list.
        exactness: whether the list is exact, in words.
        inf_ap: of the list; None where the topic is not judged or the query is none.
    """

    letter: str
    system: System
    label: str
    end: str
    ranked: RankedList
    exactness: str
    inf_ap: float | None = None

    @property
    def shots(self) -> list[str]:
        """Ids of the list, best first."""
        return self.ranked.shot_ids


@dataclass(frozen=True)
class Compared:
    """Two lists and how they differ.

    Args:
        sides: A and B.
        k: the cut-off.
        p: of RBO.
        lists: what both have, and what each has alone.
        collection: whose shots they are.
        relevance: shot -> judgement if the query is a judged topic.
    """

    sides: tuple[Side, Side]
    k: int
    p: float
    lists: ListComparison[str]
    collection: Collection
    relevance: Mapping[str, int] | None

    @property
    def is_empty(self) -> bool:
        """Whether neither list has a shot."""
        return not (self.sides[0].shots or self.sides[1].shots)

    def top(self, side: Side) -> list[str]:
        """Returns the first k shots of a list."""
        return side.shots[: self.k]


class Figure(NamedTuple):
    """One number of the comparison: its name, the number as printed, what stands under it, how it is made."""

    name: str
    value: str
    words: str
    formula: str


def compare_sides(
    sides: tuple[Side, Side],
    *,
    k: int,
    p: float,
    collection: Collection,
    relevance: Mapping[str, int] | None,
) -> Compared:
    """Returns two lists compared; see `lpd.list_comparison.compare_lists`."""
    lists = compare_lists(sides[0].shots, sides[1].shots, k=k, p=p)
    return Compared(sides, k, p, lists, collection, relevance)


def unknown_shots(compared: Compared) -> dict[str, int]:
    """Returns letter -> how many shots of its first k the collection does not have, where there are some."""
    found = {}
    for side in compared.sides:
        top = compared.top(side)
        missing = len(top) - len(compared.collection.known_rows(top))
        if missing:
            found[side.letter] = missing
    return found


def is_relevant(compared: Compared, shot: str) -> bool:
    """Returns whether a shot is judged relevant."""
    return compared.relevance is not None and compared.relevance.get(shot, 0) > 0


def relevant_found(compared: Compared) -> tuple[int, int]:
    """Returns how many relevant shots A, and B, has in its first k."""
    first, second = (
        sum(is_relevant(compared, shot) for shot in compared.top(side)) for side in compared.sides
    )
    return first, second


def relevant_alone(compared: Compared) -> tuple[int, int]:
    """Returns how many relevant shots only A, and only B, has in its first k."""
    alone = (compared.lists.only_first, compared.lists.only_second)
    first, second = (sum(is_relevant(compared, one.shot) for one in shots) for shots in alone)
    return first, second


def figures(compared: Compared) -> list[Figure]:
    """Returns the numbers that stand above the lists; those of judgements only on a judged topic."""
    lists, k = compared.lists, compared.k
    both, either = len(lists.both), len(lists.both) + len(lists.only_first) + len(lists.only_second)
    iou = Figure(
        f"IoU@{k}",
        printed_share(lists.iou, 2),
        f"{both} in both, {either} in either",
        f"shots in both first {k} over those in either's",
    )
    order = f"order of the {both} in both"
    return [
        iou,
        _rbo_figure(compared),
        Figure("Kendall τ", printed_share(lists.kendall, 2), order, "Kendall's tau of the ranks, -1 to 1"),
        Figure(
            "Spearman ρ",
            printed_share(lists.spearman, 2),
            order,
            "Spearman's correlation of the ranks, -1 to 1",
        ),
        _rank_figure(compared),
        *_judged_figures(compared),
    ]


def _rbo_figure(compared: Compared) -> Figure:
    rbo, weight = compared.lists.rbo, weight_of_top(compared.k, p=compared.p)
    lengths = " and ".join(f"{len(side.shots):,} shots of {side.letter}" for side in compared.sides)
    return Figure(
        f"RBO, p {printed_share(compared.p, 2)}",
        printed_share(rbo.extrapolated, 2),
        f"from {printed_share(rbo.lowest)} to {printed_share(rbo.highest)}",
        f"rank-biased overlap of {lengths}, of which the first {compared.k} weigh {weight:.1%}; below it the "
        "bounds that it cannot leave whatever follows the lists",
    )


def _rank_figure(compared: Compared) -> Figure:
    name, formula = "Rank difference", "mean size of rank in A less rank in B, of the shots in both"
    both = compared.lists.both
    if not both:
        return Figure(name, "–", "no shot in both", formula)
    widest = max(both, key=lambda shared: abs(shared.rank_difference))
    mean = float(np.mean([abs(shared.rank_difference) for shared in both]))
    words = f"largest: A {widest.first_rank}, B {widest.second_rank}"
    return Figure(name, f"{mean:.1f}", words, f"{formula}; the largest is that of shot {widest.shot}")


def _judged_figures(compared: Compared) -> list[Figure]:
    if compared.relevance is None:
        return []
    first, second = relevant_alone(compared)
    counted = Figure(
        f"Relevant in {compared.k}",
        " | ".join(str(number) for number in relevant_found(compared)),
        f"{first} only in A, {second} only in B",
        f"shots judged relevant in the first {compared.k} of A and of B",
    )
    one, other = (side.inf_ap for side in compared.sides)
    if one is None or other is None:
        return [counted]
    words = f"A {printed_share(one)}, B {printed_share(other)}"
    return [
        Figure("infAP, A − B", signed(one - other), words, "inferred average precision of each list"),
        counted,
    ]
