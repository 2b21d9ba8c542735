"""Vocabularies of official checkpoints, and of the files beside them, as text encoders."""

import json

import numpy as np
import pytest

from lpd.checkpoints.official import ImportChoices, StandIn
from lpd.checkpoints.official.vocabularies import (
    bag_of_words,
    concepts,
    read_vocabulary,
    token_ids,
    vocabulary_of,
    word_vectors,
)
from lpd.errors import FormatError, MismatchError, NotFoundError
from tests.lpd.checkpoints.official.official_files import big_file, save, vocabulary

WORDS = ["the", "dog", "runs"]
SPECIAL = ["<pad>", "<start>", "<end>", "<unk>"]


def stand_in(words, name="textlib.Vocabulary"):
    return StandIn(name, attributes={"word2idx": {word: row for row, word in enumerate(words)}})


def test_words_in_the_order_of_their_rows_without_special_ones():
    rows = {"word2idx": {"runs": 2, "the": 0, "dog": 1}}
    assert vocabulary_of(StandIn("a.B", attributes=rows), where="f").words == tuple(WORDS)
    holder = StandIn("txt2vec.IndexVec", attributes={"vocab": stand_in([*SPECIAL, *WORDS])})
    found = vocabulary_of(holder, where="f")
    assert found.words == tuple(WORDS)
    assert found.counts == (0, 0, 0)


def holds_itself():
    one = StandIn("a.B")
    one.attributes["vocab"] = one
    return one


BROKEN = {
    "nothing": None,
    "no rows": StandIn("a.B"),
    "a list": StandIn("a.B", attributes={"word2idx": ["a"]}),
    "empty": StandIn("a.B", attributes={"word2idx": {}}),
    "itself": holds_itself(),
    "repeated rows": StandIn("a.B", attributes={"word2idx": {"a": 0, "b": 0}}),
    "a hole": StandIn("a.B", attributes={"word2idx": {"a": 0, "b": 2}}),
    "no numbers": StandIn("a.B", attributes={"word2idx": {"a": "0"}}),
    "no words": StandIn("a.B", attributes={"word2idx": {"a b": 0, 3: 1}}),
    "only special": stand_in(SPECIAL),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_no_vocabulary_is_one_sentence(case):
    with pytest.raises(FormatError):
        vocabulary_of(BROKEN[case], where="f")


def test_files_beside_a_checkpoint(tmp_path):
    pickled = save(tmp_path / "a.pkl", vocabulary(WORDS, special=True, name="util.vocab.Vocabulary"))
    (tmp_path / "a.txt").write_text("the 12\ndog 3\n\nruns\n")
    (tmp_path / "a.json").write_text(json.dumps({"words": WORDS, "counts": [3, 2, 1]}))
    for path in (pickled, tmp_path / "a.txt", tmp_path / "a.json"):
        assert read_vocabulary(path).words == tuple(WORDS)
    with pytest.raises(NotFoundError):
        read_vocabulary(tmp_path / "b.pkl")
    (tmp_path / "b.pkl").write_bytes(b"\x80\x02cos\nsystem\nU\x04trueR.")
    with pytest.raises(FormatError):
        read_vocabulary(tmp_path / "b.pkl")


def test_encoders_of_a_vocabulary():
    bow = StandIn("txt2vec.BowVecNSW", attributes={"vocab": stand_in(WORDS)})
    encoder = bag_of_words(bow, where="f", name="counts", dimension=3)
    assert encoder.encode(["The dog, the cat"]).tolist() == [[2, 1, 0]]
    assert (encoder.name, encoder.stop_words) == ("counts", False)
    assert bag_of_words(stand_in(WORDS), where="f").stop_words
    tokens = token_ids(stand_in([*SPECIAL, *WORDS]), where="f", words=3, length=6)
    assert tokens.encode(["dogs! the dog"]).tolist() == [[1, 3, 4, 5, 2, 0]]
    found = concepts(vocabulary_of(stand_in(WORDS), where="f"), where="f", dimension=3)
    assert found.encode(["dog dog"]).tolist() == [[0, 1, 0]]
    with pytest.raises(MismatchError, match="4 words"):
        bag_of_words(bow, where="f", dimension=4)
    with pytest.raises(MismatchError, match="2 words"):
        token_ids(bow, where="f", words=2)


def test_word_vectors_of_a_bigfile(tmp_path):
    vectors = {"the": [8.0, 8.0], "dog": [1.0, 0.0], "New_York": [9.0, 9.0], "runs": [0.0, 1.0]}
    choices = ImportChoices(word_vectors=big_file(tmp_path / "vectors", vectors))
    all_words = word_vectors(choices, stop_words=True)
    assert all_words.vocabulary.words == ("the", "dog", "runs")
    found = word_vectors(choices, stop_words=False, dimension=2, name="flickr")
    np.testing.assert_array_equal(found.encode(["the dog runs, the dog"]), [[0.5, 0.5]])
    assert found.name == "flickr"
    own = ImportChoices(word_vectors=choices.word_vectors, stop_words=frozenset(["dog"]))
    assert word_vectors(own, stop_words=False).vocabulary.words == ("the", "runs")
    assert word_vectors(ImportChoices(), stop_words=True) is None
    with pytest.raises(MismatchError, match="dimension"):
        word_vectors(choices, stop_words=True, dimension=3)
    nothing = ImportChoices(word_vectors=big_file(tmp_path / "none", {"New_York": [1.0]}))
    with pytest.raises(MismatchError, match="no word"):
        word_vectors(nothing, stop_words=True)
