"""Making a judging plan of runs, and extending one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from lpd.editions import Edition
from lpd.errors import LpdError, name_some
from lpd.judging.plan import JudgingPlan, PlannedRun, PlannedStratum, PlannedTopic
from lpd.judging.pooling import Layer, check_layers, pool_strata
from lpd.names import check_name

__all__ = ["extend_plan", "make_plan"]


def make_plan(
    name: str,
    edition: Edition,
    runs: Mapping[PlannedRun, Mapping[str, Sequence[str]]],
    *,
    layers: Sequence[Layer],
    seed: int,
    overlap: float = 0.1,
    topics: Collection[str] | None = None,
    exclude: Collection[str] = frozenset(),
) -> JudgingPlan:
    """Returns the plan of judging the pool of some runs; a topic that no run has is not in it.

    A stratum's sample is its rate times its shots, rounded, and at least two (or all) where it has any: one
    judged shot says nothing of how a stratum varies.

    Args:
        name: of the plan, fit for a folder.
        edition: whose topics are judged.
        runs: run -> topic_id -> shot ids, best first, each once; a run may lack topics.
        layers: by increasing depth; the strata are named `1`, `2`, ...
        seed: from 0; decides the judging order. A topic's order does not depend on the other topics.
        overlap: share of the shots to be judged that every judge judges, 0..1.
        topics: only these; None for all.
        exclude: shots that are not to be judged, such as shots dropped from the collection.

    Raises:
        LpdError: for layers, a seed or an overlap out of range, no run, or runs that have none of the topics.
        NotFoundError: for topics that the edition does not have.
    """
    check_name(name, "judging plan")
    check_layers(layers)
    _check(runs, seed, overlap)
    chosen = edition.topics if topics is None else [edition.topic(one) for one in dict.fromkeys(topics)]
    planned = {}
    for topic in chosen:
        strata = pool_strata(topic.topic_id, list(runs.values()), layers, exclude=exclude)
        if any(strata):
            planned[topic.topic_id] = PlannedTopic(
                topic.topic_id, topic.text, tuple(_strata(topic.topic_id, strata, layers, seed=seed))
            )
    if not planned:
        raise LpdError(
            "the runs have none of the topics, so there is nothing to judge",
            where=edition.name,
            expected=f"topics {name_some(topic.topic_id for topic in chosen)}",
            found=f"runs {name_some(run.tag for run in runs)}",
        )
    kept = tuple(Layer(int(layer.depth), float(layer.rate)) for layer in layers)
    return JudgingPlan(
        name, edition.collection, edition.name, kept, seed, tuple(runs), float(overlap), planned
    )


def extend_plan(
    plan: JudgingPlan, rates: Sequence[float], *, topics: Collection[str] | None = None
) -> JudgingPlan:
    """Returns the plan with larger samples; what was to be judged still is, in the same order.

    Args:
        plan: to extend.
        rates: one per layer, the share of each stratum that is to be judged now; one that would make a sample
            smaller leaves it as it is.
        topics: whose samples grow; None for all.

    Raises:
        LpdError: if the number of rates is not that of the layers, or one is outside (0, 1].
        NotFoundError: for topics that the plan does not have.
    """
    layers = tuple(Layer(layer.depth, rate) for layer, rate in zip(plan.layers, rates, strict=False))
    if len(rates) != len(plan.layers):
        raise LpdError("one rate per layer of the plan", expected=len(plan.layers), found=len(rates))
    check_layers(layers)
    rate_of = {str(number): layer.rate for number, layer in enumerate(layers, start=1)}
    grown = dict(plan.topics)
    for topic_id in plan.topics if topics is None else dict.fromkeys(topics):
        topic = plan.topic(topic_id)
        strata = tuple(
            replace(one, sample=max(one.sample, _sample(len(one.shot_ids), rate_of[one.name])))
            for one in topic.strata
        )
        grown[topic_id] = replace(topic, strata=strata)
    return replace(plan, topics=grown)


def _strata(
    topic_id: str, strata: Sequence[Sequence[str]], layers: Sequence[Layer], *, seed: int
) -> list[PlannedStratum]:
    """Returns the strata that have shots, permuted."""
    planned = []
    for number, (shot_ids, layer) in enumerate(zip(strata, layers, strict=True), start=1):
        if shot_ids:
            rng = np.random.default_rng([seed, number, *topic_id.encode()])
            shuffled = tuple(shot_ids[int(place)] for place in rng.permutation(len(shot_ids)))
            planned.append(PlannedStratum(str(number), shuffled, _sample(len(shot_ids), layer.rate)))
    return planned


def _sample(shots: int, rate: float) -> int:
    return min(shots, max(2, round(rate * shots)))


def _check(runs: Collection[PlannedRun], seed: int, overlap: float) -> None:
    if not runs:
        raise LpdError("no runs to pool", expected="one run or more", next_step="lpd run, or lpd import run")
    if not isinstance(seed, int) or seed < 0:
        raise LpdError("not a seed", expected="a whole number from 0", found=repr(seed))
    if not 0 <= overlap <= 1:
        raise LpdError("overlap of judges is out of range", expected="0 to 1", found=overlap)
