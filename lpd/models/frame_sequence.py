"""Frames of a shot: their layout in a feature row, what they learn from one another, and one vector of all.

Sizes: N shots, F frames, d dimension of a frame, D width. A mask (N, F) is true where there is a frame.
"""

import math

import torch
from torch import Tensor, nn

from lpd.errors import MismatchError
from lpd.models.spaces import unit_length

__all__ = [
    "FrameWeights",
    "TemporalTransformer",
    "frame_log_weights",
    "mean_frames",
    "unpack_frames",
    "weighted_frames",
]

LAYER_NORM_EPSILON = 1e-12
INITIAL_STD = 0.02
POOLING_TEMPERATURE = 0.1


def unpack_frames(rows: Tensor, frames: int) -> tuple[Tensor, Tensor]:
    """Returns the frames (N, F, d) and their mask (N, F) that rows (N, F * (d + 1)) hold.

    Args:
        rows: for each frame in order its d values, then 1 where there is a frame or 0 where it pads the row.
        frames: F.

    Raises:
        MismatchError: if the rows are not as long as a multiple of F, or hold no values.
    """
    length, rest = divmod(rows.shape[-1], frames)
    if rows.ndim != 2 or rest or length < 2:
        raise MismatchError(
            "rows of frames do not fit",
            expected=f"(rows, {frames} frames x (values and 1 or 0))",
            found=tuple(rows.shape),
        )
    cells = rows.unflatten(-1, (frames, length))
    return cells[..., :-1], cells[..., -1] > 0.5


class TemporalTransformer(nn.Module):
    """Frames that have seen one another: position embedding, pre-norm blocks, and the input added again.

    Args:
        width: of the frames.
        frames: F, the number of positions.
        layers: number of blocks.
        heads: of the attention; they divide the width.

    Frames that pad the row are never looked at. The official code begins with CLIP's own text transformer;
    without it, as here, it draws the weights as `reset` does.

    Source: CLIP4Clip (sequential type) and its official code.
    """

    def __init__(self, width: int, frames: int, *, layers: int = 4, heads: int = 8) -> None:
        super().__init__()
        self.positions = nn.Parameter(torch.empty(frames, width))
        self.blocks = nn.ModuleList(_Block(width, heads) for _ in range(layers))

    def reset(self, generator: torch.Generator) -> None:
        """Draws every weight anew: normal with a deviation of 0.02, xavier for the attention; no biases."""
        _draw_normal(generator, self.positions)
        for block in self.blocks:
            assert isinstance(block, _Block)
            block.reset(generator)

    def multiply_adds(self) -> int:
        """Returns the multiply-adds of one shot; norms and activations are not counted."""
        frames, width = self.positions.shape
        return len(self.blocks) * (12 * frames * width * width + 2 * frames * frames * width)

    def forward(self, frames: Tensor, mask: Tensor) -> Tensor:
        """Returns the frames (N, F, D) in context, of frames (N, F, D) and their mask (N, F)."""
        states = frames + self.positions
        # a shot without any frame would be a softmax over nothing: it sees its padding, and is masked later
        seen = (mask | ~mask.any(dim=-1, keepdim=True))[:, None, None, :]
        for block in self.blocks:
            states = block(states, seen)
        return states + frames


