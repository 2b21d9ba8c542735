import json

import numpy as np
import pytest
import torch

from lpd.errors import MismatchError
from lpd.losses import itrl
from lpd.models import cosine_similarities
from tests.reference import losses as slow


def similarities(spaces: int, batch: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(spaces * 100 + batch)
    return torch.rand(spaces, batch, batch, generator=generator, dtype=torch.float64) * 2 - 1


def test_every_official_value(oracles):
    arrays = np.load(oracles / "triplet.npz")
    cases = json.loads((oracles / "triplet.json").read_text())["cases"]
    assert len(cases) > 200
    for case in cases:
        if case["matrix"].startswith("cosine"):
            matrix = cosine_similarities(
                torch.from_numpy(arrays["emb_text"]), torch.from_numpy(arrays["emb_video"])
            )
        else:
            matrix = torch.from_numpy(arrays[case["matrix"]])
        settings = {name: case[name] for name in ("margin", "direction", "hardest_only", "reduction")}
        assert float(itrl(matrix, **settings)) == pytest.approx(case["value"], abs=1e-11), case


def test_official_gradients(oracles):
    arrays = np.load(oracles / "triplet.npz")
    names = [name for name in arrays.files if name.startswith("grad__")]
    assert len(names) == 12
    for name in names:
        _, matrix, direction = name.split("__")
        leaf = torch.from_numpy(arrays[matrix]).requires_grad_()
        itrl(leaf, direction=direction, reduction="sum").backward()
        np.testing.assert_allclose(leaf.grad, arrays[name], atol=1e-12)


@pytest.mark.parametrize("hardest_only", [True, False])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("direction", ["t2v", "v2t", "both"])
@pytest.mark.parametrize("batch", [1, 2, 7])
@pytest.mark.parametrize("spaces", [1, 3])
def test_equals_the_loops(spaces, batch, direction, reduction, hardest_only):
    matrices = similarities(spaces, batch).requires_grad_()
    mask = torch.rand(batch, batch, generator=torch.Generator().manual_seed(1)) < 0.3
    for excluded in (None, mask):
        loss = itrl(
            matrices, direction=direction, reduction=reduction, hardest_only=hardest_only, mask=excluded
        )
        expected = [
            slow.itrl(
                matrix,
                margin=0.2,
                direction=direction,
                reduction=reduction,
                hardest_only=hardest_only,
                mask=None if excluded is None else excluded.numpy(),
            )
            for matrix in matrices.detach().numpy()
        ]
        np.testing.assert_allclose(loss.detach(), expected, atol=1e-12)
        (gradient,) = torch.autograd.grad(loss.sum(), matrices)
        assert torch.isfinite(gradient).all()


def test_two_pairs_by_hand():
    matrix = torch.tensor([[0.5, 0.6], [0.1, 0.4]])
    # text 0: .2 + .6 - .5 = .3; text 1: .2 + .1 - .4 < 0; video 0: .2 + .1 - .5 < 0; video 1: .2 + .6 - .4
    # = .4
    assert float(itrl(matrix, reduction="sum")) == pytest.approx(0.3)
    assert float(itrl(matrix, reduction="mean")) == pytest.approx(0.15)
    assert float(itrl(matrix, reduction="sum", direction="v2t")) == pytest.approx(0.4)
    assert float(itrl(matrix, reduction="sum", direction="both")) == pytest.approx(0.7)


def test_a_masked_negative_neither_costs_nor_learns():
    matrix = torch.tensor([[0.5, 0.9, 0.4], [0.0, 0.9, 0.0], [0.0, 0.0, 0.9]], requires_grad=True)
    mask = torch.zeros(3, 3, dtype=torch.bool)
    mask[0, 1] = True
    loss = itrl(matrix, reduction="sum", mask=mask)
    loss.backward()
    assert float(loss.detach()) == pytest.approx(0.1)  # .2 + .4 - .5, not .2 + .9 - .5
    assert matrix.grad is not None
    assert matrix.grad[0].tolist() == [-1.0, 0.0, 1.0]


def test_identical_spaces_cost_the_same():
    matrix = similarities(1, 5)
    loss = itrl(matrix.expand(3, -1, -1))
    assert torch.equal(loss, loss[:1].expand(3))


@pytest.mark.parametrize(
    ("matrix", "settings"),
    [
        (torch.zeros(3, 4), {}),
        (torch.zeros(3), {}),
        (torch.zeros(3, 3), {"direction": "t2t"}),
        (torch.zeros(3, 3), {"reduction": "none"}),
    ],
)
def test_wrong_input_is_named(matrix, settings):
    with pytest.raises(MismatchError):
        itrl(matrix, **settings)
