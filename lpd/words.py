"""Numbers in sentences."""

__all__ = ["counted"]


def counted(number: int, noun: str) -> str:
    """Returns a number and what it counts: `1 space`, `336,000 shots`, `2 queries`.

    Args:
        number: how many.
        noun: in the singular; its plural ends in s, or in ies where a y stands after a consonant.
    """
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun[-1] == "y" and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{number:,} {plural}"
