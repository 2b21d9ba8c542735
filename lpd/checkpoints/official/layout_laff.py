"""The layout of official LAFF checkpoints: `vis_net.VisMutiTransformNet.*`, `txt_net.transform_layer.*`, and
attention layers of several heads at both ends.
"""

import re
from collections.abc import Mapping
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
from lpd.checkpoints.official.laff_text import (
    RECURRENT,
    TEXT_NET,
    TEXT_TRANSFORMS,
    TextEnd,
    drop_pretrained,
    encoder_settings,
    encoder_tensors,
    text_end,
    text_transform,
)
from lpd.checkpoints.official.layout_parts import (
    NORM_KINDS,
    known_settings,
    normalisation,
    only_tanh,
    sizes,
    told,
    transform,
    under,
    without_encoder,
)
from lpd.errors import FormatError, MismatchError
from lpd.models.text_inputs import TOKENS

__all__ = ["VIDEO_TRANSFORMS", "convert_laff", "is_laff", "video_names"]

VIDEO_TRANSFORMS = "vis_net.VisMutiTransformNet."
ATTENTION = ("vis_net.attention_layer.", f"{TEXT_NET}attention_layer.")
HEAD = "attention_layer."
LOGITS = "embedding_common.0."
AVERAGE = "global_emb_weight_net.weight"
LAYER_NORM = "Multi_head_Attention_layer_norm"
SETTINGS = ("dropout", "mul", "normalisation", "pooling", "text_tokens", "with_ave")
SWITCH_PLACES = {"with_ave": 4, "mul": 5}
"""Where the option `parm_adjust_config` of the shipped configurations, `0_12_0_12_0_0_1`, has a switch."""


def is_laff(file: OfficialFile) -> bool:
    """Returns whether the tensors have the names of this layout."""
    names = file.parts[0] if len(file.parts) == 1 else {}
    needed = (VIDEO_TRANSFORMS, TEXT_TRANSFORMS, *ATTENTION)
    return all(any(name.startswith(prefix) for name in names) for prefix in needed)