class _Block(nn.Module):
    """Self-attention and a two-layer network with quick-GELU, each behind a layer norm and added."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width, eps=LAYER_NORM_EPSILON)
        self.attention_in = _linear(width, 3 * width)
        self.attention_out = _linear(width, width)
        self.network_norm = nn.LayerNorm(width, eps=LAYER_NORM_EPSILON)
        self.network_in = _linear(width, 4 * width)
        self.network_out = _linear(4 * width, width)

    def reset(self, generator: torch.Generator) -> None:
        """Draws weights; biases become zero, layer norms the identity."""
        bound = math.sqrt(6.0 / sum(self.attention_in.weight.shape))
        _draw_normal(generator, self.attention_out.weight, self.network_in.weight, self.network_out.weight)
        with torch.no_grad():
            self.attention_in.weight.uniform_(-bound, bound, generator=generator)
            for layer in (self.attention_in, self.attention_out, self.network_in, self.network_out):
                layer.bias.zero_()
        self.attention_norm.reset_parameters()
        self.network_norm.reset_parameters()

    def forward(self, states: Tensor, seen: Tensor) -> Tensor:
        """Returns states (N, F, D); `seen` (N, 1, 1, F) says which frames may be looked at."""
        parts = self.attention_in(self.attention_norm(states)).chunk(3, dim=-1)
        queries, keys, values = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts)
        looked = nn.functional.scaled_dot_product_attention(queries, keys, values, attn_mask=seen)
        states = states + self.attention_out(looked.transpose(1, 2).flatten(-2))
        hidden = self.network_in(self.network_norm(states))
        changed: Tensor = states + self.network_out(hidden * torch.sigmoid(1.702 * hidden))
        return changed


class FrameWeights(nn.Module):
    """How much each frame counts, told from the frame alone: linear, ReLU, linear.

    The last bias cancels in the softmax; it is kept so that checkpoints look like the official ones.

    Source: TeachCLIP (attentional frame-feature aggregation) and its official code.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.hidden = _linear(width, width)
        self.out = _linear(width, 1)

    def reset(self, generator: torch.Generator) -> None:
        """Draws the weights with a deviation of 0.02; biases become zero."""
        _draw_normal(generator, self.hidden.weight, self.out.weight)
        with torch.no_grad():
            self.hidden.bias.zero_()
            self.out.bias.zero_()

    def forward(self, frames: Tensor) -> Tensor:
        """Returns the scores (N, F), before any softmax, of frames (N, F, D)."""
        scores: Tensor = self.out(torch.relu(self.hidden(frames))).squeeze(-1)
        return scores


def frame_log_weights(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    """Returns the logarithms of the softmax (..., F) of scores (..., F) over the frames.

    Args:
        scores: any.
        mask: (..., F), frames that count; the others get the smallest finite number, so that no product with
            a zero is undefined. None lets all count. A row without any frame is uniform.
    """
    if mask is None:
        return scores.log_softmax(dim=-1)
    lowest = torch.finfo(scores.dtype).min
    return scores.masked_fill(~mask, lowest).log_softmax(dim=-1).clamp(min=lowest)


def mean_frames(frames: Tensor, mask: Tensor) -> Tensor:
    """Returns the mean (N, D) of the unit frames that are there; zero for a shot without any.

    Args:
        frames: (N, F, D); a frame of length zero stays zero.
        mask: (N, F).

    Source: CLIP4Clip (parameter-free type) and its official code.
    """
    kept = unit_length(frames) * mask.unsqueeze(-1)
    return kept.sum(dim=1) / mask.sum(dim=-1, keepdim=True).clamp(min=1)


def weighted_frames(frames: Tensor, scores: Tensor, mask: Tensor | None = None) -> Tensor:
    """Returns the sum (N, D) of the unit frames, weighted by the softmax of their scores over 0.1.

    Args:
        frames: (N, F, D).
        scores: (N, F), as `FrameWeights` gives them.
        mask: (N, F), frames that count; None lets the padding count too, as the official code does.

    Source: TeachCLIP's official code (modules/modeling.py).
    """
    weights = frame_log_weights(scores / POOLING_TEMPERATURE, mask).exp()
    if mask is not None:
        weights = weights * mask
    return torch.einsum("nf,nfd->nd", weights, unit_length(frames))


def _linear(inputs: int, outputs: int) -> nn.Linear:
    """Returns a linear layer with room for its weights: `reset` draws them from a generator."""
    layer = nn.utils.skip_init(nn.Linear, inputs, outputs)
    assert isinstance(layer, nn.Linear)
    return layer


def _draw_normal(generator: torch.Generator, *weights: Tensor) -> None:
    with torch.no_grad():
        for weight in weights:
            weight.normal_(0.0, INITIAL_STD, generator=generator)
