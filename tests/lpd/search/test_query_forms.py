"""A query in all its parts as a value: its words, its JSON, and what it refuses."""

import json
from dataclasses import replace
from typing import Any

import pytest

from lpd.errors import FormatError, LpdError
from lpd.search import QueryForm, RocchioWeights, read_query_form

WHOLE = QueryForm(
    wordings=("a red car", "a crimson automobile"),
    shot="shot00017_3",
    without=("a dog", "a tree"),
    strength=0.25,
    relevant=("shot1", "shot2"),
    not_relevant=("shot3",),
    rocchio=RocchioWeights(1.0, 0.5, 0.25),
    then="a boat",
    within_s=12.5,
)

LABELS: dict[str, tuple[QueryForm, str]] = {
    "a text": (QueryForm(("a red car",)), "a red car"),
    "a shot": (QueryForm(shot="shot1_2"), "shot1_2"),
    "a shot, and without": (QueryForm(shot="shot1_2", without=("a dog",)), "shot1_2; without a dog"),
    "both": (QueryForm(("a red car",), shot="shot1_2"), "a red car; like shot1_2"),
    "without": (QueryForm(("a red car",), without=("a dog",)), "a red car; without a dog"),
    "relevant": (QueryForm(("a car",), relevant=("s1", "s2")), "a car; feedback: 2 relevant"),
    "not relevant": (QueryForm(("a car",), not_relevant=("s1",)), "a car; feedback: 1 not relevant"),
    "two steps": (QueryForm(("a car",), then="a dog"), "a car; then a dog within 30 s"),
    "whole": (
        WHOLE,
        "a red car / a crimson automobile; like shot00017_3; without a dog; without a tree; "
        "feedback: 2 relevant, 1 not relevant; then a boat within 12.5 s",
    ),
}


@pytest.mark.parametrize("name", LABELS)
def test_a_query_in_words(name: str) -> None:
    form, words = LABELS[name]
    assert form.label == words


CLASSES: dict[str, tuple[QueryForm, str]] = {
    "a text": (QueryForm(("a red car",)), "F"),
    "a text with other numbers": (QueryForm(("a red car",), strength=1, within_s=3), "F"),
    "two wordings": (QueryForm(("a red car", "a car")), "M"),
    "a shot": (QueryForm(shot="shot1"), "M"),
    "without": (QueryForm(("a red car",), without=("a dog",)), "M"),
    "two steps": (QueryForm(("a red car",), then="a dog"), "M"),
    "feedback": (QueryForm(("a red car",), relevant=("s1",)), "R"),
    "negative feedback": (QueryForm(("a red car",), not_relevant=("s1",)), "R"),
}


@pytest.mark.parametrize("name", CLASSES)
def test_feedback_is_of_class_r(name: str) -> None:
    form, run_class = CLASSES[name]
    assert form.run_class == run_class
    assert form.is_feedback == (run_class == "R")


def test_json_of_the_whole_query() -> None:
    assert WHOLE.to_json() == {
        "wordings": ["a red car", "a crimson automobile"],
        "shot": "shot00017_3",
        "without": ["a dog", "a tree"],
        "strength": 0.25,
        "relevant": ["shot1", "shot2"],
        "not_relevant": ["shot3"],
        "rocchio": {"alpha": 1.0, "beta": 0.5, "gamma": 0.25},
        "then": "a boat",
        "within_s": 12.5,
    }


def test_json_leaves_out_what_nobody_said() -> None:
    assert QueryForm(("a red car",)).to_json() == {"wordings": ["a red car"]}
    assert QueryForm(shot="shot1", rocchio=RocchioWeights(beta=1)).to_json() == {
        "shot": "shot1",
        "rocchio": {"alpha": 1.0, "beta": 1, "gamma": 0.15},
    }
    assert read_query_form({"shot": "s", "rocchio": {"beta": 1}}).rocchio == (1.0, 1.0, 0.15)


HOSTILE = (
    "<script>alert(1)</script>",
    'a "quoted"; without a dog / then {"x": 1}',
    "../../etc/passwd\x00",
    "line\nbreak\ttab \u202e right to left \U0001f600",
    "'; DROP TABLE shots; --",
    "$(rm -rf ~) `id` %s {0} {label}",
)


@pytest.mark.parametrize(
    "form",
    [
        *(form for form, _ in [*LABELS.values(), *CLASSES.values()]),
        QueryForm(HOSTILE, without=HOSTILE, then=HOSTILE[0]),
    ],
    ids=[*LABELS, *CLASSES, "hostile"],
)
def test_json_round_trip(form: QueryForm) -> None:
    text = json.dumps(form.to_json())
    back = read_query_form(json.loads(text))
    assert back == form
    assert hash(back) == hash(form), "a key of what is kept"
    assert json.dumps(back.to_json()) == text


