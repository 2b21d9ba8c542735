"""Kinds of pretrained models that are known here, and how their towers are built."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from lpd.errors import FormatError
from lpd.storage import read_json

__all__ = ["CONFIG_NAME", "TEXT_TOWERS", "VIDEO_TOWERS", "TowerClass", "tower_class"]

CONFIG_NAME = "config.json"


class TowerClass(NamedTuple):
    """How one tower of a kind of model is built.

    Args:
        name: of the class in transformers.
        config: key of the tower's part of config.json; empty if that is all of it.
        prefixes: of the names of its tensors.
        stripped: what stands before the names that the class itself knows.
        projection: name of the linear layer into the joint space that the class lacks; empty if none.
        joint: the attribute of its output that lies in the joint space; empty if it has none.
    """

    name: str
    config: str = ""
    prefixes: tuple[str, ...] = ("",)
    stripped: str = ""
    projection: str = ""
    joint: str = ""

    @property
    def is_joint(self) -> bool:
        """Whether its vectors lie in a joint space of texts and pictures."""
        return bool(self.joint or self.projection)


_CLIP_TEXT = TowerClass(
    "CLIPTextModelWithProjection", "text_config", ("text_model.", "text_projection."), joint="text_embeds"
)
_CLIP_VIDEO = TowerClass(
    "CLIPVisionModelWithProjection",
    "vision_config",
    ("vision_model.", "visual_projection."),
    joint="image_embeds",
)
TEXT_TOWERS: dict[str, TowerClass] = {
    "clip": _CLIP_TEXT,
    "clip_text_model": _CLIP_TEXT._replace(config=""),
    "blip": TowerClass(
        "BlipTextModel", "text_config", ("text_encoder.", "text_proj."), "text_encoder.", "text_proj"
    ),
    "albert": TowerClass("AlbertModel"),
    "bert": TowerClass("BertModel"),
    "distilbert": TowerClass("DistilBertModel"),
    "electra": TowerClass("ElectraModel"),
    "mpnet": TowerClass("MPNetModel"),
    "roberta": TowerClass("RobertaModel"),
    "xlm-roberta": TowerClass("XLMRobertaModel"),
}
"""`model_type` of config.json -> its tower that reads texts."""

VIDEO_TOWERS: dict[str, TowerClass] = {
    "clip": _CLIP_VIDEO,
    "clip_vision_model": _CLIP_VIDEO._replace(config=""),
    "blip": TowerClass(
        "BlipVisionModel", "vision_config", ("vision_model.", "vision_proj."), "vision_model.", "vision_proj"
    ),
    "beit": TowerClass("BeitModel"),
    "convnext": TowerClass("ConvNextModel"),
    "deit": TowerClass("DeiTModel"),
    "dinov2": TowerClass("Dinov2Model"),
    "resnet": TowerClass("ResNetModel"),
    "swin": TowerClass("SwinModel"),
    "vit": TowerClass("ViTModel"),
}
"""`model_type` of config.json -> its tower that reads pictures."""


def tower_class(folder: Path, towers: Mapping[str, TowerClass]) -> TowerClass | None:
    """Returns how a model's tower is built; None if it has none of this sort.

    Args:
        folder: of the model.
        towers: `TEXT_TOWERS` or `VIDEO_TOWERS`.

    Raises:
        NotFoundError: if there is no config.json.
        FormatError: if it is damaged, or of a model that is not known here at all.
    """
    config = read_json(folder / CONFIG_NAME)
    kind = config.get("model_type")
    known = sorted(TEXT_TOWERS.keys() | VIDEO_TOWERS.keys())
    if not isinstance(kind, str) or kind not in known:
        raise FormatError(
            "a model of a kind that is not known here",
            where=folder / CONFIG_NAME,
            expected=f"model_type {', '.join(known)}",
            found=repr(kind),
            next_step="compute its features elsewhere, and lpd import features",
        )
    return towers.get(kind)
