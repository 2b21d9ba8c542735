"""Running a model over the topics of an edition, and measuring the lists."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from lpd.editions import Edition
from lpd.errors import MismatchError, name_some
from lpd.evaluation import RunEvaluation, evaluate_run
from lpd.search import SearchEngine, SearchResult
from lpd.storage import writer_lock
from lpd.trec import Qrels, Run, make_run, without_shots, write_run
from lpd.workspace import Workspace

__all__ = [
    "edition_results",
    "edition_runs",
    "evaluate_edition",
    "result_runs",
    "space_run_tag",
    "topic_texts",
    "write_edition_runs",
]


def edition_runs(
    engine: SearchEngine, edition: Edition, *, depth: int = 1000, weights: Sequence[float] | None = None
) -> dict[str, Run]:
    """Returns `fused` and space name -> run over the edition's topics, searched in the edition's subset.

    Args:
        engine: the model over the edition's collection.
        edition: its topics and subset.
        depth: length of each list.
        weights: shares of the spaces in the fused score; None is the model's own.

    Raises:
        LpdError: if a topic cannot be encoded.
    """
    return result_runs(engine, edition, edition_results(engine, edition, depth=depth, weights=weights))


def edition_results(
    engine: SearchEngine, edition: Edition, *, depth: int = 1000, weights: Sequence[float] | None = None
) -> list[SearchResult]:
    """Returns the result of each topic of an edition, in the topics' order; see `edition_runs`."""
    texts = [topic.text for topic in edition.topics]
    return engine.search_many(texts, depth=depth, subset=edition.subset, weights=weights)


def result_runs(engine: SearchEngine, edition: Edition, results: Sequence[SearchResult]) -> dict[str, Run]:
    """Returns `fused` and space name -> run of what an engine found for the topics of an edition."""
    ids = engine.shot_ids
    scored: dict[str, dict[str, tuple[list[str], np.ndarray]]] = {}
    for topic, result in zip(edition.topics, results, strict=True):
        for name, hits in result.lists.items():
            scored.setdefault(name, {})[topic.topic_id] = ([ids[row] for row in hits.rows], hits.scores)
    return {name: make_run(space_run_tag(engine.card.name, name), topics) for name, topics in scored.items()}


def space_run_tag(model: str, list_name: str) -> str:
    """Returns the run tag of one list of a model: `lpd` for the fused list, `lpd.text-bow` for space
    `text:bow`.
    """
    return model if list_name == "fused" else f"{model}.{list_name.replace(':', '-')}"


def write_edition_runs(
    workspace: Workspace,
    engine: SearchEngine,
    edition: Edition,
    *,
    per_space: bool = False,
    depth: int = 1000,
    exclude: Collection[str] = frozenset(),
) -> list[str]:
    """Writes the fused run, and one per space if asked, and returns their tags.

    Args:
        workspace: that takes them.
        engine: the model over the edition's collection.
        edition: its topics and subset.
        per_space: whether each space has a run of its own.
        depth: length of each list.
        exclude: shots that are left out; those below move up.
    """
    searched = edition_runs(engine, edition, depth=depth + len(exclude))
    runs = {name: without_shots(run, exclude, depth=depth) for name, run in searched.items()}
    chosen = runs if per_space else {"fused": runs["fused"]}
    with writer_lock(workspace.path):
        for run in chosen.values():
            write_run(workspace.run_path(edition.name, run.tag), run, depth=depth)
    return [run.tag for run in chosen.values()]


def topic_texts(run: Run, edition: Edition) -> dict[str, str]:
    """Returns topic_id -> text of a run's topics.

    Raises:
        MismatchError: naming the topics that the edition does not have.
    """
    text_of = {topic.topic_id: topic.text for topic in edition.topics}
    unknown = [topic_id for topic_id in run.topics if topic_id not in text_of]
    if unknown:
        raise MismatchError(
            "run has topics that the edition does not have",
            where=f"run {run.tag}",
            expected=f"topics of {edition.name}",
            found=name_some(unknown),
            next_step="give the edition of this run, or import the run",
        )
    return {topic_id: text_of[topic_id] for topic_id in run.topics}


def evaluate_edition(runs: Mapping[str, Run], qrels: Qrels) -> dict[str, RunEvaluation]:
    """Returns list name -> measures of the infAP family, per topic and mean."""
    return {name: evaluate_run(run, qrels) for name, run in runs.items()}
