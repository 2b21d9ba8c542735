"""How numbers and foreign text are written on screen."""

import re

__all__ = ["milliseconds", "plain", "printed_share", "seconds", "signed"]

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def printed_share(value: float | None, digits: int = 3) -> str:
    """Returns a number of 0..1 without its leading zero, as the papers print it: `.742`, `1.000`; an en
    dash for None."""
    if value is None or value != value:
        return "–"
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def signed(value: float, digits: int = 3) -> str:
    """Returns a difference with its sign: `+.012`, `-.004`."""
    return ("+" if value >= 0 else "") + printed_share(value, digits)


def milliseconds(value: float) -> str:
    """Returns a duration: `6 ms`, `0.4 ms` below one, `1.2 s` from one second."""
    if value >= 1000:
        return f"{value / 1000:.1f} s"
    return f"{value:.0f} ms" if value >= 1 else f"{value:.1f} ms"


def seconds(value: float | None) -> str:
    """Returns a place in a video or a time left: `12.5 s`, `3:07`; `?` for None or NaN."""
    if value is None or value != value:
        return "?"
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value // 60)}:{int(value % 60):02d}"


def plain(text: str) -> str:
    """Returns foreign text for a place that reads Markdown: every punctuation mark is escaped, so nothing
    is markup."""
    return _PUNCTUATION.sub(r"\\\1", text).replace("\n", " ")
