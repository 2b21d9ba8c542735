"""Queries to measure an index with: the topics and captions that a collection has, else some of its shots."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lpd.errors import LpdError
from lpd.progress import Progress, no_progress
from lpd.search.index import SpaceIndex
from lpd.search.queries import QuerySide
from lpd.search.recall import MeasurableIndex, Recall, measure_recall

__all__ = ["SampleQueries", "sample_queries", "sampled_recall"]

MOST = 64


class SampleQueries(NamedTuple):
    """S arrays (Q, D_s) float32, and what they were made from: `topics`, `captions`, both, or `shots`."""

    vectors: list[np.ndarray]
    source: str


def sample_queries(encoder: QuerySide, index: SpaceIndex, *, seed: int = 0) -> SampleQueries:
    """Returns up to 64 queries for an index: topics, then captions; where there are none, vectors of shots.

    Topics are those of the editions on the collection, captions those that the model was validated with; a
    text that the model cannot encode, or whose vector in some space is zero, is left out.

    Args:
        encoder: the query side of the model.
        index: whose shots are taken; at least one.
        seed: of the choice where there are more.
    """
    draw = np.random.default_rng(seed)
    found: list[list[np.ndarray]] = []
    sources = []
    for source, texts in (("topics", _topics(encoder)), ("captions", _captions(encoder))):
        wanted = MOST - sum(len(vectors[0]) for vectors in found)
        vectors = _encoded(encoder, _some(texts, wanted, draw))
        if vectors is not None:
            found.append(vectors)
            sources.append(source)
    if found:
        return SampleQueries(
            [np.concatenate(space) for space in zip(*found, strict=True)], " and ".join(sources)
        )
    rows = np.sort(draw.choice(index.shots, min(MOST, index.shots), replace=False))
    return SampleQueries([np.asarray(space) for space in index.vectors(rows)], "shots")


def sampled_recall(encoder: QuerySide, index: MeasurableIndex, *, progress: Progress = no_progress) -> Recall:
    """Returns the recall of an index over sample queries, fused as its model fuses.

    Args:
        encoder: the query side of the model.
        index: to be measured; it has at least one shot.
        progress: called while the exact lists are made.
    """
    queries = sample_queries(encoder, index)
    fusion = encoder.card.fusion
    return measure_recall(
        index,
        queries.vectors,
        weights=np.array(fusion.weights) if fusion.weights else None,
        stretch=fusion.kind == "minmax",
        source=queries.source,
        progress=progress,
    )


def _some(texts: Sequence[str], count: int, draw: np.random.Generator) -> list[str]:
    """Returns `count` of the distinct texts, in their order."""
    distinct = list(dict.fromkeys(texts))
    if len(distinct) <= count:
        return distinct
    return [distinct[place] for place in np.sort(draw.choice(len(distinct), count, replace=False))]


def _topics(encoder: QuerySide) -> list[str]:
    workspace = encoder.workspace
    editions = [workspace.edition(name) for name in workspace.edition_names()]
    return [topic.text for one in editions if one.collection == encoder.collection for topic in one.topics]


def _captions(encoder: QuerySide) -> list[str]:
    name = encoder.card.config.get("training", {}).get("validation")
    if name not in encoder.workspace.caption_sets():
        return []
    return [caption.text for caption in encoder.workspace.captions(name)]


def _encoded(encoder: QuerySide, texts: Sequence[str]) -> list[np.ndarray] | None:
    """Returns the vectors of the texts that can be encoded; None if there are none."""
    vectors = []
    for text in texts:
        try:
            one = encoder.vectors([text])
        except LpdError:  # a text feature without its encoder, and the text is no topic
            continue
        if all(bool(space.any()) for space in one):
            vectors.append(one)
    return [np.concatenate(space) for space in zip(*vectors, strict=True)] if vectors else None
