"""Tables of results: cells with mean and spread over seeds beside published figures; Markdown, LaTeX, CSV."""

from lpd.tables.cells import Cell, Column, ResultTable, Row
from lpd.tables.latex import to_latex
from lpd.tables.long_csv import to_csv
from lpd.tables.markdown import to_markdown
from lpd.tables.read_csv import from_csv
from lpd.tables.seeds import mean_and_spread, relative_gain, seeds_cell

__all__ = [
    "Cell",
    "Column",
    "ResultTable",
    "Row",
    "from_csv",
    "mean_and_spread",
    "relative_gain",
    "seeds_cell",
    "to_csv",
    "to_latex",
    "to_markdown",
]
