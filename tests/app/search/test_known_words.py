import pytest

from app.search.known_words import unknown_sentence

FEATURES = ("bow", "w2v")
CASES = {
    "all known": (["a dog"], {}, ""),
    "no text": ([], {}, ""),
    "some": (["a foo dog"], {"w2v": ["foo"]}, "“foo” not known to w2v"),
    "apart": (
        ["foo bar dog"],
        {"w2v": ["foo"], "bow": ["bar"]},
        "“foo” not known to w2v · “bar” not known to bow",
    ),
    "nowhere": (
        ["or foo bar dog"],
        {"bow": ["foo"], "w2v": ["or", "foo", "bar"]},
        "“foo” not known to any text encoder · “or”, “bar” not known to w2v",
    ),
    "nothing left": (
        ["the foo", "bar"],
        {"w2v": ["bar", "foo"], "bow": ["foo", "bar"]},
        "No text encoder knows “bar”, “foo”: the lists say nothing about this query.",
    ),
    "stop words alone": (["or"], {"w2v": ["or"]}, "“or” not known to w2v"),
}


@pytest.mark.parametrize("case", list(CASES))
def test_words_that_are_not_known_are_named_with_the_encoders(case):
    texts, unknown, expected = CASES[case]
    assert unknown_sentence(texts, unknown, FEATURES) == expected


def test_a_query_in_another_script_says_that_nothing_is_read():
    assert "read nothing of it" in unknown_sentence(["כלב 🙂"], {}, FEATURES)
    assert unknown_sentence(["כלב dog"], {}, FEATURES) == ""
