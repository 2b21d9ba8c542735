"""Weights of a torch module as named numpy arrays, and back, with every size checked."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import torch
from torch import nn

from lpd.text.encoder_files import Tensors, check_tensors

__all__ = ["built_module", "module_weights"]

Module = TypeVar("Module", bound=nn.Module)


def module_weights(module: nn.Module) -> Tensors:
    """Returns the module's parameters and buffers by name, on the CPU."""
    return {name: values.detach().cpu().numpy() for name, values in module.state_dict().items()}


def built_module(
    build: Callable[[], Module],
    tensors: Tensors,
    *,
    deciding: Mapping[str, tuple[int, ...]],
    where: Path,
) -> Module:
    """Returns a module with the weights that were read.

    Args:
        build: makes the module, with any weights; torch's generator is put back afterwards.
        tensors: what `module_weights` returned.
        deciding: the shapes, by the document's sizes, of weights that decide how large the module is; they
            are compared first, so a forged size cannot ask for more memory than the file holds.
        where: the folder, for the error.

    Raises:
        MismatchError: if names, shapes or types differ, all at once.
        FormatError: if weights are NaN or infinite.
    """
    known = {name: tensors[name] for name in deciding if name in tensors}
    check_tensors(known, {name: (shape, "float32") for name, shape in deciding.items()}, where=where)
    with torch.random.fork_rng(devices=[]):
        module = build()
    expected = {
        name: (tuple(values.shape), str(values.dtype).removeprefix("torch."))
        for name, values in module.state_dict().items()
    }
    check_tensors(tensors, expected, where=where)
    module.load_state_dict({name: torch.from_numpy(values) for name, values in tensors.items()})
    return module
