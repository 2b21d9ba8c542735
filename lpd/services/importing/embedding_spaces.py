"""What the spaces of vectors are that are brought into a workspace, and how they become one score."""

from collections.abc import Mapping
from dataclasses import dataclass

from lpd.cards import MEAN, FusionInfo, ModelCard, SpaceInfo, space_infos
from lpd.services.importing.embedding_folders import EmbeddingFolder

__all__ = ["SpaceFacts"]

_ENDS = ("text", "video")


@dataclass(frozen=True)
class SpaceFacts:
    """What is told of the spaces.

    Args:
        folder: what the person's folder says.
        card: of the model, where it is here.
        similarity: of every space; None for what the folder says, the model has, or else the cosine.
        asked_fusion: how they are fused; None for what the folder says, the model does, or else the mean.
    """

    folder: EmbeddingFolder
    card: ModelCard | None
    similarity: str | None
    asked_fusion: str | None

    def spaces(self, found: Mapping[str, Mapping[str, int]], problems: list[str]) -> tuple[SpaceInfo, ...]:
        """Returns the spaces with their widths.

        Args:
            found: space -> what was looked at -> its width.
            problems: widths and similarities that differ are added.
        """
        own = {} if self.card is None else {space.name: space for space in self.card.spaces}
        documents = []
        for name, looked_at in found.items():
            widths = dict(looked_at)
            known = own.get(name)
            if known is not None and self.card is not None:
                widths[f"model {self.card.name}"] = known.width
            if len(set(widths.values())) > 1:
                told = ", ".join(f"{width} of {what}" for what, width in widths.items())
                problems.append(f"space {name}: widths differ: {told}")
            one = known or self._new(name, max(widths.values(), default=0))
            similarity = self._similarity(name) or one.similarity
            if similarity != one.similarity:
                problems.append(f"space {name}: similarity {similarity}, the model's is {one.similarity}")
            documents.append({key: value for key, value in one._asdict().items() if key != "has_namesake"})
        return space_infos(documents)

    def _similarity(self, name: str) -> str | None:
        return self.similarity or self.folder.similarity.get(name)

    def _new(self, name: str, width: int) -> SpaceInfo:
        """Returns a space by its name: `text:bow` has a dominant end, any other name none."""
        end, _, feature = name.partition(":")
        dominant = end in _ENDS and bool(feature)
        return SpaceInfo(
            name,
            end if dominant else "head",
            feature if dominant else None,
            width,
            self._similarity(name) or "cosine",
        )

    def fusion(self, spaces: tuple[SpaceInfo, ...], problems: list[str]) -> FusionInfo:
        """Returns how the spaces become one score: as asked, as the folder says, as the model does, the mean;
        what differs from a checkpoint is added to the problems.
        """
        own = MEAN if self.card is None else self.card.fusion
        kind = self.asked_fusion or self.folder.fusion or own.kind
        named = dict(zip(self.folder.spaces, self.folder.weights, strict=False))
        weights = tuple(named[space.name] for space in spaces if space.name in named)
        made = FusionInfo(kind, weights or (own.weights if kind == own.kind else ()))
        if self.card is not None and self.card.has_weights and made != own:
            problems.append(f"fusion {_words(made)}, the model's is {_words(own)}")
        return made


def _words(fusion: FusionInfo) -> str:
    return fusion.kind + (f" with weights {list(fusion.weights)}" if fusion.weights else "")
