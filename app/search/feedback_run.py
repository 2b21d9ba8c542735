"""A run over an edition where the shots marked for a topic move its query: relevance feedback, class R."""

from collections.abc import Mapping, Sequence

import numpy as np

from app.search.marks import Marks
from lpd.editions import Edition
from lpd.search import QueryForm, SearchEngine, search_form
from lpd.search.result import FUSED
from lpd.trec import MAX_DEPTH, Run, make_run

__all__ = ["feedback_run", "feedback_tag"]


def feedback_tag(model: str) -> str:
    """Returns the tag of a model's feedback run."""
    return f"{model}.feedback"


def feedback_run(
    engine: SearchEngine,
    edition: Edition,
    *,
    marks: Mapping[str, Marks],
    weights: Sequence[float] | None = None,
    spaces: Sequence[str] | None = None,
) -> Run:
    """Returns the fused lists of all topics of an edition, moved by the marks of each; a topic without marks
    has the list of its text.

    Args:
        engine: to search with.
        edition: its topics and subset are searched.
        marks: topic id -> what was said of shots for it.
        weights, spaces: see `SearchEngine`.

    Raises:
        LpdError: if a topic cannot be encoded.
        NotFoundError: if a marked shot is not in the collection.
    """
    scored: dict[str, tuple[list[str], np.ndarray]] = {}
    for topic in edition.topics:
        said = marks.get(topic.topic_id)
        form = QueryForm(
            (topic.text,),
            relevant=said.relevant if said else (),
            not_relevant=said.not_relevant if said else (),
        )
        found = search_form(
            engine, form, depth=MAX_DEPTH, subset=edition.subset, weights=weights, spaces=spaces
        )
        hits = found.result.lists[FUSED]
        scored[topic.topic_id] = ([engine.shot_ids[row] for row in hits.rows.tolist()], hits.scores)
    return make_run(feedback_tag(engine.card.name), scored)
