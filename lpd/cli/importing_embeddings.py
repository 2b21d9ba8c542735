"""lpd import embeddings."""

from pathlib import Path
from typing import Annotated

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import drawn_progress, note, print_json
from lpd.words import counted

__all__ = ["embeddings"]


def embeddings(
    source: Annotated[
        Path,
        typer.Argument(
            help="Folder with shots/SPACE.npy (a row per shot, ids in shots/ids.txt) and topics/SPACE.npy "
            "(a row per topic, numbers in topics/ids.txt) for every space; or BigFile folders of the same "
            "names. text-bow.npy is space text:bow. An embeddings.toml in it may name spaces, similarity, "
            "fusion, weights, shots and topics."
        ),
    ],
    model: Annotated[str, typer.Option(help="Name of the model, which may be here or not.")],
    collection: Annotated[str, typer.Option(help="Name of the collection.")],
    edition: Annotated[
        list[str] | None,
        typer.Option(help="Whose topics; repeatable. Else all of the collection that have vectors."),
    ] = None,
    fusion: Annotated[
        str | None, typer.Option(help="mean, sum or minmax of the spaces' scores; else mean.")
    ] = None,
    similarity: Annotated[str | None, typer.Option(help="cosine or dot; else cosine.")] = None,
    pointer: Annotated[
        bool, typer.Option(help="Remember the place of the shots' vectors instead of copying them.")
    ] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Vectors of shots and topics in every common space of a model, with or without its checkpoint."""
    from lpd.services.importing.embeddings import Asked, import_embeddings

    asked = Asked(
        model=model,
        collection=collection,
        editions=tuple(edition or ()),
        similarity=similarity,
        fusion=fusion,
        pointer=pointer,
    )
    made = import_embeddings(opened(workspace), source, asked=asked, progress=drawn_progress())
    if json:
        print_json({"model": model, "collection": collection, **made._asdict()})
        return
    topics = ", ".join(f"{name} {count}" for name, count in made.topics.items()) or "none"
    note(f"{model}: {counted(made.shots, 'shot')}, topics of {topics}, {counted(len(made.spaces), 'space')}")
    if made.rows_left_out:
        note(f"{counted(made.rows_left_out, 'row')} of other shots left out")
    if made.editions_left_out:
        note(f"without a vector for every topic, and left out: {', '.join(made.editions_left_out)}")
    note(f"next: lpd index --model {model} --collection {collection}")
