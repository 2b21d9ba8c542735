"""What a request of the Search page does to its lists; `lpd.services.list_shapes` does it."""

from app.search.request import SearchRequest
from lpd.services.list_shapes import LEAST_POOL, Shape, ShownList, shaped_lists, unshaped_lists

__all__ = ["Shape", "ShownList", "shape_of", "shaped_lists", "unshaped_lists"]

LEAST_DEPTH = 300
"""So many shots of a list are compared with each other at least; all thousand of ten lists take seconds."""


def shape_of(request: SearchRequest, k: int) -> Shape | None:
    """Returns what a request does to its lists, of which k shots are shown; None for nothing."""
    if not request.shapes:
        return None
    return Shape(
        request.minimum,
        request.fold,
        request.best_per_video,
        request.rerank,
        max(LEAST_DEPTH, 3 * k) if request.fold or request.rerank else None,
        max(LEAST_POOL, k),
    )
