"""What goes into the tables: texts as they are, times in UTC."""

from datetime import UTC, datetime

from lpd.errors import FormatError

__all__ = ["check_text", "parse_utc", "utc_text"]


def check_text(text: str, kind: str, *, limit: int, blank: bool = False) -> str:
    """Returns `text` if it can be kept as it is: any Unicode, NUL included.

    Args:
        text: of a person or a file.
        kind: what it is, for the message.
        limit: most bytes in UTF-8.
        blank: whether it may be empty or only blanks.

    Raises:
        FormatError: if it is no text, too long, blank, or has half of a character (a lone surrogate).
    """
    if not isinstance(text, str):
        raise FormatError(f"{kind} is not text", found=type(text).__name__)
    try:
        length = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise FormatError(
            f"{kind} has half of a character, which no file can keep",
            found=f"{text[error.start]!r} at character {error.start + 1}",
            next_step="remove that character",
        ) from error
    if length > limit:
        raise FormatError(f"{kind} is too long", expected=f"at most {limit:,} bytes", found=f"{length:,}")
    if not blank and not text.strip():
        raise FormatError(f"{kind} is blank", expected="some text", found=repr(text[:20]))
    return text


def utc_text(moment: datetime) -> str:
    """Returns a time in UTC as it is kept: to the microsecond, so that texts sort as times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def parse_utc(text: str) -> datetime:
    """Returns a time that was kept.

    Raises:
        FormatError: if it is none, or has no time zone.
    """
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise FormatError("not a time", expected="as 2026-01-31T12:00:00+00:00", found=repr(text)) from error
    if moment.tzinfo is None:
        raise FormatError("a time without its zone", expected="UTC", found=repr(text))
    return moment.astimezone(UTC)
