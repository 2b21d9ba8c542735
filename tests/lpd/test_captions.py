"""Captions: literal text in and out, parquet, malformed lines."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lpd.captions import Caption, load_captions, read_captions, save_captions, shot_of_caption, write_captions
from lpd.errors import FormatError, NotFoundError

TEXT = "video5027#0 a man is  singing\n\nshot1_2#enc#3\tTwo dogs run.\n"
CAPTIONS = [
    Caption("video5027#0", "video5027", "a man is  singing"),
    Caption("shot1_2#enc#3", "shot1_2", "Two dogs run."),
]


def test_the_shot_is_what_stands_before_the_first_hash(tmp_path: Path) -> None:
    path = tmp_path / "captions.txt"
    path.write_text(TEXT)
    assert read_captions(path) == CAPTIONS
    assert shot_of_caption("shot1_2#enc#3") == "shot1_2"


def test_captions_are_written_one_per_line(tmp_path: Path) -> None:
    write_captions(tmp_path / "captions.txt", CAPTIONS)
    text = "video5027#0 a man is  singing\nshot1_2#enc#3 Two dogs run.\n"
    assert (tmp_path / "captions.txt").read_text() == text


def test_parquet_gives_back_what_was_saved(tmp_path: Path) -> None:
    save_captions(tmp_path / "train.parquet", CAPTIONS)
    assert load_captions(tmp_path / "train.parquet") == CAPTIONS


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a#0 one\na#1\n", ":2", "expected `shot#k text` or `shot#enc#k text`; found 'a#1'"),
        ("a#0 one\nb two\n", ":2", "found 'b two'"),
        ("#0 one\n", ":1", "found '#0 one'"),
        ("a#0 one\na#0 two\n", "", "caption ids occur more than once; expected each once; found 'a#0'"),
        ("\n", "", "no captions"),
    ],
)
def test_malformed_captions_are_named(tmp_path: Path, text: str, place: str, words: str) -> None:
    path = tmp_path / "captions.txt"
    path.write_text(text)
    with pytest.raises(FormatError) as caught:
        read_captions(path)
    assert str(caught.value).startswith(f"{path}{place}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "caption",
    [
        Caption("a#0", "b", "text"),
        Caption("a", "a", "text"),
        Caption("a b#0", "a b", "text"),
        Caption("a#0", "a", " "),
        Caption("a#0", "a", "two\nlines"),
    ],
)
def test_captions_that_could_not_be_read_again_are_not_written(tmp_path: Path, caption: Caption) -> None:
    for write in (write_captions, save_captions):
        with pytest.raises(FormatError, match="do not fit on one line"):
            write(tmp_path / "file", [caption])
    assert not (tmp_path / "file").exists()


def test_parquet_files_of_something_else_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with pytest.raises(NotFoundError, match="captions are missing"):
        load_captions(path)
    path.write_text("no parquet")
    with pytest.raises(FormatError, match="not a parquet file of captions"):
        load_captions(path)
    pq.write_table(pa.table({"caption_id": ["a#0"], "text": ["x"]}), path)
    with pytest.raises(FormatError, match="columns are missing; expected 'shot_id'"):
        load_captions(path)
    pq.write_table(pa.table({"caption_id": ["a#0", "a#1"], "shot_id": ["a", "a"], "text": ["x", None]}), path)
    with pytest.raises(FormatError, match="rows with empty fields; expected texts; found '1'"):
        load_captions(path)


def test_the_real_captions_are_read(shared_data: Path) -> None:
    captions = read_captions(shared_data / "rsicd" / "train.caption.txt")
    assert captions[0] == Caption(
        "airport_1#0", "airport_1", "Many aircraft are parked next to a long building in an airport."
    )
    assert len({caption.shot_id for caption in captions}) == 8734
