"""Id lists: one per line or on one line, repeats, malformed lines."""

from pathlib import Path

import pytest

from lpd.errors import FormatError
from lpd.trec import read_id_list, repeated_ids, write_id_list


@pytest.mark.parametrize("text", ["a\nb\n\nc\n", "a b  c\n", "a\r\nb\r\nc"])
def test_ids_stand_one_per_line_or_all_on_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ids.txt"
    path.write_bytes(text.encode())
    assert read_id_list(path) == ["a", "b", "c"]


def test_ids_are_written_one_per_line(tmp_path: Path) -> None:
    write_id_list(tmp_path / "sub" / "ids.txt", ["b", "a"])
    assert (tmp_path / "sub" / "ids.txt").read_text() == "b\na\n"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a\nb c\n", ":2", "expected one id without blanks; found 'b c'"),
        ("a\nb\na\nb\n", ":3", "an id occurs twice; expected each once; found 'a' (and 1 more such line)"),
        ("a b a\n", ":1", "an id occurs twice; expected each once; found 'a'"),
        ("\n \n", "", "no ids"),
    ],
)
def test_malformed_lists_are_named(tmp_path: Path, text: str, place: str, words: str) -> None:
    path = tmp_path / "ids.txt"
    path.write_text(text)
    with pytest.raises(FormatError) as caught:
        read_id_list(path)
    assert str(caught.value).startswith(f"{path}{place}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize("ids", [["a b"], [""], ["a", "a"]])
def test_ids_that_could_not_be_read_again_are_not_written(tmp_path: Path, ids: list[str]) -> None:
    with pytest.raises(FormatError):
        write_id_list(tmp_path / "ids.txt", ids)
    assert not (tmp_path / "ids.txt").exists()


def test_repeated_ids_are_listed_once_each() -> None:
    assert repeated_ids(["a", "b", "c"]) == []
    assert repeated_ids(["b", "a", "a", "b", "a"]) == ["a", "b"]
