"""One topic under the glass: what several lists bring of it, and who finds which relevant shot.

As slides 15 to 19 of the SEA runs at TRECVID 2020 go through single topics; the words of the topic in the
training captions are in `lpd.services.learnt_words`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from lpd.errors import LpdError, MismatchError
from lpd.evaluation import inferred_relevant, judged_share
from lpd.trec import JudgedTopic, Run, Topic

__all__ = ["CaseStudy", "JudgedHit", "ListCase", "case_study"]


class JudgedHit(NamedTuple):
    """A shot of a list.

    `relevance` is that of the qrels: -1 in the pool but not judged, 0 not relevant, 1 (or a higher grade)
    relevant; None outside of the pool.
    """

    rank: int
    shot_id: str
    relevance: int | None

    @property
    def relevant(self) -> bool:
        """Whether it was judged relevant."""
        return self.relevance is not None and self.relevance > 0


@dataclass(frozen=True)
class ListCase:
    """One list on the topic.

    Args:
        name: of the list.
        hits: its first k shots.
        relevant, not_relevant, not_judged, outside: how many of them are judged relevant (hits), judged not
            relevant (misses), in the pool but not judged, and outside of the pool.
        judged_share: the share of them that is judged.
        first_relevant: rank of the first shot judged relevant, in the whole list; None if it has none.
        returned: length of the whole list.
    """

    name: str
    hits: tuple[JudgedHit, ...]
    relevant: int
    not_relevant: int
    not_judged: int
    outside: int
    judged_share: float
    first_relevant: int | None
    returned: int


@dataclass(frozen=True)
class CaseStudy:
    """Several lists on one topic.

    Args:
        topic: its number and text.
        k: the cut-off of hits and finders.
        lists: in the order given, those that have the topic.
        lacking: names of the lists that do not have it.
        ranks: every shot judged relevant -> its rank in each of `lists`, None where a list does not have it;
            the shots that most lists have in their top k come first, then those of the best ranks.
        estimated_relevant: the inferred number of relevant shots, judged or not.
    """

    topic: Topic
    k: int
    lists: tuple[ListCase, ...]
    lacking: tuple[str, ...]
    ranks: dict[str, tuple[int | None, ...]]
    estimated_relevant: float

    @cached_property
    def found_by(self) -> dict[str, tuple[str, ...]]:
        """Every shot judged relevant -> names of the lists that have it in their top k, none perhaps."""
        names = [one.name for one in self.lists]
        return {
            shot_id: tuple(name for name, rank in zip(names, ranks, strict=True) if _within(rank, self.k))
            for shot_id, ranks in self.ranks.items()
        }

    @property
    def found_by_none(self) -> tuple[str, ...]:
        """The shots judged relevant that no list has in its top k."""
        return tuple(shot_id for shot_id, names in self.found_by.items() if not names)

    @property
    def found_by_all(self) -> tuple[str, ...]:
        """The shots judged relevant that every list has in its top k."""
        return tuple(shot_id for shot_id, names in self.found_by.items() if len(names) == len(self.lists))

    @property
    def found_alone(self) -> dict[str, tuple[str, ...]]:
        """Name of a list -> the shots judged relevant that it alone has in its top k."""
        alone = {shot_id: names[0] for shot_id, names in self.found_by.items() if len(names) == 1}
        return {
            one.name: tuple(shot_id for shot_id, name in alone.items() if name == one.name)
            for one in self.lists
        }


def _within(rank: int | None, k: int) -> bool:
    return rank is not None and rank <= k


def case_study(runs: Mapping[str, Run], topic: Topic, *, judged: JudgedTopic, k: int = 20) -> CaseStudy:
    """Returns what several lists bring of one topic.

    Args:
        runs: name -> run: runs, or the spaces and the fused list of a model.
        topic: of their edition.
        judged: the judgements of the topic.
        k: the cut-off.

    Raises:
        LpdError: for k below 1, or no runs.
        MismatchError: if no run has the topic.

    Source: SEA at TRECVID 2020, slides 15 to 19.
    """
    if k < 1:
        raise LpdError("cut-off below 1", expected="a whole number from 1", found=k)
    if not runs:
        raise LpdError("no lists to study", expected="at least one run")
    present = {
        name: run.topics[topic.topic_id].shot_ids
        for name, run in runs.items()
        if topic.topic_id in run.topics
    }
    if not present:
        raise MismatchError("no list has this topic", expected=topic.topic_id, found=", ".join(runs))
    grades = dict(zip(judged.shot_ids, judged.relevance.tolist(), strict=True))
    lists = tuple(_list_case(name, ranking, judged, grades, k) for name, ranking in present.items())
    positions = [{one: rank for rank, one in enumerate(ranking, start=1)} for ranking in present.values()]
    relevant = [shot_id for shot_id, grade in grades.items() if grade > 0]
    ranks = {shot_id: tuple(of_list.get(shot_id) for of_list in positions) for shot_id in relevant}
    return CaseStudy(
        topic=topic,
        k=k,
        lists=lists,
        lacking=tuple(name for name in runs if name not in present),
        ranks=dict(sorted(ranks.items(), key=lambda pair: _prominence(pair[1], k))),
        estimated_relevant=inferred_relevant(judged),
    )


def _list_case(
    name: str, ranking: list[str], judged: JudgedTopic, grades: Mapping[str, int], k: int
) -> ListCase:
    hits = tuple(JudgedHit(rank, one, grades.get(one)) for rank, one in enumerate(ranking[:k], start=1))
    found = [hit.relevance for hit in hits]
    first = next((rank for rank, one in enumerate(ranking, start=1) if grades.get(one, 0) > 0), None)
    return ListCase(
        name=name,
        hits=hits,
        relevant=sum(hit.relevant for hit in hits),
        not_relevant=found.count(0),
        not_judged=found.count(-1),
        outside=found.count(None),
        judged_share=judged_share(ranking, judged, k),
        first_relevant=first,
        returned=len(ranking),
    )


def _prominence(ranks: tuple[int | None, ...], k: int) -> tuple[int, float]:
    """Returns a key that rises from shots found by most lists to those found by none."""
    finders = sum(_within(rank, k) for rank in ranks)
    return -finders, min((rank for rank in ranks if rank is not None), default=float("inf"))
