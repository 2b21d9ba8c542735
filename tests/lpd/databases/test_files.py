import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from lpd.databases import Layout, files, read_database, write_database
from lpd.errors import FormatError, LpdError
from tests.file_rights import modes_obeyed

WORDS = Layout("list of words", 77, 1, ("CREATE TABLE words (word TEXT NOT NULL)",))


def add(path: Path, *words: str) -> None:
    with write_database(path, WORDS, create=True) as connection:
        connection.executemany("INSERT INTO words VALUES (?)", [(word,) for word in words])


def words(path: Path) -> list[str]:
    with read_database(path, WORDS) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM words ORDER BY rowid")]


def plain(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def in_another_process(code: str, path: Path) -> "subprocess.Popen[str]":
    start = f"from tests.lpd.databases.test_files import *\npath = Path({str(path)!r})\n"
    root = Path(__file__).resolve().parents[3]
    return subprocess.Popen([sys.executable, "-c", start + code], cwd=root, text=True, stderr=subprocess.PIPE)


def test_an_absent_file_is_empty_and_stays_absent(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    assert words(path) == []
    with write_database(path, WORDS) as connection:
        assert connection.execute("SELECT count(*) FROM words").fetchone() == (0,)
    assert list(tmp_path.iterdir()) == []


def test_one_file_with_its_marks_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    add(path, "a")
    add(path, "b", "c")
    assert words(path) == ["a", "b", "c"]
    assert [one.name for one in tmp_path.iterdir()] == ["words.sqlite"]
    with closing(sqlite3.connect(path)) as connection:
        marks = [
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        ]
        assert marks == [77, 1]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.parametrize("name", ["a?mode=ro.sqlite", "50% #1.sqlite", "ü 日本 😀.sqlite", "file:x.sqlite"])
def test_a_path_is_a_path_whatever_is_in_it(tmp_path: Path, name: str) -> None:
    add(tmp_path / name, "a")
    assert words(tmp_path / name) == ["a"]
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_a_file_that_was_only_begun_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    path.touch()
    assert words(path) == []
    add(path, "a")
    assert words(path) == ["a"]


def test_a_block_that_fails_keeps_nothing(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    add(path, "a")

    def fail() -> None:
        with write_database(path, WORDS) as connection:
            connection.execute("INSERT INTO words VALUES ('b')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert words(path) == ["a"]


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    add(path, "a")
    with pytest.raises(LpdError, match="readonly"), read_database(path, WORDS) as connection:
        connection.execute("INSERT INTO words VALUES ('b')")


def test_a_newer_version_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    add(path, "a")
    plain(path, "ALTER TABLE words ADD COLUMN language TEXT", "PRAGMA user_version = 2")
    before = path.read_bytes()
    for use in (words, add):
        with pytest.raises(FormatError) as raised:
            use(path)
        assert str(raised.value) == (
            f"{path}: list of words written by a newer lpd; "
            "expected version 1; found version 2. Next: update lpd"
        )
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("statements", "sentence"),
    [
        (["CREATE TABLE other (x)"], "not a list of words"),
        (["PRAGMA application_id = 78", "CREATE TABLE words (word TEXT NOT NULL)"], "not a list of words"),
        (["PRAGMA application_id = 77", "PRAGMA user_version = 1"], "not the tables"),
        (["PRAGMA application_id = 77", "CREATE TABLE words (word TEXT NOT NULL)"], "not the tables"),
        (
            [
                "PRAGMA application_id = 77",
                "PRAGMA user_version = 1",
                "CREATE TABLE words (word TEXT NOT NULL)",
                "CREATE TRIGGER more AFTER INSERT ON words BEGIN DELETE FROM words; END",
            ],
            "not the tables",
        ),
    ],
    ids=["other program", "other kind", "no tables", "no version", "trigger"],
)
def test_files_of_something_else_are_refused(tmp_path: Path, statements: list[str], sentence: str) -> None:
    path = tmp_path / "words.sqlite"
    plain(path, *statements)
    before = path.read_bytes()
    for use in (words, add):
        with pytest.raises(FormatError, match=sentence) as raised:
            use(path)
        assert str(path) in str(raised.value)
        assert "move this file away" in str(raised.value)
    assert path.read_bytes() == before


def damaged_contents(whole: bytes) -> dict[str, bytes]:
    header, rest = whole[:100], whole[100:]
    return {
        "text": b"these are my notes, and no database at all\n" * 300,
        "cut off": whole[: len(whole) // 2],
        "page lost": whole[:4096] + bytes(4096) + whole[8192:],
        "schema not text": whole.replace(b"CREATE TABLE words", b"CREATE\xff\xfeABLE words"),
        "schema format": header[:44] + b"\x00\x00\x00\x63" + header[48:] + rest,
    }


@pytest.mark.parametrize("kind", ["text", "cut off", "page lost", "schema not text", "schema format"])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "words.sqlite"
    add(path, "caterpillar", *("word" * 2000 for _ in range(9)))
    content = damaged_contents(path.read_bytes())[kind]
    assert content != path.read_bytes()
    path.write_bytes(content)
    with pytest.raises(FormatError, match="a damaged list of words") as raised:
        words(path)
    assert raised.value.where == str(path)
    assert raised.value.next_step is not None
    assert "move this file away" in raised.value.next_step
    assert path.read_bytes() == content
    path.rename(tmp_path / "damaged.sqlite")
    add(path, "anew")
    assert words(path) == ["anew"]


def test_our_own_faults_are_not_called_damage(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    with (
        pytest.raises(sqlite3.OperationalError, match="no such column"),
        write_database(path, WORDS, create=True) as connection,
    ):
        connection.execute("SELECT language FROM words")


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o444), (0o555, 0o644), (0o755, 0o444)])
def test_where_nothing_may_be_written_all_can_be_read(
    tmp_path: Path, folder_mode: int, file_mode: int
) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    path = folder / "words.sqlite"
    add(path, "a")
    before = path.read_bytes()
    path.chmod(file_mode)
    folder.chmod(folder_mode)
    try:
        with modes_obeyed():
            assert words(path) == ["a"]
            with pytest.raises(LpdError, match=r"cannot be written .*nothing was changed") as raised:
                add(path, "b")
            assert raised.value.where == str(path)
            assert words(path) == ["a"]
    finally:
        folder.chmod(0o755)
    assert path.read_bytes() == before
    assert [one.name for one in folder.iterdir()] == ["words.sqlite"]


def test_a_first_write_into_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    folder.chmod(0o555)
    with modes_obeyed():
        assert words(folder / "words.sqlite") == []
        with pytest.raises(LpdError, match="cannot be written"):
            add(folder / "words.sqlite", "a")
    folder.chmod(0o755)
    assert list(folder.iterdir()) == []


def test_what_may_not_be_read_is_not_called_damaged(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    path = folder / "words.sqlite"
    add(path, "a")
    path.chmod(0)
    with modes_obeyed(), pytest.raises(LpdError, match="cannot be read"):
        words(path)
    folder.chmod(0)
    with modes_obeyed(), pytest.raises(LpdError, match="cannot be read"):
        words(path)
    folder.chmod(0o755)


def test_no_folder_and_a_folder_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(LpdError, match="cannot be written"):
        add(tmp_path / "none" / "words.sqlite", "a")
    (tmp_path / "words.sqlite").mkdir()
    with pytest.raises(LpdError, match="cannot be read"):
        words(tmp_path / "words.sqlite")


def test_who_waits_too_long_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "words.sqlite"
    add(path, "a")
    monkeypatch.setattr(files, "BUSY_S", 0.05)
    with write_database(path, WORDS) as connection:
        connection.execute("INSERT INTO words VALUES ('b')")
        assert words(path) == ["a"], "a reader does not wait for a writer that has not finished"
        with pytest.raises(LpdError, match="another process has been using it"):
            add(path, "c")
    assert words(path) == ["a", "b"]


def test_a_killed_writer_leaves_what_was_there_before(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    add(path, *("before" * 500 for _ in range(50)))
    before = words(path)
    killed = in_another_process(
        "with write_database(path, WORDS) as connection:\n"
        "    connection.execute('PRAGMA cache_size = 2')\n"
        "    connection.execute('UPDATE words SET word = word || word')\n"
        "    os._exit(9)\n",
        path,
    )
    killed.communicate()
    assert killed.returncode == 9
    assert (tmp_path / "words.sqlite-journal").is_file(), "it was killed while it wrote to the file"
    assert words(path) == before
    assert [one.name for one in tmp_path.iterdir()] == ["words.sqlite"]


def test_four_processes_write_fifty_times_each(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    code = "for number in range(50):\n    add(path, f'{name} {number}')\n    assert words(path)\n"
    processes = [in_another_process(f"name = {name!r}\n{code}", path) for name in "abcd"]
    errors = [process.communicate()[1] for process in processes]
    assert errors == [""] * 4
    found = words(path)
    assert len(found) == 200
    for name in "abcd":
        own = [word for word in found if word.startswith(name)]
        assert own == [f"{name} {number}" for number in range(50)]
    assert [one.name for one in tmp_path.iterdir()] == ["words.sqlite"]


def test_eight_threads_write_ten_times_each(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    failures: list[Exception] = []

    def work(name: str) -> None:
        try:
            for number in range(10):
                add(path, f"{name}{number}")
                assert f"{name}{number}" in words(path)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(words(path)) == sorted(f"{name}{number}" for name in "abcdefgh" for number in range(10))


def test_no_file_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    open_files = Path("/proc/self/fd")
    if not open_files.is_dir():
        pytest.skip("this system does not list the open files of a process")
    add(path, "a")
    words(path)
    path.write_bytes(b"x" * 5000)
    with pytest.raises(FormatError):
        words(path)
    with pytest.raises(FormatError):
        add(path, "b")
    targets = [os.readlink(one) for one in open_files.iterdir() if one.is_symlink()]
    assert not [one for one in targets if one.startswith(str(tmp_path))]
