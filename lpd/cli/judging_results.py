"""lpd judge agreement, adjudicate, measure, export: what the verdicts of a plan say."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import note, print_json, print_table
from lpd.errors import LpdError
from lpd.judging import (
    CONFLICT_RULES,
    NOT_RELEVANT,
    RELEVANT,
    Contradiction,
    JudgingInterval,
    Separation,
    plan_agreement,
    plan_contradictions,
)
from lpd.services.judging import (
    LiveTable,
    export_plan_qrels,
    judging_plan,
    judging_verdicts,
    rule_on_shots,
)

__all__ = ["add_verbs"]

NameArgument = Annotated[str, typer.Argument(metavar="PLAN", help="Name of the judging plan.")]
ConflictsOption = Annotated[
    str | None,
    typer.Option(help=f"What becomes of contradictions without a ruling: {', '.join(CONFLICT_RULES)}."),
]
JudgeOption = Annotated[str | None, typer.Option(help="Only the verdicts of this judge.")]


def add_verbs(group: typer.Typer) -> None:
    """Adds the verbs of this file."""
    for verb in (agreement, adjudicate, measure, export):
        group.command()(verb)


def agreement(name: NameArgument, workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """How far each two judges agree on the shots that both judged: Cohen's kappa and the counts."""
    space = opened(workspace)
    planned = judging_plan(space, name)
    verdicts = judging_verdicts(space, planned)
    pairs = plan_agreement(planned, verdicts)
    open_ones = sum(one.ruling is None for one in plan_contradictions(planned, verdicts))
    if json:
        keys = ("shots", "observed", "expected", "kappa")
        documents = [asdict(pair) | {key: getattr(pair, key) for key in keys} for pair in pairs]
        print_json({"plan": name, "pairs": documents, "without_ruling": open_ones})
        return
    rows = []
    for one in pairs:
        counts = (one.shots, one.both, one.first_only, one.second_only, one.neither)
        kappa = "-" if one.kappa is None else one.kappa
        rows.append((one.first, one.second, *counts, one.observed, kappa))
    columns = ("judge", "other", "shots", "both", "judge only", "other only", "neither", "agree", "kappa")
    print_table(columns, rows)
    if open_ones:
        note(f"contradictions without a ruling: {open_ones}; lpd judge adjudicate {name}")


