"""The cells of a heatmap of overlaps as rows of a table: what is drawn, and what is told when one points at
it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

__all__ = ["NO_FACTS", "WORTH", "CellFacts", "SpaceName", "iou_table", "worth_column"]

WORTH = " infAP"
"""Stands for the column of infAP among the columns of spaces; no space begins with a blank."""


@dataclass(frozen=True)
class SpaceName:
    """A space: its full name, the label shown, and its end (`text`, `video`, `head`; `fused` for a list that
    is no space)."""

    name: str
    label: str
    end: str

    @property
    def words(self) -> str:
        """The label with its end: `text: bow`."""
        bare = self.label.removesuffix(f" ({self.end})")
        return f"{self.end}: {bare}" if self.end in ("text", "video") else self.label


@dataclass(frozen=True)
class CellFacts:
    """What stands beside the cells and behind them.

    Args:
        source: where the numbers are from; shown when a cell is pointed at.
        spread: (S, S) standard deviation over the seeds; None for one model.
        inf_ap: space -> what its own list is worth, drawn as a column beside the cells; None draws none.
        inf_ap_spread: space -> standard deviation over the seeds; empty for one model.
        worth_source: where infAP is from.
    """

    source: str = ""
    spread: np.ndarray | None = None
    inf_ap: Mapping[str, float] | None = None
    inf_ap_spread: Mapping[str, float] = field(default_factory=dict)
    worth_source: str = ""


NO_FACTS = CellFacts()


def iou_table(
    matrix: np.ndarray,
    spaces: Sequence[SpaceName],
    *,
    chosen: tuple[str, str] | None = None,
    facts: CellFacts = NO_FACTS,
) -> pd.DataFrame:
    """Returns one row per cell: row, column, iou, what is written in it, whether it is the chosen pair, its
    spread over the seeds in words, and where it is from.

    Args:
        matrix: (S, S) inter-space IoU, 1 on the diagonal.
        spaces: S spaces in the order of the matrix.
        chosen: names of the pair whose lists are shown.
        facts: spread and source.

    Raises:
        ValueError: if the matrix is not S x S.
    """
    if matrix.shape != (len(spaces), len(spaces)):
        raise ValueError(f"expected a {len(spaces)} x {len(spaces)} matrix, found {matrix.shape}")
    rows = []
    for i, first in enumerate(spaces):
        for j, second in enumerate(spaces):
            value = float(matrix[i, j])
            rows.append(
                {
                    "row": first.name,
                    "column": second.name,
                    "row_label": first.words,
                    "column_label": second.words,
                    "iou": value,
                    "written": "" if i == j else _written(value, 2)[:3],  # 1.0 is as wide as .94
                    "chosen": (first.name, second.name) == chosen,
                    "spread": "" if facts.spread is None else f"± {facts.spread[i, j]:.4f}",
                    "source": facts.source,
                }
            )
    return pd.DataFrame(rows)


def worth_column(spaces: Sequence[SpaceName], facts: CellFacts) -> pd.DataFrame:
    """Returns one row per space: row, column, inf_ap (absent where it is not known), what is written, its
    spread over the seeds in words, and where it is from."""
    known, spread = facts.inf_ap or {}, facts.inf_ap_spread
    rows = [
        {
            "row": space.name,
            "column": WORTH,
            "row_label": space.words,
            "inf_ap": known.get(space.name),
            "written": _written(known[space.name], 3) if space.name in known else "–",
            "spread": f"± {spread[space.name]:.4f}" if space.name in spread else "",
            "source": facts.worth_source,
        }
        for space in spaces
    ]
    return pd.DataFrame(rows)


def _written(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".removeprefix("0")
