import pytest

from lpd.words import counted


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "shot", "0 shots"),
        (1, "space", "1 space"),
        (2, "space", "2 spaces"),
        (1, "query", "1 query"),
        (64, "query", "64 queries"),
        (3, "key", "3 keys"),
        (1, "more row", "1 more row"),
        (336_000, "shot", "336,000 shots"),
    ],
)
def test_one_is_singular(number: int, noun: str, words: str) -> None:
    assert counted(number, noun) == words
