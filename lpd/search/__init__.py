"""Search over every common space of a model and over their fusion."""

from lpd.search.engine import SearchEngine, open_engine
from lpd.search.exact import ExactIndex, build_exact_index, open_exact_index
from lpd.search.index import HitList, ListBlock, SpaceIndex
from lpd.search.opening import open_index
from lpd.search.result import Exactness, SearchResult
from lpd.search.topk import top_k

__all__ = [
    "ExactIndex",
    "Exactness",
    "HitList",
    "ListBlock",
    "SearchEngine",
    "SearchResult",
    "SpaceIndex",
    "build_exact_index",
    "open_engine",
    "open_exact_index",
    "open_index",
    "top_k",
]
