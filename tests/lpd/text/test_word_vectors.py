"""Word vectors against slow, plain versions, and their stability."""

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.text import build_vocabulary, fit_word_vectors
from lpd.text.word_vectors import cooccurrence_counts, shifted_ppmi
from tests.lpd.text.toy import toy_pairs
from tests.reference.text import plain_cooccurrences, plain_ppmi

TEXTS = ["a b c a", "b c", "d a b d d", "c", "", "a c d b rare"]


@pytest.mark.parametrize("window", [1, 2, 7])
@pytest.mark.parametrize("shift", [1.0, 2.0])
def test_ppmi_equals_the_plain_version(window: int, shift: float) -> None:
    vocabulary = build_vocabulary(TEXTS, min_count=2)
    pairs = plain_cooccurrences([[w for w in text.split() if w != "rare"] for text in TEXTS], window)
    counts = cooccurrence_counts(TEXTS, vocabulary, window=window)
    dense = [[pairs[word, context] for context in vocabulary.words] for word in vocabulary.words]
    np.testing.assert_array_equal(counts.toarray(), dense)
    expected = plain_ppmi(pairs, vocabulary.words, shift=shift, power=0.75)
    np.testing.assert_allclose(shifted_ppmi(counts, shift=shift).toarray(), expected, atol=1e-12)


@pytest.mark.parametrize("dimension", [3, 6, 100])
def test_word_vectors_are_the_truncated_svd(dimension: int) -> None:
    texts, _, _ = toy_pairs(60, seed=1)
    encoder = fit_word_vectors(texts, dimension=dimension, window=3, min_count=1)
    counts = cooccurrence_counts(texts, encoder.vocabulary, window=3)
    left, strength, _ = np.linalg.svd(shifted_ppmi(counts, shift=1.0).toarray())
    width = min(dimension, len(encoder.vocabulary))
    assert encoder.dimension == width
    np.testing.assert_allclose(
        encoder.vectors @ encoder.vectors.T,
        (left[:, :width] * strength[:width]) @ left[:, :width].T,
        atol=1e-4,
    )


def test_word_vectors_are_deterministic_and_of_fixed_sign() -> None:
    texts, _, _ = toy_pairs(60, seed=1)
    first = fit_word_vectors(texts, dimension=5, min_count=1, seed=3)
    again = fit_word_vectors(texts, dimension=5, min_count=1, seed=3)
    np.testing.assert_array_equal(first.vectors, again.vectors)
    assert first.digest == again.digest
    peaks = first.vectors[np.abs(first.vectors).argmax(axis=0), np.arange(5)]
    assert (peaks > 0).all()
    other_start = fit_word_vectors(texts, dimension=5, min_count=1, seed=4)
    np.testing.assert_allclose(first.vectors[:, :1], other_start.vectors[:, :1], atol=1e-4)


def test_text_is_the_mean_over_the_set_of_its_known_words() -> None:
    encoder = fit_word_vectors(TEXTS, dimension=2, min_count=2)
    vectors = {word: encoder.vectors[row] for row, word in enumerate(encoder.vocabulary.words)}
    encoded = encoder.encode(["a a b a zebra", "d", "zebra", ""])
    assert encoded.dtype == np.float32
    np.testing.assert_allclose(encoded[0], (vectors["a"] + vectors["b"]) / 2, atol=1e-6)
    np.testing.assert_allclose(encoded[1], vectors["d"], atol=1e-6)
    assert not encoded[2:].any()
    assert encoder.unknown_words("a rare zebra") == ["rare", "zebra"]
    assert encoder.encode([]).shape == (0, 2)


def test_idf_gives_rare_words_more_weight() -> None:
    encoder = fit_word_vectors(TEXTS, dimension=2, min_count=2, idf=True)
    weights = dict(zip(encoder.vocabulary.words, encoder.weights.tolist(), strict=True))
    assert weights["d"] == pytest.approx(1 + np.log(6 / 2), abs=1e-6)
    assert weights["c"] == pytest.approx(1 + np.log(6 / 4), abs=1e-6)
    mixed = (weights["c"] * encoder.encode(["c"]) + weights["d"] * encoder.encode(["d"])) / (
        weights["c"] + weights["d"]
    )
    np.testing.assert_allclose(encoder.encode(["d c"]), mixed, atol=1e-6)


def test_texts_of_single_words_are_refused() -> None:
    with pytest.raises(LpdError, match="no two words stand together"):
        fit_word_vectors(["a", "b", "a"], min_count=1)
