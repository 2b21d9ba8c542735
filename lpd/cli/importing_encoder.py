"""lpd import encoder."""

from pathlib import Path
from typing import Annotated

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import drawn_progress, note, print_json

__all__ = ["encoder"]


def encoder(
    source: Annotated[
        str,
        typer.Argument(
            help="Folder of a model that transformers saved (CLIP, BLIP, BERT, a sentence encoder, ViT), its "
            "name in the Hugging Face cache, or a workspace that has the encoder. Nothing is downloaded."
        ),
    ],
    name: Annotated[str, typer.Option(help="Name of its text feature and video feature, as clip_b32.")],
    copy: Annotated[
        bool, typer.Option("--copy", help="Copy the model's files into the workspace; else point to them.")
    ] = False,
    pooling: Annotated[
        str, typer.Option(help="mean or cls: how BERT and its kin become one vector per text.")
    ] = "mean",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """An encoder trained elsewhere: texts, pictures or both."""
    from lpd.services.importing.encoder import import_encoder

    place = Path(source).expanduser()
    made = import_encoder(
        opened(workspace),
        place if place.exists() else source,
        name=name,
        copy=copy,
        pooling=pooling,
        progress=drawn_progress(),
    )
    if json:
        print_json({"text": made.text, "video": made.video, "notes": list(made.notes)})
        return
    reads = [word for word, one in (("texts", made.text), ("pictures", made.video)) if one is not None]
    note("; ".join([f"{name}: encodes {' and '.join(reads)}", *made.notes]))
