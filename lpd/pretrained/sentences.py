"""The folder layout of sentence encoders: a transformer, a pooling, then linear layers and unit length.

Source: modules.json and the settings beside it, as the package sentence-transformers writes them.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lpd.errors import FormatError, NotFoundError
from lpd.pretrained.folders import stays_inside
from lpd.pretrained.weights import read_weights, weight_files
from lpd.storage import read_json

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = [
    "DenseLayer",
    "SentenceLayout",
    "dense_files",
    "load_dense",
    "plain_layout",
    "read_sentence_layout",
]

MODULES_NAME = "modules.json"
POOLINGS = ("mean", "cls")
_POOLING_SWITCHES = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
_OTHER_SWITCHES = (
    "pooling_mode_max_tokens",
    "pooling_mode_mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens",
    "pooling_mode_lasttoken",
)
_ACTIVATIONS = ("Identity", "Tanh")
_ORDER = re.compile(r"Transformer Pooling( Dense)*( Normalize)?")


class DenseLayer(NamedTuple):
    """A linear layer after the pooling: its folder in the model's, and the activation's name."""

    path: str
    activation: str


class SentenceLayout(NamedTuple):
    """How a transformer's states become a text's vector.

    Args:
        transformer: folder of the transformer in the model's; empty if that is the same.
        pooling: `mean` over all tokens, or the state of the first one (`cls`).
        dense: linear layers after it.
        unit: whether the vector is made of unit length.
        longest: most tokens; None takes the transformer's own limit.
        lower_case: whether texts are lower-cased first.
        prefix: set before every text.
        settings: files that say all this, as paths in the model's folder.
    """

    transformer: str = ""
    pooling: str = "mean"
    dense: tuple[DenseLayer, ...] = ()
    unit: bool = False
    longest: int | None = None
    lower_case: bool = False
    prefix: str = ""
    settings: tuple[str, ...] = ()


def plain_layout(pooling: str) -> SentenceLayout:
    """Returns the layout of a transformer alone.

    Raises:
        FormatError: if the pooling is not known.
    """
    if pooling not in POOLINGS:
        raise FormatError("unknown pooling", expected=" or ".join(POOLINGS), found=repr(pooling))
    return SentenceLayout(pooling=pooling)


def read_sentence_layout(folder: Path) -> SentenceLayout | None:
    """Returns the layout that a folder describes; None if it has no modules.json.

    Raises:
        FormatError: if a file is damaged, or a module or pooling is none of those that are computed here.
        NotFoundError: if the settings of a module are missing.
    """
    if not (folder / MODULES_NAME).is_file():
        return None
    modules = _modules(folder / MODULES_NAME)
    kinds = [kind for kind, _ in modules]
    if _ORDER.fullmatch(" ".join(kinds)) is None:
        raise FormatError(
            "modules that are not computed here",
            where=folder / MODULES_NAME,
            expected="Transformer, Pooling, then Dense and Normalize or neither",
            found=", ".join(kinds),
        )
    transformer, pooling = modules[0][1], modules[1][1]
    dense = tuple(_dense(folder, path) for kind, path in modules if kind == "Dense")
    own = _optional(folder, _joined(transformer, "sentence_bert_config.json"))
    whole = _optional(folder, "config_sentence_transformers.json")
    optional = (_joined(transformer, "sentence_bert_config.json"), "config_sentence_transformers.json")
    settings = [
        MODULES_NAME,
        _joined(pooling, "config.json"),
        *(_joined(one.path, "config.json") for one in dense),
    ]
    longest = own.get("max_seq_length")
    return SentenceLayout(
        transformer,
        _pooling(folder / pooling / "config.json"),
        dense,
        unit=kinds[-1] == "Normalize",
        longest=longest if type(longest) is int and longest > 2 else None,
        lower_case=own.get("do_lower_case") is True,
        prefix=_prefix(whole, folder),
        settings=tuple(settings + [name for name in optional if (folder / name).is_file()]),
    )


def _modules(path: Path) -> list[tuple[str, str]]:
    """Returns (kind, folder in the model's) of the modules, in order."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        found = [(str(one["type"]).rsplit(".", 1)[-1], str(one.get("path", ""))) for one in listed]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError("not a list of modules", where=path, found=repr(error)[:200]) from error
    for _, inner in found:
        if not stays_inside(inner):
            raise FormatError("a module outside of the model's folder", where=path, found=repr(inner))
    return found


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _optional(folder: Path, name: str) -> dict[str, Any]:
    return read_json(folder / name) if (folder / name).is_file() else {}


def _pooling(path: Path) -> str:
    settings = read_json(path)
    chosen = [word for key, word in _POOLING_SWITCHES.items() if settings.get(key) is True]
    chosen += [key for key in _OTHER_SWITCHES if settings.get(key) is True]
    if not chosen and isinstance(settings.get("pooling_mode"), str):
        chosen = [settings["pooling_mode"]]
    if len(chosen) != 1 or chosen[0] not in POOLINGS:
        raise FormatError(
            "a pooling that is not computed here",
            where=path,
            expected=" or ".join(POOLINGS),
            found=", ".join(chosen) or "none",
        )
    return chosen[0]


def _dense(folder: Path, path: str) -> DenseLayer:
    settings = read_json(folder / path / "config.json")
    activation = str(settings.get("activation_function", "torch.nn.modules.activation.Tanh")).rsplit(".", 1)[
        -1
    ]
    if activation not in _ACTIVATIONS:
        raise FormatError(
            "an activation that is not computed here",
            where=folder / path / "config.json",
            expected=" or ".join(_ACTIVATIONS),
            found=activation,
        )
    return DenseLayer(path, activation)


def _prefix(settings: Mapping[str, Any], folder: Path) -> str:
    name = settings.get("default_prompt_name")
    if name is None:
        return ""
    prompts = settings.get("prompts")
    if not isinstance(prompts, dict) or not isinstance(prompts.get(name), str):
        raise FormatError("no text of the default prompt", where=folder, expected=repr(name))
    return str(prompts[name])


def load_dense(folder: Path, layer: DenseLayer, *, width: int) -> "nn.Linear":
    """Returns a linear layer after the pooling, on the CPU.

    Args:
        folder: of the model.
        layer: from the layout.
        width: of what goes in.

    Raises:
        NotFoundError: if its weights are missing.
        FormatError: if they are damaged or do not fit.
    """
    import torch

    place = folder / layer.path
    stored: dict[str, Tensor] = read_weights(place, weight_files(place), prefixes=("linear.",))
    tensors = {name.removeprefix("linear."): one for name, one in stored.items()}
    weight, bias = tensors.get("weight"), tensors.get("bias")
    if weight is None or weight.ndim != 2 or weight.shape[1] != width or len(tensors) > 2:
        raise FormatError(
            "weights of a linear layer", where=place, expected=f"linear.weight of {width} columns"
        )
    if bias is not None and bias.shape != weight.shape[:1]:
        raise FormatError(
            "bias of a linear layer", where=place, expected=len(weight), found=tuple(bias.shape)
        )
    with torch.device("meta"):
        linear = torch.nn.Linear(width, len(weight), bias=bias is not None)
    linear.load_state_dict(tensors, assign=True)
    return linear.requires_grad_(False)


def dense_files(folder: Path, layer: DenseLayer) -> list[str]:
    """Returns the weight files of a layer, as paths in the model's folder.

    Raises:
        NotFoundError: if there are none.
    """
    place = folder / layer.path
    if not place.is_dir():
        raise NotFoundError("a module's folder is missing", where=place)
    return [_joined(layer.path, name) for name in weight_files(place)]
