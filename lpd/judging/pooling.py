"""Pools of shots to judge: the best of several runs, in strata by best rank."""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from lpd.errors import LpdError

__all__ = ["SAMPLINGS", "Layer", "best_ranks", "check_layers", "pool_strata"]


class Layer(NamedTuple):
    """One stratum of a pool.

    Args:
        depth: shots whose best rank over the runs is at most this, and that lie in no earlier layer.
        rate: share of them that is judged, 0..1; the others stay in the qrels with relevance -1.
    """

    depth: int
    rate: float


SAMPLINGS: dict[str, tuple[Layer, ...]] = {
    "tv21": (Layer(100, 1.0), Layer(250, 1.0), Layer(1000, 0.257)),
    "short": (Layer(30, 1.0), Layer(100, 0.5), Layer(300, 0.25), Layer(1000, 0.1)),
    "quick": (Layer(10, 1.0), Layer(50, 0.2), Layer(200, 0.05)),
}
"""Name -> layers to choose from. `tv21`: the rates of TRECVID 2021's AVS qrels, whose strata 1 and 2 are
judged fully, and 22,869 of the 88,882 rows of stratum 3; the qrels do not tell the depths, these are ours.
`short` and `quick` are for one person."""


def pool_strata(
    topic_id: str,
    runs: Sequence[Mapping[str, Sequence[str]]],
    layers: Sequence[Layer],
    *,
    exclude: Collection[str] = frozenset(),
) -> list[list[str]]:
    """Returns the shots of each layer, sorted by id; a shot is in one layer, and one that no run has above
    the last depth in none.

    Args:
        topic_id: the topic.
        runs: each topic_id -> shot ids, best first, each once; a run may lack topics.
        layers: by increasing depth.
        exclude: shots that are in no layer; those below keep their ranks.
    """
    strata: list[list[str]] = [[] for _ in layers]
    for shot_id, rank in sorted(best_ranks(topic_id, runs, layers[-1].depth).items()):
        if shot_id not in exclude:
            strata[next(k for k, layer in enumerate(layers) if rank <= layer.depth)].append(shot_id)
    return strata


def best_ranks(topic_id: str, runs: Sequence[Mapping[str, Sequence[str]]], depth: int) -> dict[str, int]:
    """Returns shot -> its best rank over the runs, from 1, of those that some run has at `depth` or above."""
    best: dict[str, int] = {}
    for run in runs:
        for rank, shot_id in enumerate(run.get(topic_id, ())[:depth], start=1):
            best[shot_id] = min(rank, best.get(shot_id, rank))
    return best


def check_layers(layers: Sequence[Layer]) -> None:
    """Raises an LpdError if the depths do not increase from 1, or a rate is outside (0, 1]."""
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
