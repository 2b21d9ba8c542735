"""How numbers and foreign text are written on screen."""

import re

__all__ = ["milliseconds", "plain", "printed_share", "seconds", "shortened", "signed"]

MINUS = "\N{MINUS SIGN}"
"""As wide as a plus, which a hyphen is not."""

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def printed_share(value: float | None, digits: int = 3) -> str:
    """Returns a number of -1..1 without its leading zero, as the papers print it: `.742`, `1.000`, with a
    minus as wide as a plus: `−.025`; an en dash for None."""
    if value is None or value != value:
        return "–"
    text = f"{value:z.{digits}f}".replace("-", MINUS)
    return text.replace("0.", ".", 1) if text.startswith(("0.", f"{MINUS}0.")) else text


def signed(value: float, digits: int = 3) -> str:
    """Returns a difference with its sign: `+.012`, `−.004`, `+.000`."""
    printed = printed_share(value, digits)
    return printed if printed.startswith(MINUS) else f"+{printed}"


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


def shortened(text: str, limit: int = 80) -> str:
    """Returns a text on one line, cut at so many characters, where an ellipsis then stands.

    Whatever cannot be printed becomes a blank, so that no control character reaches the page.
    """
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def plain(text: str) -> str:
    """Returns foreign text for a place that reads Markdown: every punctuation mark is escaped, so nothing
    is markup."""
    return _PUNCTUATION.sub(r"\\\1", text).replace("\n", " ")
