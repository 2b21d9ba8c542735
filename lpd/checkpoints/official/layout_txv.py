"""The layout of official T x V checkpoints: `FC_<j>`, `visfea_<j>.<i>`, and `Linears.<i>.<j>`.

Text i is the i-th of the option `selected_text_feas`; video j the j-th of `visual_feature`, from 1 on.
"""

from typing import Any

from torch import Tensor

from lpd.checkpoints.fitting import built
from lpd.checkpoints.official.conversion import (
    Converted,
    ImportChoices,
    OfficialTensors,
    place_tensors,
)
from lpd.checkpoints.official.file import OfficialFile
from lpd.checkpoints.official.layout_parts import (
    both_ends,
    copies,
    known_settings,
    normalisation,
    number_below,
    only_tanh,
    options_of,
    sizes,
    transform,
    under,
    without_encoder,
)
from lpd.checkpoints.official.vocabularies import bag_of_words, read_vocabulary
from lpd.errors import FormatError, MismatchError
from lpd.text import TextEncoder

__all__ = ["convert_txv", "is_txv"]

SETTINGS = ("dropout", "normalisation", "text_features", "video_features")
FRAMES_NORMALISED = (
    "the official code divides each frame's features by their length before it takes their mean: bring video "
    "features made so"
)
INSIDE = {
    "embed_w2v.": "word embeddings of text features that are brought as they are",
    "embed_bert.": "a whole BERT, of text features that are brought as they are",
    "CLIP_model.": "a whole CLIP, of text features that are brought as they are",
    "rnn.": "recurrence of text features that are brought as they are",
    "atten.": "attention of text features that are brought as they are",
    "convs1.": "convolutions of text features that are brought as they are",
}
"""Beginning of a name -> why it is left out."""


def is_txv(file: OfficialFile) -> bool:
    """Returns whether the tensors have the names of this layout."""
    return (
        len(file.parts) == 2
        and {"FC_1.fc1.weight", "visfea_1.0.fc1.weight"} <= set(file.parts[0])
        and "Linears.0.0.fc1.weight" in file.parts[1]
    )


def convert_txv(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Returns the T x V model of a checkpoint.

    Raises:
        FormatError: if a setting is not known here, or names of features are missing.
        MismatchError: if tensors are missing, left over or misshapen, or the official second layers could not
            run.
    """
    choices.check_settings(SETTINGS, system="txv")
    only_tanh(file)
    video, text = both_ends(file)
    texts, videos = number_below(text, "Linears."), number_below(text, "Linears.0.")
    notes: list[str] = []
    names = _names(file, choices, "text_features", "selected_text_feas", "text", texts)
    columns = [sizes(text, f"Linears.{i}.0.fc1.weight")[1] for i in range(texts)]
    features = dict(zip(names, columns, strict=True))
    config = _config(file, choices, video, features, videos)
    config["dropout"] = known_settings(file, choices, {"dropout": 0.2}, notes)["dropout"]
    config["normalisation"] = normalisation(config, choices.setting("normalisation", None), {})
    model = built(config, where=file.path)
    place_tensors(model, _tensors(video, text, texts, videos), where=file.path)
    for prefix, reason in INSIDE.items():
        text.drop(text.names(prefix), reason)
    if options_of(file, "do_visual_feas_norm") in (None, 1, True):
        notes.append(FRAMES_NORMALISED)
    encoders = _encoders(choices, features)
    notes += without_encoder(model, encoders)
    return Converted(model, encoders, video.finish() | text.finish(), tuple(notes))


def _names(
    file: OfficialFile, choices: ImportChoices, setting: str, option: str, kind: str, count: int
) -> list[str]:
    """Returns our names of the features of an end: chosen, or as the command line has them, or numbered."""
    said = choices.setting(setting, options_of(file, option))
    if isinstance(said, str):
        said = said.split("@")
    if not isinstance(said, list | tuple | None):
        raise FormatError(f"{kind} features of T x V", where=file.path, expected="a@b", found=said)
    listed = [f"{kind}_{number}" for number in range(count)] if said is None else list(said)
    ours = [choices.feature(str(name)) for name in listed]
    if len(ours) != count or len(set(ours)) != count:
        raise FormatError(
            f"{kind} features of T x V",
            where=file.path,
            expected=f"{count} different names",
            found=", ".join(ours),
            next_step=f"--set {setting}=a@b",
        )
    return ours


def _config(
    file: OfficialFile,
    choices: ImportChoices,
    video: OfficialTensors,
    text_features: dict[str, int],
    videos: int,
) -> dict[str, Any]:
    shapes = [sizes(video, f"FC_{j}.fc1.weight") for j in range(1, videos + 1)]
    width = shapes[0][0]
    for j in range(1, videos + 1):
        columns = sizes(video, f"visfea_{j}.0.fc1.weight")[1]
        if columns != width:
            raise MismatchError(
                f"the second layer of video feature {j} does not fit its first: no code can run it",
                where=file.path,
                expected=f"{width} columns",
                found=columns,
            )
    names = _names(file, choices, "video_features", "visual_feature", "video", videos)
    return {
        "system": "txv",
        "text_features": text_features,
        "video_features": dict(zip(names, [shape[1] for shape in shapes], strict=True)),
        "width": width,
        "two_layer": True,
        "batch_norm": "FC_1.bn1.weight" in video,
    }


def _tensors(video: OfficialTensors, text: OfficialTensors, texts: int, videos: int) -> dict[str, Tensor]:
    """Returns our tensors: what the spaces of a feature have stands side by side."""
    made: dict[str, Tensor] = {}
    for i in range(texts):
        parts = [transform(text, f"Linears.{i}.{j}.") for j in range(videos)]
        made |= under(f"text_transforms.layers.{i}", copies(parts))
    for j in range(videos):
        made |= under(f"video_transforms.layers.{j}", transform(video, f"FC_{j + 1}."))
        parts = [transform(video, f"visfea_{j + 1}.{i}.") for i in range(texts)]
        made |= under(f"pair_transforms.{j}", copies(parts))
    return made


def _encoders(choices: ImportChoices, features: dict[str, int]) -> tuple[TextEncoder, ...]:
    name = choices.feature("bow")
    if name not in features or "bow" not in choices.vocabularies:
        return ()
    path = choices.vocabularies["bow"]
    return (bag_of_words(read_vocabulary(path), where=path, name=name, dimension=features[name]),)
