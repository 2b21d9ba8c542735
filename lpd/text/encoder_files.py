"""Files of a fitted encoder: `encoder.json` and, where it has weights, `weights.safetensors`.

Reading executes nothing: JSON and safetensors hold data only, and a digest over both is checked.
"""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from lpd.errors import FormatError, MismatchError, NotFoundError, name_some
from lpd.storage import atomic_directory, check_format_version, digest_bytes, read_json, write_json

__all__ = [
    "Tensors",
    "check_tensors",
    "encoder_digest",
    "encoder_kind",
    "positive_integer",
    "read_encoder",
    "read_encoder_document",
    "write_encoder",
]

Tensors = dict[str, np.ndarray]

FORMAT_VERSION = 1
DOCUMENT_NAME = "encoder.json"
WEIGHTS_NAME = "weights.safetensors"
MAKE_AGAIN = "fit or train the encoder again"


def encoder_digest(document: Mapping[str, Any], tensors: Mapping[str, np.ndarray]) -> str:
    """Returns the digest of what an encoder is: its document (kind, sizes, vocabulary) and its weights.

    Where a pretrained model lies (`place`) does not count; what lies there (`content`) does.
    """
    told = {key: value for key, value in document.items() if key != "place"}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return digest_bytes(text.encode("utf-8") + b"\0" + _packed(tensors))


def _packed(tensors: Mapping[str, np.ndarray]) -> bytes:
    return save_tensors({name: np.array(tensors[name], order="C") for name in sorted(tensors)})


def write_encoder(directory: Path, document: Mapping[str, Any], tensors: Mapping[str, np.ndarray]) -> None:
    """Writes an encoder as one folder that is whole or absent; what stood there before is replaced.

    Args:
        directory: the folder to be made.
        document: `kind`, `name`, `dimension` and whatever else the kind needs, as plain JSON values.
        tensors: weights by name; may be empty.
    """
    digest = encoder_digest(document, tensors)
    with atomic_directory(directory) as folder:
        if tensors:
            (folder / WEIGHTS_NAME).write_bytes(_packed(tensors))
        write_json(folder / DOCUMENT_NAME, {"format_version": FORMAT_VERSION, "digest": digest, **document})


def read_encoder_document(directory: Path) -> dict[str, Any]:
    """Returns the JSON document of an encoder's folder, weights unread.

    Raises:
        NotFoundError: if there is no such folder or no `encoder.json` in it.
        FormatError: if it is not valid JSON, lacks its kind, or is of a format this version does not know.
    """
    path = directory / DOCUMENT_NAME
    if not path.is_file():
        raise NotFoundError("no encoder here", where=directory, expected=DOCUMENT_NAME, next_step=MAKE_AGAIN)
    document = read_json(path)
    check_format_version(document, FORMAT_VERSION, what="encoder", where=path, next_step=MAKE_AGAIN)
    for key in ("kind", "name", "digest"):
        if not isinstance(document.get(key), str):
            raise FormatError(f"encoder without its {key}", where=path, next_step=MAKE_AGAIN)
    return document


def encoder_kind(directory: Path, known: Collection[str], *, what: str) -> str:
    """Returns the kind of the encoder in a folder.

    Args:
        directory: the folder.
        known: kinds that the caller can open.
        what: those are, for the error: `text encoder`.

    Raises:
        NotFoundError: if there is none.
        FormatError: if it is of another kind, or its document is damaged.
    """
    kind: str = read_encoder_document(directory)["kind"]
    if kind not in known:
        raise FormatError(
            f"not a {what}", where=directory, expected=f"one of {', '.join(sorted(known))}", found=kind
        )
    return kind


def read_encoder(directory: Path, *, kind: str, weights: bool) -> tuple[dict[str, Any], Tensors]:
    """Returns document and weights of an encoder after checking kind and digest.

    Args:
        directory: the folder that `write_encoder` made.
        kind: the kind that the caller can open.
        weights: whether this kind has weights; without, the dictionary is empty.

    Raises:
        NotFoundError: if a file is missing.
        MismatchError: if the encoder is of another kind.
        FormatError: if a file is damaged or was changed.
    """
    document = read_encoder_document(directory)
    path = directory / DOCUMENT_NAME
    if document["kind"] != kind:
        raise MismatchError("encoder of another kind", where=path, expected=kind, found=document["kind"])
    tensors = _read_weights(directory / WEIGHTS_NAME) if weights else {}
    content = {key: value for key, value in document.items() if key not in ("format_version", "digest")}
    try:
        digest = encoder_digest(content, tensors)
    except ValueError as error:  # a number that JSON does not have, such as NaN
        raise FormatError("encoder with impossible numbers", where=path, found=error) from error
    if digest != document["digest"]:
        raise FormatError(
            "encoder does not fit its digest",
            where=directory,
            expected=document["digest"],
            found=digest,
            next_step=MAKE_AGAIN,
        )
    return document, tensors


def _read_weights(path: Path) -> Tensors:
    if not path.is_file():
        raise NotFoundError("weights of the encoder are missing", where=path, next_step=MAKE_AGAIN)
    data = path.read_bytes()
    try:
        return load_tensors(data)
    except (SafetensorError, KeyError, ValueError) as error:
        raise FormatError(
            "weights are damaged or truncated",
            where=path,
            expected="a safetensors file",
            found=f"{len(data)} bytes ({error})",
            next_step=MAKE_AGAIN,
        ) from error


def check_tensors(
    tensors: Tensors, expected: Mapping[str, tuple[tuple[int, ...], str]], *, where: Path
) -> None:
    """Compares names, shapes and types of weights with what the document says; every value must be finite.

    Args:
        tensors: weights as they were read.
        expected: name -> (shape, type such as `float32`).
        where: the folder, for the error.

    Raises:
        MismatchError: with all missing, unexpected and unfitting tensors at once.
        FormatError: if weights are NaN or infinite.
    """
    wrong = [f"{name} missing" for name in sorted(expected.keys() - tensors.keys())]
    wrong += [f"{name} unexpected" for name in sorted(tensors.keys() - expected.keys())]
    for name in sorted(expected.keys() & tensors.keys()):
        found = (tensors[name].shape, str(tensors[name].dtype))
        if found != expected[name]:
            wrong.append(f"{name} {found} instead of {expected[name]}")
    if wrong:
        raise MismatchError(
            "weights do not fit the encoder", where=where, found=name_some(wrong), next_step=MAKE_AGAIN
        )
    broken = [name for name, values in sorted(tensors.items()) if not np.isfinite(values).all()]
    if broken:
        raise FormatError(
            "weights are NaN or infinite", where=where, found=name_some(broken), next_step=MAKE_AGAIN
        )


def positive_integer(document: Mapping[str, Any], key: str, *, where: object) -> int:
    """Returns a size from a document.

    Raises:
        FormatError: if it is missing or not a positive integer.
    """
    value = document.get(key)
    if type(value) is not int or value < 1:
        raise FormatError(f"wrong size {key}", where=where, expected="a positive integer", found=repr(value))
    return value
