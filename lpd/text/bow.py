"""Bag of words: how often each known word stands in a text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from lpd.errors import FormatError
from lpd.text.encoder_files import encoder_digest, read_encoder, write_encoder
from lpd.text.stop_words import STOP_WORDS
from lpd.text.vocabulary import Vocabulary, build_vocabulary, vocabulary_from_json

__all__ = ["BagOfWords", "fit_bag_of_words", "load_bag_of_words"]


@dataclass(frozen=True)
class BagOfWords:
    """The encoder; a text without any known word is a row of zeros.

    Args:
        vocabulary: column j counts `vocabulary.words[j]`.
        name: the name of the text feature.
        stop_words: whether stop words were let into the vocabulary.
    """

    vocabulary: Vocabulary
    name: str = "bow"
    stop_words: bool = True
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
        """Returns the distinct words of a text that this encoder does not know, in order; stop words that it
        leaves out on purpose are not among them.
        """
        unknown = self.vocabulary.unknown_words(text)
        return unknown if self.stop_words else [word for word in unknown if word not in STOP_WORDS]

    def save(self, directory: Path) -> None:
        """Writes the encoder to a folder that `load_bag_of_words` reads."""
        write_encoder(directory, self._document(), {})

    def _document(self) -> dict[str, object]:
        document = {
            "kind": self.kind,
            "name": self.name,
            "dimension": self.dimension,
            "vocabulary": self.vocabulary.to_json(),
        }
        return document if self.stop_words else {**document, "stop_words": False}


def fit_bag_of_words(
    texts: Iterable[str], *, min_count: int = 5, stop_words: bool = True, name: str = "bow"
) -> BagOfWords:
    """Returns a bag of words over the words that occur at least `min_count` times in the texts.

    Args:
        texts: training captions.
        min_count: rarer words are unknown.
        stop_words: false leaves out function words, as SEA's `bow_nsw` does (with a list of its own).
        name: the name of the text feature.

    Raises:
        LpdError: if no word occurs that often.
    """
    without = frozenset() if stop_words else STOP_WORDS
    return BagOfWords(build_vocabulary(texts, min_count=min_count, without=without), name, stop_words)


def load_bag_of_words(directory: Path) -> BagOfWords:
    """Returns a saved bag of words.

    Raises:
        LpdError: if files are missing, damaged or of another kind.
    """
    document, _ = read_encoder(directory, kind=BagOfWords.kind, weights=False)
    vocabulary = vocabulary_from_json(document.get("vocabulary"), where=directory)
    stop_words = document.get("stop_words", True)
    if not isinstance(stop_words, bool):
        raise FormatError("stop_words", where=directory, expected="true or false", found=repr(stop_words))
    return BagOfWords(vocabulary, document["name"], stop_words)
