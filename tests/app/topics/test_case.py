"""A case study as lanes and small tables: judgements, who found what, what all missed, words of the topic."""

import numpy as np
import pandas as pd
import pytest

from app.topics.case import (
    MISSED,
    case_bars,
    case_frame,
    case_lanes,
    list_heads,
    list_lines,
    published_words,
    relevance_kind,
    value_words,
)
from app.topics.case_words import stop_words, word_table
from lpd.collection import make_collection
from lpd.services.case_study import case_study
from lpd.services.published_beside import PublishedRuns
from lpd.text import count_words, query_words
from lpd.trec import Qrels, Topic, make_run
from tests.app.topics.shown_topics import facts_of

JUDGED = Qrels(
    [("1", shot, "1", grade) for shot, grade in [("a", 1), ("b", 2), ("c", 0), ("d", -1), ("e", 1), ("z", 1)]]
)
FACTS = {one.name: one for one in facts_of("one", "two")}
VALUES = {"one": "infAP .500", "two": "infAP .100"}


@pytest.fixture
def case():
    runs = {
        "one": make_run("one", {"1": (["a", "c", "d", "e"], np.array([4.0, 3.0, 2.0, 1.0]))}),
        "two": make_run("two", {"1": (["b", "out", "a"], np.array([3.0, 2.0, 1.0]))}),
        "empty": make_run("empty", {"2": (["a"], np.array([1.0]))}),
    }
    return case_study(runs, Topic("1", "a dog"), judged=JUDGED.topic("1"), k=2)


@pytest.fixture
def collection():
    shots = pd.DataFrame({"shot_id": list("abcde"), "thumbnail": ["a.png", None, None, None, None]})
    return make_collection("here", shots)


def test_lanes_show_hits_and_misses_with_their_judgements(case, collection):
    lanes = case_lanes(case, FACTS, collection=collection, values=VALUES)
    assert [(lane.name, lane.title) for lane in lanes] == [
        ("one", "ONE"),
        ("two", "TWO"),
        (MISSED, "missed by all in the top 2"),
    ]
    assert [(tile.shot_id, tile.judgement) for tile in lanes[0].tiles] == [("a", "relevant"), ("c", "not")]
    assert [(tile.shot_id, tile.judgement) for tile in lanes[1].tiles] == [
        ("b", "relevant"),
        ("out", "outside"),
    ]
    assert lanes[0].notes[0] == "infAP .500"
    assert lanes[0].notes[1] == "1 of 2 relevant · 1 not"
    assert lanes[1].notes[1] == "1 of 2 relevant · 0 not · 1 not judged"
    assert [tile.only for tile in lanes[0].tiles] == [True, False]
    assert lanes[0].tiles[0].ranks == (1, 3)
    assert lanes[0].tiles[0].thumbnail is True
    assert lanes[1].tiles[1].thumbnail is False  # a shot that the collection lacks


def test_what_all_missed_says_the_best_rank(case, collection):
    missed = case_lanes(case, FACTS, collection=collection, values=VALUES)[-1]
    assert [(tile.shot_id, tile.note) for tile in missed.tiles] == [
        ("e", "best in ONE"),
        ("z", "in no list"),
    ]
    assert missed.notes == ("2 of 4 judged relevant shots", "by their best rank in any list")


def test_small_table_of_the_lists(case):
    lines = list_lines(case, FACTS, values={"one": 0.5, "two": 0.1})
    assert [[cell.text for cell in line.cells] for line in lines] == [
        [".500", "1 / 1 / 0", "100%", "1", "1"],
        [".100", "1 / 0 / 1", "50%", "1", "1"],
    ]
    assert [line.label for line in lines] == ["ONE", "TWO"]
    assert all("run one, file d-one" in cell.title for cell in lines[0].cells)
    heads = list_heads("infAP", 2, formula="infAP: what it is")
    assert len(heads) == len(lines[0].cells)
    assert heads[0] == ("infAP", "infAP: what it is")
    assert case.lacking == ("empty",)
    assert [bar.label for bar in case_bars(case, FACTS)] == ["ONE", "TWO"]


def test_words_as_the_slides_count_them():
    stages = {
        "training": count_words(["a sailboat", "boats"] * 7),
        "pre-training": count_words(["the sailboat at sea"] * 853),
    }
    words = query_words("two sailboats", stages, unknown={"w2v": ["sailboats"]})
    table = word_table(words, {name: counts.captions for name, counts in stages.items()})
    assert [column.name for column in table.columns] == [
        "training, of 14",
        "pre-training, of 853",
        "other forms",
        "unknown to",
    ]
    row = table.rows[1]
    assert (row.label, row.cells[0].mean, row.cells[1].mean) == ("sailboats", 0.0, 0.0)
    assert row.cells[2].text == "sailboat 7 / 853"
    assert row.cells[3].text == "w2v"


def test_function_words_stand_below_but_for_a_query_of_nothing_else():
    counts = count_words(["a dog on a hill", "on the sea"])
    words = query_words("a dog on it", {"training": counts}, unknown={})
    assert [row.label for row in word_table(words, {"training": 2}).rows] == ["dog"]
    assert stop_words(words, ["training"]) == "a 1, on 2, it 0"
    alone = query_words("on it", {"training": counts}, unknown={})
    assert [row.label for row in word_table(alone, {"training": 2}).rows] == ["on", "it"]
    assert stop_words(alone, ["training"]) == ""


def test_what_is_published_of_a_topic_says_where():
    runs = PublishedRuns(
        "t", "SEA", "slide 14", (), "infAP", {"Run 1": {"1": 0.2}, "Run 2": {}}, {}, {"1": "hard"}
    )
    assert published_words(runs, "1") == (
        "published, not measured here (SEA, slide 14): Run 1 .200 · called hard there"
    )


def test_every_relevance_has_a_kind():
    kinds = [relevance_kind(one) for one in (None, -1, 0, 1, 2)]
    assert kinds == ["outside", "unjudged", "not", "relevant", "relevant"]


def test_rows_of_the_hits(case):
    frame = case_frame(case)
    assert frame.columns.tolist() == ["list", "rank", "shot_id", "relevance"]
    assert frame["shot_id"].tolist() == ["a", "c", "b", "out"]
    assert frame["relevance"].isna().tolist() == [False, False, False, True]


def test_long_lists_are_cut_and_say_so(collection):
    shots = [f"s{number:03}" for number in range(100)]
    run = make_run("one", {"1": (shots, np.arange(100.0)[::-1])})
    case = case_study({"one": run}, Topic("1", "a dog"), judged=JUDGED.topic("1"), k=100)
    lane = case_lanes(case, FACTS, collection=collection, values=VALUES)[0]
    assert len(lane.tiles) == 60
    assert lane.notes[-1] == "first 60 of 100 shown"
    assert lane.notes[2] == "no relevant shot among 100"


def test_a_measure_in_words():
    assert value_words("infAP", 0.5) == "infAP .500"
