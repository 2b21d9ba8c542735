"""Whether a finished model is the one that a request asks for."""

import json
from typing import Any

from lpd.services.model_settings import new_model, special_features
from lpd.services.pairs import input_names, split_names
from lpd.services.training import ModelRequest, training_settings, training_sources
from lpd.workspace import Workspace

__all__ = ["reason_to_train"]

_OF_NO_INFLUENCE = ("device",)


def reason_to_train(workspace: Workspace, request: ModelRequest) -> str | None:
    """Returns why a model has to be trained, as words; None if the finished one is what is asked for.

    It is if system, sizes, features and their content, captions, settings, seed, and the models that it
    learnt from are the same. The device has no say.

    Raises:
        LpdError: if the request cannot be met: it names what the workspace has not got.
    """
    sets = [*split_names(request.captions), request.validation]
    inputs = input_names(
        workspace,
        sets,
        text=request.text_features,
        video=request.video_features,
        special=special_features(request),
    )
    wanted = new_model(workspace, request, inputs).to_config()
    wanted |= training_settings(request).to_dict() | {
        "captions": list(split_names(request.captions)),
        "validation": request.validation,
        "init_from": request.init_from,
        "teachers": list(request.teachers),
    }
    others = (*request.teachers, *((request.init_from,) if request.init_from else ()))
    waiting = [name for name in others if name not in workspace.checkpoint_names()]
    if request.name not in workspace.checkpoint_names():
        return "not trained yet"
    if waiting:
        return f"{', '.join(waiting)} not trained yet"
    card = workspace.model_card(request.name).config
    found = card["training"] | card["model"] | {"system": card["system"]}
    differing = _differing(wanted, found)
    sources = training_sources(workspace, request, inputs)
    differing += [name for name, digest in sources.items() if card["made_from"].get(name) != digest]
    return f"trained with another {', '.join(differing)}" if differing else None


def _differing(wanted: dict[str, Any], found: dict[str, Any]) -> list[str]:
    # what was written to JSON has no tuples any more
    plain = json.loads(json.dumps(wanted))
    return [
        key
        for key, value in plain.items()
        if key not in _OF_NO_INFLUENCE and (key not in found or found[key] != value)
    ]
