"""Published figures beside the measured ones, always marked as such.

Of the same topics where the edition is one of TRECVID's: the mean of each system on it, and the runs of SEA
topic by topic. On other topics a column stands above the mean of its system over TV16 to TV23, for
orientation only, and the line says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lpd.cards import ModelCard
from lpd.editions import Edition
from lpd.errors import NotFoundError
from lpd.published import PublishedTable, published_table
from lpd.services.published_beside import PublishedRuns, published_runs, trecvid_edition

__all__ = ["MEASURE", "Beside", "PublishedFigure", "PublishedLine", "published_beside", "published_row"]

MEASURE = "infAP"
"""Of all published figures; beside other measures there are none."""

_MEAN, _MEAN_WORDS = "MEAN", "mean of TV16-23, other topics"
_MAIN, _ABLATION, _WITH_DCL = "lpd-table3", "lpd-table4", "lpd-table5"

_ROWS = {
    "lpd": "LPD",
    "laff": "LAFF",
    "sea": "SEA",
    "txv": "TxV",
    "w2vvpp": "W2VV++",
    "dual-encoding": "DE",
    "dual-task": "DualTask",
    "clip4clip": "CLIP4Clip",
    "xclip": "X-CLIP",
    "ts2net": "TS2-Net",
    "teachclip": "TeachCLIP",
}
"""System of a model -> its row in the main table."""


class PublishedFigure(NamedTuple):
    """A figure, which row and column it is, and of which publication."""

    value: float
    row: str
    column: str
    source: str
    place: str

    @property
    def words(self) -> str:
        """The figure in words: whose it is and where it stands."""
        return f"published, not measured here: {self.row}, {self.column}; {self.source}; {self.place}"

    @property
    def short(self) -> str:
        """Where it stands, in few words: `Hu, Xin, Li, Table 3`."""
        return f"{self.source.partition(':')[0]}, {self.place.rpartition(', ')[2]}"


class PublishedLine(NamedTuple):
    """A line under the table: what it holds, whether of the same topics, column -> its figure."""

    label: str
    same_topics: bool
    figures: dict[str, PublishedFigure]


@dataclass(frozen=True)
class Beside:
    """What is published of the topics or of the systems shown.

    Args:
        line: of the systems, None where there is no figure of any column.
        runs: topic by topic, None where the edition has none.
        problem: why there may be figures that are not shown, None where there is none.
    """

    line: PublishedLine | None = None
    runs: PublishedRuns | None = None
    problem: str | None = None


def published_row(card: ModelCard) -> tuple[str, str] | None:
    """Returns table and row that a model was built after, None where no paper has its like.

    The system and the two losses decide; features, data and every other setting are one's own.
    """
    training = card.config.get("training") or {}
    ef, mode = training.get("ef", "off"), training.get("dcl_mode", "remove")
    dcl = float(training.get("dcl_weight", 0)) > 0
    row = _ROWS.get(card.system)
    if row is None:
        return None
    if card.system != "lpd":
        if ef != "off" or (dcl and row not in ("LAFF", "SEA", "TxV")):
            return None
        return (_WITH_DCL, f"{row}+DcL") if dcl else (_MAIN, row)
    known = {
        ("entropy", True, "remove"): (_MAIN, row),
        ("entropy", True, "full"): (_ABLATION, "full DcL"),
        ("off", True, "remove"): (_ABLATION, "w/o EF-MTRL"),
    }
    return (_ABLATION, "w/o DcL") if (ef, dcl) == ("entropy", False) else known.get((ef, dcl, mode))


def published_beside(
    edition: Edition, cards: Mapping[str, ModelCard], *, measure: str, with_runs: bool
) -> Beside:
    """Returns what is published of an edition's topics and of the systems of some columns.

    Args:
        edition: whose table it is.
        cards: column -> card of its model, for the columns whose model is known.
        measure: of the table; only `MEASURE` is published.
        with_runs: whether published runs may stand beside, which they do beside runs.
    """
    if measure != MEASURE:
        return Beside()
    try:
        line = _line(edition, cards)
        return Beside(line, published_runs(edition) if with_runs else None)
    except NotFoundError as error:
        return Beside(problem=f"Published figures are not at hand: {error}")


def _line(edition: Edition, cards: Mapping[str, ModelCard]) -> PublishedLine | None:
    same = trecvid_edition(edition)
    figures = {}
    for column, card in cards.items():
        found = published_row(card)
        figure = None if found is None else _figure(published_table(found[0]), found[1], same or _MEAN)
        if figure is not None:
            figures[column] = figure
    if not figures:
        return None
    return PublishedLine(f"published, {same or _MEAN_WORDS}", same is not None, figures)


def _figure(table: PublishedTable, row: str, column: str) -> PublishedFigure | None:
    if column not in table.columns or row not in table.labels:
        return None
    value = table.value(row, column)
    return None if value is None else PublishedFigure(value, row, column, table.source, table.place)
