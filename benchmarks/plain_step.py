"""A training step of LPD as the paper's formulas read: one feature, one space, one pair of spaces after the
other. What `benchmarks.training` measures the library against; a test holds the two losses together.

Sizes: B pairs in the batch, D width.

Written for the settings of the preset `lpd-recipe`, and for data without constant columns or rows, for which
the paper's formulas have no value.
"""

import math
from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

import torch
from torch import Tensor

from lpd.models import Lpd
from lpd.training import TrainingConfig

BINS = 100
EPSILON = 1e-12
TOLERANCE = 1e-12


class PlainLoss(NamedTuple):
    """The loss of a batch and what it is made of.

    Args:
        total: fair + dcl_weight x dcl.
        fair: sum of the selected spaces' hinges.
        dcl: mean over the pairs of spaces.
        itrl: name of a space -> its hinge.
        entropy: name of a space -> entropy of its features.
        selected: names of the spaces that learn.
    """

    total: Tensor
    fair: Tensor
    dcl: Tensor
    itrl: dict[str, Tensor]
    entropy: dict[str, float]
    selected: list[str]


class PlainLpd:
    """The weights of an LPD model, copied, and a training step on them.

    Args:
        model: with one attention vector per space, zscore inputs and no trainable text encoder.
        config: margin, dcl_weight, learning rate and clip are read.
    """

    def __init__(self, model: Lpd, config: TrainingConfig) -> None:
        self.config = config
        self.dropout = model.config.dropout
        state = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
        self.spread: dict[str, tuple[Tensor, Tensor]] = {}
        self.transform: dict[str, tuple[Tensor, Tensor]] = {}
        self.attention: dict[str, tuple[Tensor, Tensor]] = {}
        self.text, self.video = list(model.text_features), list(model.video_features)
        for end, names, other, others in (
            ("text", self.text, "video", self.video),
            ("video", self.video, "text", self.text),
        ):
            for number, name in enumerate(names):
                one = f"{end}_transforms.inputs.{number}"
                self.spread[f"{end}:{name}"] = state[f"{one}.mean"], state[f"{one}.std"]
                layer = f"{end}_transforms.layers.{number}"
                self.transform[f"{end}:{name}"] = _learnt(state[f"{layer}.weight"], state[f"{layer}.bias"])
            # what fuses this end serves the spaces that the other end leads
            for number, name in enumerate(others):
                vectors, biases = state[f"{end}_fusion.weight"], state[f"{end}_fusion.bias"]
                self.attention[f"{other}:{name}"] = _learnt(vectors[number], biases[number])
        self.spaces = [f"text:{name}" for name in self.text] + [f"video:{name}" for name in self.video]
        self.parameters = [
            weight for pair in (*self.transform.values(), *self.attention.values()) for weight in pair
        ]
        self.optimiser = torch.optim.RMSprop(self.parameters, lr=config.learning_rate, foreach=False)

    def step(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor], mask: Tensor | None) -> PlainLoss:
        """Returns the loss of a batch, after one step of learning."""
        parts = self.loss(text, video, mask)
        self.optimiser.zero_grad()
        parts.total.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, self.config.clip, foreach=False)
        self.optimiser.step()
        return parts

    def loss(self, text: Mapping[str, Tensor], video: Mapping[str, Tensor], mask: Tensor | None) -> PlainLoss:
        """Returns the loss of a batch.

        Args:
            text: text feature -> (B, d).
            video: video feature -> (B, d), the shots of the texts.
            mask: (B, B) bool, entries that are no negatives; None if all off the diagonal is.

        Source: LPD, Eqs. 1 to 10.
        """
        said = [self._embedded(f"text:{name}", text[name]) for name in self.text]
        shown = [self._embedded(f"video:{name}", video[name]) for name in self.video]
        similarities, itrl, entropy = {}, {}, {}
        for space in self.spaces:
            if space.startswith("text:"):
                text_end, video_end = said[self.spaces.index(space)], self._fused(space, shown)
            else:
                text_end, video_end = self._fused(space, said), shown[self.spaces.index(space) - len(said)]
            similarities[space] = _cosines(text_end, video_end)
            itrl[space] = _hinge(similarities[space], mask, margin=self.config.margin)
            entropy[space] = _entropy(torch.cat([text_end, video_end]))
        selected = _selected(entropy)
        fair = sum((itrl[space] for space in selected), start=torch.zeros(()).to(said[0]))
        pairs = [_correlation(similarities[m], similarities[n]) for m, n in combinations(self.spaces, 2)]
        dcl = torch.stack(pairs).mean()
        return PlainLoss(fair + self.config.dcl_weight * dcl, fair, dcl, itrl, entropy, selected)

    def _embedded(self, feature: str, rows: Tensor) -> Tensor:
        """Returns the embedding (B, D) of a feature, Eq. 2."""
        mean, std = self.spread[feature]
        weight, bias = self.transform[feature]
        embedded = torch.tanh((rows - mean) / std @ weight.T + bias)
        return torch.nn.functional.dropout(embedded, self.dropout)

    def _fused(self, space: str, embeddings: list[Tensor]) -> Tensor:
        """Returns the fusion (B, D) of the other end's embeddings, Eqs. 3 and 4."""
        vector, bias = self.attention[space]
        shares = torch.stack([one @ vector + bias for one in embeddings], dim=1).softmax(dim=1)
        fused = torch.zeros_like(embeddings[0])
        for number, one in enumerate(embeddings):
            fused = fused + shares[:, number : number + 1] * one
        return fused


