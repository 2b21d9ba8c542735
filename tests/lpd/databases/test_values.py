from datetime import UTC, datetime, timedelta, timezone

import pytest

from lpd.databases import check_text, parse_utc, utc_text
from lpd.errors import FormatError


@pytest.mark.parametrize("text", ["a\0b", "😀 שלום", "x" * 10, " a "], ids=["nul", "emoji", "long", "blanks"])
def test_texts_stay_as_they_are(text: str) -> None:
    assert check_text(text, "note", limit=20) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x" * 21, "note is too long; expected at most 20 bytes; found 21"),
        ("😀" * 6, "note is too long; expected at most 20 bytes; found 24"),
        ("ok \ud800", "note has half of a character, which no file can keep; found '\\ud800' at character 4"),
        ("", "note is blank"),
        (" \n", "note is blank"),
        (b"bytes", "note is not text; found bytes"),
        (None, "note is not text; found NoneType"),
    ],
    ids=["long", "long in bytes", "surrogate", "empty", "blank", "bytes", "none"],
)
def test_what_cannot_be_kept_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(FormatError) as raised:
        check_text(text, "note", limit=20)
    assert sentence in str(raised.value)


def test_a_note_may_be_blank() -> None:
    assert check_text("", "note", limit=20, blank=True) == ""


def test_times_round_trip_and_sort_as_texts() -> None:
    whole = datetime(2026, 1, 31, 12, tzinfo=UTC)
    later = whole + timedelta(microseconds=1)
    assert utc_text(whole) == "2026-01-31T12:00:00.000000+00:00"
    assert utc_text(whole.astimezone(timezone(timedelta(hours=5)))) == utc_text(whole)
    assert utc_text(whole) < utc_text(later)
    assert parse_utc(utc_text(later)) == later


@pytest.mark.parametrize("text", ["", "yesterday", "2026-01-31T12:00:00", None, 3])
def test_other_times_are_refused(text: str) -> None:
    with pytest.raises(FormatError, match="time"):
        parse_utc(text)
