"""What is to be trained, and the command that trains it."""

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lpd.errors import FormatError

__all__ = ["ModelRequest", "as_typed", "train_command"]


@dataclass(frozen=True)
class ModelRequest:
    """What is to be trained.

    Args:
        name: of the model in the workspace.
        system: key in `MODELS`.
        captions: caption set to learn from, or several as `A,B`; their collections may differ.
        validation: caption set that selects the epoch.
        text_features: names; empty takes all that are encoded for the captions.
        video_features: names, appended ones as `a+b`, frames as `frames:a`; empty takes all of the
            collection.
        preset: named training settings.
        settings: `KEY=VALUE` changes to the preset, the value in JSON or a plain word.
        width: of the common spaces.
        heads: of LAFF; None takes as many as there are features.
        encoders: trainable text encoders over `tokens`: `gru`, `bigru`, `netvlad`, with sizes as
            `gru:hidden=256,embedding=300`.
        options: `KEY=VALUE` settings of the model itself, as `two_layer=false`.
        init_from: name of a model whose weights are the beginning.
        teachers: names of models that a student learns from.
        seed: of initial weights, batches and dropout.
        device: `auto`, `cpu` or `cuda`.
    """

    name: str
    system: str
    captions: str
    validation: str
    text_features: tuple[str, ...] = ()
    video_features: tuple[str, ...] = ()
    preset: str = "lpd-recipe"
    settings: tuple[str, ...] = ()
    width: int = 512
    heads: int | None = None
    encoders: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    init_from: str | None = None
    teachers: tuple[str, ...] = ()
    seed: int = 0
    device: str = "auto"


_SWITCHES = {
    "name": "--name",
    "captions": "--captions",
    "validation": "--validation",
    "text_features": "--text-feature",
    "video_features": "--video-feature",
    "preset": "--preset",
    "settings": "--set",
    "width": "--width",
    "heads": "--heads",
    "encoders": "--encoder",
    "options": "--option",
    "init_from": "--init-from",
    "teachers": "--teacher",
    "seed": "--seed",
    "device": "--device",
}
"""Field of a request -> option of `lpd train`; the system is its argument."""


def train_command(request: ModelRequest, *, workspace: Path, resume: bool = False) -> list[str]:
    """Returns the command that trains a request, for this Python: `python -m lpd train SYSTEM ...`.

    Each option and its value are one part, so no value is taken for an option; those that are as by default
    are left out.

    Args:
        request: of a known system.
        workspace: its folder.
        resume: go on where a killed training stopped.

    Raises:
        FormatError: if a value cannot be part of a command.
    """
    default = ModelRequest("", request.system, "", "")
    command = [sys.executable, "-m", "lpd", "train", request.system]
    for field, switch in _SWITCHES.items():
        value = getattr(request, field)
        if value != getattr(default, field):
            command += [f"{switch}={one}" for one in (value if isinstance(value, tuple) else (value,))]
    for part in command:
        if not part.isprintable():
            raise FormatError("not part of a command", expected="printable characters", found=repr(part))
    return [*command, f"--workspace={workspace.resolve()}", *(["--resume"] if resume else [])]


def as_typed(command: Sequence[str]) -> str:
    """Returns a command as a person types it: `lpd train ...`, quoted for a shell."""
    return shlex.join(["lpd", *command[3:]])
