"""From a request to a new model: which features its system reads, its sizes, its trainable text encoders."""

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import torch

from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.models import MODELS, SpaceModel, build_model
from lpd.models.dual_task import CONCEPTS
from lpd.models.text_inputs import ENCODER_KINDS, TOKENS
from lpd.services.pairs import InputNames
from lpd.services.settings_text import read_settings
from lpd.text import BagOfWords, TokenIds, WordVectors, load_text_encoder
from lpd.text.tokens import SPECIAL_TOKENS, token_vectors
from lpd.workspace import Workspace

if TYPE_CHECKING:
    from lpd.services.training import ModelRequest

__all__ = ["encoder_settings", "model_config", "new_model", "special_features"]


def special_features(request: "ModelRequest") -> list[str]:
    """Returns the text features that a request needs without naming them: token ids for trainable encoders
    and for words, concepts for DualTask.

    Raises:
        NotFoundError: if there is no such system.
    """
    if request.system not in MODELS:
        raise NotFoundError("unknown system", expected=", ".join(MODELS), found=repr(request.system))
    needed = []
    if request.encoders or request.system in ("xclip", "dual-encoding-full", "dual-task-full"):
        needed.append(TOKENS)
    if request.system in ("dual-task", "dual-task-full"):
        needed.append(CONCEPTS)
    return needed


def new_model(workspace: Workspace, request: "ModelRequest", inputs: InputNames) -> SpaceModel:
    """Returns the model that a request describes, its weights drawn from the request's seed.

    Raises:
        LpdError: as `model_config`, or if an option is unknown or impossible.
    """
    config = model_config(workspace, request, inputs)
    model = build_model(config | read_settings(request.options, where="--option"), seed=request.seed)
    if "encoders" in config:
        _give_word_vectors(workspace, model, config["encoders"])
    return model


def model_config(workspace: Workspace, request: "ModelRequest", inputs: InputNames) -> dict[str, Any]:
    """Returns the configuration of the model that a request describes, without the request's options.

    Raises:
        FormatError: if a setting is unknown or impossible.
        LpdError: if the system does not take what the request asks for.
    """
    known = {field.name for field in fields(MODELS[request.system][0])}
    config: dict[str, Any] = {
        "system": request.system,
        "text_features": inputs.text,
        "video_features": inputs.video,
    }
    if "width" in known:
        config["width"] = request.width
    if request.system == "laff":
        config["heads"] = request.heads or len(inputs.text) + len(inputs.video)
    elif request.heads is not None and "heads" not in known:
        raise LpdError(f"{request.system} has no heads", next_step="leave --heads out")
    elif request.heads is not None:
        config["heads"] = request.heads
    if "normalisation" in known:
        counted = [name for name in inputs.text if _counts_words(workspace, name)]
        config["normalisation"] = {f"text:{name}": "none" for name in counted}
    encoders = encoder_settings(workspace, request.encoders)
    if encoders and "encoders" not in known:
        raise LpdError(f"{request.system} has no trainable text encoders", next_step="leave --encoder out")
    if encoders:
        config["encoders"] = encoders
        if request.system == "laff" and request.heads is None:
            config["heads"] += len(encoders) - 1  # the encoders' outputs in the place of the token ids
    if "vocabulary" in known:
        config["vocabulary"] = len(_token_encoder(workspace).vocabulary) + len(SPECIAL_TOKENS)
    return config


def encoder_settings(workspace: Workspace, requested: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Returns name -> settings of trainable encoders asked for as `gru` or `gru:hidden=256,embedding=300`.

    The width of the embedding is that of the workspace's word vectors, where there are some and nothing else
    is said.

    Raises:
        FormatError: if a kind or a setting is unknown.
        NotFoundError: if the workspace has no `tokens` encoder.
    """
    settings: dict[str, dict[str, Any]] = {}
    for text in requested:
        kind, _, sizes = text.partition(":")
        if kind not in ENCODER_KINDS:
            raise FormatError(
                "unknown trainable text encoder", expected=", ".join(ENCODER_KINDS), found=repr(kind)
            )
        own = read_settings([one for one in sizes.split(",") if one], where="--encoder")
        vectors = _word_vectors(workspace)
        if vectors is not None:
            own.setdefault("embedding", vectors.dimension)
        settings[kind] = {"kind": kind, "vocabulary": len(_token_encoder(workspace).vocabulary), **own}
    return settings


def _give_word_vectors(workspace: Workspace, model: SpaceModel, encoders: dict[str, dict[str, Any]]) -> None:
    """Puts the workspace's word vectors into the encoders, where their widths agree.

    Raises:
        MismatchError: if NetVLAD is asked for and there are none of its width.
    """
    vectors = _word_vectors(workspace)
    inputs: Any = model.text_inputs
    for name, encoder in zip(inputs.names, inputs.encoders, strict=True):
        wanted = encoders[name].get("embedding", 500)
        if vectors is not None and vectors.dimension == wanted:
            encoder.start_from(torch.from_numpy(token_vectors(_token_encoder(workspace).vocabulary, vectors)))
        elif encoders[name]["kind"] == "netvlad":
            raise MismatchError(
                "NetVLAD reads word vectors",
                expected=f"text encoder w2v of {wanted} dimensions",
                found="none" if vectors is None else f"{vectors.dimension} dimensions",
                next_step="lpd encode --fit-on CAPTIONS --feature w2v",
            )


def _token_encoder(workspace: Workspace) -> TokenIds:
    folder = workspace.text_encoder_folder(TOKENS)
    if not folder.is_dir():
        raise NotFoundError(
            "this workspace has no token ids, which trainable text encoders read",
            where=folder,
            next_step=f"lpd encode EDITION --fit-on CAPTIONS --feature {TOKENS}",
        )
    encoder = load_text_encoder(folder)
    if not isinstance(encoder, TokenIds):
        raise MismatchError("not an encoder of token ids", where=folder, found=encoder.kind)
    return encoder


def _word_vectors(workspace: Workspace) -> WordVectors | None:
    folder = workspace.text_encoder_folder("w2v")
    encoder = load_text_encoder(folder) if folder.is_dir() else None
    return encoder if isinstance(encoder, WordVectors) else None


def _counts_words(workspace: Workspace, feature: str) -> bool:
    folder = workspace.text_encoder_folder(feature)
    return folder.is_dir() and isinstance(load_text_encoder(folder), BagOfWords)
