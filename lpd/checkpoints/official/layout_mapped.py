"""Checkpoints of unknown names: a mapping file says which tensor is which."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

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
from lpd.checkpoints.official.layout_parts import normalisation, without_encoder
from lpd.errors import FormatError, MismatchError, NotFoundError, name_some
from lpd.models import MODELS, build_model

__all__ = ["convert_mapped", "names_to_map", "with_mapping"]

EXAMPLES: dict[str, dict[str, Any]] = {
    "lpd": {
        "text_features": {"text_a": 512, "text_b": 768},
        "video_features": {"video_a": 2048, "video_b": 512},
    }
}
SECTIONS = ("system", "model", "tensors")


def with_mapping(choices: ImportChoices, path: Path) -> ImportChoices:
    """Returns the choices with what a mapping file says.

    The file is TOML or JSON: `system`, a table `model` with settings as a `config.json` of ours has them, and
    a table `tensors`: our name -> the file's name, a list of names to put one below the other, or a number
    that fills it. Names of a file of several parts begin with `[0] ` or `[1] `.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it is damaged, or has other keys or values.
    """
    if not path.is_file():
        raise NotFoundError("no such mapping", where=path)
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"damaged ({str(error)[:80]})", where=path) from error
    if not isinstance(document, dict) or not set(document) <= set(SECTIONS):
        raise FormatError("a mapping of other keys", where=path, expected=", ".join(SECTIONS))
    model, tensors = document.get("model", {}), document.get("tensors", {})
    if not isinstance(model, dict) or not isinstance(tensors, dict):
        raise FormatError("a mapping without its tables", where=path, expected="model and tensors")
    strange = [name for name, value in tensors.items() if not _is_source(value)]
    if strange:
        raise FormatError(
            "tensors of a mapping",
            where=path,
            expected="a name, a list of names or a number for each",
            found=name_some(strange),
        )
    system = document.get("system", model.get("system"))
    return replace(
        choices, model={**model, **({} if system is None else {"system": system})}, mapping=tensors
    )


def _is_source(value: object) -> bool:
    listed = value if isinstance(value, list) and value else [value]
    return all(isinstance(one, str) for one in listed) or type(value) in (int, float)


def names_to_map(system: str, model: Mapping[str, Any]) -> dict[str, list[int]]:
    """Returns our tensor names -> shapes that a mapping must give.

    Args:
        system: of the model.
        model: its settings; without any those of an example, whose numbers stand for features in their order.

    Raises:
        LpdError: if there is no such system, or the settings are impossible.
    """
    if system not in MODELS:
        raise NotFoundError("unknown system", expected=", ".join(MODELS), found=system)
    if not model and system not in EXAMPLES:
        raise FormatError(
            f"the names of {system} depend on its settings",
            expected="a --mapping FILE with a table [model]",
            next_step="give text_features and video_features, name = dimension, and what else decides it",
        )
    with torch.device("meta"):
        made = build_model(_config({**(model or EXAMPLES[system]), "system": system}, None), seed=None)
    return {name: list(tensor.shape) for name, tensor in made.state_dict().items()}


def convert_mapped(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Returns the model that the mapping describes.

    Raises:
        FormatError: if the mapping names no system, or its settings are impossible.
        MismatchError: if tensors are missing or misshapen.
    """
    if not choices.model.get("system"):
        raise FormatError("a mapping without its system", expected=f"system = one of {', '.join(MODELS)}")
    model = built(_config(choices.model, choices.setting("normalisation", None)), where=file.path)
    parts = len(file.parts)
    tensors = {
        (name if parts == 1 else f"[{number}] {name}"): tensor
        for number, part in enumerate(file.parts)
        for name, tensor in part.items()
    }
    source = OfficialTensors(tensors, where=file.path)
    state = model.state_dict()
    unknown = [name for name in choices.mapping if name not in state]
    missing = [name for name in state if name not in choices.mapping]
    if unknown or missing:
        raise MismatchError(
            "the mapping does not name the tensors of the model",
            expected=f"also {name_some(missing)}" if missing else "no others",
            found=f"not of the model: {name_some(unknown)}" if unknown else None,
            next_step="lpd import checkpoint FILE --inspect --mapping FILE lists all names",
        )
    made = {ours: _made(source, said, state[ours]) for ours, said in choices.mapping.items()}
    place_tensors(model, made, where=file.path)
    source.drop(source.names(), "the mapping does not name it")
    notes = ["names were read by the mapping", *without_encoder(model, ())]
    return Converted(model, (), source.finish(), tuple(notes))


def _config(model: Mapping[str, Any], chosen: object) -> dict[str, Any]:
    """Returns settings with the normalisation that is said or chosen, else none for every input."""
    config = dict(model)
    if isinstance(config.get("text_features"), dict) and isinstance(config.get("video_features"), dict):
        said = config.get("normalisation") if chosen is None else chosen
        config["normalisation"] = normalisation(config, said, {})
    return config


def _made(source: OfficialTensors, said: Any, expected: Tensor) -> Tensor:
    """Returns the tensor that an entry of the mapping means."""
    if type(said) in (int, float):
        return torch.full(tuple(expected.shape), said, dtype=expected.dtype)
    if isinstance(said, str):
        tensor = source.take(said)
        return tensor.reshape(expected.shape) if tensor.numel() == expected.numel() == 1 else tensor
    made = source.take_all(said)
    rows = len(said), made.numel() // len(said)
    return made.reshape(rows) if expected.ndim == 2 and made.ndim == 1 and rows[0] == len(expected) else made
