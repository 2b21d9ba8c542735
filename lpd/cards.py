"""What a model is, read from its checkpoint's config.json alone: no tensor is loaded."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from lpd.checkpoints import CARD_NAME, read_card
from lpd.errors import FormatError, LpdError

__all__ = [
    "MEAN",
    "FusionInfo",
    "ModelCard",
    "SpaceInfo",
    "check_weights",
    "fusion_info",
    "read_model_card",
    "space_infos",
]


class SpaceInfo(NamedTuple):
    """One common space of a model.

    `end` is `text` or `video` where one feature dominates the space and `head` where both ends are fused;
    `feature` is the dominant feature's name, None for heads; `has_namesake` says that a feature of the same
    name dominates another space of the model from the other end.
    """

    name: str
    end: str
    feature: str | None
    width: int
    similarity: str
    has_namesake: bool = False

    @property
    def label(self) -> str:
        """The name as people read it: `text:bow` -> `bow`, `head:1` -> `head 1`; with the end where that
        alone tells two spaces apart: `clip (text)`.
        """
        if self.feature is None:
            return self.name.replace(":", " ")
        return f"{self.feature} ({self.end})" if self.has_namesake else self.feature


class FusionInfo(NamedTuple):
    """How the spaces become one score.

    `kind` is `mean`, `sum` (which ranks as the mean does) or `minmax`, where each space's scores are first
    stretched to [0, 1] over the shots searched; `weights` are shares, empty for equal ones.
    """

    kind: str = "mean"
    weights: tuple[float, ...] = ()


MEAN = FusionInfo()
"""Equal shares of all spaces: that of most models."""


@dataclass(frozen=True)
class ModelCard:
    """The facts of a model that a page or a table shows.

    `has_weights` is False of one that is here as vectors of shots and topics only (see `lpd.embeddings`): its
    topics can be searched, and nothing can be encoded by it.
    """

    name: str
    system: str
    spaces: tuple[SpaceInfo, ...]
    text_features: dict[str, int]
    video_features: dict[str, int]
    seed: int | None
    digest: str
    config: dict[str, Any]
    fusion: FusionInfo = MEAN
    bi_encoder: bool = True
    has_weights: bool = True

    @property
    def width(self) -> int:
        """Dimension of the widest common space."""
        return max(space.width for space in self.spaces)

    @property
    def best(self) -> dict[str, Any]:
        """Epoch and validation measures of the epoch that was kept."""
        return dict(self.config["best"])


def read_model_card(directory: Path) -> ModelCard:
    """Returns the card of the model in a checkpoint folder.

    Raises:
        NotFoundError: if the training has not finished (no config.json).
        FormatError: if config.json lacks what a card needs.
    """
    config = read_card(directory)
    try:
        return ModelCard(
            name=directory.name,
            system=config["system"],
            spaces=space_infos(config["spaces"]),
            text_features={str(name): int(size) for name, size in config["model"]["text_features"].items()},
            video_features={str(name): int(size) for name, size in config["model"]["video_features"].items()},
            seed=config["seed"],
            digest=config["weights_digest"],
            config=config,
            fusion=fusion_info(config["fusion"], len(config["spaces"])),
            bi_encoder=bool(config["bi_encoder"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(f"not the config of a model ({error!r})", where=directory / CARD_NAME) from error


def check_weights(card: ModelCard, *, purpose: str) -> None:
    """Raises LpdError for a model that is here as vectors only; the purpose is what its weights were wanted
    for: `a training cannot begin with it`.
    """
    if not card.has_weights:
        raise LpdError(
            f"model {card.name} is here as vectors only, without its weights, so {purpose}",
            next_step=f"lpd import checkpoint FILE --name {card.name}, or train one: lpd train",
        )


def space_infos(documents: list[dict[str, Any]]) -> tuple[SpaceInfo, ...]:
    """Returns the spaces that a card lists, each with what its label needs."""
    spaces = [SpaceInfo(**document) for document in documents]
    names = [space.feature for space in spaces if space.feature is not None]
    return tuple(space._replace(has_namesake=names.count(str(space.feature)) > 1) for space in spaces)


def fusion_info(document: dict[str, Any], spaces: int) -> FusionInfo:
    """Returns the fusion that a card names.

    Raises:
        ValueError: for an unknown kind, or another number of weights than spaces.
    """
    kind, weights = str(document["kind"]), tuple(float(weight) for weight in document["weights"])
    if kind not in ("mean", "minmax", "sum") or len(weights) not in (0, spaces):
        raise ValueError(f"fusion {document}")
    return FusionInfo(kind, weights)
