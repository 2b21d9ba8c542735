"""lpd export xml, trec, csv, latex, markdown, parquet, list: files to take away, each with its provenance."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpd.cli.options import (
    ExcludeOption,
    JsonOption,
    WorkspaceOption,
    excluded_shots,
    opened,
    run_path,
)
from lpd.cli.output import note, print_json
from lpd.errors import NotFoundError
from lpd.exports import (
    TABLE_FORMS,
    Provenance,
    SearchRecipe,
    frame_csv,
    frame_parquet,
    list_frame,
    list_provenance,
    python_snippet,
    search_again,
    table_bytes,
    write_export,
    write_run_export,
)
from lpd.trec import Run, XmlSubmission, has_leading_ones, without_shots, write_xml_run
from lpd.workspace import Workspace

if TYPE_CHECKING:
    from lpd.editions import Edition

__all__ = ["add_to"]

EditionOption = Annotated[str, typer.Option(help="Name of the topic edition.")]
OutOption = Annotated[Path, typer.Option(help="The file to write.")]
RunArgument = Annotated[
    str | None, typer.Argument(metavar="RUN", help="A run file, or a tag of the edition's runs.")
]
ModelOption = Annotated[str | None, typer.Option(help="Search with this model in place of a run.")]

TABLE_HELP = {
    "csv": "A CSV table, a row per cell, all digits",
    "latex": "A LaTeX table with booktabs",
    "markdown": "A Markdown table",
    "parquet": "A parquet table, a row per cell, all digits",
}
LIST_FORMS = (".csv", ".parquet", ".py")


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    group = typer.Typer(no_args_is_help=True, help="Write runs, tables and lists for use elsewhere.")
    group.command()(xml)
    group.command()(trec)
    for form in TABLE_FORMS:
        sentence = f"{TABLE_HELP[form]}: topics against runs, or the spaces of models, with their means."
        group.command(form, help=sentence)(_table_verb(form))
    group.command("list")(ranked_list)
    app.add_typer(group, name="export")


def xml(
    edition: EditionOption,
    out: OutOption,
    pid: Annotated[str, typer.Option(help="Short name of the participant, as TRECVID lists it.")],
    run: RunArgument = None,
    model: ModelOption = None,
    processing: Annotated[
        str, typer.Option("--class", help="F fully automatic, M manually assisted, R relevance feedback.")
    ] = "F",
    training_type: Annotated[str, typer.Option(help="Training data: A, D, E or F of the guidelines.")] = "D",
    priority: Annotated[int, typer.Option(min=1, max=10, help="1 is judged first.")] = 1,
    desc: Annotated[str | None, typer.Option(help="How the run differs; else what it was made from.")] = None,
    year: Annotated[int, typer.Option(help="Of the edition: it decides on DTD and attributes.")] = 2018,
    task: Annotated[str, typer.Option(help="M main task, P progress subtask (from 2019).")] = "M",
    novelty: Annotated[str, typer.Option(help="N novelty run, C common run (from 2019).")] = "C",
    dtd: Annotated[str | None, typer.Option(help="Address of the DTD; else the year's own.")] = None,
    elapsed: Annotated[float, typer.Option(min=0, help="Seconds per topic.")] = 1.0,
    keep_numbers: Annotated[
        bool, typer.Option("--keep-numbers", help="Write topic 1661 as 1661, not as 661.")
    ] = False,
    exclude: ExcludeOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """A run as TRECVID's XML, checked as for a submission."""
    space = opened(workspace)
    chosen = space.edition(edition)
    made, provenance = _one_run(space, chosen, run=run, model=model)
    made = without_shots(made, excluded_shots(exclude))
    topic_ids = [topic.topic_id for topic in chosen.topics]
    drop = has_leading_ones(topic_ids) and not keep_numbers
    submission = XmlSubmission(
        pid=pid,
        processing=processing,
        training_type=training_type,
        priority=priority,
        desc=provenance.sentence if desc is None else desc,
        year=year,
        task=task,
        novelty=novelty,
        dtd=dtd,
        elapsed_s=elapsed,
        drop_leading_one=drop,
        comment=tuple(provenance.lines()),
    )
    shots = set(space.collection(chosen.collection).shot_ids)
    write_xml_run(out, made, submission=submission, topic_ids=topic_ids, known_shots=shots)
    if drop:
        note(f"topic numbers without their leading 1: {topic_ids[0]} is {topic_ids[0][1:]}")
    _report(json, out, provenance, tag=made.tag, topics=len(topic_ids), leading_one_dropped=drop)


