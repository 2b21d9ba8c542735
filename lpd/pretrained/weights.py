"""Weights of pretrained models as named tensors, read without executing anything."""

import pickle
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lpd.errors import FormatError, NotFoundError, name_some
from lpd.pretrained.folders import stays_inside
from lpd.storage import read_json

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["read_weights", "weight_files"]

_WHOLE = ("model.safetensors", "pytorch_model.bin")
_ALL = "safetensors or PyTorch weights (model.safetensors or pytorch_model.bin, in one file or several)"


def weight_files(folder: Path) -> list[str]:
    """Returns the names of the files in a folder that hold a model's weights, the index of several first.

    safetensors go before PyTorch's own format; other formats are not read.

    Raises:
        NotFoundError: if there are none, or parts of them are missing.
        FormatError: if the index is damaged.
    """
    for name in _WHOLE:
        if (folder / name).is_file():
            return [name]
        index = f"{name}.index.json"
        if (folder / index).is_file():
            return [index, *_parts(folder / index)]
    others = sorted(path.name for path in folder.iterdir() if path.suffix in _OTHER_FORMATS)
    raise NotFoundError(
        "no weights that can be read here",
        where=folder,
        expected=_ALL,
        found=name_some(others) if others else "none",
        next_step="save the model with save_pretrained of transformers, and give that folder",
    )


_OTHER_FORMATS = (".bin", ".ckpt", ".gguf", ".h5", ".msgpack", ".onnx", ".pkl", ".pt", ".pth", ".safetensors")


def _parts(index: Path) -> list[str]:
    named = read_json(index).get("weight_map")
    if not isinstance(named, dict) or not named or not all(isinstance(one, str) for one in named.values()):
        raise FormatError("index of weights without its weight_map", where=index)
    parts = sorted(set(named.values()))
    leaving = [part for part in parts if "/" in part or not part or not stays_inside(part)]
    if leaving:
        raise FormatError("index of weights names files elsewhere", where=index, found=name_some(leaving))
    missing = [part for part in parts if not (index.parent / part).is_file()]
    if missing:
        raise NotFoundError("parts of the weights are missing", where=index.parent, found=name_some(missing))
    return parts


def read_weights(folder: Path, names: Iterable[str], *, prefixes: tuple[str, ...]) -> "dict[str, Tensor]":
    """Returns tensors by name, half precision widened to float32; the files' other content is not read.

    Args:
        folder: of the model.
        names: from `weight_files`.
        prefixes: of the names of the tensors wanted; `("",)` takes all.

    Raises:
        FormatError: if a file is damaged, is not just tensors, or holds weights that are not finite.
    """
    tensors: dict[str, Tensor] = {}
    for name in names:
        if name.endswith(".safetensors"):
            tensors |= _safe_tensors(folder / name, prefixes)
        elif not name.endswith(".json"):
            tensors |= _torch_tensors(folder / name, prefixes)
    widened = {name: one.float() if one.is_floating_point() else one for name, one in tensors.items()}
    broken = [
        name for name, one in widened.items() if one.is_floating_point() and not bool(one.isfinite().all())
    ]
    if broken:
        raise FormatError("weights that are not finite numbers", where=folder, found=name_some(broken))
    return widened


def _safe_tensors(path: Path, prefixes: tuple[str, ...]) -> "dict[str, Tensor]":
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as stored:
            names = stored.keys()
            return {name: stored.get_tensor(name) for name in names if name.startswith(prefixes)}
    except (SafetensorError, KeyError, ValueError, OSError) as error:
        raise FormatError(
            "weights are damaged or cut short", where=path, expected="a safetensors file", found=error
        ) from error


def _torch_tensors(path: Path, prefixes: tuple[str, ...]) -> "dict[str, Tensor]":
    import torch

    with _damage(path):
        stored = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    if not isinstance(stored, dict):
        raise FormatError("not weights", where=path, expected="tensors by name", found=type(stored).__name__)
    other = [
        str(name) for name, one in stored.items() if not (isinstance(name, str) and torch.is_tensor(one))
    ]
    if other:
        raise FormatError("not only tensors", where=path, found=name_some(other))
    return {name: one for name, one in stored.items() if name.startswith(prefixes)}


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    """Turns what the restricted unpickler raises into one sentence; it never runs what it refuses."""
    try:
        yield
    except pickle.UnpicklingError as error:
        raise FormatError(
            "this file holds more than tensors, and is not run",
            where=path,
            expected="a state dict of tensors",
            found=str(error).splitlines()[0][:200],
            next_step="save the model as safetensors where it comes from",
        ) from error
    except Exception as error:  # the reader of torch raises whatever a damaged archive leads to
        raise FormatError(
            "weights are damaged or cut short", where=path, found=f"{type(error).__name__}: {error}"[:300]
        ) from error
