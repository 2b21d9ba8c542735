"""The overall loss of a batch: the fair sum of the spaces' ranking losses, the weighted de-correlation, and
what a system learns beside them.

Sizes: S ranked spaces, B pairs, D width.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from lpd.errors import MismatchError
from lpd.losses import (
    dcl,
    distinct_hard_negatives,
    end_features,
    feature_entropy,
    infonce,
    itrl,
    random_half,
    select_spaces,
)
from lpd.models import Ends, SpaceModel
from lpd.models.frame_ends import logit_multiplier
from lpd.training.config import TrainingConfig
from lpd.training.processes import ALONE, Processes, averaged

__all__ = ["Objective", "check_objective", "gradient_norms", "overall_loss", "ranking_losses"]


class Objective(NamedTuple):
    """The loss of a batch and its parts.

    Args:
        total: ranking_weight x fair + dcl_weight x dcl + auxiliary.
        fair: the ranking loss of the selected spaces, summed (EF-MTRL, or all spaces when it is off).
        dcl: unweighted; without gradient where its weight is 0.
        itrl: (S,) ranking loss of every space, selected or not; of the summed similarity, the same for all,
            where `select_on_sum`.
        selected: (S,) bool.
        entropy: (S,) float64; None unless spaces are selected by it.
        auxiliary: what the system learns beside the ranking; None for most.
        distinct_negatives: different hardest negatives of a text over the spaces, the mean.
    """

    total: Tensor
    fair: Tensor
    dcl: Tensor
    itrl: Tensor
    selected: Tensor
    entropy: Tensor | None
    auxiliary: Tensor | None
    distinct_negatives: Tensor


def check_objective(model: SpaceModel, config: TrainingConfig) -> None:
    """Raises MismatchError if a model lacks what the settings ask for."""
    ranked = [model.spaces[number] for number in model.ranked_spaces]
    if config.dcl_weight > 0 and len(ranked) < 2:
        raise MismatchError(
            f"DcL needs two common spaces, and {model.system} compares texts and shots in one here",
            found=", ".join(space.name for space in ranked),
            next_step="set dcl_weight to 0",
        )
    heads = [space.name for space in ranked if space.end not in ("text", "video")]
    if heads and config.ef == "entropy" and config.ef_end != "both":
        raise MismatchError(
            f"heads have no {config.ef_end} end",
            found=", ".join(heads),
            next_step="set ef to off, or ef_end to both",
        )
    if config.ef == "entropy" and not model.bi_encoder:
        raise MismatchError(
            f"{model.system} scores pairs and has no ends to take entropies of", next_step="set ef to off"
        )
    if config.loss == "infonce" and not hasattr(model, "logit_scale"):
        raise MismatchError(f"{model.system} has no logit scale", expected="loss hinge", found="loss infonce")


def overall_loss(
    model: SpaceModel,
    text: Ends,
    video: Ends,
    *,
    config: TrainingConfig,
    generator: torch.Generator,
    mask: Tensor | None = None,
    auxiliary: Tensor | None = None,
) -> Objective:
    """Returns the loss of B pairs from the ends of every space.

    Args:
        model: its similarities are used.
        text: text ends (S, B, D).
        video: video ends (S, B, D).
        config: which losses, with which weights.
        generator: draws the spaces where `ef` is `random_half`; on the CPU.
        mask: (B, B) bool, entries that are no negatives for the ranking.
        auxiliary: what the system learns beside it, a scalar that is added.

    Source: LPD, Section 3.5 and Eq. 10; DcL covers all spaces, selected or not.
    """
    ranked = model.ranked_spaces
    similarities = model.similarities(text, video)
    if len(ranked) < len(similarities):
        similarities = similarities[ranked]
    entropy = None
    if config.ef == "entropy":
        ends = [_of_spaces(end, ranked) for end in (text, video)]
        if config.ef_end != "both":
            leads = [model.spaces[number].end for number in ranked]
            ends = [end_features(*ends, leads=leads, end=config.ef_end)]
        entropy = feature_entropy(*ends)
    return ranking_losses(
        model,
        similarities,
        config=config,
        generator=generator,
        mask=mask,
        auxiliary=auxiliary,
        entropy=entropy,
    )


def _of_spaces(ends: Ends, numbers: Sequence[int]) -> Tensor:
    """Returns one end of some spaces, (S, B, D); of all of them without a copy."""
    if isinstance(ends, Tensor) and len(numbers) == len(ends):
        return ends
    return torch.stack([ends[number] for number in numbers])


def ranking_losses(
    model: SpaceModel,
    similarities: Tensor,
    *,
    config: TrainingConfig,
    generator: torch.Generator,
    mask: Tensor | None = None,
    auxiliary: Tensor | None = None,
    entropy: Tensor | None = None,
) -> Objective:
    """Returns the loss of B pairs from the similarities (S, B, B) of the ranked spaces; see `overall_loss`.

    Args:
        entropy: (S,), selects the spaces that learn; None selects as the settings say.
    """
    losses = _of_each_space(model, similarities, config=config, mask=mask)
    if entropy is not None:
        selected = select_spaces(entropy)
    elif config.ef == "random_half":
        selected = random_half(len(losses), generator=generator).to(losses.device)
    else:
        selected = torch.ones(len(losses), dtype=torch.bool, device=losses.device)
    fair = losses[0] if config.select_on_sum else (losses * selected).sum()
    with torch.set_grad_enabled(config.dcl_weight > 0 and torch.is_grad_enabled()):
        decorrelation = dcl(similarities, mode=config.dcl_mode, pairs=config.dcl_pairs)
    total = config.ranking_weight * fair
    if config.dcl_weight > 0:
        total = total + config.dcl_weight * decorrelation
    if auxiliary is not None:
        total = total + auxiliary
    distinct = distinct_hard_negatives(similarities, mask=mask)
    return Objective(total, fair, decorrelation, losses, selected, entropy, auxiliary, distinct)


def _of_each_space(
    model: SpaceModel, similarities: Tensor, *, config: TrainingConfig, mask: Tensor | None
) -> Tensor:
    """Returns the ranking loss of every space, (S,)."""
    if config.loss == "infonce":
        scale = logit_multiplier(model.get_parameter("logit_scale"))
        return infonce(similarities, scale, reduction=config.reduction, mask=mask)
    summed = similarities.sum(dim=0, keepdim=True) if config.select_on_sum else similarities
    losses = itrl(
        summed,
        margin=config.margin,
        direction=config.direction,
        reduction=config.reduction,
        hardest_only=config.hardest_only,
        mask=mask,
    )
    return losses.expand(len(similarities))


def gradient_norms(
    parts: Objective, parameters: Sequence[Tensor], *, processes: Processes = ALONE
) -> tuple[float, float]:
    """Returns the gradient norms of the fair hinges and of the unweighted DcL over all weights.

    The graph is kept; two extra backward passes are what this costs.
    """
    norms = []
    learning = [parameter for parameter in parameters if parameter.requires_grad]
    for part in (parts.fair, parts.dcl):
        if not part.requires_grad:
            norms.append(0.0)
            continue
        gradients = torch.autograd.grad(part, learning, retain_graph=True, allow_unused=True)
        present = averaged([gradient for gradient in gradients if gradient is not None], processes)
        lengths = [gradient.norm() for gradient in present]
        norms.append(float(torch.stack(lengths).norm()) if lengths else 0.0)
    return norms[0], norms[1]
