"""The query side of a model of which vectors of topics are here: a topic's text or number to its vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpd.cards import ModelCard, check_weights
from lpd.embeddings import Embeddings, topics_digest, unit_rows
from lpd.errors import LpdError, name_some

if TYPE_CHECKING:
    from lpd.workspace import Workspace

__all__ = ["PrecomputedQueries", "free_text_needs", "open_precomputed_queries"]


class _Known(NamedTuple):
    """What can be asked: text or number of a topic -> S vectors (D_s,); editions in it and left out."""

    vectors: dict[str, tuple[np.ndarray, ...]]
    editions: list[str]
    changed: list[str]


@dataclass(frozen=True)
class PrecomputedQueries:
    """Vectors of topics in every space of a model, found by the topic's text (blanks aside) or its number.

    A number that two editions give to different texts stands for neither. An edition whose topics are others
    than when its vectors were brought is left out.

    Args:
        workspace: of the editions.
        card: of the model.
        collection: whose editions come first where two have the same text.
        embeddings: what was brought of the model, in the same spaces.
    """

    workspace: "Workspace"
    card: ModelCard
    collection: str
    embeddings: Embeddings

    @property
    def missing_encoders(self) -> list[str]:
        """None: this model has no text features."""
        return []

    @property
    def editions(self) -> list[str]:
        """Editions whose topics can be searched."""
        return list(self._known.editions)

    def knows(self, queries: Sequence[str]) -> bool:
        """Returns whether every query is the text or the number of a topic that has vectors."""
        return all(_key(query) in self._known.vectors for query in queries)

    def vectors(self, queries: Sequence[str]) -> list[np.ndarray]:
        """Returns one (Q, D_s) float32 array per space, ready for the index.

        Raises:
            LpdError: naming the queries that are no topics with vectors, and what free text would need.
        """
        known = self._known.vectors
        unknown = [query for query in queries if _key(query) not in known]
        if unknown:
            raise self._refused(unknown)
        found = [known[_key(query)] for query in queries]
        return [np.stack(space) for space in zip(*found, strict=True)]

    def _refused(self, unknown: Sequence[str]) -> LpdError:
        one = len(unknown) == 1
        texts = f"{'this text' if one else 'these texts'} cannot be searched"
        changed = self._known.changed
        beside = f" (the topics of {', '.join(changed)} changed since their vectors were brought)"
        return LpdError(
            f"model {self.card.name} is here as vectors only, without its weights, so {texts}",
            expected=f"text or number of a topic of {', '.join(self.editions) or '(no edition yet)'}"
            + (beside if changed else ""),
            found=name_some(unknown),
            next_step=f"take a topic; {free_text_needs(self.card)}",
        )

    def unknown_words(self, query: str) -> dict[str, list[str]]:
        """Returns nothing: no encoder reads the words of a topic."""
        return {}

    def video_attention(self, shot_id: str) -> dict[str, dict[str, float]]:
        """Raises LpdError: attention comes from weights."""
        check_weights(self.card, purpose="how it mixed the features of a shot is not known")
        return {}

    @cached_property
    def _known(self) -> _Known:
        texts: dict[str, tuple[np.ndarray, ...]] = {}
        numbered: dict[str, set[str]] = {}
        there = set(self.workspace.edition_names())
        editions = [self.workspace.edition(name) for name in self.embeddings.topics if name in there]
        editions.sort(key=lambda one: one.collection != self.collection)
        changed = []
        for edition in editions:
            if self.embeddings.topics[edition.name].texts != topics_digest(edition.topics):
                changed.append(edition.name)
                continue
            spaces = self._topic_rows(edition.name)
            for row, topic in enumerate(edition.topics):
                texts.setdefault(_key(topic.text), tuple(space[row] for space in spaces))
                numbered.setdefault(topic.topic_id, set()).add(_key(topic.text))
        known = {number: texts[next(iter(same))] for number, same in numbered.items() if len(same) == 1}
        return _Known(known | texts, [one.name for one in editions if one.name not in changed], changed)

    def _topic_rows(self, edition: str) -> list[np.ndarray]:
        """Returns S arrays (T, D_s), the topics of an edition in its order; at unit length for cosines."""
        order = self.embeddings.order_of(self.card.spaces)
        assert order is not None, "asked for the spaces that were brought"
        found = []
        for number, space in zip(order, self.card.spaces, strict=True):
            rows = self.embeddings.topic_vectors(edition, number).matrix
            plain = np.array(rows, dtype=np.float32)
            found.append(unit_rows(plain) if space.similarity == "cosine" else plain)
        return found


def _key(text: str) -> str:
    return " ".join(text.split())


def free_text_needs(card: ModelCard) -> str:
    """Returns in words what would let a person search a model with any text, where only vectors are here."""
    return (
        f"free text needs its checkpoint (lpd import checkpoint FILE --name {card.name}) "
        "or a model trained here (lpd train)"
    )


def open_precomputed_queries(
    workspace: "Workspace", card: ModelCard, collection: str
) -> PrecomputedQueries | None:
    """Returns the topics of a model that have vectors; None where none were brought, or of other spaces."""
    if card.name not in workspace.embeddings_names():
        return None
    embeddings = workspace.embeddings(card.name)
    if embeddings.order_of(card.spaces) is None:
        return None
    return PrecomputedQueries(workspace, card, collection, embeddings)
