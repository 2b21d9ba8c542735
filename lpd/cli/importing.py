"""lpd import shots, media, features, embeddings, checkpoint, encoder, captions, topics, qrels, run."""

from pathlib import Path
from typing import Annotated

import typer

from lpd.cli.importing_checkpoint import checkpoint
from lpd.cli.importing_embeddings import embeddings
from lpd.cli.importing_encoder import encoder
from lpd.cli.importing_features import features
from lpd.cli.importing_trec import qrels, run, topics
from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import drawn_progress, note, print_json
from lpd.errors import FormatError
from lpd.words import counted

__all__ = ["add_to"]

CollectionOption = Annotated[str, typer.Option("--collection", help="Name of the collection.")]


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    group = typer.Typer(no_args_is_help=True, help="Bring your own files into the workspace.")
    for verb in (shots, media, features, embeddings, checkpoint, encoder, captions, topics, qrels, run):
        group.command()(verb)
    app.add_typer(group, name="import")


def shots(
    source: Annotated[
        Path,
        typer.Argument(
            help="Ids, one per line; a .csv or .parquet table; or TRECVID's master shot reference: a folder "
            "or archive of .tsv, .msb or .mp7.xml files."
        ),
    ],
    collection: CollectionOption,
    subset: Annotated[
        list[str] | None, typer.Option(help="NAME=FILE with one shot id per line; repeatable.")
    ] = None,
    video_from_shot: Annotated[bool, typer.Option(help="shot00123_4 is a shot of video shot00123.")] = False,
    frame_rate: Annotated[
        float | None, typer.Option(help="Frames per second, for .msb files, which have no times.")
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """The shots of a collection and its named subsets."""
    from lpd.services.importing.shots import import_shots

    made = import_shots(
        opened(workspace),
        collection,
        source,
        subsets=dict(_pair(text) for text in subset or []),
        video_before_last_underscore=video_from_shot,
        frame_rate=frame_rate,
    )
    sizes = {name: len(ids) for name, ids in made.subsets.items()}
    _report(
        json,
        f"{collection}: {counted(len(made.shot_ids), 'shot')}, subsets {sizes}",
        shots=len(made.shot_ids),
        subsets=sizes,
    )


def _pair(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not (name and equals and path):
        raise FormatError("not a subset", where="--subset", expected="NAME=FILE", found=repr(text))
    return name, Path(path)


def media(
    source: Annotated[
        str, typer.Argument(help="Folder, .tar or .zip of SHOT.webp|jpg|png|gif; or a URL with {shot}.")
    ],
    collection: CollectionOption,
    kind: Annotated[str, typer.Option(help="thumbnail or preview.")] = "thumbnail",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """The pictures of a collection."""
    from lpd.services.importing.media import import_media, set_media_template

    if "://" in source:
        set_media_template(opened(workspace), collection, source, kind=kind)
        _report(json, f"{collection}: {kind}s come from {source}", template=source)
        return
    taken, without = import_media(
        opened(workspace), collection, Path(source), kind=kind, progress=drawn_progress()
    )
    found = f"{counted(taken, kind)}, {counted(without, 'shot')} without one"
    _report(json, f"{collection}: {found}", taken=taken, without=without)


def captions(
    source: Annotated[
        Path, typer.Argument(help="Lines: caption id, blank, text; the shot id stands before the #.")
    ],
    collection: CollectionOption,
    name: Annotated[str, typer.Option("--set", help="Name of the caption set, as train.")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """A set of captions of a collection's shots."""
    from lpd.services.importing.shots import import_captions

    count = import_captions(opened(workspace), name, source, collection=collection)
    _report(json, f"{name}: {counted(count, 'caption')}", captions=count)


def _report(as_json: bool, sentence: str, **facts: object) -> None:
    if as_json:
        print_json(facts)
    else:
        note(sentence)
