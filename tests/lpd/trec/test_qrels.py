"""Qrels of four and five columns: literal text in and out, malformed lines, the real file."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lpd.errors import FormatError, NotFoundError
from lpd.trec import Qrel, Qrels, read_qrels, write_qrels

FIVE = "1661 0 shot1_1 3 -1\n1661 0 shot1_2 1 1\n1662 0 shot1_1 1 0\n1661\t0\tshot1_3  1 0\n"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "qrels.txt"
    path.write_text(text)
    return path


def test_five_columns_are_grouped_by_topic(tmp_path: Path) -> None:
    qrels = read_qrels(write(tmp_path, FIVE))
    assert qrels.topic_ids == ["1661", "1662"]
    assert qrels.judgements("1661") == {"shot1_1": -1, "shot1_2": 1, "shot1_3": 0}
    assert qrels.relevant("1661") == {"shot1_2"}
    assert qrels.relevant("1662") == set()
    assert list(qrels.rows())[-1] == Qrel("1662", "shot1_1", "1", 0)
    assert qrels.table.columns.tolist() == ["topic_id", "shot_id", "stratum", "relevance"]
    assert len(qrels.table) == 4


def test_a_topic_gives_its_columns(tmp_path: Path) -> None:
    judged = read_qrels(write(tmp_path, FIVE)).topic("1661")
    assert judged.stratum_names == ["1", "3"]
    np.testing.assert_array_equal(judged.stratum_codes, [1, 0, 0])
    np.testing.assert_array_equal(judged.relevance, [-1, 1, 0])
    assert judged.positions["shot1_3"] == 2


def test_four_columns_are_one_stratum(tmp_path: Path) -> None:
    qrels = read_qrels(write(tmp_path, "1 0 a 1\n1 0 b 0\n"))
    assert list(qrels.rows()) == [Qrel("1", "a", "1", 1), Qrel("1", "b", "1", 0)]


def test_qrels_are_written_in_five_columns_topic_by_topic(tmp_path: Path) -> None:
    qrels = read_qrels(write(tmp_path, FIVE))
    write_qrels(tmp_path / "again.txt", qrels)
    text = "1661 0 shot1_1 3 -1\n1661 0 shot1_2 1 1\n1661 0 shot1_3 1 0\n1662 0 shot1_1 1 0\n"
    assert (tmp_path / "again.txt").read_text() == text
    assert read_qrels(tmp_path / "again.txt").digest == qrels.digest


def test_rows_repeated_word_for_word_stay(tmp_path: Path) -> None:
    qrels = read_qrels(write(tmp_path, "1 0 a 1 1\n1 0 a 1 1\n2 0 a 1 1\n"))
    assert len(list(qrels.rows())) == 3
    assert qrels.repeated == ["1"]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("1 0 a 1 1\n1 0 b 1\n", ":2", "expected 5 columns as in the first line; found '1 0 b 1'"),
        ("1 0 a 1\n1 0 b 1 1\n", ":2", "expected 4 columns as in the first line"),
        ("1 0 a 1 1\n1 0 b 1 1 1\n1 0\n", ":2", "(and 1 more such line)"),
        ("1 0\n", ":1", "expected `topic 0 shot stratum relevance`"),
        ("1 0 a 1 yes\n", ":1", "found '1 0 a 1 yes'"),
        ("1 0 a 1 -2\n", ":1", "a whole number from -1"),
        ("1 0 a 1 0.5\n", ":1", "a whole number from -1"),
        ("1 0 a 1 1234567890\n", ":1", "a whole number from -1"),
        ("1 0 a 1 1\n\n1 0 a 1 0\n", ":3", "a shot is judged twice and differently"),
        ("1 0 a 1 1\n1 0 a 2 1\n", ":2", "a shot is judged twice and differently"),
        ("", "", "no judgements"),
    ],
)
def test_malformed_qrels_are_named(tmp_path: Path, text: str, place: str, words: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(FormatError) as caught:
        read_qrels(path)
    assert str(caught.value).startswith(f"{path}{place}: ")
    assert words in str(caught.value)


def test_rows_given_by_code_are_checked_too() -> None:
    with pytest.raises(FormatError, match="'1 a'"):
        Qrels([Qrel("1", "a", "1", 1), Qrel("1", "a", "1", 0)])
    with pytest.raises(FormatError, match="relevance below -1"):
        Qrels([Qrel("1", "a", "1", -2)])


def test_an_unknown_topic_is_named_with_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match=r"'1'.*found '9'"):
        Qrels([Qrel("1", "a", "1", 1)]).topic("9")


def test_ids_with_blanks_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="'1 a b 1'"):
        write_qrels(tmp_path / "qrels.txt", Qrels([Qrel("1", "a b", "1", 1)]))
    assert not (tmp_path / "qrels.txt").exists()


words = st.text(alphabet="ab12_#é", min_size=1, max_size=3)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.tuples(words, words), st.tuples(words, st.integers(-1, 3)), min_size=1, max_size=9))
def test_what_is_written_is_read(tmp_path: Path, rows: dict[tuple[str, str], tuple[str, int]]) -> None:
    qrels = Qrels((topic, shot, stratum, grade) for (topic, shot), (stratum, grade) in rows.items())
    write_qrels(tmp_path / "qrels.txt", qrels)
    assert list(read_qrels(tmp_path / "qrels.txt").rows()) == list(qrels.rows())


def test_the_real_qrels_have_the_published_counts(shared_data: Path) -> None:
    qrels = read_qrels(shared_data / "trecvid" / "avs.qrels.main.tv21")
    counts = qrels.table.groupby("stratum")["relevance"].agg(
        rows="size", judged=lambda column: (column >= 0).sum()
    )
    assert len(qrels.topic_ids) == 20
    assert counts["rows"].tolist() == [15822, 19727, 88882]
    assert counts["judged"].tolist() == [15822, 19727, 22869]
