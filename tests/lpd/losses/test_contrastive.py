import math

import pytest
import torch

from lpd.errors import MismatchError
from lpd.losses import distinct_hard_negatives, infonce


def slow_infonce(matrix, scale, mask):
    """Both cross-entropies by hand, in Python numbers; the sum over the batch."""
    size, total = len(matrix), 0.0
    for i in range(size):
        row = [matrix[i][j] * scale for j in range(size) if j == i or not mask[i][j]]
        column = [matrix[j][i] * scale for j in range(size) if j == i or not mask[j][i]]
        own = matrix[i][i] * scale
        for logits in (row, column):
            total += math.log(sum(math.exp(value - own) for value in logits)) / 2
    return total


@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("masked", [False, True])
def test_equals_the_plain_cross_entropies(size, reduction, masked):
    generator = torch.Generator().manual_seed(size)
    matrices = torch.rand(3, size, size, generator=generator, dtype=torch.float64) * 2 - 1
    mask = torch.rand(size, size, generator=generator) < 0.3 if masked else torch.zeros(size, size).bool()
    found = infonce(matrices, 5.0, reduction=reduction, mask=mask if masked else None)
    expected = [slow_infonce(matrix.tolist(), 5.0, mask.tolist()) for matrix in matrices]
    scale = size if reduction == "mean" else 1
    assert found.tolist() == pytest.approx([value / scale for value in expected], abs=1e-12)


def test_the_scale_learns():
    scale = torch.tensor(2.0, requires_grad=True)
    infonce(torch.eye(3), scale).backward()
    assert scale.grad < 0  # right pairs: a sharper softmax costs less


def test_what_is_refused():
    with pytest.raises(MismatchError, match="square"):
        infonce(torch.zeros(2, 3), 1.0)
    with pytest.raises(MismatchError, match="reduction"):
        infonce(torch.zeros(2, 2), 1.0, reduction="max")


def test_distinct_hard_negatives_by_hand():
    first = torch.tensor([[1.0, 0.9, 0.1], [0.2, 1.0, 0.3], [0.5, 0.4, 1.0]])
    second = torch.tensor([[1.0, 0.1, 0.9], [0.2, 1.0, 0.3], [0.4, 0.5, 1.0]])
    # hardest: space 1 -> 1, 2, 0; space 2 -> 2, 2, 1: two, one and two different ones
    assert distinct_hard_negatives(torch.stack([first, second])).item() == pytest.approx(5 / 3)
    assert distinct_hard_negatives(first[None]).item() == 1.0
    mask = torch.zeros(3, 3, dtype=torch.bool)
    mask[0, 2] = mask[2, 1] = True  # then both spaces take 1 and 0
    assert distinct_hard_negatives(torch.stack([first, second]), mask=mask).item() == 1.0