def convert_laff(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Returns the LAFF model of a checkpoint.

    Raises:
        FormatError: if a setting is not known here, or the file says that its attention is of another kind.
        MismatchError: if tensors are missing, left over or misshapen.
    """
    choices.check_settings(SETTINGS, system="laff")
    only_tanh(file)
    _check_attention(file)
    source = OfficialTensors(file.parts[0], where=file.path)
    notes: list[str] = []
    defaults = {"dropout": 0.2} | ({"pooling": "mean"} if source.names(RECURRENT) else {})
    settings = known_settings(file, choices, defaults, notes) | _switches(file, choices, notes)
    heads, width = heads_of(source, ATTENTION[0])
    videos = video_names(source)
    text = text_end(file, choices, source, bypassed_size=_bypassed_size(source, heads))
    model = built(_config(choices, source, text, videos, (heads, width), settings), where=file.path)
    tensors = _tensors(source, text, videos, heads, settings)
    place_tensors(model, tensors, where=file.path)
    drop_pretrained(source)
    for end in ATTENTION:
        source.drop(source.names(f"{end}layer_norm."), "the official code makes it and never uses it")
        averages = [name for name in source.names(end) if name.endswith(AVERAGE)]
        source.drop(averages, "the weight of the average, which is switched off")
    encoders = text.side.encoders
    notes += [*text.side.notes, *told(encoders), *without_encoder(model, encoders)]
    return Converted(model, encoders, source.finish(), tuple(notes))


def video_names(source: OfficialTensors) -> list[str]:
    """Returns the official names of the video features, in the order of the file."""
    names = [name.removeprefix(VIDEO_TRANSFORMS) for name in source.names(VIDEO_TRANSFORMS)]
    return list(dict.fromkeys(re.sub(r"\.(fc1|bn1)\.\w+$", "", name) for name in names))


def heads_of(source: OfficialTensors, end: str) -> tuple[int, int]:
    """Returns how many heads an attention layer has, and how wide they are.

    Raises:
        MismatchError: if there are none, or their numbers do not go from 0 on.
    """
    if f"{end}{LOGITS}weight" in source:
        return 1, sizes(source, f"{end}{LOGITS}weight")[1]
    found = {name.removeprefix(f"{end}{HEAD}").partition(".")[0] for name in source.names(f"{end}{HEAD}")}
    if not found or found != {str(number) for number in range(len(found))}:
        raise MismatchError(f"heads of {end}", expected="0, 1, 2 and so on", found=", ".join(sorted(found)))
    return len(found), sizes(source, f"{end}{HEAD}0.{LOGITS}weight")[1]


def _check_attention(file: OfficialFile) -> None:
    said = [file.config.get(key) for key in ("vis_attention", "txt_attention")]
    if LAYER_NORM in said:
        raise FormatError(
            "attention that normalises each layer", where=file.path, expected="LAFF's heads", found=LAYER_NORM
        )


def _switches(file: OfficialFile, choices: ImportChoices, notes: list[str]) -> dict[str, bool]:
    """Returns with_ave and mul: chosen, else of the settings, else of the command line, else off."""
    said = file.config.get("attention_param_each_head")
    places = str(file.options.get("parm_adjust_config", "")).split("_")
    found: dict[str, bool] = {}
    for name, place in SWITCH_PLACES.items():
        value = choices.setting(name, said.get(name) if isinstance(said, Mapping) else None)
        if value is None and len(places) > place and places[place] in ("0", "1"):
            value = places[place] == "1"
        if value is None:
            notes.append(f"the file does not hold {name}: taken as false, as published")
        if not isinstance(value, bool | None):
            raise FormatError(name, where="--set", expected="true or false", found=value)
        found[name] = bool(value)
    return found


def _bypassed_size(source: OfficialTensors, heads: int) -> dict[str, int]:
    """Returns `video:<official feature>` / `text:<official encoder>` -> dimension of the inputs that are not
    transformed: repeated for each head they are as wide as the normalisation.
    """
    found = {}
    for end, prefix in (("video", VIDEO_TRANSFORMS), ("text", TEXT_TRANSFORMS)):
        for name in source.names(prefix):
            module = name.removesuffix(".bn1.weight")
            if name != module and f"{module}.fc1.weight" not in source:
                feature = module.removeprefix(prefix).removesuffix("_transform" if end == "text" else "")
                found[f"{end}:{feature}"] = sizes(source, name, dimensions=1)[0] // heads
    return found


def _config(
    choices: ImportChoices,
    source: OfficialTensors,
    text: TextEnd,
    videos: list[str],
    heads: tuple[int, int],
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """Returns the settings of our model."""
    bypassed = _bypassed_size(source, heads[0])
    wide = [sizes(source, f"{prefix}.fc1.weight")[0] for prefix in _transformed(source, videos)]
    width = wide[0] if wide else heads[0] * heads[1]
    features = {
        choices.feature(name): bypassed.get(f"video:{name}")
        or sizes(source, f"{VIDEO_TRANSFORMS}{name}.fc1.weight")[1]
        for name in videos
    }
    if len(features) < len(videos):
        raise FormatError("two official features under one name", where="--feature", found=list(features))
    inputs = {f"video:{choices.feature(name)}": f"{VIDEO_TRANSFORMS}{name}." for name in videos}
    inputs |= {f"text:{ours}": text_transform(name) for ours, name in text.order.items()}
    config: dict[str, Any] = {
        "system": "laff",
        "text_features": text.side.features | ({TOKENS: text.side.length} if text.encoders else {}),
        "video_features": features,
        "width": width,
        "heads": heads[0],
        "split_head": heads[0] > 1 and heads[0] * heads[1] == width,
        "encoders": encoder_settings(source, text, settings),
        "normed": [
            ours
            for ours, name in inputs.items()
            if f"{name}bn1.weight" in source and f"{name}fc1.weight" in source
        ],
        "bypassed": [ours for ours, name in inputs.items() if f"{name}fc1.weight" not in source],
        **{name: settings[name] for name in ("dropout", *SWITCH_PLACES)},
    }
    config["normalisation"] = normalisation(config, choices.setting("normalisation", None), text.side.kinds)
    return config


def _transformed(source: OfficialTensors, videos: list[str]) -> list[str]:
    """Returns the prefixes of the transforms with a linear layer, of either end."""
    prefixes = [f"{VIDEO_TRANSFORMS}{name}" for name in videos]
    weights = [name for name in source.names(TEXT_TRANSFORMS) if name.endswith(".fc1.weight")]
    prefixes += [name.removesuffix(".fc1.weight") for name in weights]
    return [prefix for prefix in prefixes if f"{prefix}.fc1.weight" in source]


def _tensors(
    source: OfficialTensors, text: TextEnd, videos: list[str], heads: int, settings: Mapping[str, Any]
) -> dict[str, Tensor]:
    """Returns our tensors."""
    made = encoder_tensors(source, text)
    for number, name in enumerate(text.order.values()):
        layer = _layer(source, text_transform(name))
        made |= under(f"text_transforms.layers.{number}", layer)
    for number, name in enumerate(videos):
        made |= under(f"video_transforms.layers.{number}", _layer(source, f"{VIDEO_TRANSFORMS}{name}."))
    for end, prefix in zip(("video_heads", "text_heads"), ATTENTION, strict=True):
        made |= under(end, _heads(source, prefix, heads, with_average=settings["with_ave"]))
    return made


def _layer(source: OfficialTensors, prefix: str) -> dict[str, Tensor]:
    """Returns the tensors of a transform, or of a feature that is only repeated and normalised."""
    if f"{prefix}fc1.weight" in source:
        return transform(source, prefix)
    return under("batch_norm", {kind: source.take(f"{prefix}bn1.{kind}") for kind in NORM_KINDS})


def _heads(source: OfficialTensors, prefix: str, heads: int, *, with_average: bool) -> dict[str, Tensor]:
    """Returns the tensors of our heads of an official attention layer.

    Raises:
        MismatchError: if its heads weigh the average differently, as no training leaves them.
    """
    single = f"{prefix}{LOGITS}weight" in source
    places = [prefix] if single else [f"{prefix}{HEAD}{number}." for number in range(heads)]
    made = {
        kind: source.take_all([f"{place}{LOGITS}{kind}" for place in places]) for kind in ("weight", "bias")
    }
    if with_average:
        averages = source.take_all([f"{place}{AVERAGE}" for place in places]).flatten()
        if len(averages.unique()) != 1:
            raise MismatchError(f"heads of {prefix} weigh the average differently", found=averages.tolist())
        made["average_weight"] = averages[0].clone()
    return made
