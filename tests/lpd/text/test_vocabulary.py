"""Tokenizer, vocabulary and bag of words against literal expectations."""

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError
from lpd.text import fit_bag_of_words, tokenize
from lpd.text.vocabulary import Vocabulary, build_vocabulary, vocabulary_from_json

TEXTS = ["b a b", "C a, b!", "c-d c"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" ,.! ", []),
        ("The man's T-shirt, 2nd_row", ["the", "man", "s", "t", "shirt", "2nd", "row"]),
        ("naïve\tCAFÉ\nU.S.A", ["na", "ve", "caf", "u", "s", "a"]),
        ("<script>alert('x')</script>", ["script", "alert", "x", "script"]),
    ],
)
def test_tokenize_literally(text: str, words: list[str]) -> None:
    assert tokenize(text) == words


def test_vocabulary_is_sorted_by_count_then_first_seen() -> None:
    vocabulary = build_vocabulary(TEXTS)
    assert vocabulary == Vocabulary(("b", "c", "a", "d"), (3, 3, 2, 1))
    assert build_vocabulary(TEXTS, min_count=2).words == ("b", "c", "a")
    assert [vocabulary.count(word) for word in ("b", "d", "zebra")] == [3, 1, 0]
    assert [vocabulary.row(word) for word in ("b", "a", "zebra")] == [0, 2, None]
    assert "a" in vocabulary
    assert "zebra" not in vocabulary


def test_vocabulary_reports_unknown_words_in_order_and_once() -> None:
    vocabulary = build_vocabulary(TEXTS)
    assert vocabulary.unknown_words("Zebra a yak; ZEBRA b") == ["zebra", "yak"]
    assert vocabulary.unknown_words("a b") == []
    assert vocabulary.unknown_words("") == []


def test_vocabulary_without_frequent_words_is_refused() -> None:
    with pytest.raises(LpdError, match="at least 9 occurrences"):
        build_vocabulary(TEXTS, min_count=9)


def test_vocabulary_survives_json() -> None:
    vocabulary = build_vocabulary(TEXTS)
    assert vocabulary_from_json(vocabulary.to_json(), where="here") == vocabulary


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (None, "no vocabulary"),
        ({"words": ["a"]}, "without its lists"),
        ({"words": ["a", "b"], "counts": [1]}, "2 words, 1 counts"),
        ({"words": [], "counts": []}, "at least one"),
        ({"words": ["a", "a"], "counts": [1, 1]}, "stand twice"),
        ({"words": ["a", "B c"], "counts": [1, 1]}, "not words of this tokenizer"),
        ({"words": ["a", 3], "counts": [1, 1]}, "not words of this tokenizer"),
        ({"words": ["a"], "counts": [-1]}, "counts of words"),
        ({"words": ["a"], "counts": [True]}, "counts of words"),
    ],
)
def test_malformed_vocabularies_are_refused(document: object, sentence: str) -> None:
    with pytest.raises(FormatError, match=sentence) as caught:
        vocabulary_from_json(document, where="encoder.json")
    assert str(caught.value).startswith("encoder.json: ")


def test_bag_of_words_counts_and_ignores_the_unknown() -> None:
    encoder = fit_bag_of_words(TEXTS, min_count=2)
    counts = encoder.encode(["a b zebra b", "", "d"])
    assert counts.dtype == np.float32
    assert counts.tolist() == [[2, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert encoder.encode([]).shape == (0, 3)
    assert encoder.unknown_words("a d zebra") == ["d", "zebra"]
