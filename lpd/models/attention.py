"""Fusion of several embeddings into one per space, by softmax attention.

Sizes: k embeddings, B rows, D width, S spaces.
"""

import math

import torch
from torch import Tensor, nn

__all__ = ["AttentionFusion", "reset_linear"]


class AttentionFusion(nn.Module):
    """One attention vector per space (or one for all) over k embeddings.

    Args:
        spaces: number of fused ends to make.
        width: of the embeddings.
        shared: one attention vector for all spaces.

    The scalar bias cancels in the softmax; it is kept so that checkpoints look like LAFF's.

    Source: LPD, Eqs. 3 and 4.
    """

    def __init__(self, spaces: int, width: int, *, shared: bool = False) -> None:
        super().__init__()
        self.spaces = spaces
        vectors = 1 if shared else spaces
        self.weight = nn.Parameter(torch.empty(vectors, width))
        self.bias = nn.Parameter(torch.zeros(vectors))

    def reset(self, generator: torch.Generator) -> None:
        """Draws weights and biases as PyTorch does for a linear layer."""
        reset_linear(self.weight, self.bias, generator)

    def weights(self, components: Tensor) -> Tensor:
        """Returns the fusion weights (S, B, k) of embeddings (k, B, D); they sum to 1 over k."""
        logits = (components @ self.weight.T + self.bias).permute(2, 1, 0)  # einsum would copy the embeddings
        return logits.softmax(dim=-1).expand(self.spaces, -1, -1)

    def forward(self, components: Tensor) -> Tensor:
        """Returns the fused ends (S, B, D) of embeddings (k, B, D)."""
        return torch.einsum("sbk,kbd->sbd", self.weights(components), components)


def reset_linear(weight: Tensor, bias: Tensor, generator: torch.Generator) -> None:
    """Fills weight (S, D) and bias (S,) uniformly within 1/sqrt(D), PyTorch's own default."""
    bound = 1.0 / math.sqrt(weight.shape[-1])
    with torch.no_grad():
        weight.uniform_(-bound, bound, generator=generator)
        bias.uniform_(-bound, bound, generator=generator)
