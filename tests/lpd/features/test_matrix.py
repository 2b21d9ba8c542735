"""Rows by id, blocks, and the checks that name ids."""

import numpy as np
import pytest

from lpd.errors import FormatError, MismatchError, NotFoundError
from lpd.features import FeatureMatrix, check_finite, check_ids

IDS = ["a", "b", "c", "d", "e"]


def matrix(dtype: str = "float16") -> FeatureMatrix:
    return FeatureMatrix("colour", IDS, np.arange(15, dtype=dtype).reshape(5, 3))


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_rows_come_in_the_order_of_the_request_as_float32(dtype: str) -> None:
    rows = matrix(dtype).rows(["d", "a", "d"])
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(rows, [[9, 10, 11], [0, 1, 2], [9, 10, 11]])
    assert matrix().dimension == 3
    assert len(matrix()) == 5
    assert matrix().positions([]).shape == (0,)


def test_all_unknown_ids_are_named() -> None:
    with pytest.raises(NotFoundError, match="feature colour: 2 of 3 ids have no row; found 'x', 'y'"):
        matrix().rows(["x", "a", "y"])


@pytest.mark.parametrize("size", [1, 2, 5, 9, None])
def test_blocks_make_up_the_matrix(size: int | None) -> None:
    blocks = list(matrix().blocks(size))
    assert all(block.dtype == np.float32 for block in blocks)
    assert max(map(len, blocks)) <= (size or 5)
    np.testing.assert_array_equal(np.concatenate(blocks), matrix("float32").matrix)


def test_an_id_that_occurs_twice_is_named_on_the_first_request() -> None:
    twice = FeatureMatrix("colour", ["a", "b", "a"], np.zeros((3, 2), np.float32))
    with pytest.raises(FormatError, match="ids occur more than once; expected one row per id; found 'a'"):
        twice.rows(["b"])


def test_ids_and_rows_must_be_as_many() -> None:
    with pytest.raises(
        MismatchError, match=r"expected 2 rows of one length, one per id; found shape \(3, 2\)"
    ):
        FeatureMatrix("colour", ["a", "b"], np.zeros((3, 2), np.float32))


@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_rows_that_are_not_finite_are_named_with_their_ids(
    dtype: str, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = np.ones((5, 3), dtype=dtype)
    check_finite(values, IDS, where="a.npy")
    values[1, 2] = values[4, 0] = value
    monkeypatch.setattr("lpd.features.files.BLOCK_BYTES", 2 * values[0].nbytes)
    words = r"a\.npy: NaN or infinite values in 2 rows.*found 'row 1: b', 'row 4: e'"
    with pytest.raises(FormatError, match=words):
        check_finite(values, IDS, where="a.npy")


@pytest.mark.parametrize("bad", ["", " a", "a\n", "a\nb", "a\x00"])
def test_ids_must_stand_on_a_line(bad: str) -> None:
    check_ids(["shot 1", "é"], where="feature x")
    with pytest.raises(FormatError, match="feature x: ids that do not fit on a line"):
        check_ids(["a", bad], where="feature x")
