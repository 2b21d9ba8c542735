import numpy as np
import pytest
import torch

from lpd.errors import MismatchError
from lpd.losses import frame_cross_entropy, pearson_distance
from tests.reference import frame_heads as slow


@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_pearson_distance_row_by_row(size, reduction):
    generator = torch.Generator().manual_seed(size)
    student, teacher = torch.randn(2, size, size, generator=generator, dtype=torch.float64).unbind()
    rows, columns = slow.pearson_distance(student, teacher)
    expected = np.sum(rows) + np.sum(columns)
    found = pearson_distance(student, teacher, reduction=reduction)
    assert float(found) == pytest.approx(expected / (size if reduction == "mean" else 1), abs=1e-12)


def test_pearson_distance_ends():
    logits = torch.tensor([[3.0, 1.0, 0.0], [0.0, 2.0, 1.0], [1.0, 0.0, 4.0]])
    assert float(pearson_distance(logits, logits)) == pytest.approx(0.0, abs=1e-6)
    # scale and shift of a row: with two candidates each, the correlation is 1 or -1
    pair = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    assert float(pearson_distance(pair, -pair)) == pytest.approx(4.0, abs=1e-6)
    constant = torch.zeros(3, 3, requires_grad=True)
    distance = pearson_distance(constant, logits)
    assert distance.item() == pytest.approx(2.0)
    distance.backward()
    assert torch.isfinite(constant.grad).all()


def test_gradients_go_to_the_student_alone():
    student = torch.randn(4, 4, generator=torch.Generator().manual_seed(0)).double().requires_grad_()
    teacher = torch.randn(4, 4, generator=torch.Generator().manual_seed(1)).double().requires_grad_()
    pearson_distance(student, teacher).backward()
    assert teacher.grad is None
    assert torch.autograd.gradcheck(lambda logits: pearson_distance(logits, teacher.detach()), (student,))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_cross_entropy_of_frames(reduction):
    weights = torch.tensor([[0.5, 0.25, 0.25], [0.8, 0.1, 0.1]])
    target = torch.tensor([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0]])
    rows = [-(0.2 * np.log(0.5) + 0.8 * np.log(0.25)) / 3, -np.log(0.8) / 3]
    expected = np.mean(rows) if reduction == "mean" else np.sum(rows)
    assert float(frame_cross_entropy(weights.log(), target, reduction=reduction)) == pytest.approx(expected)


def test_padding_has_no_part_in_the_cross_entropy():
    lowest = torch.finfo(torch.float32).min
    log_weights = torch.tensor([[np.log(0.5), np.log(0.5), lowest]], dtype=torch.float32)
    found = frame_cross_entropy(log_weights, torch.tensor([[0.4, 0.4, 0.2]]))
    assert float(found) == pytest.approx(-0.8 * np.log(0.5) / 3)


def test_what_does_not_fit():
    with pytest.raises(MismatchError, match="reduction"):
        pearson_distance(torch.zeros(2, 2), torch.zeros(2, 2), reduction="max")
    with pytest.raises(MismatchError, match="frames of student and teacher"):
        frame_cross_entropy(torch.zeros(2, 3), torch.zeros(2, 4))
