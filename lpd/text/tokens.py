"""Token ids of texts: what encoders that read word by word take, and the text feature that holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from lpd.errors import FormatError
from lpd.text.encoder_files import encoder_digest, positive_integer, read_encoder, write_encoder
from lpd.text.tokenizer import tokenize
from lpd.text.vocabulary import Vocabulary, build_vocabulary, vocabulary_from_json
from lpd.text.word_vectors import WordVectors

__all__ = [
    "END",
    "PAD",
    "SPECIAL_TOKENS",
    "START",
    "UNKNOWN",
    "TokenIds",
    "TokenSequences",
    "fit_token_ids",
    "load_token_ids",
    "token_sequences",
    "token_vectors",
]

SPECIAL_TOKENS = ("<pad>", "<start>", "<end>", "<unk>")
PAD, START, END, UNKNOWN = range(4)
FEWEST_TOKENS = 3
MOST_TOKENS = 4096


@dataclass(frozen=True, eq=False)
class TokenSequences:
    """Token ids of many texts, one after another.

    Args:
        flat: (total,) int64.
        offsets: (C + 1,) int64; text i is `flat[offsets[i]:offsets[i + 1]]`.
    """

    flat: np.ndarray
    offsets: np.ndarray

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def batch(self, rows: np.ndarray) -> tuple[Tensor, Tensor]:
        """Returns token ids (B, L) int64, padded behind with `<pad>`, and lengths (B,) int64."""
        starts, lengths = self.offsets[rows], self.offsets[rows + 1] - self.offsets[rows]
        steps = np.arange(lengths.max())
        inside = steps < lengths[:, None]
        ids = np.where(inside, self.flat[np.where(inside, starts[:, None] + steps, 0)], PAD)
        return torch.from_numpy(ids), torch.from_numpy(lengths)


def token_sequences(
    texts: Sequence[str], vocabulary: Vocabulary, *, longest: int | None = None
) -> TokenSequences:
    """Returns `<start>` words `<end>` of each text; a word outside of the vocabulary becomes `<unk>`.

    Args:
        texts: any.
        vocabulary: row r becomes the token r + 4.
        longest: of texts with more tokens than this the last words are left out; None keeps all.

    Source: SEA / LAFF GRU vocabulary (`<pad>` 0, `<start>` 1, `<end>` 2, `<unk>` 3, then the words).
    """
    most_words = None if longest is None else longest - 2
    rows = []
    for text in texts:
        known = [vocabulary.row(word) for word in tokenize(text)[:most_words]]
        rows.append([START, *(UNKNOWN if row is None else row + len(SPECIAL_TOKENS) for row in known), END])
    flat = np.array([token for one in rows for token in one], dtype=np.int64)
    return TokenSequences(flat, np.cumsum([0, *(len(one) for one in rows)], dtype=np.int64))


@dataclass(frozen=True)
class TokenIds:
    """The encoder: the ids of a text's tokens, for trainable text encoders inside of a model.

    A text without any known word is a row of zeros, unless `keep_unknown`. Of a text with more words than fit
    into a row the last ones are left out; `unknown_words` names them with the others.

    Args:
        vocabulary: its known words.
        length: tokens of a row, `<start>` and `<end>` among them.
        name: the name of the text feature.
        keep_unknown: a text without any known word is read as its unknown ones, as the official SEA, LAFF and
            W2VV++ do.
    """

    vocabulary: Vocabulary
    length: int
    name: str = "tokens"
    keep_unknown: bool = False
    kind: ClassVar[str] = "tokens"

    @property
    def dimension(self) -> int:
        """The number of tokens of a row."""
        return self.length

    @property
    def digest(self) -> str:
        """The digest of its content."""
        return encoder_digest(self._document(), {})

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns token ids (B, L) float32, which is exact up to 16 million; `<pad>` (zero) behind."""
        rows = np.zeros((len(texts), self.length), dtype=np.float32)
        if texts:
            sequences = token_sequences(texts, self.vocabulary, longest=self.length)
            ids, _ = sequences.batch(np.arange(len(texts)))
            rows[:, : ids.shape[1]] = ids.numpy()
            if not self.keep_unknown:
                rows[(rows <= UNKNOWN).all(axis=1)] = PAD
        return rows

    def unknown_words(self, text: str) -> list[str]:
        """Returns the distinct words of a text that leave no trace in its row, in order: words that are not
        known, and known ones that only stand where the row is full.
        """
        words = tokenize(text)
        read = {word for word in words[: self.length - 2] if word in self.vocabulary}
        return [word for word in dict.fromkeys(words) if word not in read]

    def save(self, directory: Path) -> None:
        """Writes the encoder to a folder that `load_token_ids` reads."""
        write_encoder(directory, self._document(), {})

    def _document(self) -> dict[str, object]:
        document = {
            "kind": self.kind,
            "name": self.name,
            "dimension": self.length,
            "vocabulary": self.vocabulary.to_json(),
        }
        return {**document, "keep_unknown": True} if self.keep_unknown else document


def fit_token_ids(
    texts: Sequence[str], *, min_count: int = 5, longest: int = 64, name: str = "tokens"
) -> TokenIds:
    """Returns token ids in rows as long as the longest of the texts needs.

    Args:
        texts: training captions.
        min_count: rarer words are read as `<unk>`.
        longest: most tokens of a row, `<start>` and `<end>` among them.
        name: the name of the text feature.

    Raises:
        LpdError: if no word occurs often enough, or `longest` leaves no room for a word.

    Source: SEA / LAFF vocabularies have min_count 5; the limit is ours.
    """
    vocabulary = build_vocabulary(texts, min_count=min_count)
    needed = 2 + max(len(tokenize(text)) for text in texts)
    return TokenIds(vocabulary, min(_checked_length(longest, where="longest"), needed), name)


def _checked_length(length: int, *, where: object) -> int:
    if not FEWEST_TOKENS <= length <= MOST_TOKENS:
        raise FormatError(
            "tokens of a row",
            where=where,
            expected=f"a whole number from {FEWEST_TOKENS} to {MOST_TOKENS}",
            found=length,
        )
    return length


def load_token_ids(directory: Path) -> TokenIds:
    """Returns a saved encoder of token ids.

    Raises:
        LpdError: if files are missing, damaged or of another kind.
    """
    document, _ = read_encoder(directory, kind=TokenIds.kind, weights=False)
    vocabulary = vocabulary_from_json(document.get("vocabulary"), where=directory)
    length = _checked_length(positive_integer(document, "dimension", where=directory), where=directory)
    keep_unknown = document.get("keep_unknown", False)
    if not isinstance(keep_unknown, bool):
        raise FormatError("keep_unknown", where=directory, expected="true or false", found=repr(keep_unknown))
    return TokenIds(vocabulary, length, document["name"], keep_unknown)


def token_vectors(vocabulary: Vocabulary, word_vectors: WordVectors) -> np.ndarray:
    """Returns one word vector per token, (V + 4, D) float32; zeros for special tokens and words without one.

    Args:
        vocabulary: of the token ids.
        word_vectors: any, fitted on the same captions or elsewhere.
    """
    vectors = np.zeros((len(SPECIAL_TOKENS) + len(vocabulary), word_vectors.dimension), dtype=np.float32)
    for row, word in enumerate(vocabulary.words, start=len(SPECIAL_TOKENS)):
        source = word_vectors.vocabulary.row(word)
        if source is not None:
            vectors[row] = word_vectors.vectors[source]
    return vectors
