"""lpd import topics, qrels, run: TRECVID's files, and the verdicts of the Video Browser Showdown."""

from pathlib import Path
from typing import Annotated

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import note, print_json
from lpd.errors import LpdError
from lpd.words import counted

__all__ = ["qrels", "run", "topics"]

EditionOption = Annotated[str, typer.Option("--edition", help="Name of the topic edition, as tv21.")]
_FORMATS = ("trec", "dres")


def topics(
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Lines: topic id, blank, text; or NIST's XML. Several merge."),
    ],
    edition: EditionOption,
    collection: Annotated[str, typer.Option("--collection", help="Name of the collection.")],
    subset: Annotated[str | None, typer.Option(help="The subset that runs search; else all shots.")] = None,
    role: Annotated[
        str | None, typer.Option(help="development (settings may be chosen by it) or test (reported only).")
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """The topics of an edition, and what they search."""
    from lpd.services.importing.trec import import_topics

    made = import_topics(opened(workspace), edition, sources, collection=collection, subset=subset, role=role)
    count = len(made.topics)
    marked = "" if made.role is None else f", for {made.role}"
    _report(
        json, f"{edition}: {counted(count, 'topic')} over {collection}{marked}", topics=count, role=made.role
    )


def qrels(
    sources: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="4 columns, or 5 with strata. Several merge.")
    ],
    edition: EditionOption,
    name: Annotated[str, typer.Option(help="Name of these judgements.")] = "judged",
    default: Annotated[bool, typer.Option(help="Make them the ones that pages open first.")] = False,
    form: Annotated[
        str,
        typer.Option("--format", help="trec, or dres: tab-separated verdicts of the Video Browser Showdown."),
    ] = "trec",
    verdicts: Annotated[
        str,
        typer.Option(
            help="dres: of several verdicts on a shot any correct one counts, the majority, or the last."
        ),
    ] = "any",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Judgements of an edition."""
    from lpd.services.importing.trec import import_dres, import_qrels

    if form not in _FORMATS:
        raise LpdError("unknown format", expected=" or ".join(_FORMATS), found=repr(form))
    space = opened(workspace)
    if form == "dres":
        notes = import_dres(space, edition, sources, name=name, default=default, rule=verdicts)
    else:
        notes = import_qrels(space, edition, sources, name=name, default=default)
    _report(json, "; ".join([f"{edition}: qrels {name}", *notes]), qrels=name, notes=notes)


def run(
    source: Annotated[Path, typer.Argument(help="TREC run, plain or .gz; or .xml as submitted to TRECVID.")],
    edition: EditionOption,
    tag: Annotated[str | None, typer.Option(help="Keep it under this tag; else its own.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every run of an XML file, under their own tags.")
    ] = False,
    pid: Annotated[str | None, typer.Option(help="XML with several runs: the participant.")] = None,
    priority: Annotated[int | None, typer.Option(help="XML with several runs: the priority.")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """A run made elsewhere."""
    from lpd.services.importing.runs import import_all_runs, import_run

    space = opened(workspace)
    if not every:
        chosen = import_run(space, edition, source, tag=tag, pid=pid, priority=priority)
        _report(json, f"{edition}: run {chosen}", tag=chosen)
        return
    if tag is not None or pid is not None or priority is not None:
        raise LpdError("--all takes every run as it is", expected="no --tag, --pid or --priority with it")
    tags = import_all_runs(space, edition, source)
    _report(json, f"{edition}: {counted(len(tags), 'run')}: {', '.join(tags)}", tags=tags)


def _report(as_json: bool, sentence: str, **facts: object) -> None:
    if as_json:
        print_json(facts)
    else:
        note(sentence)
