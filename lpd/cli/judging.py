"""lpd judge plan, status, extend, simulate; the verbs about results are in judging_results."""

from typing import Annotated, Any

import typer

from lpd.cli import judging_results
from lpd.cli.options import ExcludeOption, JsonOption, WorkspaceOption, excluded_shots, opened
from lpd.cli.output import note, print_json, print_table
from lpd.errors import FormatError, LpdError
from lpd.judging import SAMPLINGS, JudgingPlan, Layer, PlanProgress, keep_damaged_aside, plan_progress
from lpd.services.judging import (
    extend_judging_plan,
    judging_plan,
    judging_verdicts,
    make_judging_plan,
    plan_changes,
    simulate_into,
    simulate_judging,
)
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["add_to"]

NameArgument = Annotated[str, typer.Argument(metavar="PLAN", help="Name of the judging plan.")]
TopicsOption = Annotated[
    list[str] | None, typer.Option("--topic", help="Only this topic; repeatable. Else all.")
]


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    group = typer.Typer(no_args_is_help=True, help="Judge pools of shots, and see what it says of the runs.")
    for verb in (plan, status, extend, simulate):
        group.command()(verb)
    judging_results.add_verbs(group)
    app.add_typer(group, name="judge")


def plan(
    name: NameArgument,
    edition: Annotated[str, typer.Option(help="Name of the topic edition.")],
    run: Annotated[
        list[str] | None, typer.Option(help="Tag of a run that fills the pool; repeatable. Else all runs.")
    ] = None,
    sampling: Annotated[
        str, typer.Option(help=f"Layers and rates by name: {', '.join(SAMPLINGS)}.")
    ] = "tv21",
    layer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DEPTH:RATE",
            help="One's own layer: of the shots down to this rank, judge this share; repeatable.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the random order in which shots are judged.")] = 0,
    overlap: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the shots that every judge judges.")
    ] = 0.1,
    topic: TopicsOption = None,
    exclude: ExcludeOption = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what the plan would be.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Make a plan: pool the best of runs, cut it into layers, draw which shots are judged."""
    space = opened(workspace)
    made = make_judging_plan(
        space,
        name,
        edition=edition,
        runs=run or (),
        layers=_layers(sampling, layer),
        seed=seed,
        overlap=overlap,
        topics=topic,
        exclude=excluded_shots(exclude),
        keep=not dry_run,
    )
    for sentence in made.notes:
        note(sentence)
    if json:
        print_json(_document(made.plan) | {"notes": list(made.notes), "kept": not dry_run})
    else:
        _print_strata(made.plan)


def status(
    name: Annotated[str | None, typer.Argument(metavar="[PLAN]", help="Else the plans are listed.")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """How far the judging has come: per topic and judge, or per plan."""
    space = opened(workspace)
    told = _tell_damaged(space)
    if name is None:
        _list_plans(space, json=json, told=told)
        return
    planned = judging_plan(space, name)
    progress = plan_progress(planned, judging_verdicts(space, planned))
    told += plan_changes(space, planned)
    for sentence in told:
        note(sentence)
    if json:
        document = _document(planned) | _counts(progress) | {"judges": progress.judges, "notes": told}
        topics = {
            topic_id: {"sample": one.sample, "judged": one.judged, "relevant": one.relevant}
            | {"conflicting": one.conflicting, "judges": one.judges, "left": one.left}
            for topic_id, one in progress.topics.items()
        }
        print_json(document | {"topics": topics})
        return
    judges = list(progress.judges)
    rows = []
    for one in progress.topics.values():
        counts = (one.sample, one.judged, one.relevant, one.conflicting)
        rows.append((one.topic_id, one.text, *counts, *(one.judges.get(judge, 0) for judge in judges)))
    total = (progress.sample, progress.judged, progress.relevant, progress.conflicting)
    rows.append(("all", "", *total, *progress.judges.values()))
    columns = ("topic", "text", "to judge", "judged", "relevant", "contradictions", *judges)
    print_table(columns, rows, title=f"{name}: topics of {planned.edition}")


def extend(
    name: NameArgument,
    rate: Annotated[list[float], typer.Option(help="Share to judge, one per layer in their order.")],
    topic: TopicsOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Judge a larger sample; what was judged stays and counts."""
    space = opened(workspace)
    before = judging_plan(space, name).sample
    extended = extend_judging_plan(space, name, rate, topics=topic)
    if json:
        print_json(_document(extended) | {"added": extended.sample - before})
    else:
        _print_strata(extended)


