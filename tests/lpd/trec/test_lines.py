"""Decoding, packing and what is not text at all."""

import gzip
from pathlib import Path

import pytest

from lpd.errors import FormatError, LpdError, NotFoundError
from lpd.trec import BadLine, malformed, numbered_lines, read_text


def test_utf8_is_read_as_such_and_its_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf661 a caf\xc3\xa9\n")
    assert read_text(path) == "661 a café\n"


def test_what_is_not_utf8_is_read_as_latin1(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"661 a caf\xe9\n")
    assert read_text(path) == "661 a café\n"


def test_gzip_is_known_by_its_content_whatever_the_name(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(gzip.compress(b"one\ntwo\n", mtime=0))
    assert read_text(path) == "one\ntwo\n"


def test_lines_are_numbered_with_blank_ones_counted_and_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\n one \r\n\t\n two\x0bthree")
    assert list(numbered_lines(path)) == [(2, "one"), (4, "two\x0bthree")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n",
            ["Git LFS pointer", "git lfs pull"],
        ),
        (b"\x00\x01\x02", ["not a text file"]),
        (
            gzip.compress(b"many words " * 100, mtime=0)[:-9],
            ["gzip file is broken or cut short", "copy it again"],
        ),
    ],
)
def test_what_is_not_rows_of_text_is_named(tmp_path: Path, content: bytes, words: list[str]) -> None:
    path = tmp_path / "qrels.txt"
    path.write_bytes(content)
    with pytest.raises(FormatError) as caught:
        read_text(path)
    assert str(path) in str(caught.value)
    assert all(word in str(caught.value) for word in words)


def test_a_missing_file_and_a_folder_are_not_found(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(NotFoundError, match="file is missing"):
            read_text(path)


def test_malformed_names_the_first_line_and_counts_the_others() -> None:
    error = malformed(Path("a.txt"), [BadLine(3, "x" * 200), BadLine(9, "y")], expected="two words")
    assert isinstance(error, LpdError)
    expected = (
        "a.txt:3: malformed line; expected two words; found '" + "x" * 80 + "...' (and 1 more such line)"
    )
    assert str(error) == expected + ". Next: correct the lines"
