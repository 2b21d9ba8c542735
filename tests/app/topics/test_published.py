"""Published figures beside: which row of which paper a model has, of the same topics or of others."""

from dataclasses import replace

import pytest

from app.topics import published
from app.topics.published import published_beside, published_row
from lpd.cards import ModelCard
from lpd.editions import Edition
from lpd.errors import NotFoundError
from lpd.published import published_table
from lpd.trec import Topic


def card_of(system: str, **training: object) -> ModelCard:
    return ModelCard("m", system, (), {}, {}, 0, "d", {"training": training})


def edition_of(first: int, last: int) -> Edition:
    topics = tuple(Topic(str(number), f"topic {number}") for number in range(first, last + 1))
    return Edition("mine", "c", None, topics, ("q",), "q")


PLAIN = {"ef": "off", "dcl_weight": 0, "dcl_mode": "remove"}
FULL = {"ef": "entropy", "dcl_weight": 0.5, "dcl_mode": "remove"}


@pytest.mark.parametrize(
    ("system", "training", "row"),
    [
        ("lpd", FULL, ("lpd-table3", "LPD")),
        ("lpd", {**FULL, "dcl_mode": "full"}, ("lpd-table4", "full DcL")),
        ("lpd", {**FULL, "dcl_weight": 0}, ("lpd-table4", "w/o DcL")),
        ("lpd", {**FULL, "ef": "off"}, ("lpd-table4", "w/o EF-MTRL")),
        ("lpd", PLAIN, None),
        ("lpd", {**FULL, "ef": "random_half"}, None),
        ("lpd", {**FULL, "dcl_mode": "zero"}, None),
        ("sea", PLAIN, ("lpd-table3", "SEA")),
        ("sea", {**PLAIN, "dcl_weight": 0.2}, ("lpd-table5", "SEA+DcL")),
        ("w2vvpp", {**PLAIN, "dcl_weight": 0.2}, None),
        ("laff", FULL, None),
        ("ridge", PLAIN, None),
    ],
)
def test_the_row_that_a_model_was_built_after(system, training, row):
    assert published_row(card_of(system, **training)) == row


def test_every_row_is_printed_in_its_table():
    for system in published._ROWS:
        table, row = published_row(card_of(system, **(FULL if system == "lpd" else PLAIN)))
        assert row in published_table(table).labels
    for training in ({**FULL, "dcl_mode": "full"}, {**FULL, "dcl_weight": 0}, {**FULL, "ef": "off"}):
        table, row = published_row(card_of("lpd", **training))
        assert row in published_table(table).labels


def test_figures_of_the_same_topics_say_so():
    beside = published_beside(
        edition_of(641, 660), {"x": card_of("sea", **PLAIN)}, measure="infAP", with_runs=True
    )
    assert beside.line.same_topics
    assert beside.line.label == "published, TV20"
    assert beside.line.figures["x"].value == 0.251
    assert "Table 3" in beside.line.figures["x"].words
    assert list(beside.runs.values) == ["Run 1", "Run 2", "Run 3", "Run 4"]
    assert beside.runs.values["Run 1"]["641"] == 0.281


def test_figures_of_other_topics_say_so_too():
    cards = {"x": card_of("lpd", **FULL), "y": card_of("ridge", **PLAIN)}
    beside = published_beside(edition_of(1, 3), cards, measure="infAP", with_runs=True)
    assert not beside.line.same_topics
    assert "other topics" in beside.line.label
    assert {name: one.value for name, one in beside.line.figures.items()} == {"x": 0.245}
    assert beside.runs is None


def test_nothing_is_published_of_other_measures_or_unknown_systems():
    cards = {"x": card_of("lpd", **FULL)}
    assert published_beside(edition_of(1, 3), cards, measure="iP10", with_runs=True) == published.Beside()
    assert published_beside(edition_of(1, 3), {}, measure="infAP", with_runs=True).line is None


def test_figures_that_are_not_at_hand_are_a_sentence(monkeypatch):
    def gone(name: str) -> None:
        raise NotFoundError("no such folder")

    monkeypatch.setattr(published, "published_table", gone)
    cards = {"x": card_of("lpd", **FULL)}
    beside = published_beside(edition_of(1, 3), cards, measure="infAP", with_runs=False)
    assert beside.line is None
    assert "no such folder" in beside.problem


def test_a_model_without_the_facts_of_its_training_is_taken_as_plain():
    assert published_row(replace(card_of("sea"), config={})) == ("lpd-table3", "SEA")
