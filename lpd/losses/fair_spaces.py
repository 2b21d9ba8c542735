"""Which spaces learn from a batch: selection by the entropy of their features.

Sizes: S spaces, B pairs in the batch, D width. No gradient flows through a selection.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from lpd.errors import MismatchError

__all__ = ["ENDS", "end_features", "feature_entropy", "random_half", "select_spaces", "space_weights"]

ENDS = ("both", "dominant", "fused")
"""Whose entropies decide on a space: its dominant end, its fused end, or both."""

BINS = 100
EPSILON = 1e-12
TOLERANCE = 1e-12


def feature_entropy(*features: Tensor) -> Tensor:
    """Returns the entropy of each space's features, (S,) float64, in nats: from 0 to ln 100 = 4.605.

    Every dimension is spread over [0, 1] by its own minimum and maximum over the rows, all values of a
    space are counted in 100 equal bins, and the entropy is that of the counts (float64; bins are found in
    the features' own type). A constant dimension counts as zeros.

    Args:
        features: (S, rows, D), one or several whose rows are pooled.

    Source: LPD, Section 3.4.1 and Eq. 8 (natural logarithm; epsilon 1e-12).
    """
    values = [one.detach() for one in features]
    # space by space all stays in a CPU's cache; a GPU takes them at once
    at_once = 1 if values[0].device.type == "cpu" else len(values[0])
    blocks = zip(*(one.split(at_once) for one in values), strict=True)
    counts = torch.cat([_bin_counts(torch.cat(block, dim=1)) for block in blocks])
    shares = counts.double() / sum(one[0].numel() for one in values)
    return -(shares * (shares + EPSILON).log()).sum(dim=1)


def _bin_counts(values: Tensor) -> Tensor:
    """Returns how many values of each space lie in each bin, (S, 100), for values (S, rows, D)."""
    lowest, highest = values.amin(dim=1, keepdim=True), values.amax(dim=1, keepdim=True)
    width = highest - lowest
    places = (values - lowest).div_(width.where(width > 0, 1.0)).mul_(BINS)
    bins = places.to(torch.int32).clamp_(0, BINS - 1).flatten(start_dim=1)  # NaN is no index
    spaces = len(values)
    bins += torch.arange(spaces, dtype=torch.int32, device=bins.device)[:, None] * BINS
    return torch.bincount(bins.flatten(), minlength=spaces * BINS).view(spaces, BINS)


def end_features(text: Tensor, video: Tensor, *, leads: Sequence[str], end: str = "both") -> Tensor:
    """Returns the features whose entropy speaks for a space, (S, B or 2B, D).

    Args:
        text: text ends (S, B, D).
        video: video ends (S, B, D).
        leads: which end of each space is the dominant one, `text` or `video` (a head has none).
        end: `both` pools the rows of the two ends; `dominant` or `fused` takes one.

    Raises:
        MismatchError: for an unknown end, or one that a head does not have.

    Source: LPD, Section 3.4.1 says "all its features"; which ends it means is open.
    """
    if end == "both":
        return torch.cat([text, video], dim=1)
    if end not in ENDS:
        raise MismatchError("unknown end", expected=", ".join(ENDS), found=end)
    if any(lead not in ("text", "video") for lead in leads):
        raise MismatchError(f"heads have no {end} end", expected="both", found=end)
    wanted = "text" if end == "dominant" else "video"
    rows = torch.tensor([lead == wanted for lead in leads], device=text.device)
    return torch.where(rows[:, None, None], text, video)


def space_weights(entropy: Tensor) -> Tensor:
    """Returns softmax(tanh(entropy)), (S,).

    Source: LPD, Eq. 9.
    """
    return entropy.tanh().softmax(dim=0)


def select_spaces(entropy: Tensor) -> Tensor:
    """Returns which spaces learn, (S,) bool: those whose weight exceeds 1 / S.

    The comparison is strict, with a tolerance of 1e-12 so that rounding selects nobody by chance. Where no
    weight exceeds it, all being equal, every space learns.

    Source: LPD, Eq. 10; the fallback is ours.
    """
    selected = space_weights(entropy) > 1.0 / len(entropy) + TOLERANCE
    return selected | ~selected.any()


def random_half(spaces: int, *, generator: torch.Generator) -> Tensor:
    """Returns a random half of the spaces, (S,) bool, rounded up: a control for the entropies."""
    selected = torch.zeros(spaces, dtype=torch.bool)
    selected[torch.randperm(spaces, generator=generator)[: (spaces + 1) // 2]] = True
    return selected
