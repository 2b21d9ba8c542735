import json
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.notebook import (
    PROVENANCE_KEYS,
    NotebookCounts,
    PinnedView,
    View,
    ViewChanges,
    changes_since,
    delete_view,
    deleted_views,
    edit_view,
    list_views,
    move_view,
    notebook_counts,
    pin_view,
    pinned_view,
    pinned_views,
    purge_views,
    restore_view,
    view_snapshot,
)
from tests.file_rights import modes_obeyed

PROVENANCE: dict[str, Any] = {
    "workspace": "demo",
    "collection": "shapes",
    "model": "lpd",
    "model_digest": "0123456789abcdef",
    "qrels_digest": None,
    "depth": 20,
    "version": "0.1.0",
}

WRITTEN = """
CREATE TABLE views (
            view_id INTEGER PRIMARY KEY AUTOINCREMENT, page TEXT NOT NULL, address TEXT NOT NULL,
            title TEXT NOT NULL, note TEXT NOT NULL, provenance TEXT NOT NULL, position INTEGER NOT NULL,
            revision INTEGER NOT NULL, created TEXT NOT NULL, deleted TEXT);
CREATE TABLE snapshots (view_id INTEGER PRIMARY KEY REFERENCES views, document TEXT NOT NULL);
INSERT INTO views VALUES (3, 'diversity', 'diversity?k=20', 'Heatmaps', '', '{"workspace":"demo",
    "collection":"shapes","model":"lpd","model_digest":"0123456789abcdef","qrels_digest":null,"depth":20,
    "version":"0.1.0"}', 1, 0, '2026-01-31T12:00:00.000000+00:00', NULL);
INSERT INTO views VALUES (4, '', './?q=dog', 'A dog', 'barks', '{"workspace":"demo",
    "collection":"shapes","model":"lpd","model_digest":"0123456789abcdef","qrels_digest":null,"depth":20,
    "version":"0.1.0"}', 0, 2, '2026-02-01T12:00:00.000000+00:00', NULL);
INSERT INTO snapshots VALUES (4, '{"fused":["s1","s2"]}');
PRAGMA application_id = 1280328782;
PRAGMA user_version = 1;
"""
"""A notebook of version 1, as it must stay readable."""


def view(title: str = "a view", note: str = "") -> View:
    return View("", "./?q=dog", title, PROVENANCE, note)


