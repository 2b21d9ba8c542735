"""The layout of official DualTask checkpoints: that of dual encoding, with `fc_layer` for the concepts."""

from typing import Any

from torch import Tensor

from lpd.checkpoints.fitting import built
from lpd.checkpoints.official.conversion import Converted, ImportChoices, place_tensors
from lpd.checkpoints.official.file import OfficialFile
from lpd.checkpoints.official.layout_parts import (
    normalisation,
    sizes,
    transform,
    under,
    without_encoder,
)
from lpd.checkpoints.official.levels import NORM, ends_of, made_of_levels, tensors_of
from lpd.checkpoints.official.levels import SETTINGS as OF_DUAL_ENCODING
from lpd.checkpoints.official.vocabularies import concepts, read_vocabulary
from lpd.models.dual_task import CONCEPTS
from lpd.text import TextEncoder

__all__ = ["convert_dual_task", "is_dual_task"]

SETTINGS = (*OF_DUAL_ENCODING, "positive_share", "theta")
THETA = 0.3


def is_dual_task(file: OfficialFile) -> bool:
    """Returns whether the tensors have the names of this layout."""
    return (
        len(file.parts) == 2
        and {"visual_mapping.fc1.weight", "fc_layer.fc1.weight"} <= set(file.parts[0])
        and "text_mapping.fc1.weight" in file.parts[1]
    )


def convert_dual_task(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Returns the DualTask model of a checkpoint: of sequences, or of fixed features where the first level
    alone is mapped.

    Raises:
        FormatError: if a setting is not known here, or its levels are put together in another way.
        MismatchError: if tensors are missing, left over or misshapen.
    """
    choices.check_settings(SETTINGS, system="dual-task")
    ends = ends_of(file, choices)
    notes: list[str] = []
    config, encoders = made_of_levels(file, choices, ends, notes)
    number = sizes(ends.video, "fc_layer.fc1.weight")[0]
    config["system"] = "dual-task" if ends.form == "first" else "dual-task-full"
    config["text_features"][CONCEPTS] = number
    config |= _shares(file, choices, notes)
    config["normalisation"] = normalisation(config, choices.setting("normalisation", None), {})
    model = built(config, where=file.path)
    tensors: dict[str, Tensor] = tensors_of(ends)
    tensors |= under("decoder", transform(ends.video, "fc_layer.", norm=NORM))
    place_tensors(model, tensors, where=file.path)
    encoders = (*encoders, *_concepts(choices, number))
    notes += without_encoder(model, encoders)
    return Converted(model, encoders, ends.video.finish() | ends.text.finish(), tuple(notes))


def _shares(file: OfficialFile, choices: ImportChoices, notes: list[str]) -> dict[str, Any]:
    if "theta" not in choices.settings:
        notes.append(
            f"theta, the share of the concepts in the score, is no part of the file: taken as {THETA}"
        )
    return {
        "theta": choices.setting("theta", THETA),
        "positive_share": choices.setting("positive_share", file.options.get("multiclass_loss_lamda", 0.2)),
    }


def _concepts(choices: ImportChoices, number: int) -> tuple[TextEncoder, ...]:
    if CONCEPTS not in choices.vocabularies:
        return ()
    path = choices.vocabularies[CONCEPTS]
    return (concepts(read_vocabulary(path), where=path, dimension=number),)
