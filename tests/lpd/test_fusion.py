"""Late average fusion: the oracle, the slow version, absent shots, constant lists, what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.fusion import NORMALISATIONS, average_scores, late_average, min_max, weight_shares
from lpd.trec import Run, make_run
from tests.reference import retrieval as slow

ONE = {"a": 3.0, "b": 2.0, "c": -1.0}
TWO = {"b": 10.0, "d": 30.0}


def run_of(tag: str, **topics: dict[str, float]) -> Run:
    return make_run(tag, {name: (list(one), np.array(list(one.values()))) for name, one in topics.items()})


@pytest.mark.parametrize("normalisation", ["none", "minmax", "zscore"])
def test_the_average_of_the_oracle(copied_oracles: Path, normalisation: str) -> None:
    oracle = json.loads((copied_oracles / "utilities.json").read_text())["late_average"]
    fused = average_scores(oracle["runs"], normalisation=normalisation)
    assert fused == pytest.approx(oracle[normalisation], abs=1e-12)


@pytest.mark.parametrize(
    ("normalisation", "expected"),
    [
        ("none", {"a": (3 + 10) / 2, "b": (2 + 10) / 2, "c": (-1 + 10) / 2, "d": (-1 + 30) / 2}),
        ("minmax", {"a": 1 / 2, "b": (3 / 4 + 0) / 2, "c": 0.0, "d": (0 + 1) / 2}),
        (
            "rank",
            {"a": (1 + 1 / 2) / 2, "b": (2 / 3 + 1 / 2) / 2, "c": (1 / 3 + 1 / 2) / 2, "d": (1 / 3 + 1) / 2},
        ),
    ],
)
def test_by_hand(normalisation: str, expected: dict[str, float]) -> None:
    assert average_scores([ONE, TWO], normalisation=normalisation) == pytest.approx(expected, abs=1e-15)


def test_zscore_by_hand() -> None:
    fused = average_scores([TWO, {"b": 1.0, "d": 1.0}], normalisation="zscore")
    assert fused == {"b": -0.5, "d": 0.5}


def test_weights_are_shares() -> None:
    fused = average_scores([ONE, TWO], weights=[3, 1])
    assert fused["b"] == pytest.approx((3 * 2 + 10) / 4)
    assert average_scores([ONE, TWO], weights=[1, 0]) == {**ONE, "d": -1.0}


def test_equal_scores_share_their_rank() -> None:
    fused = average_scores([{"a": 5.0, "b": 1.0, "c": 1.0, "d": 0.0}], normalisation="rank")
    assert fused == {"a": 1.0, "b": 2.5 / 4, "c": 2.5 / 4, "d": 1 / 4}


@pytest.mark.parametrize("normalisation", ["minmax", "zscore"])
def test_a_list_of_equal_scores_says_nothing(normalisation: str) -> None:
    constant = dict.fromkeys(["a", "b", "c"], 0.1)
    assert average_scores([constant], normalisation=normalisation) == dict.fromkeys("abc", 0.0)


scores = st.dictionaries(
    st.sampled_from([f"s{number}" for number in range(9)]), st.integers(-4, 4).map(float), min_size=1
)


@given(
    st.lists(st.tuples(scores, st.integers(1, 5)), min_size=1, max_size=4),
    st.sampled_from(sorted(NORMALISATIONS)),
)
def test_equals_the_slow_version(lists: list[tuple[dict[str, float], int]], normalisation: str) -> None:
    given_lists, weights = [one for one, _ in lists], [weight for _, weight in lists]
    fused = average_scores(given_lists, normalisation=normalisation, weights=weights)
    assert fused == pytest.approx(slow.late_average(given_lists, normalisation, weights), abs=1e-12)


def test_runs_are_fused_topic_by_topic() -> None:
    first = run_of("x", t1=ONE, t2={"a": 1.0, "b": 0.0})
    second = run_of("y", t2={"b": 5.0, "z": 1.0}, t1=TWO)
    fused = late_average([first, second], tag="xy", depth=3)
    assert fused.tag == "xy"
    assert list(fused.topics) == ["t1", "t2"]
    assert fused.topics["t1"].shot_ids == ["d", "a", "b"]
    assert fused.topics["t1"].scores.tolist() == [14.5, 6.5, 6.0]
    assert fused.topics["t2"].shot_ids == ["b", "a", "z"]


def test_equal_fused_scores_are_listed_by_shot_id_downwards() -> None:
    fused = late_average([run_of("x", t={"a": 1.0, "b": 0.0}), run_of("y", t={"a": 0.0, "b": 1.0})], tag="z")
    assert fused.topics["t"].shot_ids == ["b", "a"]


def test_one_run_alone_keeps_its_scores() -> None:
    run = run_of("x", t=ONE)
    fused = late_average([run], tag="again")
    assert fused.topics["t"].shot_ids == run.topics["t"].shot_ids
    assert fused.topics["t"].scores.tolist() == run.topics["t"].scores.tolist()


def test_missing_topics_are_named_with_their_run() -> None:
    runs = [run_of("x", t1=ONE, t2=ONE), run_of("y", t1=TWO, t3=TWO), run_of("z", t1=ONE, t2=ONE, t3={})]
    with pytest.raises(MismatchError) as caught:
        late_average(runs, tag="all")
    sentence = str(caught.value)
    assert "run 1 (x) lacks 't3'" in sentence
    assert "run 2 (y) lacks 't2'" in sentence
    assert "run 3 (z) lacks 't3'" in sentence, "an empty list is a missing topic"


def test_min_max_treats_rows_alone() -> None:
    stretched = min_max(np.array([[1.0, 3.0, 2.0], [5.0, 5.0, 5.0]]))
    assert stretched.tolist() == [[0.0, 1.0, 0.5], [0.0, 0.0, 0.0]]
    assert min_max(np.zeros(0)).shape == (0,)


@pytest.mark.parametrize(
    "weights",
    [[1.0], [1.0, -1.0], [0.0, 0.0], [1.0, float("nan")]],
    ids=["too few", "negative", "zero", "nan"],
)
def test_weights_that_cannot_be_used(weights: list[float]) -> None:
    with pytest.raises(LpdError, match="these weights cannot be used; expected 2 numbers"):
        late_average([run_of("x", t=ONE), run_of("y", t=TWO)], tag="z", weights=weights)
    with pytest.raises(LpdError, match="these weights"):
        weight_shares(weights, 2)


def test_what_cannot_be_fused_is_said() -> None:
    with pytest.raises(
        LpdError, match=r"unknown normalisation; expected none, minmax, zscore, rank; found 'max'"
    ):
        late_average([run_of("x", t=ONE)], tag="z", normalisation="max")
    with pytest.raises(LpdError, match="nothing to weigh"):
        late_average([], tag="z")
    with pytest.raises(LpdError, match="depth below 1"):
        late_average([run_of("x", t=ONE)], tag="z", depth=0)
    with pytest.raises(FormatError, match="run tag is not one word"):
        late_average([run_of("x", t=ONE)], tag="two words")
    with pytest.raises(LpdError, match=r"lists without shots .*'2'"):
        average_scores([ONE, {}])
    with pytest.raises(FormatError, match=r"scores are not finite.*'b'"):
        average_scores([{"a": 1.0, "b": float("inf")}])
