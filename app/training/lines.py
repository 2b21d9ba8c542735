"""Trainings as lines of a chart: one model, or the seeds of one row of a reproduced table as their mean."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from lpd.cards import ModelCard
from lpd.names import REPRODUCED
from lpd.services.seed_curves import COLUMNS, line_curves
from lpd.tables import Cell, Column, ResultTable, Row, seeds_cell
from lpd.words import counted

if TYPE_CHECKING:
    from lpd.services.training_curves import CurvePoint  # which brings torch

__all__ = [
    "COLUMNS",
    "Line",
    "curve_table",
    "facts_of",
    "first_lines",
    "lines_of",
    "lines_table",
    "without_selection",
]

SEEDS = re.compile(rf"({re.escape(REPRODUCED)}.+)-s(\d{{1,9}})")
VOLATILE = ("ef", "ef_end", "device", "seconds", "stopped", "preset", "precision")
"""Of a training's settings: what may differ between the two trainings that Fig. 4 compares."""

FIRST_LINES = 3


@dataclass(frozen=True)
class Line:
    """What one line of a chart stands for.

    Args:
        name: of the model, or `rep-lpd-s*` for all seeds of a reproduced row, which no model can be called.
        models: one model, or those of all seeds in the order of the seeds.
    """

    name: str
    models: tuple[str, ...]

    @property
    def words(self) -> str:
        """The name, and over how many seeds the line is a mean."""
        return self.name if len(self.models) == 1 else f"{self.name}, mean of {len(self.models)} seeds"


def lines_of(models: Iterable[str]) -> dict[str, Line]:
    """Returns name -> line: the models in their order, then the reproduced rows, all seeds of one as one."""
    own: list[str] = []
    families: dict[str, dict[int, str]] = {}
    for model in models:
        found = SEEDS.fullmatch(model)
        if found is None:
            own.append(model)
        else:
            families.setdefault(found[1], {})[int(found[2])] = model
    lines = [Line(name, (name,)) for name in own]
    for name, seeds in families.items():
        members = tuple(seeds[seed] for seed in sorted(seeds))
        lines.append(Line(members[0] if len(members) == 1 else f"{name}-s*", members))
    return {line.name: line for line in lines}


def first_lines(
    lines: Mapping[str, Line], cards: Mapping[str, ModelCard], preferred: str | None
) -> tuple[str, ...]:
    """Returns the lines shown before anybody chose: Fig. 4, with and without EF-MTRL, where both are there;
    else the first few.

    Args:
        lines: that can be shown.
        cards: model -> card, of the finished ones.
        preferred: model that stands first if it is among them.
    """
    names = [name for name in lines if not name.startswith(REPRODUCED)] or list(lines)
    if preferred in names:
        names = [preferred, *(name for name in names if name != preferred)]
    for name in names:
        other = without_selection(lines[name], lines, cards)
        if other is not None:
            return name, other.name
    return tuple(names[:FIRST_LINES])


def without_selection(line: Line, lines: Mapping[str, Line], cards: Mapping[str, ModelCard]) -> Line | None:
    """Returns the training that differs from one with EF-MTRL in nothing but that; None if there is none, or
    if the line itself has no EF-MTRL.

    Source: LPD, Fig. 4.
    """
    card = cards.get(line.models[0])
    if card is None or card.config["training"].get("ef") != "entropy":
        return None
    for other in lines.values():
        beside = cards.get(other.models[0])
        off = beside is not None and beside.config["training"].get("ef") == "off"
        if beside is not None and off and _compared(beside) == _compared(card):
            return other
    return None


def _compared(card: ModelCard) -> tuple[str, dict[str, Any], dict[str, Any]]:
    training = {key: value for key, value in card.config["training"].items() if key not in VOLATILE}
    return card.system, dict(card.config["model"]), training


def curve_table(lines: Sequence[Line], points: "Iterable[CurvePoint]") -> pd.DataFrame:
    """Returns COLUMNS, a row per line, epoch, series and space; see `line_curves`."""
    return line_curves({line.name: line.models for line in lines}, points)


def facts_of(line: Line, cards: Mapping[str, ModelCard]) -> str:
    """Returns what a line is in a few words: system, EF-MTRL, DcL, digest of the weights."""
    card = cards.get(line.models[0])
    if card is None:
        return "not finished"
    training = card.config["training"]
    told = [card.system, counted(len(card.spaces), "space")]
    if len(card.spaces) > 1:
        told.append({"entropy": "EF-MTRL", "random_half": "random half"}.get(training["ef"], "no EF-MTRL"))
        told.append(f"DcL {training['dcl_weight']:g}" if training["dcl_weight"] else "no DcL")
    told.append(f"sha {card.digest[:6]}" if len(line.models) == 1 else counted(len(line.models), "seed"))
    return " · ".join(told)


def lines_table(
    lines: Sequence[Line], cards: Mapping[str, ModelCard], epochs: Mapping[str, int]
) -> ResultTable:
    """Returns the trainings side by side: settings, epochs, the epoch that was kept and its measures, cost.

    Args:
        lines: in order.
        cards: model -> card, of the finished ones; the cells of others are empty.
        epochs: model -> how many epochs it was trained.
    """
    columns = (
        Column("system", "text"),
        Column("EF-MTRL", "text"),
        Column("DcL weight", "number", 2),
        Column("epochs", "number", 0),
        Column("best epoch", "number", 0),
        Column("mAP"),
        Column("R@10"),
        Column("seconds", "number", 1),
        Column("parameters", "count"),
    )
    rows = tuple(Row(line.name, tuple(_cells(line, cards, epochs))) for line in lines)
    note = "mAP and R@10 on the validation captions, of the epoch that was kept; seconds on this machine"
    return ResultTable("Trainings compared", "training", columns, rows, notes=(note,))


def _cells(line: Line, cards: Mapping[str, ModelCard], epochs: Mapping[str, int]) -> list[Cell]:
    trained = {model: cards[model] for model in line.models if model in cards}
    counts = _cell(line, {model: epochs[model] for model in line.models if model in epochs})
    if not trained:
        return [Cell(text="not finished"), Cell(), Cell(), counts, *[Cell()] * 5]
    card = next(iter(trained.values()))
    training = card.config["training"]
    best = {model: one.best for model, one in trained.items()}
    return [
        Cell(text=card.system),
        Cell(text={"entropy": "yes", "random_half": "random half"}.get(training["ef"], "no")),
        Cell(float(training["dcl_weight"])),
        counts,
        *(
            _cell(line, {model: one[name] for model, one in best.items() if name in one})
            for name in ("epoch", "mAP", "R@10")
        ),
        _cell(line, {model: one.config["training"]["seconds"] for model, one in trained.items()}),
        Cell(float(card.config["parameters"])),
    ]


def _cell(line: Line, values: Mapping[str, float]) -> Cell:
    """Returns the cell of one model, or of those seeds that have a value."""
    if not values:
        return Cell()
    if len(line.models) == 1:
        return Cell(float(*values.values()))
    seeds = {model: SEEDS.fullmatch(model) for model in values}
    return seeds_cell({int(found[2]): float(values[model]) for model, found in seeds.items() if found})
