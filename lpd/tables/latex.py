"""A table of results as LaTeX."""

from lpd.tables.cells import ResultTable, Row
from lpd.tables.printed import EMPTY, PrintedCell, footnotes_of, legend_of, print_row

__all__ = ["to_latex"]

ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        # after the end of a row a bracket or a star would be taken for its option
        "[": "{[}",
        "]": "{]}",
        "*": "{*}",
        "×": r"$\times$",
        "±": r"$\pm$",
        "†": r"$^{\dagger}$",
        "–": "--",
        "\n": " ",
        "\r": " ",
    }
)


def to_latex(table: ResultTable) -> str:
    r"""Returns the table as a LaTeX `table` with rules of the package booktabs and notes below.

    Published figures are in italics, significant differences carry a dagger. The text is UTF-8, which LaTeX
    takes since 2018 without a package.
    """
    columns = "l" + "".join("l" if column.style == "text" else "r" for column in table.columns)
    heading = [table.row_name, *(column.name for column in table.columns)]
    lines = [
        r"% \usepackage{booktabs}",
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{_escape(table.title)}}}",
        rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule",
        " & ".join(map(_escape, heading)) + r" \\",
        *_body(table),
        r"\bottomrule",
        r"\end{tabular}",
        *_below(table),
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.translate(ESCAPES)


def _body(table: ResultTable) -> list[str]:
    lines = [r"\midrule"]
    group = None
    for row in table.rows:
        if row.group != group and len(lines) > 1:
            lines.append(r"\midrule")
        if row.group is not None and row.group != group:
            lines.append(
                rf"\multicolumn{{{len(table.columns) + 1}}}{{l}}{{\textbf{{{_escape(row.group)}}}}} \\"
            )
        group = row.group
        lines.append(_line(table, row))
    return lines


def _line(table: ResultTable, row: Row) -> str:
    return " & ".join([_escape(row.label), *(_join(cell) for cell in print_row(table, row))]) + r" \\"


def _join(cell: PrintedCell) -> str:
    own = _escape(cell.words)
    if cell.number:
        own = _sign(cell.number) + (rf" $\pm$\,{cell.spread}" if cell.spread else "")
        own += (rf"\,{_escape(cell.unit)}" if cell.unit else "") + (r"$^{\dagger}$" if cell.differs else "")
    published = rf"\textit{{published {_sign(_escape(cell.published))}}}" if cell.published else ""
    if own and published:
        published = f"({published})"
    joined = " ".join(part for part in (own, published) if part) or _escape(EMPTY)
    return joined + (rf"\textsuperscript{{{cell.footnote}}}" if cell.footnote else "")


def _sign(number: str) -> str:
    """Returns a number whose minus is printed as a minus, not as a hyphen."""
    return f"$-${number[1:]}" if number.startswith("-") else number


def _below(table: ResultTable) -> list[str]:
    footnotes = [
        rf"\textsuperscript{{{number}}} {_escape(note)}" for note, number in footnotes_of(table).items()
    ]
    lines = [*map(_escape, legend_of(table)), *footnotes, *map(_escape, table.notes)]
    return [r"\par\smallskip\footnotesize", *(rf"{line}\par" for line in lines)] if lines else []
