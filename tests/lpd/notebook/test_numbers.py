"""Numbers made again beside those pinned."""

import pytest

from lpd.notebook import compare_numbers


def test_equal_numbers_are_the_same_and_counted() -> None:
    pinned = {"lists": {"fused": [["s1", 0.5], ["s2", 0.25]]}, "words": "only then"}
    found = compare_numbers(pinned, {"lists": {"fused": [["s1", 0.5 + 1e-9], ["s2", 0.25]]}, "new": 1})
    assert found.same
    assert found.sentence == "Same as pinned: 4 values."


@pytest.mark.parametrize(
    ("then", "now", "place"),
    [
        ({"a": 0.5}, {"a": 0.6}, "a: pinned 0.5, now 0.6"),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "a, b 2: pinned 2, now 3"),
        ({"a": [1, 2]}, {"a": [1]}, "a: pinned 2 entries, now 1 entry"),
        ({"a": None}, {"a": 0.0}, "a: pinned None, now 0.0"),
        ({"a": "s1"}, {"a": "s2"}, "a: pinned 's1', now 's2'"),
        ({"a": 1}, {"a": True}, "a: pinned 1, now True"),
        ({"a": {"b": 1}}, {"a": 1}, "a: pinned {'b': 1}, now 1"),
    ],
    ids=["number", "deep", "shorter", "absent", "shot", "yes", "form"],
)
def test_what_differs_is_told(then, now, place) -> None:
    found = compare_numbers(then, now)
    assert not found.same
    assert found.differences == (place,)
    assert found.sentence.startswith("Not as pinned: 1 of")


def test_nothing_in_common_is_not_the_same() -> None:
    found = compare_numbers({"a": 1}, {"b": 1})
    assert not found.same
    assert found.sentence == "Nothing of what was pinned could be compared."


def test_only_the_first_differences_are_listed() -> None:
    found = compare_numbers({"a": [0] * 100}, {"a": [1] * 100})
    assert found.different == 100
    assert len(found.differences) == 20


def test_large_numbers_are_compared_relative_to_their_size() -> None:
    assert compare_numbers({"a": 1e9}, {"a": 1e9 + 100}).same
    assert not compare_numbers({"a": 1e9}, {"a": 1e9 + 10_000}).same
