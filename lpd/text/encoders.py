"""Text encoders by kind: what every one offers, and how a saved one is opened."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from lpd.text.bigru import BiGru, load_bigru
from lpd.text.bow import BagOfWords, load_bag_of_words
from lpd.text.concepts import Concepts, load_concepts
from lpd.text.encoder_files import encoder_kind
from lpd.text.pretrained import PretrainedText, load_pretrained_text
from lpd.text.tokens import TokenIds, load_token_ids
from lpd.text.word_vectors import WordVectors, load_word_vectors

__all__ = ["TEXT_ENCODERS", "TextEncoder", "load_text_encoder"]


class TextEncoder(Protocol):
    """What a text feature needs to be computed: an encoder with fixed weights.

    A text without any known word (an empty one too) is encoded as a row of zeros; `unknown_words` says why.
    """

    @property
    def kind(self) -> str:
        """The key in `TEXT_ENCODERS`."""
        ...

    @property
    def name(self) -> str:
        """The name of the text feature."""
        ...

    @property
    def dimension(self) -> int:
        """The width D of a vector."""
        ...

    @property
    def digest(self) -> str:
        """The digest of its content, the same for equal encoders wherever they lie."""
        ...

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns one vector per text, (B, D) float32."""
        ...

    def unknown_words(self, text: str) -> list[str]:
        """Returns the distinct words of a text that the encoder does not know, in order."""
        ...

    def save(self, directory: Path) -> None:
        """Writes the encoder to a folder, whole or not at all."""
        ...


TEXT_ENCODERS: dict[str, Callable[[Path], TextEncoder]] = {
    BagOfWords.kind: load_bag_of_words,
    WordVectors.kind: load_word_vectors,
    BiGru.kind: load_bigru,
    TokenIds.kind: load_token_ids,
    Concepts.kind: load_concepts,
    PretrainedText.kind: load_pretrained_text,
}
"""Kind -> the function that opens a saved encoder of that kind."""


def load_text_encoder(directory: Path) -> TextEncoder:
    """Returns the encoder saved in a folder, whatever its kind.

    Raises:
        NotFoundError: if there is none, or files that it points to are gone.
        StaleError: if files that it points to have changed.
        FormatError: if its kind is unknown, or its files are damaged.
        MismatchError: if sizes of vocabulary and weights do not fit.
        MissingExtraError: if it needs a package that is not installed.
    """
    kind = encoder_kind(directory, TEXT_ENCODERS, what="text encoder")
    return TEXT_ENCODERS[kind](directory)
