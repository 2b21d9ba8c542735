"""lpd evaluate, compare, diversity."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lpd.cli.options import (
    ExcludeOption,
    JsonOption,
    WorkspaceOption,
    excluded_shots,
    opened,
    run_path,
)
from lpd.cli.output import note, print_json, print_table
from lpd.errors import LpdError
from lpd.evaluation import INFERRED_MEASURES, RunEvaluation, evaluate_run, evaluate_runs
from lpd.rank_overlap import PERSISTENCE
from lpd.trec import Qrels, RunRows, read_qrels, read_run_rows, without_shots
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["add_to"]

RunsArgument = Annotated[
    list[str], typer.Argument(metavar="RUN...", help="Run files, or tags of the edition's runs.")
]
QrelsOption = Annotated[str | None, typer.Option(help="A qrels file, or the name of the edition's qrels.")]
_ORDERS = ("model", "cluster")
EditionOption = Annotated[str | None, typer.Option(help="Name of the topic edition.")]


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    app.command()(evaluate)
    app.command()(compare)
    app.command()(diversity)


def evaluate(
    runs: RunsArgument,
    qrels: QrelsOption = None,
    edition: EditionOption = None,
    missing: Annotated[
        str, typer.Option(help="Topics absent from a run: skip (as sample_eval.pl) or zero.")
    ] = "skip",
    exclude: ExcludeOption = None,
    per_topic: Annotated[bool, typer.Option(help="Print every topic, not only the mean.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """infAP and its family, as sample_eval.pl computes them."""
    name, judged = _judgements(workspace, edition, qrels)
    dropped = excluded_shots(exclude)
    read = [without_shots(_rows(run, workspace, edition), dropped) for run in runs]
    evaluations = evaluate_runs(read, judged, missing=missing)
    for evaluation in evaluations:
        for warning in evaluation.warnings:
            note(f"{evaluation.tag}: {warning}")
    if json:
        print_json({"qrels": name, "runs": [_document(evaluation) for evaluation in evaluations]})
        return
    columns = ("run", "topic", *INFERRED_MEASURES)
    rows: list[list[object]] = []
    for evaluation in evaluations:
        if per_topic:
            rows += [
                [evaluation.tag, topic, *(m[key] for key in INFERRED_MEASURES)]
                for topic, m in evaluation.topics.items()
            ]
        label = f"mean of {len(evaluation.topics)}"
        rows.append([evaluation.tag, label, *(evaluation.mean[key] for key in INFERRED_MEASURES)])
    print_table(columns, rows, title=f"qrels {name}")


def _document(evaluation: RunEvaluation) -> dict[str, Any]:
    return {
        "tag": evaluation.tag,
        "topics": evaluation.topics,
        "missing": list(evaluation.missing),
        "mean": evaluation.mean,
        "warnings": list(evaluation.warnings),
    }


def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN RUN...", help="The first is the baseline.")],
    qrels: QrelsOption = None,
    edition: EditionOption = None,
    measure: Annotated[str, typer.Option(help="Which measure.")] = "infAP",
    seed: Annotated[int, typer.Option(help="Of the sampled sign flips (more than 20 topics).")] = 0,
    rbo_p: Annotated[
        float, typer.Option(help="Persistence of rank-biased overlap; .9 looks at the first 10 to 20 shots.")
    ] = PERSISTENCE,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Differences to a baseline, with the paired randomization test over topics; overlap of the lists."""
    from lpd.evaluation import randomization_test

    if len(runs) < 2:
        raise LpdError("nothing to compare", expected="two runs or more", found=len(runs))
    if measure not in INFERRED_MEASURES:
        raise LpdError("unknown measure", expected=", ".join(INFERRED_MEASURES), found=repr(measure))
    name, judged = _judgements(workspace, edition, qrels)
    lists = [_rows(run, workspace, edition) for run in runs]
    baseline, *others = [evaluate_run(one, judged, missing="zero") for one in lists]
    topics = list(baseline.topics)
    rows = []
    for other, own in zip(others, lists[1:], strict=True):
        first = [other.topics[topic][measure] for topic in topics]
        second = [baseline.topics[topic][measure] for topic in topics]
        mean_first, mean_second = other.mean[measure], baseline.mean[measure]
        tested = randomization_test(first, second, seed=seed)
        rbo = _mean_rbo(own, lists[0], rbo_p)
        rows.append((other.tag, mean_first, mean_second, mean_first - mean_second, tested.p_value, rbo))
    if json:
        keys = ("tag", "mean", "baseline_mean", "difference", "p", "rbo")
        document = [dict(zip(keys, row, strict=True)) for row in rows]
        print_json(
            {
                "qrels": name,
                "measure": measure,
                "baseline": baseline.tag,
                "topics": len(topics),
                "rbo_p": rbo_p,
                "runs": document,
            }
        )
        return
    title = f"{measure} over {counted(len(topics), 'topic')} of {name}, two-sided randomization test"
    printed = [["-" if value is None else value for value in row] for row in rows]
    print_table(("run", measure, baseline.tag, "difference", "p", "RBO"), printed, title=title)


