"""What a training needs to go on after a kill, in one file that is whole or absent.

The file is a safetensors file whose header carries the rest as JSON: reading it executes nothing. Random
numbers are drawn anew from (seed, epoch) at the start of each epoch, so no generator's state has to be kept.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from lpd.errors import FormatError, StaleError
from lpd.models import SpaceModel
from lpd.storage import atomic_file

__all__ = ["STATE_NAME", "TrainingState", "load_state", "save_state", "saved_epochs"]

STATE_NAME = "state.safetensors"
"""The file a stopped training goes on from."""

PLAIN = (
    "epoch",
    "best_epoch",
    "best",
    "without_gain",
    "plateau_epochs",
    "learning_rate",
    "history",
    "scaler",
)


@dataclass
class TrainingState:
    """Where a training stands between two epochs.

    Args:
        learning_rate: of the next epoch.
        epoch: epochs finished.
        best_epoch: the epoch (from 1) of the best weights; 0 before the first.
        best: its validation measures.
        without_gain: epochs since then.
        plateau_epochs: epochs since the last gain or the last halving of the rate.
        carried: caption rows that open the next epoch.
        history: one row per finished epoch.
        best_weights: the model's state then.
        scaler: state of the gradient scaler; empty without mixed precision.
    """

    learning_rate: float
    epoch: int = 0
    best_epoch: int = 0
    best: dict[str, float] = field(default_factory=dict)
    without_gain: int = 0
    plateau_epochs: int = 0
    carried: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    history: list[dict[str, Any]] = field(default_factory=list)
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    scaler: dict[str, Any] = field(default_factory=dict)


def save_state(
    path: Path,
    state: TrainingState,
    *,
    model: SpaceModel,
    optimiser: torch.optim.Optimizer,
    identity: dict[str, Any],
) -> None:
    """Writes the state atomically; `identity` says which settings and data it belongs to."""
    tensors = {f"weights/{name}": tensor for name, tensor in model.state_dict().items()}
    tensors |= {f"best/{name}": tensor for name, tensor in state.best_weights.items()}
    for number, values in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser/{number}/{name}": torch.as_tensor(value) for name, value in values.items()}
    tensors["carried"] = torch.from_numpy(state.carried)
    plain = {"identity": identity, **{name: getattr(state, name) for name in PLAIN}}
    # clones, because safetensors refuses tensors that share memory
    own = {name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in tensors.items()}
    with atomic_file(Path(path)) as temporary:
        save_file(own, temporary, metadata={"state": json.dumps(plain, allow_nan=False)})


def load_state(
    path: Path, *, model: SpaceModel, optimiser: torch.optim.Optimizer, identity: dict[str, Any]
) -> TrainingState:
    """Returns the saved state, after putting weights and averages back into model and optimiser.

    Raises:
        FormatError: if the file is damaged or of another model.
        StaleError: if it belongs to other settings or data; all differing ones are named.
    """
    tensors, plain = _read(Path(path))
    saved = plain.pop("identity", {})
    changed = [name for name in identity if saved.get(name) != identity[name]]
    if changed:
        raise StaleError(
            "the training begun here had other settings or data",
            where=path,
            expected={name: saved.get(name) for name in changed},
            found={name: identity[name] for name in changed},
            next_step="go back to them, or start afresh (resume off)",
        )
    averages: dict[int, dict[str, Tensor]] = {}
    weights: dict[str, Tensor] = {}
    best: dict[str, Tensor] = {}
    for key, tensor in tensors.items():
        part, _, name = key.partition("/")
        if part == "weights":
            weights[name] = tensor
        elif part == "best":
            best[name] = tensor.to(next(model.parameters()).device)
        elif part == "optimiser":
            number, _, name = name.partition("/")
            averages.setdefault(int(number), {})[name] = tensor
    try:
        model.load_state_dict(weights)
        optimiser.load_state_dict({**optimiser.state_dict(), "state": averages})
        return TrainingState(**plain, carried=tensors["carried"].numpy(), best_weights=best)
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path, error) from error


def saved_epochs(path: Path) -> int:
    """Returns how many finished epochs a saved state holds; its tensors are not read.

    Raises:
        FormatError: if the file is damaged.
    """
    try:
        with safe_open(path, framework="np") as file:
            return int(json.loads((file.metadata() or {})["state"])["epoch"])
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise _damaged(path, error) from error


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    try:
        with safe_open(path, framework="pt") as file:
            plain = json.loads((file.metadata() or {})["state"])
            return {name: file.get_tensor(name) for name in file.keys()}, plain  # noqa: SIM118
    except (SafetensorError, KeyError, json.JSONDecodeError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> FormatError:
    return FormatError(
        f"not the state of a training ({error})", where=path, next_step="start afresh (resume off)"
    )
