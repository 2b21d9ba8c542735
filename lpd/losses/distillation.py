"""Learning from teachers: to rank a batch as they do, and to weigh frames as they do.

Sizes: B pairs in the batch, F frames.
"""

import torch
from torch import Tensor

from lpd.errors import MismatchError

__all__ = ["frame_cross_entropy", "pearson_distance"]

TINY_NORM = 1e-12


def pearson_distance(student: Tensor, teacher: Tensor, *, reduction: str = "mean") -> Tensor:
    """Returns one minus the Pearson correlation of row softmaxes, from text to video plus from video to text.

    Args:
        student: logits (B, B), similarities times the logit scale, text rows.
        teacher: the same of a teacher; no gradient goes there.
        reduction: `mean` or `sum` over the batch.

    Equal chances all over a row correlate with nothing: a distance of 1.

    Source: TeachCLIP, the official code (train.py, `pear`).
    """
    return sum(
        (
            _reduced(1.0 - _row_correlations(one.softmax(dim=-1), other.softmax(dim=-1)), reduction)
            for one, other in ((student, teacher.detach()), (student.T, teacher.detach().T))
        ),
        start=student.new_zeros(()),
    )


def frame_cross_entropy(log_weights: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Returns the cross-entropy of frame weights to a teacher's, a mean over frames.

    A frame that the student cannot weigh (padding) has no part in it.

    Args:
        log_weights: (B, F), logarithms of the student's weights; padding has the smallest finite number.
        target: (B, F), the teacher's weights; no gradient goes there.
        reduction: `mean` or `sum` over the batch.

    Raises:
        MismatchError: if student and teacher have not the same number of frames.

    Source: TeachCLIP, the official code (train.py, `ce`): there the sum over frames is divided by F as well.
    """
    if log_weights.shape != target.shape:
        raise MismatchError(
            "frames of student and teacher", expected=tuple(log_weights.shape), found=tuple(target.shape)
        )
    target = target.detach().where(log_weights > torch.finfo(log_weights.dtype).min, 0.0)
    return _reduced(-(log_weights * target).mean(dim=-1), reduction)


def _row_correlations(one: Tensor, other: Tensor) -> Tensor:
    """Returns the Pearson correlation (B,) of each row; 0 where a row is constant."""
    one, other = (rows - rows.mean(dim=-1, keepdim=True) for rows in (one, other))
    products = (one * other).sum(dim=-1)
    for rows in (one, other):
        lengths = rows.norm(dim=-1)
        products = products / lengths.where(lengths > TINY_NORM, torch.inf)
    return products


def _reduced(losses: Tensor, reduction: str) -> Tensor:
    if reduction not in ("mean", "sum"):
        raise MismatchError("unknown reduction", expected="mean, sum", found=reduction)
    return losses.sum() if reduction == "sum" else losses.mean()
