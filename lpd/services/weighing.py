"""Weights of the spaces as a person set them, over all topics of an edition, beside the model's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from lpd.editions import ROLES, Edition
from lpd.errors import LpdError, MismatchError, name_some
from lpd.evaluation import Randomization, RunEvaluation, evaluate_run, randomization_test
from lpd.progress import Progress, no_progress
from lpd.search import Exactness, SearchEngine
from lpd.search.filters import choose_spaces
from lpd.search.result import FUSED
from lpd.trec import MAX_DEPTH, Qrels, Run, make_run
from lpd.words import counted

__all__ = ["UNMARKED", "RoleMeans", "Weighing", "means_by_role", "weigh_edition"]

UNMARKED = "not marked"
"""What stands in the place of a role for editions that have none."""

MEASURE = "infAP"
_TOPICS_AT_ONCE = 8

_ROLE_WORDS = {
    "development": "development edition: weights may be chosen by it",
    "test": "test edition: to report figures of; weights are chosen by a development edition",
    UNMARKED: "not marked as development or test: figures of weights that were chosen by it are too good",
}


@dataclass(frozen=True)
class Weighing:
    """What weights do to the fused lists of an edition.

    Args:
        edition: its name.
        role: `development`, `test` or `not marked`.
        model: its name.
        qrels: digest of the judgements.
        weights: space -> its share as set, adding up to 1; 0 for a space that is left out.
        own_weights: space -> its share in the model's own fused score.
        as_set: measures of the fused lists with the weights as set.
        own: the same with the model's own.
        difference: of infAP, as set less own, with the randomization test over the topics.
        exactness: whether the lists are exact.
    """

    edition: str
    role: str
    model: str
    qrels: str
    weights: dict[str, float]
    own_weights: dict[str, float]
    as_set: RunEvaluation
    own: RunEvaluation
    difference: Randomization
    exactness: Exactness

    @property
    def words(self) -> str:
        """What the figures may be used for."""
        return _ROLE_WORDS[self.role]

    def per_topic(self, measure: str = MEASURE) -> dict[str, tuple[float, float]]:
        """Returns topic -> value as set and with the model's own weights, in the order of the qrels."""
        own = self.own.topics
        return {one: (found[measure], own[one][measure]) for one, found in self.as_set.topics.items()}


def weigh_edition(
    engine: SearchEngine,
    edition: Edition,
    *,
    qrels: Qrels,
    weights: Sequence[float],
    spaces: Sequence[str] | None = None,
    own: Run | None = None,
    progress: Progress = no_progress,
) -> Weighing:
    """Returns the measures of an edition's fused lists with some weights and with the model's own.

    Both are fused from the scores of all shots. Some topics at a time are searched with one weighting, then
    with the other: an index that keeps scores has no room for those of an edition, and scans many queries
    faster than one after another. Equal weightings are searched once, a run that is at hand is not.

    Args:
        engine: the model over the edition's collection.
        edition: its topics and subset are searched.
        qrels: judgements of the edition.
        weights: S weights in the model's order, not negative.
        spaces: names of those that have a share; None for all.
        own: the model's fused run of this edition, where it was made before.
        progress: called with the searches done, one per topic and weighting, and their number; what it
            raises ends the work.

    Raises:
        LpdError: if the edition has no topics, weights cannot be used, or a topic cannot be encoded.
        NotFoundError: if there is no such space.
        MismatchError: if qrels or the run at hand do not have the topics.
    """
    if not edition.topics:
        raise LpdError("this edition has no topics", where=edition.name)
    _, shares = choose_spaces(engine.spaces, chosen=spaces, weights=weights)
    _, own_shares = choose_spaces(engine.spaces, weights=engine.card.fusion.weights or None)
    if own is not None:
        _check_topics(own, edition)
    same = np.array_equal(shares, own_shares)
    own_tag, tag = engine.card.name, f"{engine.card.name}.weighted"
    asked = ({own_tag: own_shares} if own is None else {}) | ({} if same else {tag: shares})
    runs, exactness = _fused_runs(engine, edition, asked, progress)
    measured_own = evaluate_run(runs[own_tag] if own is None else own, qrels)
    as_set = measured_own if same else evaluate_run(runs[tag], qrels)
    return Weighing(
        edition=edition.name,
        role=edition.role or UNMARKED,
        model=engine.card.name,
        qrels=qrels.digest,
        weights=dict(zip(engine.spaces, shares.tolist(), strict=True)),
        own_weights=dict(zip(engine.spaces, own_shares.tolist(), strict=True)),
        as_set=as_set,
        own=measured_own,
        difference=_difference(as_set, measured_own),
        exactness=exactness,
    )


def _check_topics(run: Run, edition: Edition) -> None:
    wanted = [topic.topic_id for topic in edition.topics]
    if set(run.topics) != set(wanted):
        raise MismatchError(
            "the run at hand is of other topics",
            where=f"run {run.tag}",
            expected=f"{counted(len(wanted), 'topic')} of {edition.name}",
            found=name_some(run.topics),
        )


def _fused_runs(
    engine: SearchEngine, edition: Edition, weightings: dict[str, np.ndarray], progress: Progress
) -> tuple[dict[str, Run], Exactness]:
    """Returns tag -> fused run of each of the weightings, and whether the lists are exact."""
    stage, total = "searching every topic of the edition", len(weightings) * len(edition.topics)
    exactness, done = engine.exactness, 0
    scored: dict[str, dict[str, tuple[list[str], np.ndarray]]] = {tag: {} for tag in weightings}
    for start in range(0, len(edition.topics), _TOPICS_AT_ONCE):
        topics = edition.topics[start : start + _TOPICS_AT_ONCE]
        for tag, shares in weightings.items():
            progress(stage, done, total)
            results = engine.search_many(
                [topic.text for topic in topics],
                depth=MAX_DEPTH,
                subset=edition.subset,
                weights=shares.tolist(),
                spaces=[space for space, share in zip(engine.spaces, shares, strict=True) if share > 0],
            )
            for topic, result in zip(topics, results, strict=True):
                hits, exactness = result.lists[FUSED], result.exactness
                shot_ids = [engine.shot_ids[row] for row in hits.rows.tolist()]
                scored[tag][topic.topic_id] = (shot_ids, hits.scores)
            done += len(topics)
    progress(stage, done, total)
    return {tag: make_run(tag, topics) for tag, topics in scored.items()}, exactness


def _difference(as_set: RunEvaluation, own: RunEvaluation) -> Randomization:
    topics = list(as_set.topics)
    first, second = ([one.topics[topic][MEASURE] for topic in topics] for one in (as_set, own))
    return randomization_test(first, second)


@dataclass(frozen=True)
class RoleMeans:
    """Editions of one role, and the mean over them of their mean infAP.

    Args:
        role: `development`, `test` or `not marked`.
        editions: of it, in the order given.
        as_set: mean with the weights as set.
        own: mean with the model's own.
    """

    role: str
    editions: tuple[Weighing, ...]
    as_set: float
    own: float


def means_by_role(weighings: Iterable[Weighing]) -> list[RoleMeans]:
    """Returns the means of the editions of each role that occurs: development, test, not marked.

    There is no mean over editions of different roles.
    """
    given = list(weighings)
    found = []
    for role in (*ROLES, UNMARKED):
        some = tuple(one for one in given if one.role == role)
        if some:
            means = [[one.as_set.mean[MEASURE], one.own.mean[MEASURE]] for one in some]
            found.append(RoleMeans(role, some, *np.mean(means, axis=0).tolist()))
    return found