def trec(
    edition: EditionOption,
    out: Annotated[Path, typer.Option(help="The file to write; packed if it ends in .gz.")],
    run: RunArgument = None,
    model: ModelOption = None,
    exclude: ExcludeOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """A run in six columns, and beside it a JSON file that says what it was made from."""
    space = opened(workspace)
    made, provenance = _one_run(space, space.edition(edition), run=run, model=model)
    made = without_shots(made, excluded_shots(exclude))
    beside = write_run_export(out, made, provenance)
    _report(json, out, provenance, tag=made.tag, topics=len(made.topics), beside=str(beside))


def _one_run(
    space: Workspace, edition: "Edition", *, run: str | None, model: str | None
) -> tuple[Run, Provenance]:
    from lpd.services.exporting import edition_run

    path = None if run is None else run_path(run, space.path, edition=edition.name)
    return edition_run(space, edition, run=path, model=model)


def _table_verb(form: str) -> Callable[..., None]:
    """Returns the verb that writes a table of topics in one form."""

    def table(
        edition: EditionOption,
        out: OutOption,
        runs: Annotated[
            list[str] | None,
            typer.Argument(metavar="[RUN...]", help="Run files, or tags of the edition's runs."),
        ] = None,
        model: Annotated[
            list[str] | None,
            typer.Option(help="A model: its fused list and every space, a column each; repeatable."),
        ] = None,
        qrels: Annotated[
            str | None, typer.Option(help="A qrels file, or the name of the edition's qrels.")
        ] = None,
        measure: Annotated[str, typer.Option(help="What the cells are.")] = "infAP",
        missing: Annotated[
            str, typer.Option(help="Topics absent from a run: skip (as sample_eval.pl) or zero.")
        ] = "skip",
        texts: Annotated[bool, typer.Option("--texts", help="With the topics' texts.")] = False,
        workspace: WorkspaceOption = None,
        json: JsonOption = False,
    ) -> None:
        from lpd.services.exporting import TableRequest, edition_table

        space = opened(workspace)
        request = TableRequest(
            runs=tuple(run_path(run, space.path, edition=edition) for run in runs or []),
            models=tuple(model or []),
            qrels=qrels,
            measure=measure,
            missing=missing,
            texts=texts,
        )
        made, provenance = edition_table(space, space.edition(edition), request)
        write_export(out, table_bytes(made, provenance, form=form))
        _report(json, out, provenance, rows=len(made.rows), columns=len(made.columns))

    return table


def ranked_list(
    model: Annotated[str, typer.Option(help="Name of the model.")],
    collection: Annotated[str, typer.Option(help="Name of the collection.")],
    out: Annotated[Path, typer.Option(help="The file to write: .csv, .parquet, or .py for a script.")],
    query: Annotated[str | None, typer.Argument(metavar="TEXT", help="What the shots should show.")] = None,
    like: Annotated[str | None, typer.Option(metavar="SHOT", help="Search with this shot.")] = None,
    subset: Annotated[str | None, typer.Option(help="Only the shots of this subset.")] = None,
    video: Annotated[str | None, typer.Option(help="Only the shots of this video.")] = None,
    name: Annotated[str, typer.Option("--list", help="fused, or a space.")] = "fused",
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Length of the list.")] = 1000,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """The list of a search, with ranks in every space; or a Python script that makes it again."""
    from lpd.search import open_engine

    if out.suffix not in LIST_FORMS:
        raise NotFoundError("no such form of a list", expected=", ".join(LIST_FORMS), found=repr(out.name))
    space = opened(workspace)
    recipe = SearchRecipe(
        workspace=space.path.resolve(),
        model=model,
        collection=collection,
        query=query,
        like=like,
        subset=subset,
        video=video,
        list_name=name,
        k=k,
    )
    engine = open_engine(space, model=model, collection=collection)
    result = search_again(engine, recipe)
    provenance = list_provenance(space, engine, result, recipe=recipe)
    frame = list_frame(engine.collection, result, list_name=name, k=k)
    if out.suffix == ".py":
        write_export(out, python_snippet(recipe, provenance).encode("utf-8"))
    else:
        write_export(out, (frame_csv if out.suffix == ".csv" else frame_parquet)(frame, provenance))
    _report(json, out, provenance, shots=len(frame))


def _report(as_json: bool, out: Path, provenance: Provenance, **facts: object) -> None:
    if as_json:
        print_json({"file": str(out), **facts, "provenance": provenance.as_dict()})
    else:
        note(str(out))
