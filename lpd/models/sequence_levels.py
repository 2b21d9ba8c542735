"""A sequence of vectors as one: recurrent states, and convolutions over them.

Sizes: B sequences, L steps, H width of a recurrent state.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

__all__ = ["SequenceLevels"]


class SequenceLevels(nn.Module):
    """A sequence as two vectors side by side: the mean of its recurrent states, and what convolutions over
    these states find anywhere in it.

    Args:
        inputs: width of a step.
        hidden: width of a state, per direction.
        filters: of each convolution.
        kernel: the longest convolution; all from 2 to it are there.
        dropout: on both vectors, in training.
        packed: leave out padding in the recurrence. Otherwise the backward states begin with it, as those of
            frames do in the official code.

    The sequences always keep their padded length, so that a vector does not depend on the others of a batch.

    Source: dual encoding, Section 3, and its official code.
    """

    def __init__(
        self, inputs: int, hidden: int, *, filters: int, kernel: int, dropout: float, packed: bool
    ) -> None:
        super().__init__()
        self.packed, self.dropout = packed, dropout
        self.gru = nn.GRU(inputs, hidden, batch_first=True, bidirectional=True)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(2 * hidden, filters, size, padding=size - 1) for size in range(2, kernel + 1)
        )
        self.dimension = 2 * hidden + filters * len(self.convolutions)

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew, within the bounds of PyTorch's own default."""
        bound = 1.0 / math.sqrt(self.gru.hidden_size)
        with torch.no_grad():
            for weight in self.gru.parameters():
                weight.uniform_(-bound, bound, generator=generator)
            for layer in self._convolutions():
                bound = 1.0 / math.sqrt(layer.weight[0].numel())
                layer.weight.uniform_(-bound, bound, generator=generator)
                assert layer.bias is not None
                layer.bias.uniform_(-bound, bound, generator=generator)

    def multiply_adds(self, steps: int) -> tuple[int, int]:
        """Returns the multiply-adds of the recurrence and of the convolutions over so many steps."""
        hidden, inputs = self.gru.hidden_size, self.gru.input_size
        convolved = sum(
            (steps + size - 1) * layer.weight.numel() for size, layer in enumerate(self._convolutions(), 2)
        )
        return steps * 2 * 3 * hidden * (inputs + hidden), convolved

    def forward(self, steps: Tensor, there: Tensor) -> Tensor:
        """Returns both vectors (B, dimension) of steps (B, L, inputs) of which those `there` (B, L) count."""
        states = self._states(steps, there) * there.unsqueeze(-1)
        mean = states.sum(dim=1) / there.sum(dim=1, keepdim=True).clamp(min=1)
        channels = states.transpose(1, 2)
        found = [layer(channels).relu().amax(dim=2) for layer in self._convolutions()]
        return nn.functional.dropout(torch.cat([mean, *found], dim=1), self.dropout, self.training)

    def _states(self, steps: Tensor, there: Tensor) -> Tensor:
        if not self.packed:
            states: Tensor = self.gru(steps * there.unsqueeze(-1))[0]
            return states
        lengths = there.sum(dim=1).clamp(min=1).cpu()  # a text without tokens is masked afterwards
        packed = pack_padded_sequence(steps, lengths, batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(self.gru(packed)[0], batch_first=True, total_length=steps.shape[1])[0]

    def _convolutions(self) -> list[nn.Conv1d]:
        return [layer for layer in self.convolutions if isinstance(layer, nn.Conv1d)]
