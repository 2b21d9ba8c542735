"""lpd evaluate, compare, diversity."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened, run_path
from lpd.cli.output import note, print_json, print_table
from lpd.errors import LpdError
from lpd.evaluation import INFERRED_MEASURES, RunEvaluation, evaluate_run
from lpd.trec import Qrels, read_qrels, read_run_rows
from lpd.workspace import Workspace

__all__ = ["add_to"]

RunsArgument = Annotated[
    list[str], typer.Argument(metavar="RUN...", help="Run files, or tags of the edition's runs.")
]
QrelsOption = Annotated[str | None, typer.Option(help="A qrels file, or the name of the edition's qrels.")]
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
    per_topic: Annotated[bool, typer.Option(help="Print every topic, not only the mean.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """infAP and its family, as sample_eval.pl computes them."""
    name, judged = _judgements(workspace, edition, qrels)
    evaluations = [_evaluated(run, judged, workspace, edition, missing) for run in runs]
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
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Differences to a baseline, with the paired randomization test over topics."""
    from lpd.evaluation import randomization_test

    if len(runs) < 2:
        raise LpdError("nothing to compare", expected="two runs or more", found=len(runs))
    if measure not in INFERRED_MEASURES:
        raise LpdError("unknown measure", expected=", ".join(INFERRED_MEASURES), found=repr(measure))
    name, judged = _judgements(workspace, edition, qrels)
    baseline, *others = [_evaluated(run, judged, workspace, edition, "zero") for run in runs]
    topics = list(baseline.topics)
    rows = []
    for other in others:
        first = [other.topics[topic][measure] for topic in topics]
        second = [baseline.topics[topic][measure] for topic in topics]
        mean_first, mean_second = other.mean[measure], baseline.mean[measure]
        tested = randomization_test(first, second, seed=seed)
        rows.append((other.tag, mean_first, mean_second, mean_first - mean_second, tested.p_value))
    if json:
        keys = ("tag", "mean", "baseline_mean", "difference", "p")
        document = [dict(zip(keys, row, strict=True)) for row in rows]
        print_json(
            {
                "qrels": name,
                "measure": measure,
                "baseline": baseline.tag,
                "topics": len(topics),
                "runs": document,
            }
        )
        return
    title = f"{measure} over {len(topics)} topics of {name}, two-sided randomization test"
    print_table(("run", measure, baseline.tag, "difference", "p"), rows, title=title)


def diversity(
    model: Annotated[list[str], typer.Option(help="Name of a model; repeatable.")],
    edition: Annotated[str, typer.Option(help="Name of the topic edition.")],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Cut-off of the lists.")] = 20,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Inter-space IoU@k of each model, averaged over an edition (Fig. 3 of the LPD paper)."""
    from lpd.diversity import mean_off_diagonal
    from lpd.search import open_engine
    from lpd.services.diversity import edition_diversity

    space = opened(workspace)
    chosen = space.edition(edition)
    documents = []
    for name in model:
        engine = open_engine(space, model=name, collection=chosen.collection)
        matrix = edition_diversity(engine, chosen, k=k)
        documents.append(
            {
                "model": name,
                "spaces": engine.spaces,
                "iou": matrix.tolist(),
                "mean_off_diagonal": mean_off_diagonal(matrix),
            }
        )
    if json:
        print_json({"edition": edition, "source": space.source, "k": k, "models": documents})
        return
    for document in documents:
        mean = document["mean_off_diagonal"]
        title = f"{document['model']}: inter-space IoU@{k}, mean off the diagonal {mean:.4f}"
        title = f"{title}; {_told_source(edition, space)}"
        rows = [(name, *row) for name, row in zip(document["spaces"], document["iou"], strict=True)]
        print_table(("space", *document["spaces"]), rows, title=title)


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


def _evaluated(
    run: str, judged: Qrels, workspace: Path | None, edition: str | None, missing: str
) -> RunEvaluation:
    if missing not in ("skip", "zero"):
        raise LpdError("unknown rule for missing topics", expected="skip or zero", found=repr(missing))
    return evaluate_run(read_run_rows(run_path(run, workspace, edition=edition)), judged, missing=missing)
