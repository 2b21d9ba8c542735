"""Whole columns at once: the same as line by line wherever a text is plain, and nothing where it is not."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from lpd.trec import JudgedTopic, columns, read_qrels, read_run, read_run_rows
from lpd.trec.columns import Words, word_columns

RUN = "".join(f"{661 + n % 3} Q0 shot{n // 3}_1 {n} {1 / (n + 1)!r} lpd\n" for n in range(12))
QRELS = "".join(f"{1661 + n % 3} 0 shot{n // 3}_1 {1 + n % 2} {n % 4 - 1}\n" for n in range(12))


@pytest.fixture(autouse=True)
def _every_text_is_long_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "SMALLEST_BYTES", 1)


def by_lines(monkeypatch: pytest.MonkeyPatch, read: Callable[[Path], object], path: Path) -> object:
    with monkeypatch.context() as patched:
        patched.setattr(columns, "SMALLEST_BYTES", 1 << 60)
        return read(path)


@pytest.mark.parametrize("tabs", [False, True])
@pytest.mark.parametrize("end", ["", "\n"])
def test_runs_are_the_same_in_both_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tabs: bool, end: str
) -> None:
    text = (RUN.replace(" ", "\t") if tabs else RUN).rstrip("\n") + end
    assert word_columns(text.encode(), ("names", "skip", "words", "skip", "numbers", "names")) is not None
    (tmp_path / "a.gz").write_bytes(gzip.compress(text.encode()))
    for read in (read_run, read_run_rows):
        quick, slow = read(tmp_path / "a.gz"), by_lines(monkeypatch, read, tmp_path / "a.gz")
        assert (quick.tag, list(quick.topics)) == (slow.tag, list(slow.topics))
        for topic_id, listed in quick.topics.items():
            assert list(listed.shot_ids) == list(slow.topics[topic_id].shot_ids)
            assert len(listed.shot_ids) == len(slow.topics[topic_id].shot_ids)
            assert np.array_equal(listed.scores, slow.topics[topic_id].scores)


@pytest.mark.parametrize("width", [4, 5])
def test_qrels_are_the_same_in_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    path = tmp_path / "qrels"
    rows = [line.split() for line in QRELS.splitlines()]
    path.write_text("".join(" ".join(row if width == 5 else row[:3] + row[4:]) + "\n" for row in rows))
    quick, slow = read_qrels(path), by_lines(monkeypatch, read_qrels, path)
    assert list(quick.rows()) == list(slow.rows())
    assert quick.digest == slow.digest


def test_words_are_a_sequence_of_texts() -> None:
    words, _ = word_columns(b"b 1\na 2\nb 3\nc 4\n", ("words", "numbers"))
    assert (list(words), len(words), words[1], words[-2:], "c" in words) == (
        ["b", "a", "b", "c"],
        4,
        "a",
        ["b", "c"],
        True,
    )
    assert list(words.at(slice(1, 3))) == ["a", "b"]
    assert list(words.at(np.array([3, 0, 0]))) == ["c", "b", "b"]
    assert not words.distinct
    assert words.at(slice(1, 4)).distinct


@pytest.mark.parametrize("repeated", [False, True])
def test_shots_are_looked_up_alike_in_both_ways(repeated: bool) -> None:
    pool = ["s3", "s1", "s9", "s2", *(["s1"] if repeated else [])]
    judged = JudgedTopic(pool, ["1"] * len(pool), np.zeros(len(pool), dtype=np.int64))
    lists = [["s2", "s5", "s1"], [], ["s1", "s1", "", "s3"]]
    columns = [Words(pa.array(one, pa.string())) for one in lists]
    last = {shot_id: row for row, shot_id in enumerate(pool)}
    expected = [[last.get(shot_id, -1) for shot_id in one] for one in lists]
    assert [rows.tolist() for rows in judged.rows_of(lists)] == expected
    assert [rows.tolist() for rows in judged.rows_of(columns)] == expected
    assert judged.rows_of([]) == []


NOT_PLAIN = {
    "short of a word": "1 2\n3\n",
    "two blanks": "1  2\n3 4\n",
    "blank at the end": "1 2 \n3 4\n",
    "blank at the start": " 1 2\n3 4\n",
    "blank line": "1 2\n\n3 4\n",
    "both": "1 2\n3\t4\n",
    "carriage return": "1 2\r\n3 4\r\n",
    "control character": "1 2\n3 4\x1c5\n",
    "not ASCII": "1 2\n3 \u00e9\n",
    "no number": "1 2\n3 x\n",
    "underscore": "1 2\n3 1_0\n",
}


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_what_is_not_plain_is_left_to_the_slow_way(name: str) -> None:
    assert word_columns(NOT_PLAIN[name].encode(), ("words", "numbers")) is None


def test_names_come_in_their_first_order_with_their_rows() -> None:
    found = word_columns(b"b 1\na 2\nb 3\nc 4\n", ("names", "numbers"))
    assert found is not None
    names, numbers = found
    assert names.names == ["b", "a", "c"]
    assert [rows.tolist() for rows in names.rows()] == [[0, 2], [1], [3]]
    assert names.texts().tolist() == ["b", "a", "b", "c"]
    assert numbers.tolist() == [1, 2, 3, 4]
    together = word_columns(b"b 1\nb 3\na 2\n", ("names", "numbers"))
    assert together is not None
    assert [together[1][rows].tolist() for rows in together[0].rows()] == [[1, 3], [2]]
