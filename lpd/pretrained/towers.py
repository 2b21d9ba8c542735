"""One tower of a pretrained model: the part of it that reads texts, or the one that reads pictures.

Only classes named in `kinds.py` are built, from `config.json` and tensors; code beside a model is never run.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lpd.errors import FormatError, LpdError, MismatchError, name_some
from lpd.pretrained.folders import import_transformers
from lpd.pretrained.kinds import CONFIG_NAME, TowerClass
from lpd.pretrained.weights import read_weights, weight_files
from lpd.storage import read_json

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["Tower", "load_tower", "quiet", "understood"]

ADAPTER_NAME = "adapter_config.json"


_MOST = {
    "hidden_size": 16384,
    "dim": 16384,
    "intermediate_size": 65536,
    "num_hidden_layers": 256,
    "vocab_size": 1 << 21,
    "max_position_embeddings": 1 << 17,
    "type_vocab_size": 1024,
    "projection_dim": 16384,
    "image_text_hidden_size": 16384,
    "image_size": 4096,
    "embedding_size": 16384,
}
"""Sizes that a real model does not exceed: a forged config.json must not ask for the whole memory."""

_NOT_READ = (
    "auto_map",
    "_name_or_path",
    "_attn_implementation",
    "attn_implementation",
    "dtype",
    "torch_dtype",
)
"""Keys of config.json that would point to code or to kernels elsewhere, or say what we decide."""


class Tower(NamedTuple):
    """A tower with its weights, in evaluation mode, float32.

    Args:
        module: the class of transformers.
        projection: the linear layer into the joint space that stands beside it; None without one.
        kind: how it was built.
        has_pooler: whether the file held the weights of the class's own pooling.
        config: what config.json says of it.
    """

    module: "nn.Module"
    projection: "nn.Linear | None"
    kind: TowerClass
    has_pooler: bool
    config: Any

    @property
    def dimension(self) -> int:
        """The width of the vector in the joint space, else of the tower's states."""
        if self.projection is not None:
            return int(self.projection.out_features)
        if self.kind.joint:
            return int(self.config.projection_dim)
        sizes = getattr(self.config, "hidden_sizes", None)
        return int(sizes[-1]) if sizes else int(self.config.hidden_size)


def load_tower(folder: Path, kind: TowerClass) -> Tower:
    """Returns a tower on the CPU.

    Args:
        folder: of the model.
        kind: from `tower_class`.

    Raises:
        MissingExtraError: if transformers is not installed.
        NotFoundError: if files are missing.
        FormatError: if a file is damaged, needs code of its own, or asks for impossible sizes.
        MismatchError: if weights are missing or do not fit config.json; all are named.
    """
    import_transformers()
    import transformers

    document = _tower_config(folder, kind)
    tensors = read_weights(folder, weight_files(folder), prefixes=kind.prefixes)
    own = {name.removeprefix(kind.stripped): one for name, one in tensors.items()}
    projection = _projection(own, kind, where=folder) if kind.projection else None
    chosen = getattr(transformers, kind.name)
    with understood(folder), quiet():
        config = chosen.config_class.from_dict(document)
        module, report = chosen.from_pretrained(
            None, config=config, state_dict=own, dtype="float32", output_loading_info=True
        )
    missing = sorted(report["missing_keys"])
    needed = [name for name in missing if "pooler." not in name]
    wrong = [str(one) for one in report["mismatched_keys"]] + [str(one) for one in report["error_msgs"]]
    if needed or wrong:
        raise MismatchError(
            "weights do not fit config.json",
            where=folder,
            found="; ".join(
                f"{what}: {name_some(names)}"
                for what, names in (("missing", needed), ("unfitting", wrong))
                if names
            ),
            next_step="bring the files of one model together",
        )
    module.requires_grad_(False).eval()
    return Tower(module, projection, kind, len(needed) == len(missing), config)


def _tower_config(folder: Path, kind: TowerClass) -> dict[str, Any]:
    """Returns what config.json says of the tower, without what would lead elsewhere."""
    path = folder / CONFIG_NAME
    whole = read_json(path)
    if (folder / ADAPTER_NAME).exists():
        raise FormatError(
            "an adapter, not a whole model", where=folder, next_step="merge it into its model and save that"
        )
    part = whole.get(kind.config) if kind.config else whole
    if not isinstance(part, dict):
        raise FormatError(f"no {kind.config}", where=path, expected="an object")
    document = {key: value for key, value in part.items() if key not in _NOT_READ}
    if kind.config and kind.joint and "projection_dim" in whole:
        document["projection_dim"] = whole["projection_dim"]  # that of the tower may be a default
    if "quantization_config" in document or "quantization_config" in whole:
        raise FormatError("quantised weights", where=path, next_step="bring the model in float16 or float32")
    _check_sizes(document, path)
    return document


def _check_sizes(document: Mapping[str, Any], path: Path) -> None:
    wrong = [
        f"{key} {document[key]!r}"
        for key, most in _MOST.items()
        if isinstance(document.get(key), int | float) and not 0 < document[key] <= most
    ]
    if wrong:
        raise FormatError("sizes that no model has", where=path, found=name_some(wrong))


def _projection(tensors: "dict[str, Tensor]", kind: TowerClass, *, where: Path) -> "nn.Linear":
    """Returns the layer into the joint space, and takes its tensors out."""
    import torch

    weight, bias = (tensors.pop(f"{kind.projection}.{part}", None) for part in ("weight", "bias"))
    if weight is None or bias is None or weight.ndim != 2 or bias.shape != weight.shape[:1]:
        raise MismatchError(
            "no layer into the joint space",
            where=where,
            expected=f"{kind.projection}.weight and {kind.projection}.bias, of a model for retrieval",
            next_step="bring BLIP as saved for image-text retrieval (BlipForImageTextRetrieval)",
        )
    with torch.device("meta"):
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
    layer.load_state_dict({"weight": weight, "bias": bias}, assign=True)
    return layer.requires_grad_(False)


@contextmanager
def understood(folder: Path) -> Iterator[None]:
    """Turns whatever transformers raises in the block over a damaged or foreign model into one sentence."""
    try:
        yield
    except LpdError:
        raise
    except Exception as error:  # every model class raises its own
        words = " ".join(str(error).split())[:300]
        raise FormatError(
            "transformers cannot use this model", where=folder, found=f"{type(error).__name__}: {words}"
        ) from error


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps transformers from drawing bars and tables in the block; what matters we say ourselves."""
    from transformers.utils import logging

    level, drawing = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if drawing:
            logging.enable_progress_bar()
