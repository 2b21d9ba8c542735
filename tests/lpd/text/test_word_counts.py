"""Words in captions: against a plain count and the bag of words, forms, stop words, what encoders miss."""

import numpy as np
import pytest

from lpd.text import (
    WordCount,
    add_word_counts,
    build_vocabulary,
    count_words,
    fit_bag_of_words,
    query_words,
    tokenize,
)

CAPTIONS = [
    "A sailboat, a boat and another boat",
    "sailboats in the water",
    "A SAILBOAT!",
    "the water's edge",
]


def test_captions_and_occurrences_literally() -> None:
    counts = count_words(CAPTIONS)
    assert counts.captions == 4
    assert counts.of("sailboat") == WordCount(2, 2)
    assert counts.of("boat") == WordCount(1, 2)
    assert counts.of("a") == WordCount(2, 3)
    assert counts.of("water") == (2, 2)
    assert counts.of("s") == (1, 1)
    assert counts.of("ship") == (0, 0)
    assert "ship" not in counts.containing, "asking adds nothing"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_equals_a_plain_count(seed: int) -> None:
    random = np.random.default_rng(seed)
    letters = "ab c-D,é"
    captions = ["".join(random.choice(list(letters), 9)) for _ in range(60)]
    counts = count_words(captions)
    for word in {word for caption in captions for word in tokenize(caption)}:
        assert counts.of(word) == (
            sum(word in tokenize(caption) for caption in captions),
            sum(tokenize(caption).count(word) for caption in captions),
        )
    assert counts.containing.keys() == counts.occurrences.keys()


def test_occurrences_are_those_of_the_bag_of_words() -> None:
    counts = count_words(CAPTIONS)
    vocabulary = build_vocabulary(CAPTIONS)
    assert {word: vocabulary.count(word) for word in vocabulary.words} == dict(counts.occurrences)
    encoder = fit_bag_of_words(CAPTIONS, min_count=1)
    summed = encoder.encode(CAPTIONS).sum(axis=0).tolist()
    assert summed == [counts.of(word).occurrences for word in encoder.vocabulary.words]


def test_sets_taken_as_one() -> None:
    parts = [count_words(CAPTIONS[:2]), count_words(CAPTIONS[2:])]
    assert add_word_counts(parts) == count_words(CAPTIONS)
    assert parts[0] == count_words(CAPTIONS[:2]), "the parts stay"
    assert add_word_counts([]) == count_words([])


def test_the_words_of_a_query_in_order_each_once() -> None:
    counts = {"own": count_words(CAPTIONS), "other": count_words(["one boat"])}
    found = query_words("the Boat, the sailboat", counts)
    assert [one.word for one in found] == ["the", "boat", "sailboat"]
    assert [one.stop_word for one in found] == [True, False, False]
    assert found[1].counts == {"own": (1, 2), "other": (1, 1)}
    assert found[2].counts == {"own": (2, 2), "other": (0, 0)}


def test_the_topic_of_the_slides_is_counted_in_both_forms() -> None:
    """Topic 644 says `sailboats`, the slide counts captions that have `sailboat`."""
    training = count_words(["a sailboat"] * 7 + ["sailboats"])
    other = count_words(["one sailboat and one sailboat"] * 853)
    found = query_words("sailboats in the water", {"training": training, "pre-training": other})
    assert [one.word for one in found] == ["sailboats", "in", "the", "water"]
    assert found[0].counts == {"training": (1, 1), "pre-training": (0, 0)}
    assert found[0].other_forms == {"sailboat": {"training": (7, 7), "pre-training": (853, 1706)}}
    assert found[3].other_forms == {}


@pytest.mark.parametrize(
    ("word", "caption", "form"),
    [
        ("dog", "two dogs", "dogs"),
        ("dogs", "one dog", "dog"),
        ("box", "three boxes", "boxes"),
        ("boxes", "a box", "box"),
        ("horses", "a horse", "horse"),
        ("city", "cities", "cities"),
        ("cities", "a city", "city"),
    ],
)
def test_singular_and_plural(word: str, caption: str, form: str) -> None:
    assert list(query_words(word, {"own": count_words([caption])})[0].other_forms) == [form]


@pytest.mark.parametrize(
    ("word", "caption"), [("a", "as"), ("ha", "has hats"), ("2nd", "2nds"), ("it", "its")]
)
def test_words_without_other_forms(word: str, caption: str) -> None:
    assert query_words(word, {"own": count_words([caption])})[0].other_forms == {}


def test_unknown_words_are_named_by_encoder() -> None:
    unknown = {"bow": ["kayak"], "w2v": ["kayak", "paddling"], "clip": []}
    found = query_words("paddling a kayak", {}, unknown=unknown)
    assert [one.unknown_to for one in found] == [("w2v",), (), ("bow", "w2v")]
    assert found[0].counts == {}
    assert query_words("", {}) == []
