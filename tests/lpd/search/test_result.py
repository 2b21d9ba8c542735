import pytest

from lpd.search import Exactness


@pytest.mark.parametrize(
    ("exactness", "words"),
    [
        (Exactness("exact", True), "exact"),
        (Exactness("milvus", True), "exact, Milvus"),
        (Exactness("quantised", True), "exact (half precision)"),
        (
            Exactness("quantised", False, 0.99981, 64),
            "approximate (8-bit codes, recall .9998 over 64 queries)",
        ),
        (Exactness("quantised", False, 0.99999), "approximate (8-bit codes, recall .9999)"),
        (
            Exactness("quantised", False, 1.0, 5),
            "approximate (8-bit codes, recall 1.0000 over 5 queries)",
        ),
        (Exactness("quantised", False, 0.95, 1), "approximate (8-bit codes, recall .9500 over 1 query)"),
        (Exactness("milvus", False, 0.95), "approximate (Milvus, recall .9500)"),
        (Exactness("quantised", False), "approximate (8-bit codes, recall not measured)"),
    ],
)
def test_lists_say_whether_they_are_exact(exactness: Exactness, words: str) -> None:
    assert exactness.words == words


def test_complete_lists_are_exact_whatever_the_others_are() -> None:
    coded = Exactness("quantised", False, 0.9998, 64)
    assert coded.of_lists(complete=False) == coded
    assert coded.of_lists(complete=True) == Exactness("quantised", True)
    assert Exactness("exact", True).of_lists(complete=False).words == "exact"
