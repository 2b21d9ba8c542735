"""Inter-space IoU of a model over the topics of an edition, or for one query."""

import numpy as np

from lpd.diversity import inter_space_iou
from lpd.editions import Edition
from lpd.search import SearchEngine, SearchResult

__all__ = ["edition_diversity", "result_diversity"]


def result_diversity(engine: SearchEngine, result: SearchResult, *, k: int) -> np.ndarray:
    """Returns the (S, S) inter-space IoU@k of one query's lists."""
    return inter_space_iou([result.lists[space].rows[:k].tolist() for space in engine.spaces], k)


def edition_diversity(engine: SearchEngine, edition: Edition, *, k: int) -> np.ndarray:
    """Returns the (S, S) inter-space IoU@k averaged over the edition's topics.

    Source: LPD paper section 4.3.1 and Fig. 3 (there k = 20).
    """
    results = engine.search_many([topic.text for topic in edition.topics], depth=k, subset=edition.subset)
    return np.mean([result_diversity(engine, result, k=k) for result in results], axis=0)
