"""What is exported of an edition: a run, or the table of its topics, and what each was made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lpd.editions import Edition
from lpd.errors import LpdError, MismatchError, name_some
from lpd.evaluation import RunEvaluation, evaluate_run
from lpd.exports import Digested, Provenance, topics_table
from lpd.search import SearchEngine, open_engine
from lpd.services.editions import edition_runs
from lpd.storage import digest_file
from lpd.tables import ResultTable
from lpd.trec import Qrels, Run, RunRows, read_qrels, read_run, read_run_rows
from lpd.workspace import Workspace

__all__ = ["TableRequest", "edition_run", "edition_table"]


@dataclass(frozen=True)
class TableRequest:
    """Which table of topics is asked for.

    Args:
        runs: files of runs, a column each.
        models: names of models; of each the fused list and every space, a column each.
        qrels: name of the edition's judgements, or their file; None takes the edition's default.
        measure: what the cells are.
        missing: `skip` or `zero`, for topics that a run lacks.
        texts: whether the topics' texts have a column.

    Raises:
        LpdError: if there is neither a run nor a model.
    """

    runs: tuple[Path, ...] = ()
    models: tuple[str, ...] = ()
    qrels: str | None = None
    measure: str = "infAP"
    missing: str = "skip"
    texts: bool = False

    def __post_init__(self) -> None:
        if not self.runs and not self.models:
            raise LpdError("nothing to put into the table", expected="a run or a model at least")


def edition_run(
    workspace: Workspace, edition: Edition, *, run: Path | None = None, model: str | None = None
) -> tuple[Run, Provenance]:
    """Returns a run of an edition, read from a file or made by a model now, and what it was made from.

    Raises:
        LpdError: if there is not exactly one of run and model.
    """
    if (run is None) == (model is None):
        found = "neither" if run is None else "both"
        raise LpdError("which run?", expected="a run, or a model that makes one", found=found)
    if run is not None:
        read = read_run(run)
        depth = max((len(ranked.shot_ids) for ranked in read.topics.values()), default=0)
        return read, _provenance(workspace, edition, runs=[_digested(run, read)], depth=depth)
    engine = open_engine(workspace, model=str(model), collection=edition.collection)
    made = edition_runs(engine, edition)["fused"]
    return made, _provenance(workspace, edition, engines=[engine], depth=1000)


def edition_table(
    workspace: Workspace, edition: Edition, request: TableRequest
) -> tuple[ResultTable, Provenance]:
    """Returns the table of an edition's topics against runs and spaces, and what it was made from.

    Raises:
        MismatchError: if two columns would have one name.
        LpdError: as `evaluate_run` and `open_engine`.
    """
    name, judged = _judgements(workspace, edition, request.qrels)
    read = [(path, read_run_rows(path)) for path in request.runs]
    engines = [open_engine(workspace, model=model, collection=edition.collection) for model in request.models]
    made = [run for engine in engines for run in edition_runs(engine, edition).values()]
    evaluations = _evaluated([*(rows for _, rows in read), *made], judged, missing=request.missing)
    table = topics_table(
        evaluations,
        measure=request.measure,
        title=f"{request.measure} per topic of {edition.name}",
        texts={topic.topic_id: topic.text for topic in edition.topics} if request.texts else None,
    )
    provenance = _provenance(
        workspace,
        edition,
        engines=engines,
        runs=[_digested(path, rows) for path, rows in read],
        depth=1000,
        qrels=Digested(name, judged.digest),
        measure=f"{request.measure}, missing topics: {request.missing}",
    )
    return table, provenance


def _evaluated(runs: Sequence[Run | RunRows], judged: Qrels, *, missing: str) -> dict[str, RunEvaluation]:
    tags = [run.tag for run in runs]
    twice = [tag for place, tag in enumerate(tags) if tag in tags[:place]]
    if twice:
        raise MismatchError(
            "two columns would have one name", expected="different tags", found=name_some(twice)
        )
    return {run.tag: evaluate_run(run, judged, missing=missing) for run in runs}


def _judgements(workspace: Workspace, edition: Edition, qrels: str | None) -> tuple[str, Qrels]:
    if qrels is not None and Path(qrels).is_file():
        return Path(qrels).name, read_qrels(Path(qrels))
    name = qrels or edition.default_qrels
    return f"{edition.name}/{name}", workspace.qrels(edition.name, name)


def _digested(path: Path, run: Run | RunRows) -> Digested:
    return Digested(run.tag, digest_file(path))


def _provenance(
    workspace: Workspace,
    edition: Edition,
    *,
    engines: Sequence[SearchEngine] = (),
    runs: Sequence[Digested] = (),
    depth: int,
    qrels: Digested | None = None,
    measure: str | None = None,
) -> Provenance:
    words = dict.fromkeys(engine.exactness.words for engine in engines)
    return Provenance(
        workspace=workspace.name,
        source=workspace.source,
        collection=edition.collection,
        subset=edition.subset,
        models=tuple(Digested(engine.card.name, engine.card.digest) for engine in engines),
        runs=tuple(runs),
        edition=edition.name,
        qrels=qrels,
        measure=measure,
        depth=depth,
        exactness=", ".join(words) or None,
    )
