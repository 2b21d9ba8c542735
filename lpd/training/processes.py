"""Training one model in several processes, as torch's own launcher starts them (`torchrun -m lpd train`).

Each process embeds its share of every batch. The ends of all shares are put together in each of them, and
each computes the whole loss: hard negatives, DcL and entropies see the batch as one process would. The mean
of the processes' gradients is then the gradient of one.

A process alone passes through here untouched.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn

from lpd.errors import LpdError, MismatchError

__all__ = ["ALONE", "Processes", "agreed", "align", "averaged", "gathered", "launched", "share_batch_norm"]

PATIENCE = timedelta(hours=12)
"""How long a process waits for the others; the first one validates meanwhile."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Processes:
    """This process among those that train together.

    Args:
        number: of this one, from 0.
        count: of all.
    """

    number: int = 0
    count: int = 1

    @property
    def first(self) -> bool:
        """Whether this one validates, writes the files and shows the progress."""
        return self.number == 0

    def share(self, batch_size: int) -> slice:
        """Returns the rows of a batch that this process embeds.

        Raises:
            MismatchError: if the processes cannot have equal shares.
        """
        if batch_size % self.count:
            raise MismatchError(
                "processes need equal shares of a batch",
                expected=f"a batch_size that {self.count} divides",
                found=batch_size,
                next_step="change batch_size, which is that of all processes together, or their number",
            )
        rows = batch_size // self.count
        return slice(self.number * rows, (self.number + 1) * rows)


ALONE = Processes()
"""A training in this process only."""


@contextmanager
def launched(device: str) -> Iterator[Processes]:
    """Gives the processes that torchrun started, joined for the time; this one alone where it did not.

    Args:
        device: as in `TrainingConfig`; with `auto` or `cuda` each process takes a GPU of its own.

    Raises:
        LpdError: if there are fewer GPUs than processes, or all were told to take the same.
    """
    count = int(os.environ["WORLD_SIZE"]) if dist.is_available() and dist.is_torchelastic_launched() else 1
    if count == 1:
        yield ALONE
        return
    on_gpus = device.startswith("cuda") or (device == "auto" and torch.cuda.is_available())
    if on_gpus:
        _take_gpu(device, int(os.environ["LOCAL_RANK"]), int(os.environ["LOCAL_WORLD_SIZE"]))
    dist.init_process_group("nccl" if on_gpus else "gloo", timeout=PATIENCE)
    try:
        yield Processes(dist.get_rank(), count)
    finally:
        dist.destroy_process_group()


def _take_gpu(device: str, number: int, count: int) -> None:
    """Makes the GPU of this process's own number the current one."""
    if ":" in device:
        raise LpdError(
            "processes that train together need a GPU each", expected="device auto or cuda", found=device
        )
    if torch.cuda.device_count() < count:
        raise LpdError(
            "processes that train together need a GPU each",
            expected=f"at least {count} of them",
            found=torch.cuda.device_count(),
            next_step="start fewer processes, or choose the device cpu",
        )
    torch.cuda.set_device(number)


def gathered(own: Tensor, processes: Processes, *, axis: int) -> Tensor:
    """Returns the shares of all processes, side by side along an axis, with the gradient of each."""
    if processes.count == 1:
        return own
    together: Tensor = _Gathered.apply(own, axis, processes)
    return together


class _Gathered(torch.autograd.Function):
    """On the way back the gradients of all processes are added, as the sum of their losses has it."""

    @staticmethod
    def forward(ctx: Any, own: Tensor, axis: int, processes: Processes) -> Tensor:
        ctx.axis, ctx.rows, ctx.processes = axis, own.shape[axis], processes
        own = own.contiguous()
        shares = [torch.empty_like(own) for _ in range(processes.count)]
        dist.all_gather(shares, own)
        return torch.cat(shares, dim=axis)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        gradient = gradient.clone(memory_format=torch.contiguous_format)
        dist.all_reduce(gradient)
        return gradient.narrow(ctx.axis, ctx.processes.number * ctx.rows, ctx.rows), None, None


def align(tensors: Iterable[Tensor], processes: Processes) -> None:
    """Puts the first process's values into the tensors of all."""
    if processes.count > 1:
        for tensor in tensors:
            dist.broadcast(tensor, src=0)


def averaged(tensors: Sequence[Tensor], processes: Processes) -> list[Tensor]:
    """Returns the mean of each tensor over the processes."""
    if processes.count == 1 or not tensors:
        return list(tensors)
    together = torch.cat([tensor.reshape(-1) for tensor in tensors])
    dist.all_reduce(together)
    together /= processes.count
    parts = together.split([tensor.numel() for tensor in tensors])
    return [part.view_as(tensor) for part, tensor in zip(parts, tensors, strict=True)]


def agreed(value: Value, processes: Processes) -> Value:
    """Returns the first process's value, in all of them; they wait for it here."""
    if processes.count == 1:
        return value
    held = [value if processes.first else None]
    dist.broadcast_object_list(held)
    found: Any = held[0]
    return found


@contextmanager
def share_batch_norm(model: nn.Module, processes: Processes) -> Iterator[None]:
    """Lets batch normalisation in training take its statistics over the shares of all processes for the
    time; the layers stay what they are.
    """

    def whole(layer: nn.Module, inputs: tuple[Tensor]) -> tuple[Tensor] | None:
        return (gathered(inputs[0], processes, axis=0),) if layer.training else None

    def own(layer: nn.Module, inputs: tuple[Tensor], output: Tensor) -> Tensor | None:
        return output[processes.share(len(output))] if layer.training else None

    shared = processes.count > 1
    layers = [one for one in model.modules() if shared and isinstance(one, nn.BatchNorm1d)]
    hooks = [layer.register_forward_pre_hook(whole) for layer in layers]
    hooks += [layer.register_forward_hook(own) for layer in layers]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
