"""Measuring what the rows of the tables show, side by side."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from lpd.errors import LpdError
from lpd.progress import Progress
from lpd.reproduce.measuring import (
    CaptionRequest,
    TopicRequest,
    captions_are_measured,
    measure_by_captions,
    measure_on_topics,
    topics_are_measured,
)
from lpd.reproduce.progress import TaskProgress
from lpd.reproduce.recipes import ROWS
from lpd.reproduce.requests import model_name, run_tag
from lpd.reproduce.setup import Reproduction
from lpd.reproduce.space_by_space import SpaceRequest, measure_spaces, spaces_are_measured
from lpd.reproduce.trainings import PlannedTraining
from lpd.reproduce.workers import Outcome, Task, WorkerPool

__all__ = ["measure_models", "measuring_key", "space_request", "topic_request"]


def measuring_key(model: str, what: str) -> str:
    """Returns what the measuring of a model on an edition or by captions is called."""
    return f"{model} on {what}"


def measure_models(
    reproduction: Reproduction,
    trained: Sequence[PlannedTraining],
    *,
    closer: Sequence[str],
    pool: WorkerPool,
    progress: Progress,
) -> dict[str, Outcome]:
    """Returns `measuring_key` -> how a measuring ended, of those that were not there already.

    Args:
        reproduction: on whose editions and by whose validation captions.
        trained: the models, those whose runs others re-rank before these.
        closer: keys of rows whose spaces are looked at one by one, too.
        pool: does the work.
        progress: draws a bar over all measurings.
    """
    outcomes: dict[str, Outcome] = {}
    tasks: list[Task] = []
    for one in trained:
        for task, is_there in _measurings(reproduction, one, closer=one.row.key in closer):
            try:
                if not is_there():
                    tasks.append(task)
            except LpdError as error:
                outcomes[task.key] = Outcome(failure=str(error))
    kinds = {task.key: task.function.__name__ for task in tasks}
    stage = f"measuring {len({task.arguments[1].model for task in tasks})} models"
    watch = TaskProgress(stage, kinds, workers=pool.workers, progress=progress, say=None)
    return outcomes | pool.run(tasks, watch)


def _measurings(
    reproduction: Reproduction, one: PlannedTraining, *, closer: bool
) -> Iterator[tuple[Task, Callable[[], bool]]]:
    """Yields what can be measured of a model, and what says whether it was."""
    workspace, setup, model = reproduction.workspace, reproduction.setup, one.request.name
    for edition in reproduction.edition_names:
        on_topics = topic_request(reproduction, one, edition=edition)
        after = (measuring_key(on_topics.reranked[0], edition),) if on_topics.reranked else ()
        yield (
            Task(measuring_key(model, edition), measure_on_topics, (workspace, on_topics), after),
            partial(topics_are_measured, workspace, on_topics),
        )
        if closer:
            on_spaces = space_request(reproduction, one, edition=edition)
            yield (
                Task(f"{measuring_key(model, edition)}, closer", measure_spaces, (workspace, on_spaces)),
                partial(spaces_are_measured, workspace, on_spaces),
            )
    by_captions = CaptionRequest(model, setup.validation, setup.device)
    yield (
        Task(measuring_key(model, setup.validation), measure_by_captions, (workspace, by_captions)),
        partial(captions_are_measured, workspace, by_captions),
    )


def topic_request(reproduction: Reproduction, one: PlannedTraining, *, edition: str) -> TopicRequest:
    """Returns how a model is measured on an edition."""
    setup, row, seed = reproduction.setup, one.row, one.request.seed
    reranked = None
    if row.reranks is not None:
        first = ROWS[row.reranks]
        reranked = (model_name(setup, first, seed=seed), run_tag(setup, first, seed=seed))
    return TopicRequest(
        one.request.name,
        run_tag(setup, row, seed=seed),
        edition,
        qrels=setup.qrels,
        reranked=reranked,
        device=setup.device,
    )


def space_request(reproduction: Reproduction, one: PlannedTraining, *, edition: str) -> SpaceRequest:
    """Returns how the spaces of a model are looked at one by one."""
    setup, available = reproduction.setup, reproduction.available
    return SpaceRequest(
        one.request.name,
        edition,
        setup.diversity_feature or (*available.pairs, *available.video)[0],
        curves=one.row.key == "laff",
        qrels=setup.qrels,
        device=setup.device,
    )
