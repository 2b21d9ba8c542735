"""The bi-GRU text encoder: the trainable module and its frozen form, a text feature like any other."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from lpd.text.encoder_files import (
    encoder_digest,
    positive_integer,
    read_encoder,
    write_encoder,
)
from lpd.text.module_weights import built_module, module_weights
from lpd.text.tokens import PAD, SPECIAL_TOKENS, UNKNOWN, token_sequences
from lpd.text.vocabulary import Vocabulary, vocabulary_from_json
from lpd.text.word_vectors import WordVectors

__all__ = ["BiGru", "BiGruEncoder", "BiGruShape", "load_bigru"]

ENCODE_BATCH = 256
SIZES = ("embedding", "hidden", "dimension")


@dataclass(frozen=True)
class BiGruShape:
    """Sizes of the encoder.

    Args:
        embedding: width of a word's embedding.
        hidden: width of the GRU's state, per direction.
        dimension: width of a text vector.
    """

    embedding: int = 300
    hidden: int = 256
    dimension: int = 256


class BiGruEncoder(nn.Module):
    """Embedding, one bidirectional GRU layer, mean over the valid time steps, linear layer, unit length.

    Args:
        words: size of the vocabulary without the special tokens.
        shape: sizes of the layers.
        dropout: on embeddings and on the pooled state, while training.
        word_dropout: share of words that are read as `<unk>`, while training.

    Source: SEA / LAFF bi-GRU with mean pooling; sequences are packed, so padding has no influence.
    """

    def __init__(
        self, words: int, shape: BiGruShape, *, dropout: float = 0.0, word_dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.shape = shape
        self.word_dropout = word_dropout
        self.embedding = nn.Embedding(len(SPECIAL_TOKENS) + words, shape.embedding, padding_idx=PAD)
        self.gru = nn.GRU(shape.embedding, shape.hidden, batch_first=True, bidirectional=True)
        self.output = nn.Linear(2 * shape.hidden, shape.dimension)
        self.dropout = nn.Dropout(dropout)

    def forward(self, token_ids: Tensor, lengths: Tensor) -> Tensor:
        """Returns unit-length text vectors (B, D).

        Args:
            token_ids: (B, L) int64, padded behind.
            lengths: (B,) int64 on the CPU, valid tokens of each row.
        """
        embedded = self.dropout(self.embedding(self._forget_words(token_ids)))
        packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.gru(packed)[0], batch_first=True)  # (B, L, 2 H), zeros behind
        mean = states.sum(dim=1) / lengths.to(states.device).unsqueeze(1)
        return nn.functional.normalize(self.output(self.dropout(mean)), dim=1)

    def _forget_words(self, token_ids: Tensor) -> Tensor:
        if not self.training or self.word_dropout == 0.0:
            return token_ids
        forgotten = torch.rand(token_ids.shape, device=token_ids.device) < self.word_dropout
        return token_ids.masked_fill(forgotten & (token_ids > UNKNOWN), UNKNOWN)

    def start_from(self, word_vectors: WordVectors, vocabulary: Vocabulary) -> None:
        """Sets the embeddings of words that have a vector, scaled to the spread of random embeddings.

        Args:
            word_vectors: of the width of the embedding.
            vocabulary: the words of this encoder's rows.
        """
        rows = [(row, word_vectors.vocabulary.row(word)) for row, word in enumerate(vocabulary.words)]
        known = [(row, source) for row, source in rows if source is not None]
        if not known:
            return
        vectors = word_vectors.vectors[[source for _, source in known]]
        scaled = torch.from_numpy(vectors / max(float(vectors.std()), 1e-12))
        with torch.no_grad():
            self.embedding.weight[[row + len(SPECIAL_TOKENS) for row, _ in known]] = scaled


@dataclass(frozen=True, eq=False)
class BiGru:
    """The frozen encoder: unit-length vectors; a text without any known word is a row of zeros.

    Args:
        vocabulary: its known words.
        module: the trained module, on the CPU, in evaluation mode.
        name: the name of the text feature.
    """

    vocabulary: Vocabulary
    module: BiGruEncoder
    name: str = "bigru"
    kind: ClassVar[str] = "bigru"

    def __post_init__(self) -> None:
        self.module.requires_grad_(False).eval().to("cpu", torch.float32)

    @property
    def dimension(self) -> int:
        """The width of a vector."""
        return self.module.shape.dimension

    @property
    def digest(self) -> str:
        """The digest of its content."""
        return encoder_digest(self._document(), module_weights(self.module))

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns (B, D) float32 of unit rows; equal texts are computed once, like lengths together."""
        distinct = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        vectors = np.zeros((len(distinct), self.dimension), dtype=np.float32)
        sequences = token_sequences(list(distinct), self.vocabulary)
        known = np.array(
            [row for text, row in distinct.items() if self.vocabulary.rows(text)], dtype=np.int64
        )
        by_length = known[np.argsort(np.diff(sequences.offsets)[known], kind="stable")]
        with torch.inference_mode():
            for start in range(0, len(by_length), ENCODE_BATCH):
                rows = by_length[start : start + ENCODE_BATCH]
                vectors[rows] = self.module(*sequences.batch(rows)).numpy()
        return vectors[[distinct[text] for text in texts]]

    def unknown_words(self, text: str) -> list[str]:
        """Returns the distinct words of a text that this encoder does not know, in order."""
        return self.vocabulary.unknown_words(text)

    def save(self, directory: Path) -> None:
        """Writes the encoder to a folder that `load_bigru` reads."""
        write_encoder(directory, self._document(), module_weights(self.module))

    def _document(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "name": self.name,
            **asdict(self.module.shape),
            "vocabulary": self.vocabulary.to_json(),
        }


def load_bigru(directory: Path) -> BiGru:
    """Returns a saved bi-GRU on the CPU, in float32.

    Raises:
        LpdError: if files are missing, damaged, of another kind, or of sizes that do not fit.
    """
    document, tensors = read_encoder(directory, kind=BiGru.kind, weights=True)
    vocabulary = vocabulary_from_json(document.get("vocabulary"), where=directory)
    shape = BiGruShape(**{key: positive_integer(document, key, where=directory) for key in SIZES})
    deciding = {
        "embedding.weight": (len(SPECIAL_TOKENS) + len(vocabulary), shape.embedding),
        "gru.weight_hh_l0": (3 * shape.hidden, shape.hidden),
        "output.weight": (shape.dimension, 2 * shape.hidden),
    }
    module = built_module(
        lambda: BiGruEncoder(len(vocabulary), shape), tensors, deciding=deciding, where=directory
    )
    return BiGru(vocabulary, module, document["name"])
