"""The likely layout of LPD checkpoints: LAFF's names, with one attention vector per space.

There is no official LPD code. Taken for granted is what LAFF's naming makes of the paper: transforms
`vis_net.VisMutiTransformNet.<feature>.fc1` and `txt_net.transform_layer.<feature>_transform.fc1`, attention
vectors `vis_net.attention_layer.attention_layer.<space>.embedding_common.0`, one per text feature since the
video end is fused for the text-led spaces, and likewise `txt_net...`, one per video feature. A space has its
number or its dominant feature for a name. For other names there is the mapping (`layout_mapped`).
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from lpd.checkpoints.fitting import built
from lpd.checkpoints.official.conversion import (
    Converted,
    ImportChoices,
    OfficialTensors,
    place_tensors,
)
from lpd.checkpoints.official.file import OfficialFile
from lpd.checkpoints.official.laff_text import (
    RECURRENT,
    TEXT_NET,
    drop_pretrained,
    encoder_settings,
    encoder_tensors,
    text_end,
    text_names,
    text_transform,
)
from lpd.checkpoints.official.layout_laff import VIDEO_TRANSFORMS, video_names
from lpd.checkpoints.official.layout_parts import (
    known_settings,
    normalisation,
    sizes,
    told,
    under,
    without_encoder,
)
from lpd.errors import FormatError, MismatchError
from lpd.models.text_inputs import TOKENS

__all__ = ["convert_lpd", "is_lpd"]

ATTENTION = {"video": "vis_net.attention_layer.", "text": f"{TEXT_NET}attention_layer."}
HEAD = "attention_layer."
LOGITS = "embedding_common.0."
SETTINGS = ("dropout", "normalisation", "pooling", "text_tokens")


def is_lpd(file: OfficialFile) -> bool:
    """Returns whether the tensors have LAFF's names and an attention vector per feature of the other end.

    Where both ends have equally many features, only spaces with names tell LPD from LAFF.
    """
    if len(file.parts) != 1:
        return False
    source = OfficialTensors(file.parts[0], where=file.path)
    videos, texts = video_names(source), text_names(source)
    fusing_videos, fusing_texts = (_spaces(source, end) for end in ("video", "text"))
    if not videos or not texts or (len(fusing_videos), len(fusing_texts)) != (len(texts), len(videos)):
        return False
    named = not all(space.isdecimal() for space in (*fusing_videos, *fusing_texts))
    return named or len(videos) != len(texts)


def convert_lpd(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Returns the LPD model of a checkpoint.

    Raises:
        FormatError: if a setting is not known here.
        MismatchError: if tensors are missing, left over or misshapen, or spaces and features do not fit.
    """
    choices.check_settings(SETTINGS, system="lpd")
    if len(file.parts) != 1:
        raise FormatError("not a checkpoint of LPD", where=file.path, found=f"{len(file.parts)} parts")
    source = OfficialTensors(file.parts[0], where=file.path)
    notes = ["there is no official LPD code: names were read as LAFF's, with a space per feature"]
    defaults = {"dropout": 0.2} | ({"pooling": "mean"} if source.names(RECURRENT) else {})
    settings = known_settings(file, choices, defaults, notes)
    text = text_end(file, choices, source)
    videos = video_names(source)
    shapes = {choices.feature(name): sizes(source, f"{VIDEO_TRANSFORMS}{name}.fc1.weight") for name in videos}
    if len(shapes) < len(videos) or not videos:
        raise FormatError("video features", where=file.path, expected="names, each once", found=videos)
    config = {
        "system": "lpd",
        "text_features": text.side.features | ({TOKENS: text.side.length} if text.encoders else {}),
        "video_features": {name: shape[1] for name, shape in shapes.items()},
        "width": next(iter(shapes.values()))[0],
        "dropout": settings["dropout"],
        "encoders": encoder_settings(source, text, settings),
    }
    config["normalisation"] = normalisation(config, choices.setting("normalisation", None), text.side.kinds)
    model = built(config, where=file.path)
    officials = list(text.order.values())
    tensors = encoder_tensors(source, text) | _transforms(source, officials, videos)
    tensors |= under("video_fusion", _vectors(source, "video", officials, text_names(source)))
    tensors |= under("text_fusion", _vectors(source, "text", videos, videos))
    place_tensors(model, tensors, where=file.path)
    drop_pretrained(source)
    for prefix in ATTENTION.values():
        unused = [name for name in source.names(prefix) if "global_emb_weight_net" in name]
        source.drop(
            [*unused, *source.names(f"{prefix}layer_norm.")], "LAFF makes it and LPD has no use for it"
        )
    encoders = text.side.encoders
    notes += [*text.side.notes, *told(encoders), *without_encoder(model, encoders)]
    return Converted(model, encoders, source.finish(), tuple(notes))


def _spaces(source: OfficialTensors, end: str) -> list[str]:
    """Returns the names of the spaces for which an end is fused, in the order of the file."""
    prefix = f"{ATTENTION[end]}{HEAD}"
    names = [name.removeprefix(prefix) for name in source.names(prefix)]
    return list(dict.fromkeys(name.partition(f".{LOGITS}")[0] for name in names if f".{LOGITS}" in name))


def _transforms(source: OfficialTensors, texts: Sequence[str], videos: Sequence[str]) -> dict[str, Tensor]:
    """Returns our tensors of all transforms; one without a bias gets zeros."""
    made = {}
    places = [(f"text_transforms.layers.{i}", text_transform(name)) for i, name in enumerate(texts)]
    places += [
        (f"video_transforms.layers.{i}", f"{VIDEO_TRANSFORMS}{name}.") for i, name in enumerate(videos)
    ]
    for target, prefix in places:
        weight = source.take(f"{prefix}fc1.weight")
        bias = f"{prefix}fc1.bias"
        made[f"{target}.weight"] = weight
        made[f"{target}.bias"] = source.take(bias) if bias in source else torch.zeros(len(weight))
    return made


def _vectors(
    source: OfficialTensors, end: str, wanted: Sequence[str], in_file: Sequence[str]
) -> dict[str, Tensor]:
    """Returns the attention vectors of an end, in the order of the dominant features.

    Args:
        source: the tensors.
        end: that is fused.
        wanted: the dominant features, official names, in the order of our spaces.
        in_file: the same in the order of the file, by which numbered spaces go.

    Raises:
        MismatchError: if a feature has no space.
    """
    spaces = _spaces(source, end)
    if all(space.isdecimal() for space in spaces):
        of_feature = dict(zip(in_file, sorted(spaces, key=int), strict=False))
    else:
        of_feature = {space.removesuffix("_transform"): space for space in spaces}
    missing = [name for name in wanted if name not in of_feature]
    if missing or len(spaces) != len(wanted):
        raise MismatchError(
            f"attention vectors of {ATTENTION[end]}",
            expected=f"one for each of {', '.join(wanted)}",
            found=", ".join(spaces) or "none",
            next_step="a --mapping FILE names them by hand",
        )
    places = [f"{ATTENTION[end]}{HEAD}{of_feature[name]}.{LOGITS}" for name in wanted]
    weight = source.take_all([f"{place}weight" for place in places])
    biases = [f"{place}bias" for place in places if f"{place}bias" in source]
    return {"weight": weight, "bias": source.take_all(biases) if biases else torch.zeros(len(places))}
