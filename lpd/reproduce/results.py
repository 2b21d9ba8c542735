"""What every row of a table achieved with every seed, or why not."""

from dataclasses import dataclass, field

import numpy as np

from lpd.cards import ModelCard
from lpd.reproduce.measured import MeasuredOnTopics
from lpd.reproduce.recipes import Row

__all__ = ["RowResult", "SeedResult"]


@dataclass(frozen=True)
class SeedResult:
    """What a row achieved with one seed.

    Args:
        topics: edition -> what the run achieves on it.
        card: of the model; None for runs that are fused or brought.
        epochs: how many the training took; None for what is not trained in epochs.
        captions: (C,) average precision of each validation caption; None as for the card.
    """

    topics: dict[str, MeasuredOnTopics]
    card: ModelCard | None = None
    epochs: int | None = None
    captions: np.ndarray | None = None

    @property
    def seconds(self) -> float | None:
        """How long the training took."""
        return None if self.card is None else float(self.card.config["training"]["seconds"])

    @property
    def parameters(self) -> int | None:
        """How many weights were trained."""
        return None if self.card is None else int(self.card.config["parameters"])


@dataclass(frozen=True)
class RowResult:
    """What a row achieved.

    Args:
        row: of a table.
        seeds: seed -> result; only seeds of which something was measured.
        needs: what the workspace has not got, as words.
        text: what else stands in the place of numbers.
        failures: seed -> a sentence.
    """

    row: Row
    seeds: dict[int, SeedResult] = field(default_factory=dict)
    needs: str | None = None
    text: str | None = None
    failures: dict[int, str] = field(default_factory=dict)
