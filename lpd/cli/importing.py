"""lpd import shots, media, features, captions, topics, qrels, run."""

from pathlib import Path
from typing import Annotated

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import drawn_progress, note, print_json
from lpd.errors import FormatError
from lpd.words import counted

__all__ = ["add_to"]

CollectionOption = Annotated[str, typer.Option("--collection", help="Name of the collection.")]
EditionOption = Annotated[str, typer.Option("--edition", help="Name of the topic edition, as tv21.")]


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    group = typer.Typer(no_args_is_help=True, help="Bring your own files into the workspace.")
    for verb in (shots, media, features, captions, topics, qrels, run):
        group.command()(verb)
    app.add_typer(group, name="import")


def shots(
    source: Annotated[Path, typer.Argument(help="Ids, one per line, or a .csv / .parquet table of shots.")],
    collection: CollectionOption,
    subset: Annotated[
        list[str] | None, typer.Option(help="NAME=FILE with one shot id per line; repeatable.")
    ] = None,
    video_from_shot: Annotated[bool, typer.Option(help="shot00123_4 is a shot of video shot00123.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """The shots of a collection and its named subsets."""
    from lpd.services.importing import import_shots

    made = import_shots(
        opened(workspace),
        collection,
        source,
        subsets=dict(_pair(text) for text in subset or []),
        video_before_last_underscore=video_from_shot,
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
    from lpd.services.media import import_media, set_media_template

    if "://" in source:
        set_media_template(opened(workspace), collection, source, kind=kind)
        _report(json, f"{collection}: {kind}s come from {source}", template=source)
        return
    taken, without = import_media(
        opened(workspace), collection, Path(source), kind=kind, progress=drawn_progress()
    )
    found = f"{counted(taken, kind)}, {counted(without, 'shot')} without one"
    _report(json, f"{collection}: {found}", taken=taken, without=without)


def features(
    source: Annotated[Path, typer.Argument(help="BigFile folder, .npy (with --ids) or .npz.")],
    collection: CollectionOption,
    name: Annotated[str, typer.Option(help="Name of the video feature, as clip_l14.")],
    ids: Annotated[Path | None, typer.Option(help="One shot id per row of the .npy.")] = None,
    pointer: Annotated[bool, typer.Option(help="Remember the place instead of copying.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """A video feature: one row per shot."""
    from lpd.services.importing import feature_source, import_features

    described = feature_source(source, ids)
    extra = import_features(
        opened(workspace), collection, name, source=described, pointer=pointer, progress=drawn_progress()
    )
    left = f"; {counted(extra, 'row')} of other shots left out" if extra else ""
    _report(json, f"{collection}: feature {name}{left}", feature=name, rows_left_out=extra)


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
    from lpd.services.importing import import_captions

    count = import_captions(opened(workspace), name, source, collection=collection)
    _report(json, f"{name}: {counted(count, 'caption')}", captions=count)


def topics(
    source: Annotated[Path, typer.Argument(help="Lines: topic id, blank, text.")],
    edition: EditionOption,
    collection: CollectionOption,
    subset: Annotated[str | None, typer.Option(help="The subset that runs search; else all shots.")] = None,
    role: Annotated[
        str | None, typer.Option(help="development (settings may be chosen by it) or test (reported only).")
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """The topics of an edition, and what they search."""
    from lpd.services.importing import import_topics

    made = import_topics(opened(workspace), edition, source, collection=collection, subset=subset, role=role)
    count = len(made.topics)
    marked = "" if made.role is None else f", for {made.role}"
    _report(
        json, f"{edition}: {counted(count, 'topic')} over {collection}{marked}", topics=count, role=made.role
    )


def qrels(
    source: Annotated[Path, typer.Argument(help="4 columns, or 5 with strata.")],
    edition: EditionOption,
    name: Annotated[str, typer.Option(help="Name of these judgements.")] = "judged",
    default: Annotated[bool, typer.Option(help="Make them the ones that pages open first.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Judgements of an edition."""
    from lpd.services.importing import import_qrels

    notes = import_qrels(opened(workspace), edition, source, name=name, default=default)
    _report(json, "; ".join([f"{edition}: qrels {name}", *notes]), qrels=name, notes=notes)


def run(
    source: Annotated[Path, typer.Argument(help="TREC run, plain or .gz; or .xml as submitted to TRECVID.")],
    edition: EditionOption,
    tag: Annotated[str | None, typer.Option(help="Keep it under this tag; else its own.")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """A run made elsewhere."""
    from lpd.services.importing import import_run

    chosen = import_run(opened(workspace), edition, source, tag=tag)
    _report(json, f"{edition}: run {chosen}", tag=chosen)


def _report(as_json: bool, sentence: str, **facts: object) -> None:
    if as_json:
        print_json(facts)
    else:
        note(sentence)
