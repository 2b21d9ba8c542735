import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpd.search import top_k


def plain_top_k(scores: np.ndarray, k: int, tie_order: np.ndarray) -> list[int]:
    kept = [row for row in range(len(scores)) if not np.isneginf(scores[row])]
    return sorted(kept, key=lambda row: (-scores[row], tie_order[row]))[:k]


@given(
    values=st.lists(st.sampled_from([-np.inf, 0.0, 0.25, 0.5, 1.0]), max_size=30),
    k=st.integers(0, 35),
    seed=st.integers(0, 3),
)
def test_equals_a_full_sort(values: list[float], k: int, seed: int) -> None:
    scores = np.array(values, dtype=np.float32)
    order = np.random.default_rng(seed).permutation(len(scores))
    assert top_k(scores, k, order).tolist() == plain_top_k(scores, k, order)


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_a_short_list_is_a_prefix_of_a_long_one(k: int) -> None:
    scores = np.array([0.5, 0.5, 0.5, 0.5, 0.9], dtype=np.float32)
    order = np.array([3, 1, 2, 0, 4])
    assert top_k(scores, k, order).tolist() == [4, 3, 1, 2, 0][:k]
