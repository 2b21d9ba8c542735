import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lpd.databases import Layout, aside_path, keep_aside, read_database, sort_rows, write_database
from lpd.errors import FormatError
from tests.file_rights import modes_obeyed

WORDS = Layout("list of words", 77, 1, ("CREATE TABLE words (word_id INTEGER PRIMARY KEY, word TEXT)",))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Four words, of which the second is no UTF-8 and the last no text at all."""
    path = tmp_path / "words.sqlite"
    with write_database(path, WORDS, create=True) as connection:
        connection.executemany("INSERT INTO words (word) VALUES (?)", [("one",), ("two",), ("three",)])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE words SET word = CAST(x'ff00fe' AS TEXT) WHERE word_id = 2")
        connection.execute("INSERT INTO words (word) VALUES (x'0102')")
        connection.commit()
    return path


def word_of(row: tuple[Any, ...]) -> str:
    if not isinstance(row[1], str):
        raise FormatError("not a word", found=repr(row[1]))
    return row[1]


def sorted_words(path: Path) -> Any:
    with read_database(path, WORDS) as connection:
        return sort_rows(
            connection.execute("SELECT word_id, word FROM words ORDER BY word_id"), word_of, table="words"
        )


def test_what_can_be_read_is_and_the_rest_is_named(path: Path) -> None:
    before = path.read_bytes()
    found = sorted_words(path)
    assert found.read == ["one", "three"]
    assert [(row.table, row.row_id) for row in found.damaged] == [("words", 2), ("words", 4)]
    assert found.damaged[0].values == (b"\xff\x00\xfe",)
    assert "not a word" in found.damaged[0].why
    assert path.read_bytes() == before
    assert not aside_path(path).exists(), "reading writes nothing"


def test_a_connection_for_writing_reads_damaged_texts_too(path: Path) -> None:
    with write_database(path, WORDS) as connection:
        words = connection.execute("SELECT word FROM words ORDER BY word_id").fetchall()
        connection.execute("DELETE FROM words WHERE word = 'one'")
    assert words == [("one",), (b"\xff\x00\xfe",), ("three",), (b"\x01\x02",)]
    assert sorted_words(path).read == ["three"]


def test_copies_are_put_beside_once_and_nothing_is_deleted(path: Path) -> None:
    damaged = sorted_words(path).damaged
    sentence = keep_aside(path, WORDS, damaged)
    assert sentence is not None
    assert sentence.startswith(f"{path}: 2 damaged rows of this list of words left out (words 2: not a word")
    assert sentence.endswith("nothing was deleted, a copy is in words.damaged.jsonl")
    lines = aside_path(path).read_text().splitlines()
    assert [json.loads(line)["row"] for line in lines] == [2, 4]
    assert json.loads(lines[0])["values"] == ["bytes ff00fe"]
    assert keep_aside(path, WORDS, damaged[:1]) is not None
    assert aside_path(path).read_text().splitlines() == lines
    assert len(sorted_words(path).damaged) == 2


def test_without_damage_nothing_is_told(path: Path) -> None:
    assert keep_aside(path, WORDS, ()) is None
    assert not aside_path(path).exists()


def test_a_folder_that_may_not_be_written_is_told(path: Path) -> None:
    damaged = sorted_words(path).damaged
    path.parent.chmod(0o555)
    try:
        with modes_obeyed():
            sentence = keep_aside(path, WORDS, damaged)
    finally:
        path.parent.chmod(0o755)
    assert sentence is not None
    assert "nothing was deleted, but no copy could be put beside" in sentence
