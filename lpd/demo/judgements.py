"""Qrels as TRECVID makes them: pooled from runs, in layers, the deeper ones judged by sample."""

from collections.abc import Mapping, Sequence, Set

import numpy as np

from lpd.errors import MismatchError, name_some
from lpd.judging.pooling import Layer, check_layers, pool_strata
from lpd.trec import Qrel

__all__ = ["DEFAULT_LAYERS", "Layer", "pooled_qrels"]


DEFAULT_LAYERS = (Layer(50, 1.0), Layer(150, 0.5), Layer(400, 0.2))
"""Of the demo's pooled qrels."""


def pooled_qrels(
    relevant: Mapping[str, Set[str]],
    runs: Sequence[Mapping[str, Sequence[str]]],
    *,
    layers: Sequence[Layer] = DEFAULT_LAYERS,
    seed: int,
) -> list[Qrel]:
    """Returns the judgements that assessors with the complete truth would make of the runs' pool.

    Rows are ordered by topic, stratum and shot. Shots beyond the last layer do not occur. Within a stratum
    the judged shots are a simple random sample without replacement, at least one shot.

    Args:
        relevant: topic_id -> ids of all relevant shots.
        runs: each topic_id -> shot ids, best first; a run may lack topics.
        layers: by increasing depth; stratum names are `1`, `2`, ...
        seed: decides the samples; a topic's sample does not depend on the other topics.

    Raises:
        LpdError: if the layers are not increasing or a rate is outside (0, 1].
        MismatchError: if a run has topics without truth.

    Source: the layout of TRECVID's AVS qrels (stratum 1 judged fully, deeper ones sampled).
    """
    check_layers(layers)
    _check(relevant, runs)
    rows: list[Qrel] = []
    for topic_id in sorted(relevant):
        rng = np.random.default_rng([seed, *topic_id.encode()])
        strata = pool_strata(topic_id, runs, layers)
        for stratum, (layer, shot_ids) in enumerate(zip(layers, strata, strict=True), start=1):
            judged = _sample(rng, shot_ids, layer.rate)
            for shot_id in shot_ids:
                relevance = int(shot_id in relevant[topic_id]) if shot_id in judged else -1
                rows.append(Qrel(topic_id, shot_id, str(stratum), relevance))
    return rows


def _sample(rng: np.random.Generator, shot_ids: Sequence[str], rate: float) -> frozenset[str]:
    if not shot_ids:
        return frozenset()
    count = max(1, round(rate * len(shot_ids)))
    chosen = rng.choice(len(shot_ids), size=count, replace=False)
    return frozenset(shot_ids[int(one)] for one in chosen)


def _check(relevant: Mapping[str, Set[str]], runs: Sequence[Mapping[str, Sequence[str]]]) -> None:
    unknown = sorted({topic_id for run in runs for topic_id in run} - set(relevant))
    if unknown:
        raise MismatchError("runs have topics without truth", found=name_some(unknown))
