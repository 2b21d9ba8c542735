"""What `config.json` of a checkpoint says, read and checked without torch."""

from pathlib import Path
from typing import Any

from lpd.errors import FormatError, NotFoundError
from lpd.storage import check_format_version, read_json

__all__ = ["CARD_NAME", "FORMAT_VERSION", "WEIGHTS_NAME", "read_card"]

FORMAT_VERSION = 1
"""Of the folder of a trained model; a newer one is refused."""

CARD_NAME = "config.json"
"""The file that says what a model is: its system, sizes, features, training and digests."""

WEIGHTS_NAME = "model.safetensors"
"""The file of the weights."""

CARD_KEYS: dict[str, type | tuple[type, ...]] = {
    "system": str,
    "model": dict,
    "training": dict,
    "spaces": list,
    "seed": (int, type(None)),
    "best": dict,
    "made_from": dict,
    "lpd_version": str,
    "weights_digest": str,
    "parameters": int,
}
SPACE_KEYS = {"name", "end", "feature", "width", "similarity"}


def read_card(directory: Path) -> dict[str, Any]:
    """Returns the content of a checkpoint's `config.json`; torch is not needed.

    Keys: format_version, system, model, training, spaces, fusion, bi_encoder, seed, best, made_from,
    lpd_version, weights_digest, parameters. `fusion` and `bi_encoder` may be absent in cards of version 0.1:
    then it is the mean, and a bi-encoder.

    Raises:
        NotFoundError: if there is no checkpoint.
        FormatError: if the file is of another format version or lacks keys; all are named at once.
    """
    path = Path(directory) / CARD_NAME
    if not path.is_file():
        raise NotFoundError(
            "no checkpoint here",
            where=directory,
            expected=CARD_NAME,
            next_step="train a model or check the path",
        )
    card = read_json(path)
    advice = "open it with the version of lpd that wrote it, or train again"
    check_format_version(card, FORMAT_VERSION, what="checkpoint", where=path, next_step=advice)
    wrong = [key for key, kind in CARD_KEYS.items() if not isinstance(card.get(key, Ellipsis), kind)]
    if wrong:
        raise FormatError("keys are missing or of the wrong kind", where=path, found=", ".join(wrong))
    card.setdefault("fusion", {"kind": "mean", "weights": []})
    card.setdefault("bi_encoder", True)
    spaces = card["spaces"]
    if not spaces or not all(isinstance(space, dict) and set(space) == SPACE_KEYS for space in spaces):
        raise FormatError("spaces", where=path, expected=f"objects of {', '.join(sorted(SPACE_KEYS))}")
    return card
