"""Table 6: parameters and multiply-adds, counted from models that nobody trains."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from lpd.models import build_model, count_parameters
from lpd.models.dual_task import CONCEPTS
from lpd.published import PublishedTable, published_table
from lpd.reproduce.notes import data_notes, slip_notes
from lpd.reproduce.setup import Reproduction
from lpd.services.pairs import split_names
from lpd.tables import Cell, Column, ResultTable, Row

__all__ = ["complexity_table", "counted_model", "paper_features"]

PAPER_CONCEPTS = 11147
"""How many concepts DualTask has in the paper; it follows from the table's expression."""

PAPER_WIDTH = 512
WIDTH_OF_FLOPS = 2048
"""At this width, not at the paper's, one multiply-add per parameter gives the printed FLOPs."""

EXPRESSIONS: dict[str, Callable[[int, int], int]] = {
    "TxV": lambda total, width: 4 * total * width,
    "DualTask": lambda total, width: (total + PAPER_CONCEPTS) * width,
    "LAFF": lambda total, width: (total + 9) * width,
    "LPD": lambda total, width: (total + 9) * width,
    "SEA": lambda total, width: total * width,
}
"""The published expressions of D, the sum of all dimensions, and d, the width of a space.

Source: LPD paper, Table 6.
"""


@dataclass(frozen=True)
class _Counted:
    """A row: label, row of the published table, system, settings of the model."""

    label: str
    published: str
    system: str
    settings: dict[str, Any]


_COUNTED = (
    _Counted("T × V", "TxV", "txv", {}),
    _Counted("T × V, one layer", "TxV", "txv", {"two_layer": False}),
    _Counted("DualTask", "DualTask", "dual-task", {}),
    _Counted("LAFF", "LAFF", "laff", {}),
    _Counted("LPD", "LPD", "lpd", {}),
    _Counted("SEA", "SEA", "sea", {}),
    _Counted("SEA, one video transform for all spaces", "SEA", "sea", {"share_video_fc": True}),
)


@dataclass(frozen=True)
class FeatureSizes:
    """Dimensions of a set of features: name -> dimension; concepts None where there are none."""

    text: Mapping[str, int]
    video: Mapping[str, int]
    concepts: int | None

    @property
    def total(self) -> int:
        """D, the sum of all dimensions but the concepts'."""
        return sum(self.text.values()) + sum(self.video.values())


def complexity_table(reproduction: Reproduction) -> ResultTable:
    """Returns Table 6 for the workspace's features and for the paper's."""
    published = published_table("lpd-table6")
    paper = paper_features()
    groups = (
        ("this workspace", _own_features(reproduction), reproduction.setup.width),
        ("the paper's features", paper, PAPER_WIDTH),
        ("the paper's features", paper, WIDTH_OF_FLOPS),
    )
    rows = []
    for heading, features, width in groups:
        printed = published if features is paper else None
        group = f"{heading}: D = {features.total:,}, d = {width:,}"
        rows += [_row(one, features, width=width, published=printed, group=group) for one in _COUNTED]
    return ResultTable(
        title="Table 6: complexity",
        row_name="system",
        columns=(
            Column("parameters", "count"),
            Column("by the published expression", "count"),
            Column("expression", "text"),
            Column("million multiply-adds", "number", 2),
            Column("published MFLOPs", "number", 2),
        ),
        rows=tuple(rows),
        published_in=f"{published.source}; {published.place}",
        notes=(
            "parameters are counted from the models, biases included; multiply-adds are those of matching "
            "one text with one video",
            *data_notes(reproduction)[:2],
            *slip_notes("lpd-table6"),
        ),
    )


def _row(
    one: _Counted, features: FeatureSizes, *, width: int, published: PublishedTable | None, group: str
) -> Row:
    expression = Cell(float(EXPRESSIONS[one.published](features.total, width)))
    if published is None:
        printed = [Cell(), Cell()]
    else:
        printed = [
            Cell(published=published.text(one.published, "trainable_parameters")),
            Cell(published=published.value(one.published, "flops_million")),
        ]
    if one.system == "dual-task" and features.concepts is None:
        needs = Cell(needs=f"text feature {CONCEPTS}")
        return Row(one.label, (needs, expression, printed[0], needs, printed[1]), group)
    parameters, multiply_adds = counted_model(one.system, features, width=width, settings=one.settings)
    counted = Cell(float(parameters)), Cell(multiply_adds / 1e6)
    return Row(one.label, (counted[0], expression, printed[0], counted[1], printed[1]), group)


def counted_model(
    system: str, features: FeatureSizes, *, width: int, settings: Mapping[str, Any]
) -> tuple[int, int]:
    """Returns the trainable parameters of a model and the multiply-adds of one match."""
    text = dict(features.text)
    config = {"system": system, "video_features": dict(features.video), "width": width, **settings}
    if system == "dual-task":
        text[CONCEPTS] = int(features.concepts or 0)
    if system == "laff":
        config["heads"] = len(features.text) + len(features.video)
    with torch.device("meta"):  # shapes only
        model = build_model(config | {"text_features": text}, seed=None)
    return count_parameters(model), sum(model.multiply_adds().values())


def _own_features(reproduction: Reproduction) -> FeatureSizes:
    workspace, available = reproduction.workspace, reproduction.available
    captions = split_names(reproduction.setup.captions)[0]
    collection = workspace.caption_collection(captions)
    concepts = None
    if CONCEPTS in available.special:
        concepts = workspace.text_features(captions, CONCEPTS).dimension
    return FeatureSizes(
        {name: workspace.text_features(captions, name).dimension for name in available.text},
        {name: workspace.features(collection, name).dimension for name in available.video},
        concepts,
    )


def paper_features() -> FeatureSizes:
    table = published_table("lpd-table2")
    size = {label: int(table.text(label, "dimension")) for label in table.labels}
    ends = {
        end: {name.partition(":")[2]: size[name] for name in size if name.startswith(end)}
        for end in ("text", "video")
    }
    return FeatureSizes(ends["text"], ends["video"], PAPER_CONCEPTS)
