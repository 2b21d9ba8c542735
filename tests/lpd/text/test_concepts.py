"""Concepts, stop words and the bag of words without them."""

from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError
from lpd.text import fit_bag_of_words, fit_concepts, load_text_encoder, tokenize
from lpd.text.encoder_files import write_encoder
from lpd.text.stop_words import STOP_WORDS

TEXTS = ["a man is on the boat", "the man and the dog", "a rare dog", "the boat"]


def test_concepts_are_frequent_words_but_stop_words() -> None:
    encoder = fit_concepts(TEXTS, min_count=2)
    assert encoder.vocabulary.words == ("man", "boat", "dog")
    present = encoder.encode(["a dog, a dog and the man", "the rare one", ""])
    assert present.dtype == np.float32
    assert present.tolist() == [[1, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert encoder.encode([]).shape == (0, 3)
    assert encoder.unknown_words("the rare dog isn't on a Zebra, zebra") == ["rare", "zebra"]


def test_texts_of_stop_words_have_no_concepts() -> None:
    with pytest.raises(LpdError, match="no word occurs often enough"):
        fit_concepts(["the on a", "they are here"], min_count=1)


def test_stop_words_are_words_of_the_tokenizer_and_no_content() -> None:
    assert [word for word in sorted(STOP_WORDS) if tokenize(word) != [word]] == []
    assert {"a", "the", "is", "on", "t", "and", "they"} <= STOP_WORDS
    assert not STOP_WORDS & {"man", "two", "red", "left", "outside", "little", "mine", "running", "people"}


def test_bag_of_words_without_stop_words(tmp_path: Path) -> None:
    encoder = fit_bag_of_words(TEXTS, min_count=1, stop_words=False, name="bow_nsw")
    assert encoder.vocabulary.words == ("man", "boat", "dog", "rare")
    assert encoder.encode(["the dog, the dog"]).tolist() == [[0, 0, 2, 0]]
    assert encoder.unknown_words("the zebra is a dog") == ["zebra"]
    encoder.save(tmp_path / "bow_nsw")
    loaded = load_text_encoder(tmp_path / "bow_nsw")
    assert loaded == encoder
    assert (loaded.kind, loaded.name, loaded.digest) == ("bow", "bow_nsw", encoder.digest)


def test_a_bag_of_words_names_its_stop_words_only_where_it_leaves_them_out(tmp_path: Path) -> None:
    plain = fit_bag_of_words(TEXTS, min_count=1)
    plain.save(tmp_path / "bow")
    assert "stop_words" not in (tmp_path / "bow" / "encoder.json").read_text()
    assert plain.unknown_words("they see a zebra") == ["they", "see", "zebra"]
    vocabulary = {"words": ["a"], "counts": [1]}
    document = {"kind": "bow", "name": "bow", "dimension": 1, "vocabulary": vocabulary, "stop_words": "no"}
    write_encoder(tmp_path / "bad", document, {})
    with pytest.raises(FormatError, match="true or false; found 'no'"):
        load_text_encoder(tmp_path / "bad")
