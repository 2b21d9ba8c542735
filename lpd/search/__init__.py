"""Search over every common space of a model and over their fusion.

`open_engine` gives a `SearchEngine` of a model over a collection: `search` takes a text, `search_shot` a
shot, `search_many` all topics of an edition; a `SearchResult` has a list per space and the fused one.
`search_form` answers a `QueryForm`: several wordings, words to stay away from, feedback, two steps.

>>> from lpd.search import QueryForm
>>> QueryForm(wordings=("a red car", "a crimson automobile"), without=("a dog",)).label
'a red car / a crimson automobile; without a dog'
"""

from lpd.search.engine import SearchEngine
from lpd.search.engine_opening import open_engine
from lpd.search.exact import ExactIndex, build_exact_index, open_exact_index
from lpd.search.form_search import FormResult, WordingScores, search_form, wording_scores
from lpd.search.index import HitList, ListBlock, SpaceIndex
from lpd.search.opening import open_index
from lpd.search.query_forms import QueryForm, RocchioWeights, read_query_form
from lpd.search.result import Exactness, SearchResult
from lpd.search.shot_pairs import PairList
from lpd.search.topk import top_k
from lpd.search.two_steps import TwoStepResult

__all__ = [
    "ExactIndex",
    "Exactness",
    "FormResult",
    "HitList",
    "ListBlock",
    "PairList",
    "QueryForm",
    "RocchioWeights",
    "SearchEngine",
    "SearchResult",
    "SpaceIndex",
    "TwoStepResult",
    "WordingScores",
    "build_exact_index",
    "open_engine",
    "open_exact_index",
    "open_index",
    "read_query_form",
    "search_form",
    "top_k",
    "wording_scores",
]
