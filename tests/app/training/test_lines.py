"""Trainings as lines: seeds together, means and spreads against numpy, the two trainings of Fig. 4."""

from typing import Any

import numpy as np
import pytest

from app.training.lines import (
    COLUMNS,
    Line,
    curve_table,
    facts_of,
    first_lines,
    lines_of,
    lines_table,
    without_selection,
)
from lpd.cards import ModelCard, SpaceInfo
from lpd.services.training_curves import CurvePoint
from lpd.tables import to_markdown

TRAINING: dict[str, Any] = {
    "seed": 1,
    "epochs": 10,
    "ef": "entropy",
    "dcl_weight": 0.2,
    "captions": ["train"],
}


def card(name: str, *, system: str = "lpd", seed: int = 1, spaces: int = 2, **changes: Any) -> ModelCard:
    training = {**TRAINING, "seconds": 1.5, "device": "cpu", "preset": "lpd-recipe", "seed": seed, **changes}
    return ModelCard(
        name,
        system,
        tuple(SpaceInfo(f"text:{number}", "text", str(number), 4, "cosine") for number in range(spaces)),
        {},
        {},
        seed,
        "0123456789abcdef",
        {
            "training": training,
            "model": {"system": system, "width": 4},
            "best": {"epoch": 2 + seed, "mAP": 0.25 * seed, "R@10": 0.5},
            "parameters": 1234,
        },
    )


def cards(*all_of_them: ModelCard) -> dict[str, ModelCard]:
    return {one.name: one for one in all_of_them}


def test_seeds_of_a_reproduced_row_are_one_line() -> None:
    models = ["b", "rep-lpd-no-ef-s0", "rep-lpd-s10", "rep-lpd-s2", "rep-lpd-s0", "rep-ridge-s0", "m-s1"]
    assert lines_of(models) == {
        "b": Line("b", ("b",)),
        "m-s1": Line("m-s1", ("m-s1",)),
        "rep-lpd-no-ef-s0": Line("rep-lpd-no-ef-s0", ("rep-lpd-no-ef-s0",)),
        "rep-lpd-s*": Line("rep-lpd-s*", ("rep-lpd-s0", "rep-lpd-s2", "rep-lpd-s10")),
        "rep-ridge-s0": Line("rep-ridge-s0", ("rep-ridge-s0",)),
    }
    assert lines_of([]) == {}
    assert Line("rep-lpd-s*", ("a", "b")).words == "rep-lpd-s*, mean of 2 seeds"


def test_fig_4_finds_the_other_half() -> None:
    all_cards = cards(
        card("lpd"),
        card("other-seed", seed=2, ef="off"),
        card("more", ef="off", dcl_weight=0.0),
        card("sea", system="sea", ef="off"),
        card("off", ef="off", ef_end="fused", seconds=99.0, device="cuda", preset="original"),
    )
    lines = lines_of(all_cards)
    assert without_selection(lines["lpd"], lines, all_cards) == lines["off"]
    assert without_selection(lines["off"], lines, all_cards) is None
    assert without_selection(Line("x", ("x",)), lines, all_cards) is None
    assert first_lines(lines, all_cards, "sea") == ("lpd", "off")
    del lines["off"]
    assert first_lines(lines, all_cards, "sea") == ("sea", "lpd", "other-seed")
    assert first_lines(lines, all_cards, None) == ("lpd", "other-seed", "more")


def test_fig_4_over_seeds() -> None:
    all_cards = cards(
        *(card(f"rep-lpd-s{seed}", seed=seed) for seed in range(3)),
        *(card(f"rep-lpd-no-ef-s{seed}", seed=seed, ef="off") for seed in range(3)),
    )
    assert first_lines(lines_of(all_cards), all_cards, None) == ("rep-lpd-s*", "rep-lpd-no-ef-s*")


def test_curves_are_means_over_the_seeds_that_came_so_far() -> None:
    lines = [Line("one", ("one",)), Line("rep-m-s*", ("rep-m-s0", "rep-m-s1", "rep-m-s2"))]
    random = np.random.default_rng(0)
    values = {model: random.random(4) for model in ("one", *lines[1].models)}
    points = [
        CurvePoint(model, epoch, "validation", "mAP", None, float(value))
        for model, own in values.items()
        for epoch, value in enumerate(own, start=1)
        if not (model == "rep-m-s1" and epoch == 4)  # it stopped early
    ]
    points.append(CurvePoint("one", 1, "space", "itrl", "text:a", 0.5))
    points.append(CurvePoint("nobody's", 1, "validation", "mAP", None, 0.5))
    table = curve_table(lines, points)
    assert tuple(table.columns) == COLUMNS
    assert list(dict.fromkeys(table["line"])) == ["one", "rep-m-s*"]
    assert table[table["group"] == "space"]["space"].tolist() == ["text:a"]
    means = table[(table["line"] == "rep-m-s*") & (table["series"] == "mAP")]
    assert means["epoch"].tolist() == [1, 2, 3, 4]
    assert means["seeds"].tolist() == [3, 3, 3, 2]
    for epoch in range(4):
        own = np.array(
            [values[model][epoch] for model in lines[1].models if not (model == "rep-m-s1" and epoch == 3)]
        )
        row = means.iloc[epoch]
        assert row["mean"] == pytest.approx(own.mean(), rel=1e-12)
        assert row["high"] - row["mean"] == pytest.approx(own.std(ddof=1), rel=1e-12)
        assert row["mean"] - row["low"] == pytest.approx(own.std(ddof=1), rel=1e-12)
    alone = table[(table["line"] == "one") & (table["series"] == "mAP")]
    assert alone["mean"].tolist() == alone["low"].tolist() == alone["high"].tolist() == values["one"].tolist()


def test_no_points_give_an_empty_table() -> None:
    table = curve_table([Line("one", ("one",))], [])
    assert table.empty
    assert tuple(table.columns) == COLUMNS


def test_a_training_in_a_few_words() -> None:
    all_cards = cards(card("lpd"), card("b", ef="off", dcl_weight=0.0), card("c", system="w2vvpp", spaces=1))
    told = {name: facts_of(Line(name, (name,)), all_cards) for name in ("lpd", "b", "c", "d")}
    assert told["lpd"] == "lpd · 2 spaces · EF-MTRL · DcL 0.2 · sha 012345"
    assert told["b"] == "lpd · 2 spaces · no EF-MTRL · no DcL · sha 012345"
    assert told["c"] == "w2vvpp · 1 space · sha 012345"
    assert told["d"] == "not finished"
    assert facts_of(Line("rep-lpd-s*", ("lpd", "b")), all_cards).endswith("· 2 seeds")


def test_trainings_side_by_side() -> None:
    all_cards = cards(card("a"), *(card(f"rep-m-s{seed}", seed=seed, ef="off") for seed in (1, 2)))
    lines = [*lines_of(all_cards).values(), Line("new", ("new",))]
    table = lines_table(lines, all_cards, {"a": 10, "rep-m-s1": 8, "rep-m-s2": 10, "new": 2})
    text = to_markdown(table)
    split = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ")]
    rows = {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in split}
    assert rows["a"] == ["lpd", "yes", "0.20", "10", "3", ".250", ".500", "1.5", "1,234"]
    assert rows["rep-m-s\\*"][1:6] == ["no", "0.20", "9 ±1", "4 ±1", ".375 ±.177"]
    assert rows["new"] == ["not finished", "–", "–", "2", "–", "–", "–", "–", "–"]
    assert table.rows[1].cells[5].seeds == (1, 2)
