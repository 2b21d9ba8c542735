"""Qrels as TRECVID makes them: pooled from runs, in layers, the deeper ones judged by sample."""

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from lpd.errors import LpdError, MismatchError, name_some
from lpd.trec import Qrel

__all__ = ["DEFAULT_LAYERS", "Layer", "pooled_qrels"]


class Layer(NamedTuple):
    """One stratum of a pool.

    Args:
        depth: shots whose best rank over the runs is at most this, and that lie in no earlier layer.
        rate: share of them that is judged, 0..1; the others stay in the qrels with relevance -1.
    """

    depth: int
    rate: float


DEFAULT_LAYERS = (Layer(50, 1.0), Layer(150, 0.5), Layer(400, 0.2))


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
    _check(layers, relevant, runs)
    rows: list[Qrel] = []
    for topic_id in sorted(relevant):
        rng = np.random.default_rng([seed, *topic_id.encode()])
        strata: list[list[str]] = [[] for _ in layers]
        for shot_id, rank in sorted(_best_ranks(topic_id, runs, layers[-1].depth).items()):
            strata[next(k for k, layer in enumerate(layers) if rank <= layer.depth)].append(shot_id)
        for stratum, (layer, shot_ids) in enumerate(zip(layers, strata, strict=True), start=1):
            judged = _sample(rng, shot_ids, layer.rate)
            for shot_id in shot_ids:
                relevance = int(shot_id in relevant[topic_id]) if shot_id in judged else -1
                rows.append(Qrel(topic_id, shot_id, str(stratum), relevance))
    return rows


def _best_ranks(topic_id: str, runs: Sequence[Mapping[str, Sequence[str]]], depth: int) -> dict[str, int]:
    best: dict[str, int] = {}
    for run in runs:
        for rank, shot_id in enumerate(run.get(topic_id, ())[:depth], start=1):
            best[shot_id] = min(rank, best.get(shot_id, rank))
    return best


def _sample(rng: np.random.Generator, shot_ids: Sequence[str], rate: float) -> frozenset[str]:
    if not shot_ids:
        return frozenset()
    count = max(1, round(rate * len(shot_ids)))
    chosen = rng.choice(len(shot_ids), size=count, replace=False)
    return frozenset(shot_ids[int(one)] for one in chosen)


def _check(
    layers: Sequence[Layer], relevant: Mapping[str, Set[str]], runs: Sequence[Mapping[str, Sequence[str]]]
) -> None:
    depths = [layer.depth for layer in layers]
    if not depths or depths[0] < 1 or any(b <= a for a, b in pairwise(depths)):
        raise LpdError(
            "layers of a pool must go deeper and deeper", expected="increasing depths from 1", found=depths
        )
    rates = [layer.rate for layer in layers]
    if not all(0 < rate <= 1 for rate in rates):
        raise LpdError(
            "sampling rate of a layer is out of range", expected="more than 0, at most 1", found=rates
        )
    unknown = sorted({topic_id for run in runs for topic_id in run} - set(relevant))
    if unknown:
        raise MismatchError("runs have topics without truth", found=name_some(unknown))
