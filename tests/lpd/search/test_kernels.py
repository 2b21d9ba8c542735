"""Kernels against plain sums; what a processor without AVX512-VNNI runs is tested on every machine."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from lpd.search import kernels
from lpd.search.kernels import GROUP, ROWS_AT_ONCE, dot_halves, encode_rows, multiply_rows

BYTES = [kernels.portable_dot_bytes, *([kernels.vnni_dot_bytes] if kernels.HAS_VNNI else [])]
GROUPS = [kernels.portable_dot_group, *([kernels.vnni_dot_group] if kernels.HAS_VNNI else [])]


def codes_and_queries(rows: int, columns: int, width: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    codes = draw.integers(0, 256, (rows, width), dtype=np.uint8)
    queries = draw.integers(-127, 128, (columns, width), dtype=np.int8)
    codes[0], queries[0] = 255, -127  # the largest sum there is
    return codes, queries


def plain(codes: np.ndarray, queries: np.ndarray) -> np.ndarray:
    return queries.astype(np.int64) @ codes.astype(np.int64).T


@pytest.mark.parametrize("dot", BYTES, ids=lambda dot: "vnni" if dot is not BYTES[0] else "portable")
@pytest.mark.parametrize("width", [64, 512, 4096])
def test_dot_of_bytes(dot, width):
    codes, queries = codes_and_queries(3, 3, width)

    @njit
    def call(row, query, size):
        return dot(row, query, size)

    for row, code in enumerate(codes):
        for column, query in enumerate(queries):
            assert call(code.ctypes.data, query.ctypes.data, width) == plain(codes, queries)[column, row]


@pytest.mark.parametrize("dot", GROUPS, ids=lambda dot: "vnni" if dot is not GROUPS[0] else "portable")
def test_dot_of_a_group(dot):
    codes, queries = codes_and_queries(ROWS_AT_ONCE, GROUP, 192)
    sums = np.zeros((GROUP, ROWS_AT_ONCE), dtype=np.int32)

    @njit
    def call(rows, columns, width, out, stride):
        dot(rows, columns, width, out, stride)

    call(codes.ctypes.data, queries.ctypes.data, 192, sums.ctypes.data, sums.strides[0])
    assert (sums == plain(codes, queries)).all()


@pytest.mark.parametrize("rows", [1, 3, 4, 5, 11])
@pytest.mark.parametrize("columns", [1, 4, 12])
def test_every_row_meets_every_query_and_nothing_else_is_written(rows, columns):
    codes, queries = codes_and_queries(rows, columns, 128)
    sums = np.full((2, columns, rows + 2), -7, dtype=np.int32)
    multiply_rows(codes.ctypes.data, rows, queries.ctypes.data, columns, 128, sums, 1)
    assert (sums[1, :, :rows] == plain(codes, queries)).all()
    assert (sums[0] == -7).all()
    assert (sums[1, :, rows:] == -7).all()


@pytest.mark.parametrize("width", [1, 15, 16, 17, 40, 512])
def test_dot_of_halves(width):
    draw = np.random.default_rng(width)
    halves = draw.standard_normal(width).astype(np.float16)
    halves[0] = 6e-8  # below the smallest normal half
    query = draw.standard_normal(width).astype(np.float32)

    @njit
    def call(row, other, size):
        return dot_halves(row, other, size)

    expected = halves.astype(np.float64) @ query.astype(np.float64)
    assert call(halves.ctypes.data, query.ctypes.data, width) == pytest.approx(
        expected, abs=2e-6 * width**0.5
    )


@given(st.lists(st.lists(st.floats(-1e6, 1e6, width=32), min_size=5, max_size=5), min_size=1, max_size=4))
def test_a_code_is_within_half_a_step(rows):
    vectors = np.array(rows, dtype=np.float32)
    codes, scales = np.zeros((len(rows), 64), dtype=np.uint8), np.zeros(len(rows), dtype=np.float32)
    encode_rows(vectors, codes, scales)
    back = (codes[:, :5].astype(np.float64) - 128) * scales[:, None]
    assert (np.abs(back - vectors) <= 0.5001 * scales[:, None] + 1e-38).all()
    assert (codes[:, 5:] == 128).all()
    assert (codes[:, :5] >= 1).all()


def test_a_row_of_zeros_has_no_scale():
    codes, scales = np.zeros((1, 64), dtype=np.uint8), np.ones(1, dtype=np.float32)
    encode_rows(np.zeros((1, 8), dtype=np.float32), codes, scales)
    assert scales.tolist() == [0.0]
    assert (codes == 128).all()
