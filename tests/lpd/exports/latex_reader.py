"""A strict reader of the LaTeX that tables are written in: it refuses what would stop a TeX engine."""

import re

TOKEN = re.compile(
    r"(?P<command>\\(?:[A-Za-z]+\*?|.))|(?P<comment>%[^\n]*\n)|(?P<sign>[&{}$_^#~])|(?P<text>[^\\%&{}$_^#~]+)",
    re.DOTALL,
)
ENVIRONMENT = re.compile(r"\\(begin|end)\{(\w+)\}(?:\{([^{}]*)\})?")


def without_comments(text: str) -> str:
    """The text as TeX reads it: from a bare percent sign to the end of its line there is nothing."""
    return "".join(one["text"] or one["command"] or one["sign"] or "" for one in tokens(text))


def tokens(text: str) -> list[re.Match[str]]:
    found = list(TOKEN.finditer(text))
    assert "".join(one[0] for one in found) == text
    return found


def check_balanced(text: str) -> None:
    """Environments close in order, braces and dollars in pairs; signs with a meaning stand only where they
    have it."""
    opened: list[str] = []
    for kind, name, _ in ENVIRONMENT.findall(without_comments(text)):
        if kind == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert not opened
    depth, mathematics = 0, False
    for one in tokens(text):
        sign = one["sign"]
        depth += {"{": 1, "}": -1}.get(sign or "", 0)
        assert depth >= 0
        mathematics ^= sign == "$"
        assert sign not in ("_", "#", "~")
        assert sign != "^" or mathematics
    assert depth == 0
    assert not mathematics


def tabular_rows(text: str) -> tuple[str, list[list[str]]]:
    """The column letters of the one tabular, and the cells of its rows; \\multicolumn counts for as many."""
    [(columns, body)] = re.findall(
        r"\\begin\{tabular\}\{([lrc]+)\}\n(.*?)\\end\{tabular\}", without_comments(text), flags=re.DOTALL
    )
    rows = []
    for line in re.split(r"\\\\(?:\n|$)", body):
        bare = re.sub(r"\\(?:toprule|midrule|bottomrule)\s*", "", line).strip()
        if bare:
            cells = re.split(r"(?<!\\)&", bare)
            spanned = re.match(r"\s*\\multicolumn\{(\d+)\}", cells[0])
            rows.append(cells + [""] * (int(spanned[1]) - 1 if spanned else 0))
    return columns, rows


def plain(cell: str) -> str:
    """What a reader of the page sees in a cell without mathematics."""
    words = {
        r"\textbackslash{}": "\\",
        r"\textasciitilde{}": "~",
        r"\textasciicircum{}": "^",
        r"\textless{}": "<",
        r"\textgreater{}": ">",
        r"\textbar{}": "|",
    }
    pattern = "|".join([*map(re.escape, words), r"\\[&%$#_{}]", r"\{([\[\]*])\}"])
    return re.sub(pattern, lambda found: words.get(found[0]) or found[1] or found[0][1:], cell).strip()
