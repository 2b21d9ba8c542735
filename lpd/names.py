"""Names that people give to things, and that become folder names."""

import re

from lpd.errors import FormatError

__all__ = ["check_name"]

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.,+-]{0,127}")


def check_name(name: str, kind: str) -> str:
    """Returns `name` unchanged if it may become a folder name.

    Args:
        name: of a collection, subset, feature, model, edition, qrels or run.
        kind: what it names, for the message.

    Raises:
        FormatError: if it is empty, has other characters than letters, digits and `_ . , + -`, starts with a
            dot or is longer than 128.
    """
    if not _NAME.fullmatch(name):
        raise FormatError(
            f"this cannot name a {kind}",
            expected="1 to 128 letters, digits or _ . , + - that do not start with a dot or a dash",
            found=repr(name[:140]),
        )
    return name
