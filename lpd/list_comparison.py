"""Two ranked lists of one query side by side: what both have, what one alone has, how far ranks differ."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from lpd.diversity import iou_at
from lpd.rank_overlap import PERSISTENCE, RankBiasedOverlap, rank_biased_overlap, ranks_of

__all__ = ["AloneShot", "ListComparison", "SharedShot", "compare_lists"]

Shot = TypeVar("Shot", bound=Hashable)


class SharedShot(NamedTuple, Generic[Shot]):
    """A shot that both lists have in their first k, with its rank (from 1) in each."""

    shot: Shot
    first_rank: int
    second_rank: int

    @property
    def rank_difference(self) -> int:
        """First rank minus second rank: above 0 where the second list has the shot further up."""
        return self.first_rank - self.second_rank


class AloneShot(NamedTuple, Generic[Shot]):
    """A shot that only one list has in its first k.

    Args:
        shot: id or row.
        rank: in that list.
        other_rank: in the other list, behind its first k; None if that list, as given, does not have it.
    """

    shot: Shot
    rank: int
    other_rank: int | None


@dataclass(frozen=True)
class ListComparison(Generic[Shot]):
    """Two ranked lists of one query.

    Args:
        k: the cut-off of all but `rbo`.
        both: shots in the first k of both, in the order of the first list.
        only_first: shots in the first k of the first list alone, in its order; `only_second` likewise.
        iou: IoU@k.
        rbo: of the lists as long as they were given.
        kendall: Kendall's tau of the ranks of `both`, from -1 (turned round) to 1 (the same order); None for
            fewer than two shots.
        spearman: likewise Spearman's correlation.
    """

    k: int
    both: tuple[SharedShot[Shot], ...]
    only_first: tuple[AloneShot[Shot], ...]
    only_second: tuple[AloneShot[Shot], ...]
    iou: float
    rbo: RankBiasedOverlap
    kendall: float | None
    spearman: float | None

    @property
    def links(self) -> tuple[tuple[int, int], ...]:
        """Places (from 0) of every shared shot in the first and in the second list: lines to be drawn."""
        return tuple((shared.first_rank - 1, shared.second_rank - 1) for shared in self.both)


def compare_lists(
    first: Sequence[Shot], second: Sequence[Shot], *, k: int, p: float = PERSISTENCE
) -> ListComparison[Shot]:
    """Returns what two lists share in their first k, what each has alone, and how alike they are.

    Args:
        first: shots (ids or rows), best first, each once; what lies behind the first k tells where the other
            list's shots are.
        second: likewise.
        k: the cut-off, at least 1.
        p: of RBO; see `lpd.rank_overlap.rank_biased_overlap`.

    Raises:
        LpdError: for k below 1 or a p that is not between 0 and 1.
        FormatError: if a shot occurs twice in a list.
    """
    iou = iou_at(first, second, k)
    rbo = rank_biased_overlap(first, second, p=p)
    in_first, in_second = ranks_of(first), ranks_of(second)
    both = tuple(
        SharedShot(shot, rank, in_second[shot])
        for rank, shot in enumerate(first[:k], start=1)
        if in_second.get(shot, k + 1) <= k
    )
    kendall, spearman = _correlations(both)
    return ListComparison(
        k=k,
        both=both,
        only_first=_alone(first[:k], in_second, k),
        only_second=_alone(second[:k], in_first, k),
        iou=iou,
        rbo=rbo,
        kendall=kendall,
        spearman=spearman,
    )


def _alone(top: Sequence[Shot], other: Mapping[Shot, int], k: int) -> tuple[AloneShot[Shot], ...]:
    return tuple(
        AloneShot(shot, rank, other.get(shot))
        for rank, shot in enumerate(top, start=1)
        if other.get(shot, k + 1) > k
    )


def _correlations(both: Sequence[SharedShot[Shot]]) -> tuple[float | None, float | None]:
    """Returns Kendall's tau and Spearman's correlation of the two ranks; None for fewer than two shots."""
    from scipy.stats import kendalltau, spearmanr  # slow to import, and not every list is compared

    if len(both) < 2:
        return None, None
    ranks = [shared.first_rank for shared in both], [shared.second_rank for shared in both]
    return float(kendalltau(*ranks).statistic), float(spearmanr(*ranks).statistic)