def _learnt(weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    return weight.clone().requires_grad_(), bias.clone().requires_grad_()


def _cosines(text: Tensor, video: Tensor) -> Tensor:
    """Returns the cosines (B, B) of two ends."""
    return (text / text.norm(dim=1, keepdim=True)) @ (video / video.norm(dim=1, keepdim=True)).T


def _hinge(similarities: Tensor, mask: Tensor | None, *, margin: float) -> Tensor:
    """Returns the hinge of the hardest video of each text, the mean over the texts, Eq. 7."""
    excluded = torch.eye(len(similarities), dtype=torch.bool, device=similarities.device)
    if mask is not None:
        excluded = excluded | mask
    hardest = similarities.masked_fill(excluded, -torch.inf).max(dim=1).values
    return (margin + hardest - similarities.diagonal()).clamp(min=0).mean()


def _correlation(one: Tensor, other: Tensor) -> Tensor:
    """Returns |Pearson| of what two spaces give the negatives of a text, the mean over the texts, Eq. 5."""
    negatives = ~torch.eye(len(one), dtype=torch.bool, device=one.device)
    one, other = (rows[negatives].view(len(rows), -1) for rows in (one, other))
    one, other = (rows - rows.mean(dim=1, keepdim=True) for rows in (one, other))
    return ((one * other).sum(dim=1) / (one.norm(dim=1) * other.norm(dim=1))).abs().mean()


@torch.no_grad()
def _entropy(features: Tensor) -> float:
    """Returns the entropy of a space's features (rows, D), Eq. 8."""
    lowest, highest = features.min(dim=0).values, features.max(dim=0).values
    bins = ((features - lowest) / (highest - lowest) * BINS).long().clamp(max=BINS - 1)
    shares = torch.bincount(bins.flatten(), minlength=BINS).double() / bins.numel()
    return float(-(shares * (shares + EPSILON).log()).sum())


def _selected(entropy: Mapping[str, float]) -> list[str]:
    """Returns the spaces that learn, Eqs. 9 and 10."""
    raised = {space: math.exp(math.tanh(value)) for space, value in entropy.items()}
    total = sum(raised.values())
    chosen = [space for space, value in raised.items() if value / total > 1 / len(raised) + TOLERANCE]
    return chosen or list(raised)
