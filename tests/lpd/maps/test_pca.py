"""Principal axes from blocks: against the singular vectors of all at once; signs; equal vectors."""

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError
from lpd.maps import WIDEST, Axes, Moments, principal_axes
from tests.reference.maps import principal_coordinates


def drawn(shots: int, width: int, *, seed: int = 0, offset: float = 0.0) -> np.ndarray:
    """Vectors whose directions differ in how much they vary."""
    plain = np.random.default_rng(seed).standard_normal((shots, width))
    return (plain * 0.8 ** np.arange(width) + offset).astype(np.float32)


def axes_of(vectors: np.ndarray, count: int, *, step: int) -> Axes:
    moments = Moments(vectors.shape[1])
    for start in range(0, len(vectors), step):
        moments.add(vectors[start : start + step])
    return principal_axes(moments, count)


@pytest.mark.parametrize(("shots", "width"), [(300, 7), (8, 8), (7, 40), (40, 41), (3, 2), (2, 1)])
@pytest.mark.parametrize("offset", [0.0, 100.0])
def test_axes_are_those_of_all_vectors_at_once(shots: int, width: int, offset: float) -> None:
    vectors = drawn(shots, width, offset=offset)
    axes = axes_of(vectors, 3, step=4)
    coordinates, variances, total = principal_coordinates(vectors, 3)
    count = len(axes.components)
    assert count == min(3, width, shots - 1 if shots < width else shots)
    np.testing.assert_allclose(axes.coordinates(vectors), coordinates[:, :count], atol=2e-5)
    np.testing.assert_allclose(axes.variances, variances[:count], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(axes.components @ axes.components.T, np.eye(count), atol=1e-10)
    assert axes.total == pytest.approx(total, rel=1e-9)
    assert axes.shares.sum() <= 1 + 1e-9


@pytest.mark.parametrize(("shots", "width"), [(500, 12), (50, 80)])
@pytest.mark.parametrize("step", [1, 7, 64, 1000])
def test_blocks_of_any_size_give_the_same_axes(shots: int, width: int, step: int) -> None:
    vectors = drawn(shots, width, seed=3)
    whole, parts = axes_of(vectors, 5, step=shots), axes_of(vectors, 5, step=step)
    np.testing.assert_allclose(parts.components, whole.components, atol=1e-9)
    np.testing.assert_allclose(parts.coordinates(vectors, 2), whole.coordinates(vectors, 2), atol=1e-6)


def test_the_order_of_the_shots_does_not_matter() -> None:
    vectors = drawn(400, 9, seed=1)
    order = np.random.default_rng(2).permutation(len(vectors))
    np.testing.assert_allclose(
        axes_of(vectors[order], 3, step=50).components, axes_of(vectors, 3, step=50).components, atol=1e-9
    )


def test_the_first_of_the_largest_entries_of_an_axis_is_positive() -> None:
    vectors = np.array([[3, -3, 0], [-3, 3, 0], [1, 1, 0], [-1, -1, 0]], dtype=np.float32)
    found = axes_of(vectors, 2, step=2).components
    half = np.sqrt(0.5)
    np.testing.assert_allclose(found, [[half, -half, 0], [half, half, 0]], atol=1e-12)


@pytest.mark.parametrize("shots", [1, 5])
def test_vectors_that_do_not_vary_lie_on_one_point(shots: int) -> None:
    vectors = np.full((shots, 4), 0.5, dtype=np.float32)
    axes = axes_of(vectors, 2, step=2)
    assert axes.shares.tolist() == [0.0]
    assert axes.coordinates(vectors).tolist() == [[0.0]] * shots


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_number_that_is_none_is_refused(value: float) -> None:
    moments = Moments(2)
    moments.add(np.zeros((3, 2)))
    with pytest.raises(FormatError, match="rows from 3: vectors are not finite"):
        moments.add(np.array([[1.0, value]]))


def test_too_wide_vectors_are_refused() -> None:
    with pytest.raises(LpdError, match=f"expected at most 8,192 numbers; found {WIDEST + 1}"):
        Moments(WIDEST + 1)
