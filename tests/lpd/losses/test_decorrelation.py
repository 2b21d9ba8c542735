import json

import numpy as np
import pytest
import torch

from lpd.errors import MismatchError
from lpd.losses import DCL_MODES, dcl, row_correlations
from tests.reference import losses as slow


@pytest.fixture(scope="module")
def oracle(copied_oracles):
    document = json.loads((copied_oracles / "dcl_ef.json").read_text())
    return document["dcl"], np.load(copied_oracles / "dcl_ef.npz")


@pytest.mark.parametrize("mode", DCL_MODES)
def test_pairs_rows_and_sums_of_the_oracle(oracle, mode):
    cases, arrays = oracle
    for name, modes in cases.items():
        expected = modes[mode]
        matrices = torch.from_numpy(arrays[f"dcl__{name}"])
        rows = row_correlations(matrices, mode=mode)
        pairs = rows.abs().mean(dim=0) - torch.diag(rows.abs().mean(dim=0).diagonal())
        np.testing.assert_allclose(pairs, expected["pair"], atol=1e-12)
        for pair, signed in expected["rows_signed"].items():
            m, n = map(int, pair.split("-"))
            np.testing.assert_allclose(rows[:, m, n], signed, atol=1e-12)
        assert float(dcl(matrices, mode=mode)) == pytest.approx(expected["mean_unordered_pairs"], abs=1e-12)
        total = float(dcl(matrices, mode=mode, pairs="sum"))
        assert total == pytest.approx(expected["sum_unordered_pairs"], abs=1e-12)


@pytest.mark.parametrize("mode", DCL_MODES)
def test_numeric_gradients_of_the_oracle(oracle, mode):
    _, arrays = oracle
    expected = arrays[f"dcl_grad__k4_b8__{mode}"]
    leaf = torch.from_numpy(arrays["dcl__k4_b8"]).requires_grad_()
    (gradient,) = torch.autograd.grad(dcl(leaf, mode=mode), leaf)
    np.testing.assert_allclose(gradient, expected, atol=1e-7)


@pytest.mark.parametrize("pairs", ["mean", "sum"])
@pytest.mark.parametrize("mode", DCL_MODES)
@pytest.mark.parametrize("batch", [1, 2, 7])
@pytest.mark.parametrize("spaces", [1, 3])
def test_equals_the_loops(spaces, batch, mode, pairs):
    generator = torch.Generator().manual_seed(spaces + batch)
    matrices = torch.rand(spaces, batch, batch, generator=generator, dtype=torch.float64).requires_grad_()
    loss = dcl(matrices, mode=mode, pairs=pairs)
    expected = slow.dcl(matrices.detach().numpy(), mode=mode, pairs=pairs)
    assert float(loss.detach()) == pytest.approx(expected, abs=1e-12)
    (gradient,) = torch.autograd.grad(loss, matrices)
    assert torch.isfinite(gradient).all()


def test_one_negative_has_no_correlation():
    matrices = torch.tensor([[[0.9, 0.1], [0.3, 0.8]], [[0.7, 0.2], [0.4, 0.6]]])
    assert float(dcl(matrices)) == 0.0


def test_three_pairs_by_hand():
    first = torch.tensor([[9.0, 1, 2], [3, 9, 4], [5, 6, 9]])
    opposite = torch.tensor([[0.0, 2, 1], [3, 0, 4], [5, 6, 0]])
    rows = row_correlations(torch.stack([first, opposite]))
    torch.testing.assert_close(rows[:, 0, 1], torch.tensor([-1.0, 1.0, 1.0]))
    assert float(dcl(torch.stack([first, opposite]))) == pytest.approx(1.0)


def test_identical_spaces_correlate_fully_and_pass_no_gradient():
    matrix = torch.rand(6, 6, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    leaf = torch.stack([matrix, matrix]).requires_grad_()
    loss = dcl(leaf)
    (gradient,) = torch.autograd.grad(loss, leaf)
    assert float(loss.detach()) == pytest.approx(1.0)
    assert gradient.abs().max() < 1e-12


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_constant_rows_count_nothing_and_pass_no_gradient(dtype):
    generator = torch.Generator().manual_seed(4)
    matrices = torch.rand(2, 5, 5, generator=generator, dtype=dtype)
    matrices[:, 2, :] = (
        0.3  # both spaces are constant in this row, where rounding would give a correlation of 1
    )
    leaf = matrices.requires_grad_()
    assert row_correlations(leaf)[2].abs().max() == 0
    (gradient,) = torch.autograd.grad(dcl(leaf), leaf)
    assert gradient[:, 2].abs().max() == 0
    assert torch.isfinite(gradient).all()


def test_zeroing_instead_of_removing_correlates_what_is_uncorrelated():
    generator = torch.Generator().manual_seed(5)
    negatives = 0.5 + 0.08 * torch.randn(2, 128, 128, generator=generator, dtype=torch.float64)
    removed, zeroed = (row_correlations(negatives, mode=mode)[:, 0, 1].mean() for mode in ("remove", "zero"))
    assert abs(removed) < 0.02
    assert zeroed == pytest.approx(0.246, abs=0.03)  # MODELS: (mu^2/b) / (s^2 + mu^2/b)


@pytest.mark.parametrize(
    ("matrices", "settings"),
    [
        (torch.zeros(2, 3, 4), {}),
        (torch.zeros(3, 3), {}),
        (torch.zeros(2, 3, 3), {"mode": "drop"}),
        (torch.zeros(2, 3, 3), {"pairs": "max"}),
    ],
)
def test_wrong_input_is_named(matrices, settings):
    with pytest.raises(MismatchError):
        dcl(matrices, **settings)
