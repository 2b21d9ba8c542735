"""Concepts: which content words stand in a text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from lpd.text.encoder_files import encoder_digest, read_encoder, write_encoder
from lpd.text.stop_words import STOP_WORDS
from lpd.text.vocabulary import Vocabulary, build_vocabulary, vocabulary_from_json

__all__ = ["Concepts", "fit_concepts", "load_concepts"]


@dataclass(frozen=True)
class Concepts:
    """The encoder; a text without any concept is a row of zeros.

    Args:
        vocabulary: column j says whether `vocabulary.words[j]` stands in the text.
        name: the name of the text feature.
    """

    vocabulary: Vocabulary
    name: str = "concepts"
    kind: ClassVar[str] = "concepts"

    @property
    def dimension(self) -> int:
        """The number of concepts."""
        return len(self.vocabulary)

    @property
    def digest(self) -> str:
        """The digest of its content."""
        return encoder_digest(self._document(), {})

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns 1 for each concept that stands in the text, else 0: (B, D) float32."""
        present = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            present[row, self.vocabulary.rows(text)] = 1.0
        return present

    def unknown_words(self, text: str) -> list[str]:
        """Returns the distinct words of a text that are neither concepts nor stop words, in order."""
        return [word for word in self.vocabulary.unknown_words(text) if word not in STOP_WORDS]

    def save(self, directory: Path) -> None:
        """Writes the encoder to a folder that `load_concepts` reads."""
        write_encoder(directory, self._document(), {})

    def _document(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "name": self.name,
            "dimension": self.dimension,
            "vocabulary": self.vocabulary.to_json(),
        }


def fit_concepts(texts: Iterable[str], *, min_count: int = 5, name: str = "concepts") -> Concepts:
    """Returns the words that occur at least `min_count` times in the texts, stop words left out.

    Raises:
        LpdError: if no such word occurs that often.

    Source: DualTask, whose concepts are the frequent words of the training captions; the list of stop words
        is our own.
    """
    return Concepts(build_vocabulary(texts, min_count=min_count, without=STOP_WORDS), name)


def load_concepts(directory: Path) -> Concepts:
    """Returns a saved encoder of concepts.

    Raises:
        LpdError: if files are missing, damaged or of another kind.
    """
    document, _ = read_encoder(directory, kind=Concepts.kind, weights=False)
    return Concepts(vocabulary_from_json(document.get("vocabulary"), where=directory), document["name"])
