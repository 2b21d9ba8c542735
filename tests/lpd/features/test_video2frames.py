"""video2frames.txt: read as literals, entry by entry; nothing of it is run."""

from pathlib import Path

import pytest

from lpd.errors import LpdError
from lpd.features import find_video2frames, read_video2frames


def read(folder: Path, text: str, videos: str = "ab") -> dict[str, list[str]]:
    path = folder / "video2frames.txt"
    path.write_text(text, encoding="utf-8")
    return read_video2frames(path, videos=set(videos))


GOOD = {
    "one line": "{'a': ['a_0', 'a_1'], 'b': ['b_7']}",
    "other quotes, and blanks": '\n{ "a" :[ "a_0" ,"a_1", ] , "b": ["b_7"], }\n',
    "as Python 2 wrote it": "{u'a': [u'a_0', u'a_1'],\n u'b': [u'b_7']}",
    "with others": "{'c': [], 'a': ['a_0', 'a_1'], 'b': ['b_7'], 'd': ['d_0']}",
    "with escapes": "{'\\x61': ['a_0', 'a\\u005f1'], 'b': ['b_7']}",
}


@pytest.mark.parametrize("case", GOOD)
def test_literals_are_read(tmp_path: Path, case: str) -> None:
    assert read(tmp_path, GOOD[case]) == {"a": ["a_0", "a_1"], "b": ["b_7"]}


@pytest.mark.parametrize("text", ["{}", " {\n}\n"])
def test_an_empty_one_is_no_error(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == {}


BAD = {
    "nothing": "",
    "a call": "{'a': __import__('pathlib').Path('made').touch()}",
    "a call first": "__import__('pathlib').Path('made').touch() or {}",
    "a call among frames": "{'a': ['a_0', __import__('pathlib').Path('made').touch()]}",
    "a list": "['a_0']",
    "numbers": "{'a': [0, 1]}",
    "a dict of dicts": "{'a': {'a_0': 1}}",
    "cut short": "{'a': ['a_0', 'a_1'], 'b': ['b",
    "not closed": "{'a': ['a_0'],",
    "more behind": "{'a': ['a_0']} + 1",
    "no comma": "{'a': ['a_0'] 'b': ['b_0']}",
    "a video twice": "{'a': ['a_0'], 'a': ['a_1']}",
    "a broken escape": "{'a': ['\\N{nothing}']}",
    "deep": "{'a': " + "[" * 20_000,
    "long and wrong": "{'a': [" + "'a_0' " * 20_000 + "!",
    "blanks": "{'a'" + " " * 100_000 + "b",
}


@pytest.mark.parametrize("case", BAD)
def test_anything_else_is_told_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LpdError, match=r"video2frames\.txt"):
        read(tmp_path, BAD[case])
    assert [path.name for path in tmp_path.iterdir()] == ["video2frames.txt"]


def test_the_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(LpdError, match=r"video2frames\.txt:3: .*found \"'b': 5"):
        read(tmp_path, "{'a': ['a_0'],\n\n'b': 5}")


def test_a_large_one_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lpd.features.video2frames.LARGEST_BYTES", 10)
    with pytest.raises(LpdError, match="too large; expected at most 10 bytes; found 14"):
        read(tmp_path, "{'a': ['a_0']}")
    with pytest.raises(LpdError, match="file is missing"):
        read_video2frames(tmp_path / "none.txt", videos=())


def test_it_is_found_in_the_folder_before_beside_it(tmp_path: Path) -> None:
    (tmp_path / "clip").mkdir()
    assert find_video2frames(tmp_path / "clip") is None
    (tmp_path / "video2frames.txt").touch()
    assert find_video2frames(tmp_path / "clip") == tmp_path / "video2frames.txt"
    (tmp_path / "clip" / "video2frames.txt").touch()
    assert find_video2frames(tmp_path / "clip") == tmp_path / "clip" / "video2frames.txt"
