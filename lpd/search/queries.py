"""The query side of a model: text to text features to one vector per common space."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from lpd.cards import ModelCard, check_weights
from lpd.errors import LpdError, MismatchError
from lpd.search.precomputed import PrecomputedQueries, open_precomputed_queries

if TYPE_CHECKING:
    from torch import Tensor

    from lpd.models import SpaceModel
    from lpd.text import TextEncoder
    from lpd.workspace import Workspace

__all__ = ["QueryEncoder", "QuerySide", "open_query_encoder", "open_query_side"]


@dataclass(frozen=True)
class QueryEncoder:
    """A model with the text encoders that its checkpoint carries.

    A text feature whose encoder is absent is served from the editions' precomputed topic features; any other
    text is refused with the encoder's name. Where vectors of topics were brought for this model, topics need
    no text features either.
    """

    workspace: "Workspace"
    card: ModelCard
    collection: str
    model: "SpaceModel"
    encoders: dict[str, "TextEncoder"]
    precomputed: PrecomputedQueries | None = None

    @property
    def missing_encoders(self) -> list[str]:
        """Text features that the model needs and nothing here can compute for a new text."""
        return [name for name in self.card.text_features if name not in self.encoders]

    def vectors(self, queries: Sequence[str]) -> list[np.ndarray]:
        """Returns one (Q, D_s) float32 array per space, ready for the index."""
        import torch

        if self.missing_encoders and self.precomputed is not None and self.precomputed.knows(queries):
            return self.precomputed.vectors(queries)
        with torch.inference_mode():
            embedded = self.model.embed_text(self.text_features(queries), unit=True)
        return [np.ascontiguousarray(space.float().cpu().numpy()) for space in embedded]

    def text_features(self, queries: Sequence[str]) -> "dict[str, Tensor]":
        """Returns text feature -> (Q, d) float32, as the model reads them.

        Raises:
            LpdError: if an encoder is absent and the text is no topic.
        """
        import torch

        return {name: torch.from_numpy(self._feature(name, queries)) for name in self.card.text_features}

    def _feature(self, name: str, queries: Sequence[str]) -> np.ndarray:
        if name in self.encoders:
            return np.asarray(self.encoders[name].encode(list(queries)), dtype=np.float32)
        known = self._topic_vectors.get(name, {})
        unknown = [query for query in queries if query not in known]
        if unknown:
            raise LpdError(
                f"the encoder of text feature {name!r} is not here, so this text cannot be searched",
                where=self.card.name,
                expected="a topic whose text features were computed",
                found=repr(unknown[0]),
                next_step=f"choose a topic, or put it at models/{self.card.name}/text_encoders/{name}",
            )
        return np.stack([known[query] for query in queries]).astype(np.float32)

    @cached_property
    def _topic_vectors(self) -> dict[str, dict[str, np.ndarray]]:
        """Text feature -> topic text -> its precomputed vector, over all editions of the workspace."""
        found: dict[str, dict[str, np.ndarray]] = {name: {} for name in self.missing_encoders}
        for edition_name in self.workspace.edition_names():
            topics = self.workspace.edition(edition_name).topics
            for name, vectors in found.items():
                if (self.workspace.text_feature_folder(edition_name, name)).is_dir():
                    matrix = self.workspace.text_features(edition_name, name)
                    rows = matrix.rows([topic.topic_id for topic in topics])
                    vectors.update({topic.text: row for topic, row in zip(topics, rows, strict=True)})
        return found

    def unknown_words(self, query: str) -> dict[str, list[str]]:
        """Returns text feature -> the words of the query that its encoder does not know; encoders without any
        are left out.
        """
        found = {name: encoder.unknown_words(query) for name, encoder in self.encoders.items()}
        return {name: words for name, words in found.items() if words}

    def video_attention(self, shot_id: str) -> dict[str, dict[str, float]]:
        """Returns space -> video feature -> its share in the fused video end of one shot."""
        import torch

        features = {
            name: torch.from_numpy(self.workspace.video_input(self.collection, name).rows([shot_id]))
            for name in self.card.video_features
        }
        with torch.inference_mode():
            attention = self.model.video_attention(features)
        names = list(self.card.video_features)
        return {
            space: dict(zip(names, weights[0].float().cpu().tolist(), strict=True))
            for space, weights in attention.items()
        }


def open_query_encoder(workspace: "Workspace", card: ModelCard, collection: str) -> QueryEncoder:
    """Returns the query side of a model, on the CPU: its weights and the text encoders in its folder.

    Raises:
        LpdError: if only vectors of the model are here.
        MismatchError: if an encoder makes vectors of another width than the model reads.
    """
    check_weights(card, purpose="nothing can be encoded with it")
    from lpd.checkpoints import load_checkpoint
    from lpd.text import load_text_encoder

    folder = workspace.model_folder(card.name)
    checkpoint = load_checkpoint(folder)
    encoders = {}
    for name, dimension in card.text_features.items():
        path = folder / "text_encoders" / name
        if not path.is_dir():
            continue
        encoders[name] = load_text_encoder(path)
        if encoders[name].dimension != dimension:
            raise MismatchError(
                "encoder of another model", where=path, expected=dimension, found=encoders[name].dimension
            )
    precomputed = open_precomputed_queries(workspace, card, collection)
    return QueryEncoder(workspace, card, collection, checkpoint.model, encoders, precomputed)


QuerySide = QueryEncoder | PrecomputedQueries
"""What turns queries into vectors: a model, or the vectors of its topics alone."""


def open_query_side(workspace: "Workspace", card: ModelCard, collection: str) -> QuerySide:
    """Returns the query side of a model: its weights and encoders, or the vectors of its topics where only
    vectors are here.

    Raises:
        MismatchError: as `open_query_encoder`.
    """
    if card.has_weights:
        return open_query_encoder(workspace, card, collection)
    return PrecomputedQueries(workspace, card, collection, workspace.embeddings(card.name))
