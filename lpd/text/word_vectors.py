"""Word vectors fitted on captions: positive pointwise mutual information, then a truncated SVD."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from lpd.errors import LpdError
from lpd.text.encoder_files import (
    check_tensors,
    encoder_digest,
    positive_integer,
    read_encoder,
    write_encoder,
)
from lpd.text.vocabulary import Vocabulary, build_vocabulary, vocabulary_from_json

__all__ = ["WordVectors", "cooccurrence_counts", "fit_word_vectors", "load_word_vectors", "shifted_ppmi"]

CONTEXT_POWER = 0.75


@dataclass(frozen=True, eq=False)
class WordVectors:
    """The encoder; a text without any known word is a row of zeros.

    Args:
        vocabulary: row j of `vectors` belongs to `vocabulary.words[j]`.
        vectors: (V, D) float32.
        weights: (V,) float32, the weight of each word in a text's mean; all 1 without idf.
        name: the name of the text feature.
    """

    vocabulary: Vocabulary
    vectors: np.ndarray
    weights: np.ndarray
    name: str = "w2v"
    kind: ClassVar[str] = "w2v"

    @property
    def dimension(self) -> int:
        """The width of a vector."""
        return int(self.vectors.shape[1])

    @property
    def digest(self) -> str:
        """The digest of its content."""
        return encoder_digest(self._document(), self._tensors())

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns (B, D) float32: the weighted mean over the SET of distinct known words of each text.

        Source: W2VV++ / SEA, whose reader of word vectors drops repeats.
        """
        rows = [sorted(set(self.vocabulary.rows(text))) for text in texts]
        lengths = np.array([len(one) for one in rows], dtype=np.int64)
        columns = np.array([row for one in rows for row in one], dtype=np.int64)
        weights = self.weights[columns].astype(np.float64)
        of_text = np.repeat(np.arange(len(texts)), lengths)
        totals = np.bincount(of_text, weights=weights, minlength=len(texts))
        mixing = sparse.csr_matrix(
            (weights / totals[of_text], columns, np.concatenate([[0], np.cumsum(lengths)])),
            shape=(len(texts), len(self.vocabulary)),
        )
        return (mixing @ self.vectors).astype(np.float32)

    def unknown_words(self, text: str) -> list[str]:
        """Returns the distinct words of a text that this encoder does not know, in order."""
        return self.vocabulary.unknown_words(text)

    def save(self, directory: Path) -> None:
        """Writes the encoder to a folder that `load_word_vectors` reads."""
        write_encoder(directory, self._document(), self._tensors())

    def _tensors(self) -> dict[str, np.ndarray]:
        return {"vectors": self.vectors, "weights": self.weights}

    def _document(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "name": self.name,
            "dimension": self.dimension,
            "vocabulary": self.vocabulary.to_json(),
        }


def cooccurrence_counts(texts: Sequence[str], vocabulary: Vocabulary, *, window: int) -> sparse.csr_matrix:
    """Returns how often two known words stand within `window` words of each other, (V, V) float64, symmetric.

    Unknown words are taken out first, so they do not widen a distance; a pair of equal words counts in both
    directions, as every other pair does.
    """
    rows = [vocabulary.rows(text) for text in texts]
    flat = np.array([row for one in rows for row in one], dtype=np.int64)
    text_of = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
    size = len(vocabulary)
    counts = sparse.csr_matrix((size, size), dtype=np.float64)
    for distance in range(1, window + 1):
        together = text_of[:-distance] == text_of[distance:]
        left, right = flat[:-distance][together], flat[distance:][together]
        pairs = sparse.coo_matrix((np.ones(len(left)), (left, right)), shape=(size, size)).tocsr()
        counts = counts + pairs + pairs.T
    return counts.tocsr()