def titles(path: Path) -> list[str]:
    return [pinned.view.title for pinned in pinned_views(path)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "notebook.sqlite"


@pytest.fixture
def three(path: Path) -> tuple[int, int, int]:
    """The numbers of the views a, b and c."""
    return pin_view(path, view("a")), pin_view(path, view("b")), pin_view(path, view("c"))


def test_no_file_is_an_empty_notebook_and_stays_no_file(path: Path) -> None:
    assert pinned_views(path) == deleted_views(path) == []
    assert notebook_counts(path) == NotebookCounts(0, 0)
    assert purge_views(path) == 0
    for ask in (pinned_view, view_snapshot, delete_view, restore_view):
        with pytest.raises(NotFoundError, match=r"no such view in the notebook; found view 1"):
            ask(path, 1)
    with pytest.raises(NotFoundError):
        edit_view(path, 1, note="lost?")
    with pytest.raises(NotFoundError):
        move_view(path, 1, before=None)
    assert not path.exists()


def test_a_file_of_version_1_is_read(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(WRITTEN)
    dog = View("", "./?q=dog", "A dog", PROVENANCE, "barks")
    heatmaps = View("diversity", "diversity?k=20", "Heatmaps", PROVENANCE)
    assert pinned_views(path) == [
        PinnedView(4, dog, 0, 2, datetime(2026, 2, 1, 12, tzinfo=UTC), None, True),
        PinnedView(3, heatmaps, 1, 0, datetime(2026, 1, 31, 12, tzinfo=UTC), None, False),
    ]
    assert view_snapshot(path, 4) == {"fused": ["s1", "s2"]}
    assert pin_view(path, view("next")) == 5


def test_what_is_written_is_what_version_1_holds(path: Path, tmp_path: Path) -> None:
    pin_view(path, view("A dog", "barks"), snapshot={"fused": ["s1", "s2"]})
    with closing(sqlite3.connect(tmp_path / "literal.sqlite")) as literal:
        literal.executescript(WRITTEN)
        schema = literal.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall() == schema
        row = connection.execute("SELECT * FROM views").fetchone()
        snapshots = connection.execute("SELECT * FROM snapshots").fetchall()
    provenance = (
        '{"collection":"shapes","depth":20,"model":"lpd","model_digest":"0123456789abcdef",'
        '"qrels_digest":null,"version":"0.1.0","workspace":"demo"}'
    )
    created = row[8]
    assert row == (1, "", "./?q=dog", "A dog", "barks", provenance, 0, 0, created, None)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(created)) < timedelta(minutes=1)
    assert created.endswith("+00:00")
    assert snapshots == [(1, '{"fused":["s1","s2"]}')]


@pytest.mark.parametrize(
    "text",
    [
        "a\0b\0",
        "😀 👩‍👩‍👧 é é",
        "\u202eשלום عالم\u202c",
        "'); DROP TABLE views; --",
        '<script>alert("x")</script>\r\n\t',
        "x" * 100_000,
    ],
    ids=["nul", "emoji", "right to left", "sql", "html", "long"],
)
def test_any_text_comes_back_as_it_was(path: Path, text: str) -> None:
    provenance = {**PROVENANCE, "workspace": text[:1000], text[:100]: [text[:100]]}
    pinned = View("", "./?q=dog", text[:200], provenance, text)
    view_id = pin_view(path, pinned, snapshot={text: text})
    assert pinned_view(path, view_id).view == pinned
    assert view_snapshot(path, view_id) == {text: text}
    edit_view(path, view_id, title=text[:100], note=text[::-1])
    assert pinned_view(path, view_id).view.note == text[::-1]
    assert titles(path) == [text[:100]]


def test_a_view_that_cannot_be_kept_leaves_no_file(path: Path) -> None:
    for bad in (
        view(" "),
        view(note="n" * 200_000),
        View("", "//evil", "t", PROVENANCE),
        View("", "./", "t", {}),
    ):
        with pytest.raises(FormatError):
            pin_view(path, bad)
    with pytest.raises(FormatError, match="snapshot"):
        pin_view(path, view(), snapshot=float("nan"))
    assert not path.exists()


def test_titles_and_notes_are_edited_apart(path: Path, three: tuple[int, int, int]) -> None:
    edit_view(path, three[1], note="why")
    edit_view(path, three[1], title="B")
    edited = pinned_view(path, three[1])
    assert (edited.view.title, edited.view.note, edited.revision) == ("B", "why", 2)
    edit_view(path, three[1], note="")
    assert pinned_view(path, three[1]).view == view("B")
    assert titles(path) == ["a", "B", "c"]
    with pytest.raises(FormatError, match="note is too long"):
        edit_view(path, three[1], title="not kept", note="n" * 200_000)
    assert pinned_view(path, three[1]).view == view("B")


def test_nobodys_edit_is_overwritten_unseen(path: Path, three: tuple[int, int, int]) -> None:
    seen = pinned_view(path, three[0]).revision
    edit_view(path, three[0], note="of one person", revision=seen)
    with pytest.raises(MismatchError, match="edited meanwhile") as raised:
        edit_view(path, three[0], note="of another", revision=seen)
    assert raised.value.next_step == "look at its newer text, then save again"
    assert pinned_view(path, three[0]).view.note == "of one person"
    edit_view(path, three[0], note="of both", revision=seen + 1)
    assert pinned_view(path, three[0]).view.note == "of both"


def test_views_move_to_a_neighbour(path: Path, three: tuple[int, int, int]) -> None:
    a, b, c = three
    for moved, before, expected in [
        (c, a, "cab"),
        (c, None, "abc"),
        (a, c, "bac"),
        (a, a, "bac"),
        (b, c, "abc"),
        (b, None, "acb"),
    ]:
        move_view(path, moved, before=before)
        assert "".join(titles(path)) == expected
        assert [pinned.position for pinned in pinned_views(path)] == [0, 1, 2]
    with pytest.raises(NotFoundError, match="found view 99"):
        move_view(path, a, before=99)


def test_a_deleted_view_comes_back_to_its_place(path: Path, three: tuple[int, int, int]) -> None:
    a, b, c = three
    delete_view(path, b)
    first = pinned_view(path, b).deleted
    assert first is not None
    delete_view(path, b)
    assert pinned_view(path, b).deleted == first
    assert titles(path) == ["a", "c"]
    assert [pinned.view_id for pinned in deleted_views(path)] == [b]
    assert notebook_counts(path) == NotebookCounts(2, 1)
    move_view(path, c, before=a)
    pin_view(path, view("d"))
    restore_view(path, b)
    restore_view(path, b)
    assert titles(path) == ["c", "a", "b", "d"]
    assert pinned_view(path, b).deleted is None


def test_a_deleted_view_is_not_changed(path: Path, three: tuple[int, int, int]) -> None:
    delete_view(path, three[1])
    for change in (
        lambda: edit_view(path, three[1], note="x"),
        lambda: move_view(path, three[1], before=None),
    ):
        with pytest.raises(NotFoundError, match=r"this view was deleted.*bring it back first"):
            change()
    move_view(path, three[2], before=three[1])
    assert titles(path) == ["a", "c"]


def test_purging_is_for_good(path: Path, three: tuple[int, int, int]) -> None:
    a, b, c = three
    with_snapshot = pin_view(path, view("d"), snapshot=[1])
    for view_id in (a, with_snapshot):
        delete_view(path, view_id)
    middle = datetime.now(UTC)
    delete_view(path, b)
    assert purge_views(path, deleted_before=middle) == 2
    assert [pinned.view_id for pinned in deleted_views(path)] == [b]
    for ask in (pinned_view, restore_view, view_snapshot):
        with pytest.raises(NotFoundError):
            ask(path, with_snapshot)
    assert purge_views(path) == 1
    assert purge_views(path) == 0
    assert titles(path) == ["c"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM snapshots").fetchone() == (0,)
    assert pin_view(path, view("e")) == with_snapshot + 1, "a number is not given again"
    assert c


def test_the_last_deleted_comes_first(path: Path, three: tuple[int, int, int]) -> None:
    a, b, c = three
    for view_id in (b, c, a):
        delete_view(path, view_id)
    assert [pinned.view_id for pinned in deleted_views(path)] == [a, c, b]


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30])
def test_any_number_may_be_asked_for(path: Path, three: tuple[int, int, int], number: int) -> None:
    with pytest.raises(NotFoundError, match="no such view"):
        pinned_view(path, number)