def _mean_rbo(run: RunRows, baseline: RunRows, p: float) -> float | None:
    """Returns the mean over the topics that both runs have; None if there is none."""
    from lpd.services.topic_differences import MeasuredRun, topic_differences

    if not run.topics.keys() & baseline.topics.keys():
        return None
    return topic_differences(MeasuredRun(run), MeasuredRun(baseline), p=p).mean_rbo


def diversity(
    model: Annotated[list[str], typer.Option(help="Name of a model; repeatable.")],
    edition: Annotated[str, typer.Option(help="Name of the topic edition.")],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Cut-off of the lists.")] = 20,
    at: Annotated[
        list[int] | None,
        typer.Option(min=1, max=1000, help="Also the mean of two spaces at this cut-off; repeatable."),
    ] = None,
    order: Annotated[
        str, typer.Option(help="Of the spaces: model, or cluster (those with like lists side by side).")
    ] = "model",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Inter-space IoU@k of each model, averaged over an edition (Fig. 3 of the LPD paper)."""
    from lpd.search import open_engine
    from lpd.services.diversity import edition_curve

    if order not in _ORDERS:
        raise LpdError("unknown order of spaces", expected=" or ".join(_ORDERS), found=repr(order))
    space = opened(workspace)
    chosen = space.edition(edition)
    documents = []
    for name in model:
        engine = open_engine(space, model=name, collection=chosen.collection)
        curve = edition_curve(engine, chosen, [k, *(at or ())])
        names, matrix = engine.spaces, curve.matrices[0]
        mean, *more = curve.mean.tolist()
        document = {"model": name, "spaces": names, "iou": matrix.tolist(), "mean_off_diagonal": mean}
        documents.append(document | ({"mean_at": dict(zip(map(str, at), more, strict=True))} if at else {}))
    if order == "cluster":
        documents = _clustered(documents)
    if json:
        print_json({"edition": edition, "source": space.source, "k": k, "models": documents})
        return
    for document in documents:
        title = f"{document['model']}: inter-space IoU@{k}, mean off the diagonal "
        title += f"{document['mean_off_diagonal']:.4f}; {_told_source(edition, space)}"
        rows = [(name, *row) for name, row in zip(document["spaces"], document["iou"], strict=True)]
        print_table(("space", *document["spaces"]), rows, title=title)
    if at:
        means = [(document["model"], *document["mean_at"].values()) for document in documents]
        columns = ("model", *(f"IoU@{one}" for one in documents[0]["mean_at"]))
        print_table(columns, means, title=f"mean off the diagonal; {_told_source(edition, space)}")


def _clustered(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the same with spaces in a clustered order: one for all models where they have the same spaces,
    else each model's own.
    """
    import numpy as np

    from lpd.space_order import shared_cluster_order

    alike = len({frozenset(document["spaces"]) for document in documents}) == 1
    found = []
    for document in documents:
        given = documents if alike else [document]
        names = shared_cluster_order(
            [one["spaces"] for one in given], [np.array(one["iou"]) for one in given]
        )
        rows = [document["spaces"].index(name) for name in names]
        found.append(
            document | {"spaces": names, "iou": np.array(document["iou"])[np.ix_(rows, rows)].tolist()}
        )
    return found


def _judgements(workspace: Path | None, edition: str | None, qrels: str | None) -> tuple[str, Qrels]:
    """Returns the judgements and what a table calls them: their name and the source of the workspace."""
    if qrels is not None and Path(qrels).is_file():
        return qrels, read_qrels(Path(qrels))
    if edition is None:
        raise LpdError("no judgements named", expected="--qrels FILE or --edition NAME", found=repr(qrels))
    space = opened(workspace)
    name = qrels or space.edition(edition).default_qrels or ""
    return _told_source(f"{edition}/{name}", space), space.qrels(edition, name or None)


def _told_source(name: str, workspace: Workspace) -> str:
    return name if workspace.source is None else f"{name} ({workspace.source})"


def _rows(run: str, workspace: Path | None, edition: str | None) -> RunRows:
    return read_run_rows(run_path(run, workspace, edition=edition))