def shifted_ppmi(counts: sparse.csr_matrix, *, shift: float) -> sparse.csr_matrix:
    """Returns max(0, ln(p(w,c) / (p(w) p'(c))) - ln(shift)) with p'(c) proportional to count(c)^0.75.

    Args:
        counts: (V, V) co-occurrence counts; rows are words, columns their contexts.
        shift: 1 leaves PPMI as it is; a larger one keeps only strong associations.

    Source: Levy, Goldberg, Dagan 2015, "Improving Distributional Similarity with Lessons Learned from Word
        Embeddings", section 3 (shifted PMI, context distribution smoothing).
    """
    pairs = counts.tocoo()
    of_word = np.asarray(counts.sum(axis=1)).ravel()
    smoothed = np.asarray(counts.sum(axis=0)).ravel() ** CONTEXT_POWER
    context = smoothed / max(smoothed.sum(), np.finfo(np.float64).tiny)
    values = np.log(pairs.data / (of_word[pairs.row] * context[pairs.col])) - np.log(shift)
    kept = values > 0
    return sparse.csr_matrix((values[kept], (pairs.row[kept], pairs.col[kept])), shape=counts.shape)


def fit_word_vectors(
    texts: Sequence[str],
    *,
    dimension: int = 300,
    window: int = 5,
    min_count: int = 5,
    shift: float = 1.0,
    idf: bool = False,
    seed: int = 0,
    name: str = "w2v",
) -> WordVectors:
    """Returns word vectors U sqrt(S) of the truncated SVD of the texts' PPMI matrix.

    Same texts, settings and seed give the same vectors: ARPACK starts from a seeded vector, and of each
    column the entry of largest magnitude is made positive.

    Args:
        texts: training captions.
        dimension: wished width; at most the size of the vocabulary.
        window: how many words to each side are a word's context.
        min_count: rarer words stay unknown.
        shift: see `shifted_ppmi`.
        idf: weigh a word by 1 + ln(C / number of texts that hold it) instead of 1.
        seed: of ARPACK's start vector.
        name: the name of the text feature.

    Raises:
        LpdError: if no word occurs often enough, or no two known words stand together anywhere.
    """
    vocabulary = build_vocabulary(texts, min_count=min_count)
    matrix = shifted_ppmi(cooccurrence_counts(texts, vocabulary, window=window), shift=shift)
    if matrix.nnz == 0:
        raise LpdError(
            "no two words stand together more often than by chance",
            expected="captions of several words",
            found=f"{len(vocabulary)} known words in {len(texts)} texts",
            next_step="give more training captions or a smaller min_count",
        )
    vectors = _left_vectors(matrix, min(dimension, len(vocabulary)), seed=seed)
    weights = _idf(texts, vocabulary) if idf else np.ones(len(vocabulary), dtype=np.float32)
    return WordVectors(vocabulary, vectors, weights, name)


def _left_vectors(matrix: sparse.csr_matrix, dimension: int, *, seed: int) -> np.ndarray:
    if dimension < matrix.shape[0]:
        start = np.random.default_rng(seed).standard_normal(matrix.shape[0])
        left, strength, _ = svds(matrix, k=dimension, v0=start, rng=np.random.default_rng(seed))
    else:
        left, strength, _ = np.linalg.svd(matrix.toarray())
    order = np.argsort(-strength, kind="stable")
    left, strength = left[:, order], np.maximum(strength[order], 0.0)
    peak = left[np.abs(left).argmax(axis=0), np.arange(left.shape[1])]
    return np.ascontiguousarray(left * np.where(peak < 0, -1.0, 1.0) * np.sqrt(strength), dtype=np.float32)


def _idf(texts: Sequence[str], vocabulary: Vocabulary) -> np.ndarray:
    holding = np.zeros(len(vocabulary))
    for text in texts:
        holding[sorted(set(vocabulary.rows(text)))] += 1
    return (1.0 + np.log(len(texts) / holding)).astype(np.float32)


def load_word_vectors(directory: Path) -> WordVectors:
    """Returns saved word vectors.

    Raises:
        LpdError: if files are missing, damaged, of another kind, or of sizes that do not fit.
    """
    document, tensors = read_encoder(directory, kind=WordVectors.kind, weights=True)
    vocabulary = vocabulary_from_json(document.get("vocabulary"), where=directory)
    dimension = positive_integer(document, "dimension", where=directory)
    size = len(vocabulary)
    expected = {"vectors": ((size, dimension), "float32"), "weights": ((size,), "float32")}
    check_tensors(tensors, expected, where=directory)
    return WordVectors(vocabulary, tensors["vectors"], tensors["weights"], document["name"])
