"""Runs: order, the strict and the lenient reader, exact scores, malformed lines."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lpd.errors import FormatError
from lpd.trec import (
    RankedList,
    Run,
    make_run,
    rank_shots,
    read_id_list,
    read_run,
    read_run_rows,
    without_shots,
    write_run,
)

TEXT = "1 0 b 9 0.5 mine\n1 0 a 9 2.5 mine\n1 0 c 9 5e-1 mine\n2 Q0 a 1 -1 mine\n"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "a.run"
    path.write_text(text)
    return path


def test_order_is_by_score_then_by_id_downwards_and_the_rank_column_is_not_used(tmp_path: Path) -> None:
    run = read_run(write(tmp_path, TEXT))
    assert run.tag == "mine"
    assert run.topics["1"].shot_ids == ["a", "c", "b"]
    np.testing.assert_array_equal(run.topics["1"].scores, [2.5, 0.5, 0.5])
    assert run.topics["2"].shot_ids == ["a"]


def test_equal_scores_are_ordered_by_the_bytes_of_their_ids() -> None:
    ids = ["shot9", "shot10", "Shot10", "shoté", "shot\uffff", "shot\U00010000"]
    ranked = rank_shots(ids, np.zeros(6))
    assert ranked.shot_ids == sorted(ids, key=lambda one: one.encode("utf-8"), reverse=True)


def test_an_empty_list_stays_empty() -> None:
    assert rank_shots([], np.zeros(0)).shot_ids == []


def test_the_lenient_reader_keeps_rows_as_they_are(tmp_path: Path) -> None:
    text = "".join(f"1 0 s{number} 1 {number} x\n" for number in range(1500)) + "1 0 s3 1 7 y\n"
    rows = read_run_rows(write(tmp_path, text))
    assert rows.tag == "x"
    assert len(rows.topics["1"].shot_ids) == 1501
    assert rows.topics["1"].shot_ids[-1] == "s3"


def test_a_run_is_written_as_text(tmp_path: Path) -> None:
    run = make_run("mine", {"1": (["b", "a", "c"], np.array([0.5, 0.1 + 0.2, 0.5]))})
    write_run(tmp_path / "a.run", run, depth=2)
    assert (tmp_path / "a.run").read_text() == "1 0 c 1 0.5 mine\n1 0 b 2 0.5 mine\n"


def test_a_packed_run_holds_the_same_text_and_no_time(tmp_path: Path) -> None:
    run = make_run("mine", {"1": (["b"], np.array([0.1]))})
    for name in ("a.run.gz", "b.run.gz"):
        write_run(tmp_path / name, run)
    packed = (tmp_path / "a.run.gz").read_bytes()
    assert gzip.decompress(packed) == b"1 0 b 1 0.1 mine\n"
    assert packed == (tmp_path / "b.run.gz").read_bytes()


scores = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, -0.0, 0.1])
lists = st.dictionaries(st.text(alphabet="abz09_é", min_size=1, max_size=4), scores, min_size=1, max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["1661", "1662", "x"]), lists, min_size=1))
def test_reading_gives_the_written_order_and_numbers(
    tmp_path: Path, topics: dict[str, dict[str, float]]
) -> None:
    run = make_run("t", {one: (list(shots), np.array(list(shots.values()))) for one, shots in topics.items()})
    write_run(tmp_path / "a.run.gz", run)
    again = read_run(tmp_path / "a.run.gz")
    assert list(again.topics) == list(run.topics)
    for topic_id, ranked in run.topics.items():
        assert again.topics[topic_id].shot_ids == ranked.shot_ids
        np.testing.assert_array_equal(again.topics[topic_id].scores, ranked.scores)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("1 0 a 1 0.5 x\n1 0 b 1 0.5\n", ":2", "expected six columns `topic 0 shot rank score tag`"),
        ("1 0 a 1 0.5 x y\n", ":1", "found '1 0 a 1 0.5 x y'"),
        ("1 0 a 1 high x\n", ":1", "the score a finite number"),
        ("1 0 a 1 nan x\n1 0 b 1 inf x\n", ":1", "(and 1 more such line)"),
        ("1 0 a 1 1_0 x\n", ":1", "the score a finite number"),
        ("", "", "no rows"),
    ],
)
def test_lines_that_neither_reader_takes(tmp_path: Path, text: str, place: str, words: str) -> None:
    path = write(tmp_path, text)
    for read in (read_run, read_run_rows):
        with pytest.raises(FormatError) as caught:
            read(path)
        assert str(caught.value).startswith(f"{path}{place}: ")
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 0 a 1 1 x\n1 0 b 1 1 y\n", "more than one run tag; expected one; found 'x', 'y'"),
        ("1 0 a 1 1 x\n1 0 a 1 2 x\n2 0 b 1 1 x\n2 0 b 1 1 x\n", "expected each once; found '1 a', '2 b'"),
        ("".join(f"1 0 s{n} 1 1 x\n" for n in range(1001)), "at most 1000; found 1 (1001)"),
    ],
)
def test_the_strict_reader_keeps_the_rules_of_trecvid(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(FormatError) as caught:
        read_run(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)
    read_run_rows(path)


def test_runs_made_by_code_are_checked() -> None:
    with pytest.raises(FormatError, match=r"topic 1: scores are not finite.*'b'"):
        make_run("t", {"1": (["a", "b"], np.array([1.0, np.nan]))})
    with pytest.raises(FormatError, match=r"topic 1: shots occur twice.*'a'"):
        make_run("t", {"1": (["a", "a"], np.array([1.0, 2.0]))})
    with pytest.raises(FormatError, match="differ in number"):
        make_run("t", {"1": (["a"], np.array([1.0, 2.0]))})
    with pytest.raises(FormatError, match="run tag is not one word"):
        make_run("my run", {})


def test_ids_with_blanks_are_not_written(tmp_path: Path) -> None:
    run = Run("t", {"1": RankedList(["a b"], np.zeros(1))})
    with pytest.raises(FormatError, match="'a b'"):
        write_run(tmp_path / "a.run", run)
    assert not (tmp_path / "a.run").exists()


def test_dropped_shots_are_left_out_and_the_others_move_up(tmp_path: Path) -> None:
    run = read_run(write(tmp_path, TEXT))
    kept = without_shots(run, {"c", "unknown"})
    assert kept.topics["1"].shot_ids == ["a", "b"]
    assert kept.topics["1"].scores.tolist() == [2.5, 0.5]
    assert without_shots(run, {"a"}, depth=1).topics["1"].shot_ids == ["c"]
    assert without_shots(run, {"a"}).topics["2"].shot_ids == []
    rows = without_shots(read_run_rows(tmp_path / "a.run"), {"a"})
    assert rows.topics["1"].shot_ids == ["b", "c"]


def test_the_dropped_shots_of_v3c1(shared_data: Path) -> None:
    dropped = read_id_list(shared_data / "trecvid" / "V3C1.dropped.shots.list")
    assert len(dropped) == 8
    run = make_run("a", {"1": ([*dropped, "shot1_1"], np.arange(9.0))})
    assert without_shots(run, set(dropped)).topics["1"].shot_ids == ["shot1_1"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.text("abz\u00e9\U0001f600", max_size=3), st.sampled_from([0.0, -0.0, 1.0, 2.5])),
        max_size=12,
    )
)
def test_ties_are_broken_by_the_bytes_of_the_ids(rows: list[tuple[str, float]]) -> None:
    scored = dict(rows)
    ranked = rank_shots(list(scored), np.array(list(scored.values())))
    expected = sorted(scored, key=lambda shot: (scored[shot], shot.encode()), reverse=True)
    assert ranked.shot_ids == expected
    assert ranked.scores.tolist() == [scored[shot] for shot in expected]
