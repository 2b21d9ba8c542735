"""Names that people give to things, and that become file and folder names."""

import re

from lpd.errors import FormatError

__all__ = ["REPRODUCED", "check_name"]

REPRODUCED = "rep-"
"""Before the names of the models that `lpd reproduce` trains; they are measured without an index."""

SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.,+=-]{0,127}")
"""Feature names of the field carry commas and plus signs."""


def check_name(name: str, kind: str) -> str:
    """Returns `name` if it may become a file or folder name.

    Args:
        name: of a collection, subset, feature, model, edition, qrels or run.
        kind: what it names, for the message.

    Raises:
        FormatError: if it has other characters than letters, digits and `_ . , + = -`, begins with a dot or a
            sign, has two dots in a row, or is longer than 128 characters.
    """
    if SAFE_NAME.fullmatch(name) is None or ".." in name:
        raise FormatError(
            f"not a name for a {kind}",
            expected="letters, digits and _ . , + = - (at most 128, the first a letter, digit or _)",
            found=repr(name[:140]),
        )
    return name
