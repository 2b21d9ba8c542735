"""Bag of words: how often each known word stands in a text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from lpd.text.encoder_files import encoder_digest, read_encoder, write_encoder
from lpd.text.vocabulary import Vocabulary, build_vocabulary, vocabulary_from_json

__all__ = ["BagOfWords", "fit_bag_of_words", "load_bag_of_words"]


@dataclass(frozen=True)
class BagOfWords:
    """The encoder; a text without any known word is a row of zeros.

    Args:
        vocabulary: column j counts `vocabulary.words[j]`.
        name: the name of the text feature.
    """

    vocabulary: Vocabulary
    name: str = "bow"
    kind: ClassVar[str] = "bow"

    @property
    def dimension(self) -> int:
        """The number of known words."""
        return len(self.vocabulary)

    @property
    def digest(self) -> str:
        """The digest of its content."""
        return encoder_digest(self._document(), {})

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns term counts (B, D) float32, not normalised; unknown words count nowhere."""
        counts = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            np.add.at(counts[row], self.vocabulary.rows(text), 1.0)
        return counts

    def unknown_words(self, text: str) -> list[str]:
        """Returns the distinct words of a text that this encoder does not know, in order."""
        return self.vocabulary.unknown_words(text)

    def save(self, directory: Path) -> None:
        """Writes the encoder to a folder that `load_bag_of_words` reads."""
        write_encoder(directory, self._document(), {})

    def _document(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "name": self.name,
            "dimension": self.dimension,
            "vocabulary": self.vocabulary.to_json(),
        }


def fit_bag_of_words(texts: Iterable[str], *, min_count: int = 5, name: str = "bow") -> BagOfWords:
    """Returns a bag of words over the words that occur at least `min_count` times in the texts.

    Raises:
        LpdError: if no word occurs that often.
    """
    return BagOfWords(build_vocabulary(texts, min_count=min_count), name)


def load_bag_of_words(directory: Path) -> BagOfWords:
    """Returns a saved bag of words.

    Raises:
        LpdError: if files are missing, damaged or of another kind.
    """
    document, _ = read_encoder(directory, kind=BagOfWords.kind, weights=False)
    return BagOfWords(vocabulary_from_json(document.get("vocabulary"), where=directory), document["name"])
