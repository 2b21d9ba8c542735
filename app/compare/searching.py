"""The list of one system for every topic of an edition, searched some topics at a time."""

import numpy as np

from app.systems import System
from lpd.editions import Edition
from lpd.progress import Progress, no_progress
from lpd.search import SearchEngine
from lpd.search.result import FUSED
from lpd.services.editions import space_run_tag
from lpd.trec import MAX_DEPTH, Run, make_run

__all__ = ["searched_run"]

TOPICS_AT_ONCE = 4
"""So many topics are searched between two looks at the clock, and at whether somebody stopped it."""


def searched_run(
    engine: SearchEngine,
    edition: Edition,
    *,
    system: System,
    weights: tuple[float, ...] | None,
    progress: Progress = no_progress,
) -> Run:
    """Returns the lists of a model or of one of its spaces over an edition's topics, in the edition's subset.

    Args:
        engine: the model over the edition's collection.
        edition: its topics.
        system: which list of the model.
        weights: of all spaces in the model's order; None for the model's own.
        progress: called with the topics done and their number; what it raises ends the search.

    Raises:
        LpdError: if a topic cannot be encoded, or the weights cannot be used.
        NotFoundError: if the model has no such space.
    """
    topics, ids = edition.topics, engine.shot_ids
    spaces = None if system.list_name == FUSED else [system.list_name]
    scored: dict[str, tuple[list[str], np.ndarray]] = {}
    for start in range(0, len(topics), TOPICS_AT_ONCE):
        progress(f"searching the topics of {edition.name}", start, len(topics))
        some = topics[start : start + TOPICS_AT_ONCE]
        results = engine.search_many(
            [topic.text for topic in some],
            depth=MAX_DEPTH,
            subset=edition.subset,
            weights=weights,
            spaces=spaces,
        )
        for topic, result in zip(some, results, strict=True):
            hits = result.lists[system.list_name]
            scored[topic.topic_id] = ([ids[row] for row in hits.rows.tolist()], hits.scores)
    tag = space_run_tag(engine.card.name, system.list_name)
    return make_run(f"{tag}.weighted" if weights is not None else tag, scored)
