"""The overall loss of a batch: the fair sum of the spaces' hinges and the weighted de-correlation.

Sizes: S spaces, B pairs, D width.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from lpd.errors import MismatchError
from lpd.losses import dcl, end_features, feature_entropy, itrl, random_half, select_spaces
from lpd.models import SpaceModel
from lpd.training.config import TrainingConfig

__all__ = ["Objective", "check_objective", "gradient_norms", "overall_loss"]


class Objective(NamedTuple):
    """The loss of a batch and its parts.

    Args:
        total: fair + dcl_weight x dcl.
        fair: the ITRL of the selected spaces, summed (EF-MTRL, or all spaces when it is off).
        dcl: unweighted; without gradient where its weight is 0.
        itrl: (S,) of every space, selected or not.
        selected: (S,) bool.
        entropy: (S,) float64; None unless spaces are selected by it.
    """

    total: Tensor
    fair: Tensor
    dcl: Tensor
    itrl: Tensor
    selected: Tensor
    entropy: Tensor | None


def check_objective(model: SpaceModel, config: TrainingConfig) -> None:
    """Raises MismatchError if a model lacks what the settings ask for."""
    if config.dcl_weight > 0 and len(model.spaces) < 2:
        raise MismatchError(
            "DcL needs two common spaces", found=len(model.spaces), next_step="set dcl_weight to 0"
        )
    heads = [space.name for space in model.spaces if space.end not in ("text", "video")]
    if heads and config.ef == "entropy" and config.ef_end != "both":
        raise MismatchError(
            f"heads have no {config.ef_end} end",
            found=", ".join(heads),
            next_step="set ef to off, or ef_end to both",
        )


def overall_loss(
    model: SpaceModel,
    text: Tensor,
    video: Tensor,
    *,
    config: TrainingConfig,
    generator: torch.Generator,
    mask: Tensor | None = None,
) -> Objective:
    """Returns the loss of B pairs.

    Args:
        model: its similarities are used.
        text: text ends (S, B, D).
        video: video ends (S, B, D).
        config: which losses, with which weights.
        generator: draws the spaces where `ef` is `random_half`; on the CPU.
        mask: (B, B) bool, entries that are no negatives for the hinge.

    Source: LPD, Section 3.5 and Eq. 10; DcL covers all spaces, selected or not.
    """
    similarities = model.similarities(text, video)
    hinges = itrl(
        similarities,
        margin=config.margin,
        direction=config.direction,
        reduction=config.reduction,
        hardest_only=config.hardest_only,
        mask=mask,
    )
    entropy = None
    if config.ef == "entropy":
        leads = [space.end for space in model.spaces]
        entropy = feature_entropy(end_features(text, video, leads=leads, end=config.ef_end))
        selected = select_spaces(entropy)
    elif config.ef == "random_half":
        selected = random_half(len(hinges), generator=generator).to(hinges.device)
    else:
        selected = torch.ones(len(hinges), dtype=torch.bool, device=hinges.device)
    fair = (hinges * selected).sum()
    with torch.set_grad_enabled(config.dcl_weight > 0 and torch.is_grad_enabled()):
        decorrelation = dcl(similarities, mode=config.dcl_mode, pairs=config.dcl_pairs)
    total = fair + config.dcl_weight * decorrelation if config.dcl_weight > 0 else fair
    return Objective(total, fair, decorrelation, hinges, selected, entropy)


def gradient_norms(parts: Objective, parameters: Sequence[Tensor]) -> tuple[float, float]:
    """Returns the gradient norms of the fair hinges and of the unweighted DcL over all weights.

    The graph is kept; two extra backward passes are what this costs.
    """
    norms = []
    for part in (parts.fair, parts.dcl):
        if not part.requires_grad:
            norms.append(0.0)
            continue
        gradients = torch.autograd.grad(part, list(parameters), retain_graph=True, allow_unused=True)
        present = [gradient.norm() for gradient in gradients if gradient is not None]
        norms.append(float(torch.stack(present).norm()) if present else 0.0)
    return norms[0], norms[1]
