"""Two lists side by side, by hand and against plain loops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpd.diversity import iou_at
from lpd.errors import FormatError, LpdError
from lpd.list_comparison import AloneShot, SharedShot, compare_lists
from lpd.rank_overlap import rank_biased_overlap


def test_two_lists_by_hand() -> None:
    found = compare_lists("abcdef", "cxabey", k=4)
    assert found.both == (SharedShot("a", 1, 3), SharedShot("b", 2, 4), SharedShot("c", 3, 1))
    assert [shared.rank_difference for shared in found.both] == [-2, -2, 2]
    assert found.only_first == (AloneShot("d", 4, None),)
    assert found.only_second == (AloneShot("x", 2, None),)
    assert found.links == ((0, 2), (1, 3), (2, 0))
    assert found.iou == 3 / 5
    assert found.rbo == rank_biased_overlap("abcdef", "cxabey")
    assert found.kendall == pytest.approx(-1 / 3)  # a before b in both, c before a and b in the second
    assert found.spearman == pytest.approx(1 - 6 * (1 + 1 + 4) / (3 * 8))


def test_a_shot_behind_the_cut_off_has_its_rank_there() -> None:
    found = compare_lists([10, 11, 12, 13], [13, 20, 10, 11], k=2)
    assert found.both == ()
    assert found.only_first == (AloneShot(10, 1, 3), AloneShot(11, 2, 4))
    assert found.only_second == (AloneShot(13, 1, 4), AloneShot(20, 2, None))
    assert (found.kendall, found.spearman, found.iou) == (None, None, 0)


@pytest.mark.parametrize(
    ("first", "second", "correlation"),
    [("abc", "abc", 1.0), ("ab", "ba", -1.0), ("axb", "ayb", 1.0), ("ab", "bc", None), ("", "", None)],
    ids=["same", "turned", "two shared", "one shared", "empty"],
)
def test_correlations_of_the_shared(first: str, second: str, correlation: float | None) -> None:
    found = compare_lists(first, second, k=10)
    assert found.kendall == (None if correlation is None else pytest.approx(correlation))
    assert found.spearman == (None if correlation is None else pytest.approx(correlation))


lists = st.lists(st.integers(0, 14), max_size=12, unique=True)


@given(lists, lists, st.integers(1, 14))
def test_every_shot_has_its_place(first: list[int], second: list[int], k: int) -> None:
    found = compare_lists(first, second, k=k)
    shared = [shot for shot in first[:k] if shot in second[:k]]
    assert [one.shot for one in found.both] == shared
    assert [one.shot for one in found.only_first] == [shot for shot in first[:k] if shot not in second[:k]]
    assert [one.shot for one in found.only_second] == [shot for shot in second[:k] if shot not in first[:k]]
    for one in found.both:
        assert (first[one.first_rank - 1], second[one.second_rank - 1]) == (one.shot, one.shot)
    for alone, own, other in ((found.only_first, first, second), (found.only_second, second, first)):
        for one in alone:
            assert own[one.rank - 1] == one.shot
            assert one.other_rank == (other.index(one.shot) + 1 if one.shot in other else None)
    assert found.iou == iou_at(first, second, k)
    if len(shared) > 1:
        pairs = [(a, b) for number, a in enumerate(found.both) for b in found.both[:number]]
        agree = sum(1 if a.second_rank > b.second_rank else -1 for a, b in pairs)
        assert found.kendall == pytest.approx(agree / len(pairs))
        places = {shot: place for place, shot in enumerate(s for s in second if s in shared)}
        squares = sum((place - places[shot]) ** 2 for place, shot in enumerate(shared))
        count = len(shared)
        assert found.spearman == pytest.approx(1 - 6 * squares / (count * (count**2 - 1)))


def test_what_cannot_be_compared_is_said() -> None:
    with pytest.raises(LpdError, match="cut-off below 1"):
        compare_lists("ab", "ab", k=0)
    with pytest.raises(LpdError, match="p of RBO"):
        compare_lists("ab", "ab", k=1, p=1.5)
    with pytest.raises(FormatError, match="occur twice"):
        compare_lists("aba", "ab", k=1)
