import numpy as np
import pandas as pd
import pytest

from lpd.collection import Collection, make_collection
from lpd.errors import LpdError, NotFoundError
from lpd.search.filters import ShotFilters, choose_spaces

SPACES = ("text:bow", "video:colour", "head:1")


@pytest.fixture
def collection() -> Collection:
    shots = pd.DataFrame({"shot_id": ["a", "b", "c", "d"], "video_id": ["v", "w", "v", "x"]})
    return make_collection("small", shots, subsets={"some": ["d", "a"], "few": ["c"]})


def test_a_mask_fulfils_all_that_is_asked_for(collection: Collection) -> None:
    filters = ShotFilters(collection)
    allowed = np.array([True, True, False, True])
    assert filters.mask() is None
    assert filters.mask(subset="some").tolist() == [True, False, False, True]
    assert filters.mask(video="v").tolist() == [True, False, True, False]
    assert filters.mask(without=1).tolist() == [True, False, True, True]
    assert filters.mask(allowed=allowed).tolist() == allowed.tolist()
    assert filters.mask(subset="some", video="v").tolist() == [True, False, False, False]
    assert filters.mask(video="v", allowed=allowed, without=0).tolist() == [False] * 4


def test_a_mask_that_was_given_out_is_not_the_kept_one(collection: Collection) -> None:
    filters = ShotFilters(collection)
    filters.mask(subset="some")[:] = True
    assert filters.mask(subset="some").tolist() == [True, False, False, True]


def test_rows_of_a_video(collection: Collection) -> None:
    filters = ShotFilters(collection)
    assert filters.video_rows("v").tolist() == [0, 2]
    with pytest.raises(NotFoundError, match="small has no such video; expected one of 'v', 'w', 'x'"):
        filters.video_rows("y")
    empty = make_collection("none", collection.shots.iloc[:0])
    with pytest.raises(NotFoundError, match="expected none; found 'v'"):
        ShotFilters(empty).video_rows("v")


@pytest.mark.parametrize(
    ("chosen", "weights", "numbers", "shares"),
    [
        (None, None, (0, 1, 2), [1 / 3, 1 / 3, 1 / 3]),
        (None, [2, 1, 1], (0, 1, 2), [0.5, 0.25, 0.25]),
        (["head:1"], None, (2,), [0, 0, 1]),
        (["head:1", "text:bow"], None, (0, 2), [0.5, 0, 0.5]),
        (["head:1", "text:bow", "head:1"], [1, 5, 3], (0, 2), [0.25, 0, 0.75]),
    ],
)
def test_shares_of_the_spaces_asked_for(chosen, weights, numbers, shares) -> None:
    found, made = choose_spaces(SPACES, chosen=chosen, weights=weights)
    assert found == numbers
    np.testing.assert_allclose(made, shares, rtol=1e-6)
    assert made.dtype == np.float32


@pytest.mark.parametrize(
    ("chosen", "weights", "error", "sentence"),
    [
        (["text:bow", "a", "b", "a"], None, NotFoundError, "found 'a', 'b'$"),
        ([], None, LpdError, "no space is chosen; expected at least one of text:bow, video:colour, head:1"),
        (["text:bow"], [0, 1, 1], LpdError, "weights cannot be used"),
        (None, [1, 1], LpdError, "expected 3 weights"),
        (None, [1, -1, 1], LpdError, "none negative"),
    ],
)
def test_impossible_spaces_and_weights(chosen, weights, error, sentence) -> None:
    with pytest.raises(error, match=sentence):
        choose_spaces(SPACES, chosen=chosen, weights=weights)
