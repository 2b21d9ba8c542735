"""Inter-space IoU of a model over the topics of an edition."""

from collections.abc import Sequence

import numpy as np

from lpd.diversity import OverlapCurve, iou_curve
from lpd.editions import Edition
from lpd.search import SearchEngine

__all__ = ["edition_curve", "edition_diversity"]


def edition_diversity(engine: SearchEngine, edition: Edition, *, k: int) -> np.ndarray:
    """Returns the (S, S) inter-space IoU@k averaged over the edition's topics.

    Source: LPD paper section 4.3.1 and Fig. 3 (there k = 20).
    """
    return edition_curve(engine, edition, [k]).matrices[0]


def edition_curve(engine: SearchEngine, edition: Edition, cutoffs: Sequence[int]) -> OverlapCurve:
    """Returns the inter-space IoU averaged over the edition's topics at each cut-off.

    Raises:
        LpdError: as `lpd.diversity.iou_curve`, or if a topic cannot be encoded.
    """
    depth = max(cutoffs, default=1)
    results = engine.search_many([topic.text for topic in edition.topics], depth=depth, subset=edition.subset)
    lists = [[result.lists[space].rows.tolist() for space in engine.spaces] for result in results]
    return iou_curve(lists, cutoffs)
