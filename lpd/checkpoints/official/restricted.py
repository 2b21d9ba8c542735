"""Official checkpoints and vocabularies read as data: nothing in the file is executed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lpd.checkpoints.official.containers import Content, read_legacy, read_plain_pickle, read_zip
from lpd.checkpoints.official.file import OfficialFile, StandIn
from lpd.errors import FormatError, LpdError, NotFoundError, name_some
from lpd.storage import digest_file

__all__ = ["attributes_of", "read_official", "read_pickle"]

GIT_LFS = b"version https://git-lfs"
ZIP_MAGIC = b"PK\x03\x04"
MODEL = "model"


def read_official(path: Path) -> OfficialFile:
    """Returns the weights and settings of a checkpoint; no code of it runs, none of its classes is made.

    Args:
        path: a file of `torch.save` in either container, or `.safetensors`; with the training's entries
            (`model`, `config`, ...) or a bare state dict.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it is not such a file, is damaged, or says that it holds more than it does.
    """
    path = Path(path)
    head = _head(path)
    if path.suffix == ".safetensors":
        container, content = "safetensors", Content(_read_safetensors(path), ())
    elif head.startswith(ZIP_MAGIC):
        container, content = "zip", _placed(read_zip, path)
    else:
        container, content = "legacy", _placed(read_legacy, path)
    value = content.value
    if not isinstance(value, dict) or not value:
        raise FormatError(
            "not a checkpoint", where=path, expected="entries by name", found=type(value).__name__
        )
    notes: list[str] = []
    bare = all(isinstance(one, Tensor) for one in value.values())
    weights = value if bare else value.get(MODEL, value.get("state_dict"))
    listed = weights if isinstance(weights, list) and weights else [weights]
    parts = tuple(_part(one, path, notes) for one in listed)
    return OfficialFile(
        path=path,
        container=container,
        parts=parts,
        config={} if bare else attributes_of(value.get("config")),
        options={} if bare else attributes_of(value.get("opt")),
        facts={"keys": ["(a bare state dict)"]} if bare else _facts(value),
        refused=content.refused,
        notes=tuple(dict.fromkeys(notes)),
        digest=digest_file(path),
    )


def read_pickle(path: Path) -> Any:
    """Returns what a pickle file without tensors holds: plain data and stand-ins.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it is no pickle, or damaged.
    """
    path = Path(path)
    _head(path)
    return _placed(read_plain_pickle, path).value


def attributes_of(value: Any) -> dict[str, Any]:
    """Returns the attributes of a stand-in, or the entries of a dictionary; none for anything else."""
    if isinstance(value, StandIn):
        value = value.attributes
    return {key: one for key, one in value.items() if isinstance(key, str)} if isinstance(value, dict) else {}


def _head(path: Path) -> bytes:
    if not path.is_file():
        raise NotFoundError("no such file", where=path)
    try:
        with path.open("rb") as stream:
            head = stream.read(64)
    except OSError as error:
        raise FormatError(f"cannot be read ({error.strerror})", where=path) from error
    if head.startswith(GIT_LFS):
        raise FormatError(
            "a Git LFS pointer instead of the file itself",
            where=path,
            next_step="fetch it with   git lfs pull   in its repository",
        )
    return head


def _placed(read: Callable[[Path], Content], path: Path) -> Content:
    """Returns what a reader returns; its errors name the file."""
    try:
        return read(path)
    except LpdError as error:
        raise FormatError(
            f"cannot be read as a checkpoint: {error}", where=path, next_step="copy it again, whole"
        ) from error
    except OSError as error:
        raise FormatError(f"cannot be read ({error.strerror})", where=path) from error


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except SafetensorError as error:
        raise FormatError(f"not a whole safetensors file ({error})", where=path) from error


def _part(weights: Any, path: Path, notes: list[str]) -> dict[str, Tensor]:
    """Returns one state dict, prefixes off and floating-point tensors as float32."""
    if not isinstance(weights, dict) or not weights:
        raise FormatError(
            "a checkpoint without weights",
            where=path,
            expected="tensors by name under `model` or `state_dict`, or alone",
            found=type(weights).__name__,
        )
    strange = [str(name)[:60] for name, one in weights.items() if not isinstance(one, Tensor)]
    if strange:
        raise FormatError("weights that are no tensors", where=path, found=name_some(strange))
    named = _without_wrappers({str(name): one for name, one in weights.items()}, notes)
    return {name: _float32(one, notes) for name, one in named.items()}


def _without_wrappers(tensors: Mapping[str, Tensor], notes: list[str]) -> dict[str, Tensor]:
    """Returns the tensors under the names they have on one GPU: DataParallel puts `module.` before all, or
    before all of one network (`vis_net.module.`).
    """
    if all(name.startswith("module.") for name in tensors):
        notes.append("the prefix `module.` of a training on several GPUs was taken off")
        return _without_wrappers({name.removeprefix("module."): one for name, one in tensors.items()}, notes)
    heads = {name.partition(".")[0] for name in tensors}
    wrapped = {
        head
        for head in heads
        if all(name.startswith(f"{head}.module.") for name in tensors if name.partition(".")[0] == head)
    }
    if not wrapped:
        return dict(tensors)
    notes.append(f"`module.` inside of {', '.join(sorted(wrapped))} was taken off")
    return {
        name.replace(".module.", ".", 1) if name.partition(".")[0] in wrapped else name: one
        for name, one in tensors.items()
    }


def _float32(tensor: Tensor, notes: list[str]) -> Tensor:
    if not tensor.is_floating_point() or tensor.dtype == torch.float32:
        return tensor
    notes.append(f"{str(tensor.dtype).removeprefix('torch.')} weights became float32")
    return tensor.float()


def _facts(value: Mapping[Any, Any]) -> dict[str, Any]:
    """Returns the entries that are plain numbers or short texts, and the names of all."""
    plain = {
        str(key): one
        for key, one in value.items()
        if isinstance(one, int | float | str) and len(str(key)) <= 60 and len(str(one)) <= 200
    }
    return {"keys": [str(key)[:60] for key in value], **plain}