def adjudicate(
    name: NameArgument,
    topic: Annotated[str | None, typer.Option(help="Topic of the shot.")] = None,
    shot: Annotated[list[str] | None, typer.Option(help="Shot to rule on; repeatable.")] = None,
    verdict: Annotated[str | None, typer.Option(help=f"{RELEVANT} or '{NOT_RELEVANT}'.")] = None,
    judge: Annotated[str | None, typer.Option(help="Who rules.")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """List the shots on which judges contradict each other; with --shot, rule on them."""
    space = opened(workspace)
    planned = judging_plan(space, name)
    if shot:
        if topic is None or verdict is None or judge is None:
            raise LpdError("a ruling is incomplete", expected="--topic, --shot, --verdict and --judge")
        rule_on_shots(space, planned, topic, verdicts=dict.fromkeys(shot, verdict), judge=judge)
    found = [
        one
        for one in plan_contradictions(planned, judging_verdicts(space, planned))
        if topic in (None, one.topic_id)
    ]
    if json:
        print_json({"plan": name, "contradictions": [asdict(one) for one in found]})
        return
    rows = [_contradiction_row(one) for one in found]
    print_table(("topic", "shot", "relevant", "not relevant", "ruling", "by"), rows)


def _contradiction_row(one: Contradiction) -> tuple[str, ...]:
    said = (one.topic_id, one.shot_id, ", ".join(one.relevant), ", ".join(one.not_relevant))
    return (*said, *(("-", "-") if one.ruling is None else (one.ruling.verdict, one.ruling.judge)))


def measure(
    name: NameArgument,
    run: Annotated[list[str] | None, typer.Option(help="Tag of a run; repeatable. Else the pool's.")] = None,
    per_topic: Annotated[bool, typer.Option(help="Print every topic, not only the mean.")] = False,
    separate: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="RUN RUN", help="How many judgements more would tell these two apart."),
    ] = None,
    level: Annotated[float, typer.Option(help="Of the intervals.")] = 0.95,
    judge: JudgeOption = None,
    conflicts: Annotated[
        str, typer.Option(help=f"Contradictions without a ruling: {', '.join(CONFLICT_RULES)}.")
    ] = "leave out",
    missing: Annotated[str, typer.Option(help="Topics absent from a run: skip or zero.")] = "skip",
    seed: Annotated[int, typer.Option(min=0, help="Of the resamples.")] = 0,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """infAP of the runs on what was judged so far, with intervals of the judging."""
    from lpd.services.judging import LiveMeasures

    space = opened(workspace)
    planned = judging_plan(space, name)
    live = LiveMeasures(space, planned, runs=run or (), level=level, seed=seed, missing=missing)
    table = live.table(judge=judge, conflicts=conflicts)
    apart = None if separate is None else live.separation(table, *separate)
    for sentence in table.notes:
        note(sentence)
    if json:
        print_json(_measured(name, table, apart))
        return
    _print_measured(name, table, per_topic=per_topic)
    if apart is not None:
        note(_separation_sentence(apart))


def _measured(name: str, table: LiveTable, apart: Separation | None) -> dict[str, Any]:
    found = table.intervals
    differences = [
        {"first": first, "second": second} | asdict(one) for (first, second), one in found.differences.items()
    ]
    document = {
        "plan": name,
        "measure": "infAP",
        "level": found.level,
        "judged": found.judged,
        "sample": table.progress.sample,
        "pool": found.pool,
        "qrels_digest": table.made.qrels.digest,
        "runs": {tag: asdict(one) for tag, one in found.runs.items()},
        "topics": {
            topic: {tag: asdict(one) for tag, one in of.items()} for topic, of in found.topics.items()
        },
        "differences": differences,
        "notes": list(table.notes),
    }
    if apart is not None:
        strata = [
            {"topic": topic, "stratum": name, "more": more} for (topic, name), more in apart.strata.items()
        ]
        document["separation"] = asdict(apart) | {"strata": strata}
    return document


def _print_measured(name: str, table: LiveTable, *, per_topic: bool) -> None:
    found = table.intervals
    rows: list[tuple[object, ...]] = []
    if per_topic:
        rows += [_row(tag, topic, one) for topic, of in found.topics.items() for tag, one in of.items()]
    rows += [_row(tag, f"mean of {_topics(table, tag)}", one) for tag, one in found.runs.items()]
    print_table(("run", "topic", "infAP", "from", "to"), rows)
    judged = f"{name}: {found.judged:,} judged of {table.progress.sample:,} to judge, pool of {found.pool:,}"
    note(f"{judged}; from and to are {found.level:.0%} intervals of the judging, given the topics")


def _topics(table: LiveTable, tag: str) -> int:
    return sum(tag in of for of in table.intervals.topics.values())


def _row(tag: str, topic: str, one: JudgingInterval) -> tuple[object, ...]:
    return tag, topic, one.estimate, one.low, one.high


def _separation_sentence(one: Separation) -> str:
    runs = f"{one.first} and {one.second} differ by {one.difference:+.4f}"
    if one.separated:
        return f"{runs}, which the judging tells apart already"
    if one.more is None:
        return f"{runs}; judging the rest of the pool ({one.rest}) is not expected to tell them apart"
    return f"{runs}; about {one.more} judgements more (of {one.rest} left in the pool) would tell them apart"


def export(
    name: NameArgument,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the qrels to this file.")] = None,
    qrels: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Keep them under this name in the edition.")
    ] = None,
    judge: JudgeOption = None,
    conflicts: ConflictsOption = None,
    replace: Annotated[bool, typer.Option(help="Replace what is there under this name.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Write qrels of five columns, which lpd evaluate and sample_eval.pl read."""
    space = opened(workspace)
    planned = judging_plan(space, name)
    if (out is None) == (qrels is None):
        raise LpdError("where do the qrels go?", expected="--out FILE, or --as NAME")
    target = qrels if out is None else out
    assert target is not None
    done = export_plan_qrels(space, planned, target, judge=judge, conflicts=conflicts, replace=replace)
    for sentence in done.notes:
        note(sentence)
    if json:
        made = done.made.qrels
        rows = sum(1 for _ in made.rows())
        print_json({"path": str(done.path), "digest": made.digest, "rows": rows, "notes": list(done.notes)})
    else:
        note(str(done.path))