def test_hostile_text_stays_text() -> None:
    assert QueryForm((HOSTILE[0],)).label == HOSTILE[0]
    form = QueryForm(HOSTILE[:2], without=HOSTILE[2:])
    assert form.label == "; ".join(
        [f"{HOSTILE[0]} / {HOSTILE[1]}", *(f"without {text}" for text in HOSTILE[2:])]
    )
    assert form.texts == HOSTILE


EMPTY = "the query is empty; expected at least one word. Next: type what the shots should show"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, EMPTY),
    "blanks": ({"wordings": ("a car", " \t")}, EMPTY),
    "blanks to avoid": ({"wordings": ("a car",), "without": ("",)}, EMPTY),
    "an empty second step": ({"wordings": ("a car",), "then": ""}, EMPTY),
    "only what to avoid": ({"without": ("a dog",)}, EMPTY),
    "only feedback": ({"relevant": ("shot1",)}, EMPTY),
    "negative strength": (
        {"wordings": ("a",), "strength": -0.5},
        "strength of the query; expected a number from 0; found -0.5",
    ),
    "endless": (
        {"wordings": ("a",), "within_s": float("inf")},
        "within_s of the query; expected a number from 0; found inf",
    ),
    "no number": (
        {"wordings": ("a",), "rocchio": RocchioWeights(beta=float("nan"))},
        "beta of the query; expected a number from 0; found nan",
    ),
    "marked twice": (
        {"wordings": ("a",), "relevant": ("s1", "s2", "s3"), "not_relevant": ("s3", "s1")},
        "shots are marked relevant and not relevant; found 's1', 's3'",
    ),
    "many texts": (
        {"wordings": ("a",) * 20, "without": ("b",) * 12, "then": "c"},
        "too many texts in a query; expected at most 32; found 33",
    ),
    "many marks": (
        {"wordings": ("a",), "relevant": tuple(f"s{n}" for n in range(1001))},
        "too many marked shots in a query; expected at most 1000; found 1001",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_impossible_queries_are_refused(name: str) -> None:
    parts, sentence = REFUSED[name]
    with pytest.raises(LpdError) as caught:
        QueryForm(**parts)
    assert str(caught.value) == sentence
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in parts.items()}
    if "rocchio" in plain:
        plain["rocchio"] = parts["rocchio"]._asdict()
    with pytest.raises(LpdError) as caught:
        read_query_form(plain)
    assert str(caught.value) == sentence


KEYS = "wordings, shot, without, strength, relevant, not_relevant, rocchio, then, within_s"
MALFORMED: dict[str, tuple[object, str]] = {
    "a list": (["a car"], "not a query; expected a JSON object; found list"),
    "nothing": (None, "not a query; expected a JSON object; found NoneType"),
    "unknown keys": (
        {"wordings": ["a"], "query": "a", "<b>": 1},
        f"not a query; expected keys of {KEYS}; found 'query', '<b>'",
    ),
    "a text for texts": ({"wordings": "a car"}, "wordings of a query; expected a list of texts; found str"),
    "a number among texts": ({"wordings": ["a", 7]}, "wordings of a query; expected a text; found int"),
    "half a character": (
        {"wordings": ["a \ud83d"]},
        "wordings of a query; expected Unicode text; found 'a \\ud83d'",
    ),
    "no shot": ({"shot": None}, "shot of a query; expected a text; found NoneType"),
    "a truth for a number": (
        {"wordings": ["a"], "strength": True},
        "strength of a query; expected a number; found bool",
    ),
    "a huge number": (
        {"wordings": ["a"], "within_s": 10**400},
        "within_s of a query; expected a number; found int too large to convert to float",
    ),
    "other weights": (
        {"wordings": ["a"], "rocchio": {"delta": 1}},
        "not rocchio; expected keys of alpha, beta, gamma; found 'delta'",
    ),
    "listed weights": (
        {"wordings": ["a"], "rocchio": [1, 1, 1]},
        "not rocchio; expected a JSON object; found list",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_json_is_refused(name: str) -> None:
    document, sentence = MALFORMED[name]
    with pytest.raises(FormatError) as caught:
        read_query_form(document)
    assert str(caught.value) == sentence


def test_every_part_has_its_place_in_the_json() -> None:
    """A part that JSON forgot would come back with its default."""
    for name in WHOLE.to_json():
        default = getattr(QueryForm(("a",)), name)
        if name != "wordings":
            assert name not in replace(WHOLE, **{name: default}).to_json()
    assert set(WHOLE.to_json()) == set(WHOLE.__dataclass_fields__)
