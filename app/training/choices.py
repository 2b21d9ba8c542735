"""The choices of a training: what can be chosen, what stands there first, and the request they make."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, replace
from typing import Any

from lpd.cards import ModelCard
from lpd.services.jobs.training_request import ModelRequest
from lpd.workspace import Workspace

__all__ = [
    "DEVICES",
    "PRESETS",
    "SPECIAL",
    "SYSTEMS",
    "common_text_features",
    "common_video_features",
    "first_captions",
    "first_validation",
    "lines_of_text",
    "request_of",
    "without_selection",
]

SYSTEMS = {
    "lpd": "one space per feature, EF-MTRL and DcL",
    "laff": "attention over the features, several heads",
    "sea": "one space per text feature",
    "txv": "T × V, one space per pair of features",
    "w2vvpp": "W2VV++, one space, features side by side",
    "dual-encoding": "one space over given features",
    "dual-encoding-full": "its own levels of words and frames",
    "dual-task": "one space, and concepts",
    "dual-task-full": "its own levels of words and frames, and concepts",
    "ridge": "regression in closed form",
    "zero-shot": "a pair of features of one model, nothing is learnt",
    "clip4clip": "head over frames",
    "teachclip": "head over frames that learns from teachers",
    "xclip": "head over frames, a re-ranker",
    "ts2net": "head over frames, a re-ranker",
}
"""System -> what it is; in the order in which they are offered."""

PRESETS = {
    "lpd-recipe": "one recipe for all systems",
    "paper-literal": "the paper's sums, word for word",
    "original": "as the system's authors train it",
}
DEVICES = ("auto", "cpu", "cuda")
SPECIAL = ("concepts", "tokens")
"""Text features that single systems read, without being asked."""

OWN_FIELDS = ("system", "text_features", "video_features", "width", "heads", "encoders", "vocabulary")
OWN_FIELDS += ("normalisation",)
"""Of a model's configuration: what a request says otherwise, or what follows from the workspace."""

EF_OFF = "ef=off"


def first_captions(names: Sequence[str]) -> list[str]:
    """Returns the caption set offered first to learn from: `train` if there is one."""
    return ["train"] if "train" in names else list(names[:1])


def first_validation(names: Sequence[str], captions: Sequence[str]) -> str | None:
    """Returns the caption set offered first to select the epoch: one that is not learnt from, `valid` if
    there is one.
    """
    others = [name for name in names if name not in captions]
    return "valid" if "valid" in others else next(iter(others), None)


def common_text_features(workspace: Workspace, sets: Sequence[str]) -> list[str]:
    """Returns the text features that all of some caption sets have, without SPECIAL."""
    held = [workspace.text_feature_names(name) for name in sets]
    return [name for name in _in_all(held) if name not in SPECIAL]


def common_video_features(workspace: Workspace, sets: Sequence[str]) -> list[str]:
    """Returns the video features that the collections of all of some caption sets have; sampled frames as
    `frames:NAME`.

    Raises:
        NotFoundError: if one of the sets is not there.
    """
    collections = dict.fromkeys(workspace.caption_collection(name) for name in sets)
    vectors = _in_all([workspace.feature_names(name) for name in collections])
    frames = _in_all([workspace.frame_feature_names(name) for name in collections])
    return [*vectors, *(f"frames:{name}" for name in frames)]


def _in_all(lists: Sequence[Sequence[str]]) -> list[str]:
    return [name for name in lists[0] if all(name in other for other in lists)] if lists else []


def lines_of_text(text: str | None) -> tuple[str, ...]:
    """Returns the lines of a text that hold anything, each without blanks around it."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def request_of(card: ModelCard) -> ModelRequest:
    """Returns the request that trains a finished model again, as far as its checkpoint knows it.

    What is as the preset has it, or as the system has it without a word, is left out.
    """
    from lpd.models import MODELS  # brings torch, as does the next
    from lpd.training import preset

    training, model = card.config["training"], card.config["model"]
    usual = preset(training["preset"], card.system).to_dict()
    settings = [
        f"{key}={_written(training[key])}"
        for key, value in usual.items()
        if key not in ("seed", "device") and training.get(key, value) != value
    ]
    defaults = {field.name: field.default for field in fields(MODELS[card.system][0])}
    options = [
        f"{key}={_written(value)}"
        for key, value in model.items()
        if key not in OWN_FIELDS and defaults.get(key, MISSING) not in (MISSING, value)
    ]
    request = ModelRequest(
        card.name,
        card.system,
        captions=",".join(training["captions"]),
        validation=training["validation"],
        text_features=tuple(name for name in card.text_features if name not in SPECIAL),
        video_features=tuple(card.video_features),
        preset=training["preset"],
        settings=tuple(settings),
        encoders=tuple(_encoder(kind, sizes) for kind, sizes in model.get("encoders", {}).items()),
        options=tuple(options),
        init_from=training["init_from"],
        teachers=tuple(training["teachers"]),
        device=training["device"],
    )
    request = replace(request, seed=request.seed if card.seed is None else card.seed)
    return replace(request, width=model.get("width", request.width), heads=model.get("heads"))


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _encoder(kind: str, sizes: Mapping[str, Any]) -> str:
    own = [f"{key}={_written(value)}" for key, value in sizes.items() if key not in ("kind", "vocabulary")]
    return f"{kind}:{','.join(own)}" if own else kind


def without_selection(request: ModelRequest) -> ModelRequest:
    """Returns the training that Fig. 4 holds against one with EF-MTRL: the same, but every space learns from
    every batch.

    Source: LPD, Fig. 4.
    """
    kept = tuple(setting for setting in request.settings if not setting.startswith("ef="))
    return replace(request, name=f"{request.name}-no-ef", settings=(*kept, EF_OFF))
