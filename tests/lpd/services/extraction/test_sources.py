from pathlib import Path

import pytest

from lpd.errors import NotFoundError
from lpd.services.extraction.sources import find_sources, safe_word, video_ids


def make(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return folder


def test_files_of_all_folders_are_found_by_kind_and_name(tmp_path: Path) -> None:
    names = ["b.MP4", "trip/day 1.mkv", "trip/p.jpg", "notes.txt", ".hidden.mp4", "._b.mp4", ".git/x.mp4"]
    found = find_sources(make(tmp_path, *names))
    assert [(one.name, one.video_id, one.is_picture) for one in found.files] == [
        ("b.MP4", "b", False),
        ("trip/day 1.mkv", "trip-day-1", False),
        ("trip/p.jpg", "trip-p", True),
    ]
    assert (found.others, found.notes) == (1, [])


def test_one_file_is_a_folder_of_one(tmp_path: Path) -> None:
    make(tmp_path, "a.mp4", "b.mp4")
    assert [one.name for one in find_sources(tmp_path / "b.mp4").files] == ["b.mp4"]


def test_nothing_to_extract_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="neither videos nor pictures"):
        find_sources(make(tmp_path, "notes.txt"))
    with pytest.raises(NotFoundError, match="no such folder"):
        find_sources(tmp_path / "absent")


def test_equal_ids_are_told_apart_by_their_paths_and_it_is_said() -> None:
    ids, notes = video_ids(["a b.mp4", "a-b.mp4", "a/b.mkv", "c.mp4"], known={})
    assert ids["a b.mp4"] == "a-b"
    assert len(set(ids.values())) == 4
    assert all(ids[name].startswith("a-b-") for name in ("a-b.mp4", "a/b.mkv"))
    assert len(notes) == 2
    again, _ = video_ids(["a-b.mp4", "a/b.mkv", "c.mp4", "a b.mp4"], known=ids)
    assert again == ids, "an id that was given stays, whatever comes later"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Ausflug nach München", "Ausflug-nach-München"),
        ("a\tb\nc", "a-b-c"),
        ("..", None),
        ("   ", None),
        ("x" * 300, None),
        ("<script>", "script"),
    ],
)
def test_words_are_safe(name: str, word: str | None) -> None:
    found = safe_word(name)
    assert word in (None, found)
    assert found.split() == [found]
    assert len(found) <= 100
    assert "/" not in found
    assert found not in (".", "..")
