"""The device that a training runs on, and the type its embeddings are computed in."""

import torch

from lpd.errors import LpdError, NotFoundError

__all__ = ["choose_device", "choose_precision"]


def choose_device(name: str) -> torch.device:
    """Returns the device of a name; `auto` is the current GPU when there is one, else the CPU.

    Raises:
        NotFoundError: if this machine has no such device.
    """
    available = torch.cuda.is_available()
    if name == "auto":
        name = "cuda" if available else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise NotFoundError(
            "unknown device", expected="auto, cpu, cuda or cuda:<number>", found=name
        ) from error
    if device.type == "cpu":
        return device
    if device.type != "cuda" or not available or (device.index or 0) >= torch.cuda.device_count():
        raise NotFoundError(
            "this machine has no such device",
            expected="auto, cpu"
            + (f" or cuda:0 to cuda:{torch.cuda.device_count() - 1}" if available else ""),
            found=name,
        )
    return torch.device("cuda", torch.cuda.current_device() if device.index is None else device.index)


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """Returns the type that embeddings are computed in; weights, losses and updates stay float32, but for
    float64, which is that of everything.

    Raises:
        LpdError: if half precision is asked for on a CPU.
    """
    if name == "float64":
        return torch.float64
    if name == "float32" or (name == "auto" and device.type == "cpu"):
        return torch.float32
    if device.type == "cpu":
        raise LpdError(
            "mixed precision needs a GPU", found=f"precision {name} on a CPU", next_step="use float32"
        )
    if name == "auto":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.bfloat16 if name == "bfloat16" else torch.float16
