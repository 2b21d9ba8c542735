"""The layout of official dual encoding checkpoints: levels of frames and words, then one mapping each.

The command line in the file says which levels are mapped (`concate`); where it does not, their widths do.
"""

from lpd.checkpoints.fitting import built
from lpd.checkpoints.official.conversion import Converted, ImportChoices, place_tensors
from lpd.checkpoints.official.file import OfficialFile
from lpd.checkpoints.official.layout_parts import normalisation, without_encoder
from lpd.checkpoints.official.levels import SETTINGS, ends_of, made_of_levels, tensors_of

__all__ = ["convert_dual_encoding", "is_dual_encoding"]


def is_dual_encoding(file: OfficialFile) -> bool:
    """Returns whether the tensors have the names of this layout."""
    return (
        len(file.parts) == 2
        and "visual_mapping.fc1.weight" in file.parts[0]
        and "text_mapping.fc1.weight" in file.parts[1]
        and "fc_layer.fc1.weight" not in file.parts[0]
    )


def convert_dual_encoding(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Returns the dual encoding of a checkpoint: of sequences, or of fixed features where the first level
    alone is mapped.

    Raises:
        FormatError: if a setting is not known here, or its levels are put together in another way.
        MismatchError: if tensors are missing, left over or misshapen.
    """
    choices.check_settings(SETTINGS, system="dual-encoding")
    ends = ends_of(file, choices)
    notes: list[str] = []
    config, encoders = made_of_levels(file, choices, ends, notes)
    config["system"] = "dual-encoding" if ends.form == "first" else "dual-encoding-full"
    config["normalisation"] = normalisation(config, choices.setting("normalisation", None), {})
    model = built(config, where=file.path)
    place_tensors(model, tensors_of(ends), where=file.path)
    notes += without_encoder(model, encoders)
    return Converted(model, encoders, ends.video.finish() | ends.text.finish(), tuple(notes))
