"""lpd reproduce: the papers' tables and figures."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import drawn_progress, note, print_json
from lpd.errors import LpdError
from lpd.words import counted

if TYPE_CHECKING:
    from lpd.reproduce import ReproductionReport

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    app.command()(reproduce)


def reproduce(
    tables: Annotated[
        list[str],
        typer.Argument(
            metavar="TABLE...",
            help="table3, table4, table5, table6, fig3, fig4, sea-table, sea-tv20, diversity, all.",
        ),
    ],
    captions: Annotated[str, typer.Option(help="Caption set to train on; several as A,B.")] = "train",
    validation: Annotated[
        str, typer.Option(help="Caption set of other shots, which selects the epoch.")
    ] = "valid",
    edition: Annotated[
        list[str] | None, typer.Option(help="Topic edition; repeatable. Else all with judgements.")
    ] = None,
    qrels: Annotated[
        str | None, typer.Option(help="Name of the judgements in every edition; else its own default.")
    ] = None,
    seeds: Annotated[str, typer.Option(help="Every row is trained once with each.")] = "0,1,2",
    preset: Annotated[
        str, typer.Option(help="lpd-recipe (one for all), paper-literal, original (the authors').")
    ] = "lpd-recipe",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A training setting of all rows; repeatable."),
    ] = None,
    width: Annotated[int, typer.Option(help="Dimension of the common spaces.")] = 512,
    text_feature: Annotated[
        list[str] | None, typer.Option(help="Repeatable; else all that captions and topics have.")
    ] = None,
    video_feature: Annotated[
        list[str] | None, typer.Option(help="Repeatable; else all that the collections have.")
    ] = None,
    frame_feature: Annotated[
        str | None, typer.Option(help="Frames for CLIP4Clip and its kin; also a text feature's name.")
    ] = None,
    encoder_sizes: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Of trainable text encoders, as hidden=256; repeatable."),
    ] = None,
    pretrain: Annotated[
        str | None, typer.Option(help="sea-tv20: caption set that one model begins with.")
    ] = None,
    without: Annotated[
        str | None,
        typer.Option(help="sea-tv20: the video feature that this model leaves out; else the last."),
    ] = None,
    diversity_feature: Annotated[
        str | None, typer.Option(help="diversity: the video feature that says how alike shots are.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of tables and figures; else reproduce/<preset>.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Trainings side by side; else as many as cores.")
    ] = None,
    retrain: Annotated[bool, typer.Option(help="Train also what is there already.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """The papers' tables and figures on this workspace; trains what is missing, and goes on after a stop."""
    from lpd.reproduce import Setup
    from lpd.reproduce import reproduce as make

    setup = Setup(
        captions,
        validation,
        editions=tuple(edition or ()),
        qrels=qrels,
        seeds=_numbers(seeds),
        preset=preset,
        settings=tuple(set_ or ()),
        width=width,
        text_features=tuple(text_feature or ()),
        video_features=tuple(video_feature or ()),
        frame_feature=frame_feature,
        encoder_sizes=tuple(encoder_sizes or ()),
        pretrain=pretrain,
        without=without,
        diversity_feature=diversity_feature,
        device=device,
        retrain=retrain,
        workers=workers,
    )
    space = opened(workspace)
    try:
        report = make(space, tables, setup=setup, out=out, progress=drawn_progress(), say=note_above_bars)
    except KeyboardInterrupt:
        note("\nstopped; nothing is lost: the same command goes on where it was")
        raise typer.Exit(130) from None
    _print(report, json=json)
    for key, traceback in report.bugs.items():
        note(f"{key}:\n{traceback}")
    if report.bugs:
        raise typer.Exit(1)
    if report.failures:
        raise typer.Exit(2)


def _numbers(seeds: str) -> tuple[int, ...]:
    try:
        return tuple(int(seed) for seed in seeds.split(","))
    except ValueError as error:
        raise LpdError("seeds", expected="whole numbers as 0,1,2", found=repr(seeds)) from error


def note_above_bars(sentence: str) -> None:
    """Prints one sentence on stderr, above a bar that is being drawn."""
    from tqdm import tqdm

    tqdm.write(sentence, file=sys.stderr)


def _print(report: "ReproductionReport", *, json: bool) -> None:
    from lpd.tables import to_markdown

    if json:
        print_json(_document(report))
    else:
        print("\n".join(to_markdown(table) for table in report.tables.values()))
    trained, reused = len(report.trained), len(report.reused)
    files = f"{counted(len(report.files), 'file')} in {report.files[0].parent}"
    note(f"{counted(trained, 'model')} trained, {reused} reused; {files}")
    for label, needs in report.lacking.items():
        note(f"{label} needs {needs}")
    for key, failure in report.failures.items():
        note(f"failed: {key}: {failure}")


def _document(report: "ReproductionReport") -> dict[str, Any]:
    return {
        "tables": {
            name: [
                {"group": row.group, "row": row.label}
                | {
                    column.name: {key: value for key, value in vars(cell).items() if value not in (None, ())}
                    for column, cell in zip(table.columns, row.cells, strict=True)
                }
                for row in table.rows
            ]
            for name, table in report.tables.items()
        },
        "files": [str(path) for path in report.files],
        "trained": report.trained,
        "reused": report.reused,
        "lacking": report.lacking,
        "failures": report.failures,
    }
