import os
import threading
from pathlib import Path

import pytest

from lpd.errors import FormatError, LpdError, NotFoundError, StaleError, name_some
from lpd.storage import (
    Manifest,
    atomic_directory,
    atomic_file,
    check_format_version,
    digest_file,
    read_json,
    read_manifest,
    replace_directory,
    write_json,
    write_manifest,
    writer_lock,
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_failed_file_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail() -> None:
        with atomic_file(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_failed_folder_leaves_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "thing"
    folder.mkdir()
    (folder / "old").write_text("old")

    def fail() -> None:
        with atomic_directory(folder) as temporary:
            (temporary / "new").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert names(folder) == ["old"]
    assert names(tmp_path) == ["thing"]


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "thing"
    for name in ("first", "second"):
        with atomic_directory(folder) as temporary:
            (temporary / name).write_text(name)
    assert names(folder) == ["second"]
    assert names(tmp_path) == ["thing"]


def test_a_failed_move_leaves_the_old_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = tmp_path / "thing", tmp_path / ".new"
    for folder in (old, new):
        folder.mkdir()
        (folder / folder.name.strip(".")).write_text("")
    move = Path.replace

    def fails(self: Path, target: Path) -> Path:
        if self == new:
            raise OSError(5, "Input/output error")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="Input/output"):
        replace_directory(new, old)
    assert names(old) == ["thing"]
    assert names(tmp_path) == [".new", "thing"]
    monkeypatch.undo()
    replace_directory(new, old)
    assert names(old) == ["new"]
    assert names(tmp_path) == ["thing"]


def test_written_files_can_be_read_by_others(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"key": 1})
    assert (tmp_path / "a.json").stat().st_mode & 0o777 == 0o644


def test_json_refuses_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", {"key": float("nan")})
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        (b"{\n 'a'", FormatError, r"a\.json:2"),
        (b"[1]", FormatError, "expected an object; found list"),
        (b'{"a": "\xff"}', FormatError, "not UTF-8"),
    ],
)
def test_damaged_json_is_named(tmp_path: Path, content: bytes, error: type[LpdError], sentence: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(error, match=sentence):
        read_json(path)


def test_absent_files(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"nothing\.json"):
        read_json(tmp_path / "nothing.json")
    with pytest.raises(NotFoundError):
        digest_file(tmp_path / "nothing")


def test_digest_is_that_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert digest_file(tmp_path / "a") == "ba7816bf8f01cfea"


def test_manifest_round_trip_and_change(tmp_path: Path) -> None:
    written = Manifest("index", made_from={"model": "m1", "collection": "c1"}, settings={"k": 3}, seed=4)
    write_manifest(tmp_path, written)
    assert read_manifest(tmp_path, "index") == written
    assert written.changed({"model": "m2", "collection": "c1"}) == ["model"]


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        (None, StaleError, "half-written"),
        ('{"kind": "other"}', FormatError, "expected index; found other"),
        ('{"kind": "index", "more": 1}', FormatError, "not a manifest"),
    ],
)
def test_bad_manifests(tmp_path: Path, content: str | None, error: type[LpdError], sentence: str) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(error, match=sentence):
        read_manifest(tmp_path, "index")


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    found: list[str] = []

    def try_to_write() -> None:
        try:
            with writer_lock(tmp_path):
                found.append("in")
        except LpdError as error:
            found.append(str(error))

    with writer_lock(tmp_path), writer_lock(tmp_path):
        thread = threading.Thread(target=try_to_write)
        thread.start()
        thread.join()
    assert "another process is writing" in found[0]
    try_to_write()
    assert found[1] == "in"


def test_an_error_says_what_where_and_what_next() -> None:
    error = LpdError("wrong width", where="a.npy", expected=3, found=4, next_step="import it again")
    assert str(error) == "a.npy: wrong width; expected 3; found 4. Next: import it again"
    assert str(LpdError("just this")) == "just this"


def test_ids_are_named_and_counted() -> None:
    assert name_some(["a", "b"]) == "'a', 'b'"
    assert name_some([str(n) for n in range(7)], shown=2) == "'0', '1' and 5 more"


def test_locks_survive_a_dead_process(tmp_path: Path) -> None:
    """The lock is the kernel's: a file left over from a killed process does not block anybody."""
    (tmp_path / ".writer.lock").touch()
    with writer_lock(tmp_path):
        assert os.path.exists(tmp_path / ".writer.lock")


@pytest.mark.parametrize("found", [None, 0, 2, "1"])
def test_another_format_version_is_refused(found: object, tmp_path: Path) -> None:
    where = tmp_path / "a.json"
    document = {} if found is None else {"format_version": found}
    with pytest.raises(FormatError, match="picture of another format version") as raised:
        check_format_version(document, 1, what="picture", where=where, next_step="draw it again")
    assert f"{where}: " in str(raised.value)
    assert raised.value.expected == "1"
    check_format_version({"format_version": 1}, 1, what="picture", where=where, next_step="draw it again")
