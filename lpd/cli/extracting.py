"""lpd extract."""

import shlex
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpd.cli.options import JsonOption, WorkspaceOption
from lpd.cli.output import drawn_progress, note, print_json, with_progress_file
from lpd.errors import LpdError
from lpd.storage import writer_lock
from lpd.words import counted
from lpd.workspace import Workspace, create_workspace, default_workspace_path, open_workspace, write_settings

if TYPE_CHECKING:
    from lpd.services.extraction.collection import ExtractionReport

__all__ = ["add_to"]

_NAMED = 20


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command()(extract)


def extract(
    source: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Videos, pictures or both, in any folders of it.")
    ],
    collection: Annotated[str, typer.Option(help="Name of the collection.")],
    encoder: Annotated[
        list[str] | None,
        typer.Option(
            help="A video encoder of the workspace, or a folder: a model of transformers or a workspace that "
            "has one, as the demo; repeatable. With its partner for texts, texts can be searched at once."
        ),
    ] = None,
    encoder_name: Annotated[
        str | None, typer.Option(help="Name for the encoder of a folder; else the folder's.")
    ] = None,
    feature: Annotated[
        list[str] | None,
        typer.Option(
            help="colour, shape, texture, motion, layout; repeatable. Else all, or those of the last time."
        ),
    ] = None,
    no_features: Annotated[
        bool, typer.Option("--no-features", help="None of these: only what --encoder sees.")
    ] = False,
    shots: Annotated[
        Path | None,
        typer.Option(
            help="Known shots: .csv or .parquet with shot_id, video_id, start_s, end_s, or TRECVID's "
            "master shot reference. Else cuts are detected."
        ),
    ] = None,
    frame_rate: Annotated[
        float | None, typer.Option(help="Of the videos, where --shots counts in frames (.msb).")
    ] = None,
    whole_videos: Annotated[bool, typer.Option("--whole-videos", help="One shot per video.")] = False,
    every: Annotated[float, typer.Option(help="One frame in so many seconds is described.")] = 0.5,
    shortest: Annotated[float, typer.Option(help="Detected shots last at least so many seconds.")] = 0.4,
    threshold: Annotated[
        float, typer.Option(help="A cut changes so many times more than the frames around it.")
    ] = 3.0,
    keep_frames: Annotated[
        bool, typer.Option("--keep-frames", help="Keep a row per frame too, as frame features.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; else one per core.")] = None,
    device: Annotated[str, typer.Option(help="Of the encoders: auto, cpu or cuda.")] = "auto",
    progress_file: Annotated[Path | None, typer.Option(help="Append progress as JSON lines.")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Videos and pictures to shots, thumbnails, previews and video features, ready to be searched.

    Stopped, the same command goes on where it was; later, it takes in what is new in the folder.
    """
    from lpd.services.extraction.collection import ExtractSettings, extract_collection
    from lpd.services.extraction.encoders import bring_encoders
    from lpd.video.shot_detection import DetectorSettings
    from lpd.video.shot_frames import LookSettings

    if no_features and feature:
        raise LpdError("--no-features and --feature exclude each other", next_step="leave one of them out")
    _check_numbers(every=every, shortest=shortest, threshold=threshold)
    if not source.exists():
        raise LpdError("no such folder", where=source, expected="a folder with videos or pictures")
    space = _opened_or_new(workspace or default_workspace_path())
    progress = with_progress_file(drawn_progress(), progress_file)
    encoders, brought = bring_encoders(space, encoder or [], name=encoder_name, progress=progress)
    settings = ExtractSettings(
        features=() if no_features else (tuple(feature) if feature else None),
        encoders=tuple(encoders),
        shots=shots,
        frame_rate=frame_rate,
        whole_videos=whole_videos,
        detector=DetectorSettings(threshold=threshold, shortest_s=shortest),
        look=LookSettings(every_s=every),
        keep_frames=keep_frames,
        workers=workers,
        device=device,
    )
    for sentence in brought:
        note(sentence)
    try:
        report = extract_collection(
            space, source, collection=collection, settings=settings, progress=progress
        )
    except KeyboardInterrupt:
        note("stopped; what is finished is kept, and the same command goes on from there")
        raise typer.Exit(1) from None
    _remember(space, report)
    if json:
        document = asdict(report) | {"skipped": [one._asdict() for one in report.skipped]}
        print_json({"workspace": str(space.path)} | document)
    else:
        _tell(report, space, default=workspace is None)


def _check_numbers(**numbers: float) -> None:
    for name, value in numbers.items():
        if not 0.01 <= value <= 3600:
            raise LpdError(f"--{name} is out of range", expected="0.01 to 3600", found=value)


def _opened_or_new(path: Path) -> Workspace:
    """Returns the workspace in a folder; where there is none, a new one, which is said."""
    if (path / "workspace.toml").is_file():
        return open_workspace(path)
    made = create_workspace(path)
    note(f"{path} is a new workspace")
    return made


def _remember(workspace: Workspace, report: "ExtractionReport") -> None:
    """Makes the collection, and the model that searches it, what pages open first, where nothing else is."""
    first = {"collection": report.collection} | ({"model": report.models[0]} if report.models else {})
    if "collection" not in workspace.defaults:
        with writer_lock(workspace.path):
            write_settings(replace(workspace, defaults=first | workspace.defaults))


def _tell(report: "ExtractionReport", workspace: Workspace, *, default: bool) -> None:
    """Says what is there, what is not, and what to do next."""
    kinds = [
        counted(count, noun)
        for count, noun in ((report.videos, "video"), (report.pictures, "picture"))
        if count
    ]
    note(
        f"{report.collection}: {counted(report.shots, 'shot')} of {' and '.join(kinds)}, "
        f"{counted(report.new, 'file')} new ({report.seconds:.0f} s); "
        f"features {', '.join(report.features) or 'none'}"
    )
    for sentence in report.notes[:_NAMED]:
        note(sentence)
    if len(report.notes) > _NAMED:
        note(f"... and {len(report.notes) - _NAMED} more notes of this kind")
    if report.others:
        note(f"{counted(report.others, 'other file')} left alone")
    if report.skipped:
        note(f"{counted(len(report.skipped), 'file')} skipped:")
        for name, why in report.skipped:
            note(f"  {name}: {why}")
    where = "" if default else f" --workspace {shlex.quote(str(workspace.path))}"
    if report.models:
        model = report.models[0]
        note(f'Next: lpd search "your words" --model {model} --collection {report.collection}{where}')
        return
    for sentence in report.unsearchable:
        note(sentence)
    note(
        "Texts cannot be searched yet. That needs an encoder that reads texts as well as pictures: the same "
        "command again with --encoder FOLDER. Or a model trained on captioned shots: lpd train"
    )