def simulate(
    name: NameArgument,
    truth: Annotated[str, typer.Option(help="Complete qrels: a name among the edition's.")] = "complete",
    judge: Annotated[str, typer.Option(help="Name of the simulated judge.")] = "simulated",
    error_rate: Annotated[float, typer.Option(min=0, max=1, help="Share of wrong verdicts.")] = 0.0,
    limit: Annotated[int | None, typer.Option(min=0, help="Most verdicts; else all.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the errors.")] = 0,
    dry_run: Annotated[bool, typer.Option(help="Keep no verdict.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Let a judge who knows the truth go through a plan, to try what judging it would tell."""
    space = opened(workspace)
    planned = judging_plan(space, name)
    known = space.qrels(planned.edition, truth)
    if dry_run:
        done = simulate_judging(planned, known, judge=judge, error_rate=error_rate, limit=limit, seed=seed)
    else:
        done = simulate_into(
            space, planned, known, judge=judge, error_rate=error_rate, limit=limit, seed=seed
        )
    document: dict[str, Any] = {"plan": name, "judge": judge, "given": done.given, "kept": not dry_run}
    if json:
        print_json(document | {"unknown": len(done.unknown), "without_truth": list(done.without_truth)})
        return
    print_table(("judge", "verdicts", "topics"), [(judge, done.given, len(done.verdicts))])


def _layers(sampling: str, own: list[str] | None) -> tuple[Layer, ...]:
    if own:
        return tuple(map(_layer, own))
    if sampling not in SAMPLINGS:
        raise LpdError("unknown sampling", expected=f"one of {', '.join(SAMPLINGS)}", found=repr(sampling))
    return SAMPLINGS[sampling]


def _layer(text: str) -> Layer:
    depth, _, rate = text.partition(":")
    try:
        return Layer(int(depth), float(rate or "1"))
    except ValueError as error:
        raise FormatError("not a layer", expected="DEPTH:RATE, such as 100:0.5", found=repr(text)) from error


def _tell_damaged(workspace: Workspace) -> list[str]:
    sentence = keep_damaged_aside(workspace.judgements_path)
    return [] if sentence is None else [sentence]


def _document(planned: JudgingPlan) -> dict[str, Any]:
    return {
        "plan": planned.name,
        "digest": planned.digest,
        "collection": planned.collection,
        "edition": planned.edition,
        "layers": [{"depth": one.depth, "rate": one.rate} for one in planned.layers],
        "seed": planned.seed,
        "overlap": planned.overlap,
        "runs": {one.tag: one.digest for one in planned.runs},
        "pool": planned.pool,
        "sample": planned.sample,
    }


def _counts(progress: PlanProgress) -> dict[str, int]:
    return {
        "judged": progress.judged,
        "relevant": progress.relevant,
        "conflicting": progress.conflicting,
    }


def _print_strata(planned: JudgingPlan) -> None:
    rows: list[tuple[object, ...]] = []
    for number, layer in enumerate(planned.layers, start=1):
        strata = [one for topic in planned.topics.values() for one in topic.strata if one.name == str(number)]
        pool, sample = sum(len(one.shot_ids) for one in strata), sum(one.sample for one in strata)
        rows.append((number, layer.depth, pool, sample))
    rows.append(("all", "", planned.pool, planned.sample))
    runs = ", ".join(one.tag for one in planned.runs)
    print_table(("stratum", "down to rank", "shots", "to judge"), rows)
    note(f"{planned.name}: {counted(len(planned.topics), 'topic')} of {planned.edition}, runs {runs}")


def _list_plans(workspace: Workspace, *, json: bool, told: list[str]) -> None:
    documents, rows = [], []
    for name in workspace.judging_plan_names():
        try:
            planned = judging_plan(workspace, name)
        except LpdError as error:  # one that cannot be read hides no other
            told.append(str(error))
            continue
        progress = plan_progress(planned, judging_verdicts(workspace, planned))
        documents.append(_document(planned) | _counts(progress))
        rows.append((name, planned.edition, planned.sample, progress.judged, progress.relevant))
    for sentence in told:
        note(sentence)
    if json:
        print_json({"plans": documents, "notes": told})
    else:
        print_table(("plan", "edition", "to judge", "judged", "relevant"), rows)
