"""Models that a training begins with, or learns from."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lpd.cards import check_weights
from lpd.checkpoints import load_checkpoint
from lpd.errors import LpdError, MismatchError
from lpd.models import SpaceModel
from lpd.services.pairs import InputNames, input_names
from lpd.text import load_text_encoder
from lpd.workspace import Workspace

if TYPE_CHECKING:
    from lpd.services.training import ModelRequest

__all__ = ["begin_with", "teachers_of", "with_those_of_teachers"]


def begin_with(workspace: Workspace, model: SpaceModel, request: "ModelRequest") -> str | None:
    """Puts the weights of `init_from` into the model and returns their digest.

    Raises:
        MismatchError: if that model is of another system, or of other features, encoders or sizes.
        LpdError: if only vectors of it are here.
    """
    if request.init_from is None:
        return None
    card = workspace.model_card(request.init_from)
    check_weights(card, purpose="a training cannot begin with it")
    other = load_checkpoint(workspace.model_folder(request.init_from))
    own, found = model.to_config(), other.model.to_config()
    differing = sorted(key for key in own.keys() | found.keys() if own.get(key) != found.get(key))
    if differing:
        raise MismatchError(
            f"model {request.init_from} cannot be the beginning",
            expected="; ".join(f"{key} {own.get(key)}" for key in differing),
            found="; ".join(f"{key} {found.get(key)}" for key in differing),
            next_step="give the same system, features and sizes, encoded by the same encoders",
        )
    for name in card.text_features:
        _check_same_encoder(workspace, request.init_from, name)
    model.load_state_dict(other.model.state_dict())
    return card.digest


def _check_same_encoder(workspace: Workspace, model: str, feature: str) -> None:
    """Raises MismatchError if the workspace's encoder of a text feature is not the one the model knows."""
    now, then = (
        workspace.text_encoder_folder(feature),
        workspace.model_folder(model) / "text_encoders" / feature,
    )
    if now.is_dir() and then.is_dir() and load_text_encoder(now).digest != load_text_encoder(then).digest:
        raise MismatchError(
            f"text feature {feature} was fitted anew since {model} was trained",
            where=now,
            next_step=f"train {model} again, or put its encoder back",
        )


def teachers_of(workspace: Workspace, request: "ModelRequest") -> list[SpaceModel]:
    """Returns the models that a student learns from.

    Raises:
        LpdError: if TeachCLIP has none, another system has some, or one cannot teach.
    """
    if request.system == "teachclip" and not request.teachers:
        raise LpdError(
            "TeachCLIP learns from teachers", expected="--teacher NAME of an xclip or ts2net model"
        )
    if request.teachers and request.system != "teachclip":
        raise LpdError(f"{request.system} has no teachers", next_step="leave --teacher out")
    systems = {name: workspace.model_card(name).system for name in request.teachers}
    wrong = [f"{name} ({system})" for name, system in systems.items() if system not in ("xclip", "ts2net")]
    if wrong:
        raise MismatchError(
            "models that cannot teach", expected="xclip or ts2net models", found=", ".join(wrong)
        )
    return [load_checkpoint(workspace.model_folder(name)).model for name in request.teachers]


def with_those_of_teachers(
    workspace: Workspace, sets: Sequence[str], inputs: InputNames, teachers: Sequence[SpaceModel]
) -> InputNames:
    """Returns the features that a student and its teachers read."""
    if not teachers:
        return inputs
    text, video = dict(inputs.text), dict(inputs.video)
    for teacher in teachers:
        text |= teacher.text_features
        video |= teacher.video_features
    return input_names(workspace, sets, text=list(text), video=list(video))
