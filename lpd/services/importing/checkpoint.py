"""Bringing a checkpoint of an official repository into a workspace, or looking into one first."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lpd.checkpoints import CheckpointNotes, save_checkpoint
from lpd.checkpoints.official import Converted, ImportChoices, OfficialFile, convert, find_layout
from lpd.checkpoints.official.restricted import read_official
from lpd.errors import LpdError, MismatchError
from lpd.models import SpaceModel
from lpd.services.importing.checkpoint_fit import FeatureGaps, feature_gaps
from lpd.storage import writer_lock
from lpd.workspace import Workspace

__all__ = ["import_checkpoint", "inspect_checkpoint"]

MOST_SHOWN = 40


def import_checkpoint(
    workspace: Workspace,
    source: Path,
    *,
    name: str,
    choices: ImportChoices | None = None,
    system: str | None = None,
) -> dict[str, Any]:
    """Writes models/<name> from an official checkpoint and returns its facts: name, system, layout,
    parameters, digest, text_encoders, dropped, refused, notes.

    Nothing of the file is executed. The vocabularies inside become text encoders of the model; a text feature
    without one takes the encoder of the workspace, where one of its name and dimension is there.

    Args:
        workspace: where it goes; an earlier model of the name is replaced.
        source: the file.
        name: of the model.
        choices: names and settings; else what the file says.
        system: the layout, where the tensors' names leave it open.

    Raises:
        LpdError: if the file is damaged, of no known layout, or does not fit its layout, or the workspace has
            a feature of the same name and another dimension.
    """
    folder = workspace.model_folder(name)
    chosen = choices or ImportChoices()
    file = read_official(source)
    made = convert(file, chosen, name=system)
    encoders = {one.name: one for one in made.text_encoders}
    gaps = _fitting_gaps(workspace, made, source)
    borrowed = [one for one in gaps.encoders if one not in encoders]
    layout = "mapping" if chosen.mapping else find_layout(file, name=system)

    def add_encoders(temporary: Path) -> None:
        for feature, encoder in encoders.items():
            encoder.save(temporary / "text_encoders" / feature)
        for feature in borrowed:
            shutil.copytree(workspace.text_encoder_folder(feature), temporary / "text_encoders" / feature)

    with writer_lock(folder):
        notes = _notes(file, made, layout=str(layout))
        card = save_checkpoint(folder, made.model, notes=notes, extra=add_encoders)
    return {
        "name": name,
        "system": card["system"],
        "layout": layout,
        "parameters": card["parameters"],
        "digest": card["weights_digest"],
        "text_encoders": sorted({*encoders, *borrowed}),
        "dropped": dict(made.dropped),
        "refused": list(file.refused),
        "notes": [*file.notes, *made.notes, *gaps.missing],
    }


def _fitting_gaps(workspace: Workspace, made: Converted, source: Path) -> FeatureGaps:
    """Returns what is missing here.

    Raises:
        MismatchError: if a feature of the name is here, and nowhere of the dimension.
    """
    gaps = feature_gaps(workspace, made.model, given=[one.name for one in made.text_encoders])
    if gaps.unfit:
        raise MismatchError(
            "features here have other dimensions than the model reads",
            where=source,
            found="; ".join(gaps.unfit),
            next_step="--feature OFFICIAL=OURS names the feature it was trained with",
        )
    return gaps


def _notes(file: OfficialFile, made: Converted, *, layout: str) -> CheckpointNotes:
    """Returns what the model's card says of where it came from."""
    epoch = file.facts.get("epoch")
    imported = {
        "file": file.path.name,
        "container": file.container,
        "layout": layout,
        "facts": _plain(file.facts),
        "refused": list(file.refused),
        "dropped": dict(made.dropped),
        "notes": [*file.notes, *made.notes],
    }
    return CheckpointNotes(
        training={"imported": imported},
        best={"epoch": epoch} if type(epoch) is int else {},
        made_from={"checkpoint": file.digest},
    )


def inspect_checkpoint(
    source: Path,
    *,
    choices: ImportChoices | None = None,
    system: str | None = None,
    workspace: Workspace | None = None,
) -> dict[str, Any]:
    """Returns what an official checkpoint holds and what it would become, as plain JSON values; nothing is
    written.

    Keys: file, digest, container, parts, tensors, facts, config, options, refused, layout, system, model,
    text_features, video_features, text_encoders, dropped, notes, missing (in the workspace), and problem: why
    it could not be imported with these choices, or None.

    Raises:
        LpdError: if the file cannot be read at all, or there is no layout of this name.
    """
    chosen = choices or ImportChoices()
    file = read_official(source)
    layout = find_layout(file, name=system)
    found: dict[str, Any] = {
        "file": str(source),
        "digest": file.digest,
        "container": file.container,
        "parts": [
            {"tensors": len(part), "parameters": sum(one.numel() for one in part.values())}
            for part in file.parts
        ],
        "tensors": _shapes(file),
        "facts": _plain(file.facts),
        "config": _plain(file.config),
        "options": _plain(file.options),
        "refused": list(file.refused),
        "layout": "mapping" if chosen.mapping else layout,
        "notes": list(file.notes),
        "problem": None,
    }
    try:
        made = convert(file, chosen, name=system)
    except LpdError as error:
        return {**found, "problem": str(error)}
    return found | _described(made, chosen, workspace) | {"notes": [*file.notes, *made.notes]}


def _described(made: Converted, choices: ImportChoices, workspace: Workspace | None) -> dict[str, Any]:
    model: SpaceModel = made.model
    official = {ours: theirs for theirs, ours in choices.features.items()}
    encoders = {one.name: {"kind": one.kind, "dimension": one.dimension} for one in made.text_encoders}
    gaps = None if workspace is None else feature_gaps(workspace, model, given=list(encoders))
    return {
        "system": model.system,
        "model": model.to_config(),
        "text_features": _wanted(model.text_features, official),
        "video_features": _wanted(model.video_features, official),
        "text_encoders": encoders,
        "dropped": dict(made.dropped),
        "missing": [] if gaps is None else [*gaps.unfit, *gaps.missing],
    }


def _wanted(features: Mapping[str, int], official: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": name, "official": official.get(name, name), "dimension": size}
        for name, size in features.items()
    ]


def _shapes(file: OfficialFile) -> dict[str, list[int]]:
    """Returns tensor name -> shape; names of several parts carry `[0] ` or `[1] `."""
    several = len(file.parts) > 1
    return {
        (f"[{number}] {name}" if several else name): list(tensor.shape)
        for number, part in enumerate(file.parts)
        for name, tensor in part.items()
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns those values that are numbers, short texts, or short lists of them."""

    def is_plain(value: Any) -> bool:
        return value is None or (isinstance(value, bool | int | float | str) and len(str(value)) <= 200)

    def is_row(value: Any) -> bool:
        return (
            isinstance(value, Sequence) and len(value) <= MOST_SHOWN and all(is_plain(one) for one in value)
        )

    shown = {str(key): value for key, value in values.items() if is_plain(value) or is_row(value)}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in shown.items()}