def test_what_changed_since_is_told(path: Path) -> None:
    shown = {"infAP": 0.1 + 0.2, "lists": [["s1", 0.5]]}
    kept, bare = pin_view(path, view(), snapshot=shown), pin_view(path, view())
    same = {**PROVENANCE}
    assert changes_since(path, kept, provenance=same, snapshot=shown) == ViewChanges((), False)
    tuples = {"lists": (("s1", 0.5),), "infAP": 0.1 + 0.2}
    assert changes_since(path, kept, provenance=same, snapshot=tuples) == ViewChanges((), False)
    assert changes_since(path, kept, provenance=same, snapshot={**shown, "infAP": 0.3}).snapshot is True
    newer = {**PROVENANCE, "model_digest": "f", "depth": 50, "weights": [1, 2]}
    assert changes_since(path, bare, provenance=newer, snapshot=shown) == ViewChanges(
        ("depth", "model_digest", "weights"), None
    )
    assert changes_since(path, kept, provenance=same) == ViewChanges((), None)
    with pytest.raises(NotFoundError, match="not kept"):
        view_snapshot(path, bare)
    assert set(PROVENANCE_KEYS) == set(PROVENANCE)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE views SET address = 'javascript:alert(1)' WHERE view_id = 1",
        "UPDATE views SET title = x'ff00' WHERE view_id = 1",
        "UPDATE views SET note = zeroblob(200000) WHERE view_id = 1",
        "UPDATE views SET provenance = '[]' WHERE view_id = 1",
        "UPDATE views SET provenance = '{' WHERE view_id = 1",
        "UPDATE views SET created = 'yesterday' WHERE view_id = 1",
        "UPDATE views SET deleted = x'00' WHERE view_id = 1",
        "UPDATE views SET title = CAST(x'ff41' AS TEXT) WHERE view_id = 1",
        "UPDATE views SET position = 'first' WHERE view_id = 1",
    ],
    ids=["address", "title", "note", "provenance", "json", "created", "deleted", "no utf-8", "position"],
)
def test_a_row_that_others_wrote_is_checked(path: Path, three: tuple[int, int, int], statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
    assert titles(path) == ["b", "c"]
    assert deleted_views(path) == []
    with pytest.raises(FormatError, match="view 1") as raised:
        pinned_view(path, 1)
    assert str(path) in str(raised.value)
    before = path.read_bytes()
    listed = list_views(path)
    assert [one.view.title for one in listed.pinned] == ["b", "c"]
    assert listed.problem is not None
    assert "1 damaged row" in listed.problem
    assert "\n" not in listed.problem
    assert path.read_bytes() == before  # the row itself stays
    [kept] = (path.parent / "notebook.damaged.jsonl").read_text().splitlines()
    assert json.loads(kept)["row"] == 1
    assert list_views(path) == listed
    assert (path.parent / "notebook.damaged.jsonl").read_text().splitlines() == [kept]
    delete_view(path, 1)
    assert titles(path) == ["b", "c"]


def test_a_newer_notebook_is_refused(path: Path, three: tuple[int, int, int]) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    for use in (pinned_views, notebook_counts, lambda path: pin_view(path, view())):
        with pytest.raises(FormatError, match=r"notebook written by a newer lpd.*update lpd"):
            use(path)


def test_a_notebook_that_may_not_be_written(path: Path, three: tuple[int, int, int]) -> None:
    path.parent.chmod(0o555)
    try:
        with modes_obeyed():
            for change in (
                lambda: pin_view(path, view("d")),
                lambda: edit_view(path, three[0], note="x"),
                lambda: delete_view(path, three[0]),
            ):
                with pytest.raises(LpdError, match="cannot be written"):
                    change()
            assert titles(path) == ["a", "b", "c"]
    finally:
        path.parent.chmod(0o755)


def test_four_processes_pin_fifty_views_each(path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom tests.lpd.notebook.test_notebook import pin_view, view\n"
        "for number in range(50):\n    pin_view(Path(sys.argv[1]), view(f'{sys.argv[2]} {number}'))\n"
    )
    root = Path(__file__).resolve().parents[3]
    processes = [subprocess.Popen([sys.executable, "-c", code, str(path), name], cwd=root) for name in "abcd"]
    assert [process.wait() for process in processes] == [0] * 4
    found = pinned_views(path)
    assert [pinned.position for pinned in found] == list(range(200))
    for name in "abcd":
        own = [pinned.view.title for pinned in found if pinned.view.title.startswith(name)]
        assert own == [f"{name} {number}" for number in range(50)]


def test_threads_that_move_delete_and_pin_lose_nothing(path: Path) -> None:
    ids = [pin_view(path, view(str(number))) for number in range(8)]
    failures: list[Exception] = []

    def work(own: int) -> None:
        try:
            for step in range(8):
                move_view(path, ids[own], before=ids[(own + step) % 8])
                delete_view(path, ids[own])
                pin_view(path, view(f"{own} {step}"))
                restore_view(path, ids[own])
                edit_view(path, ids[own], note=f"{step}")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(own,)) for own in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    found = pinned_views(path)
    assert [pinned.position for pinned in found] == list(range(8 + 4 * 8))
    expected = [str(number) for number in range(8)] + [
        f"{own} {step}" for own in range(4) for step in range(8)
    ]
    assert sorted(titles(path)) == sorted(expected)
    assert {pinned.view.title: pinned.revision for pinned in found}["3"] == 8
