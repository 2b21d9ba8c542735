"""Cosines of two sets of vectors, and vectors of length one.

Sizes: B texts, N shots, D width; any axes before the last two (spaces) are kept.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

__all__ = ["cosine_similarities", "unit_length"]

TINY_NORM = 1e-12


def unit_length(vectors: Tensor) -> Tensor:
    """Returns the vectors divided by their Euclidean length along the last axis.

    A vector shorter than 1e-12 becomes zero and passes no gradient back: dividing by the clamped length would
    multiply its gradient by 1e12, and a text of unknown words has an embedding of exactly zero at the first
    step. Half precision is widened to float32 first.
    """
    vectors = _widened(vectors)
    return vectors / _divisors(vectors).unsqueeze(-1)


def cosine_similarities(text: Tensor, video: Tensor) -> Tensor:
    """Returns the cosines (..., B, N) of (..., B, D) and (..., N, D); 0 for a zero vector, which gets no
    gradient. Half precision is widened to float32 first.
    """
    cosines: Tensor = _Cosines.apply(_widened(text), _widened(video))
    return cosines


class _Cosines(torch.autograd.Function):
    """Products divided by the lengths, which is cheaper than dividing the vectors, with the gradient written
    out: of c = t v / (|t| |v|) by t it is v / (|t| |v|) - c t / |t|^2, one pass over the vectors beside the
    matrix product.
    """

    @staticmethod
    def forward(ctx: Any, text: Tensor, video: Tensor) -> Tensor:
        text_lengths, video_lengths = _divisors(text), _divisors(video)
        products = text @ video.transpose(-1, -2)
        cosines = products / text_lengths.unsqueeze(-1) / video_lengths.unsqueeze(-2)
        ctx.save_for_backward(text, video, text_lengths, video_lengths, cosines)
        return cosines

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None]:
        text, video, text_lengths, video_lengths, cosines = ctx.saved_tensors
        # one division after the other: a product of divisors might be 0 x infinity
        of_products = gradient / text_lengths.unsqueeze(-1) / video_lengths.unsqueeze(-2)
        weighted = gradient * cosines
        of_text = of_video = None
        if ctx.needs_input_grad[0]:
            share = weighted.sum(dim=-1) / text_lengths / text_lengths
            of_text = (of_products @ video).addcmul_(text, share.unsqueeze(-1), value=-1)
        if ctx.needs_input_grad[1]:
            share = weighted.sum(dim=-2) / video_lengths / video_lengths
            of_video = (of_products.transpose(-1, -2) @ text).addcmul_(video, share.unsqueeze(-1), value=-1)
        return of_text, of_video


def _widened(vectors: Tensor) -> Tensor:
    return vectors.float() if vectors.dtype in (torch.float16, torch.bfloat16) else vectors


def _divisors(vectors: Tensor) -> Tensor:
    """Returns the lengths along the last axis, infinite for a vector of length zero (or nearly so)."""
    lengths = vectors.norm(dim=-1)
    return lengths.where(lengths > TINY_NORM, torch.inf)
