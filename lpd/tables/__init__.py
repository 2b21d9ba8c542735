"""Tables of results: cells with mean and spread over seeds beside published figures; Markdown, LaTeX, CSV.

A `ResultTable` has rows and columns of cells, `seeds_cell` makes a cell from the values of several seeds, and
`to_markdown`, `to_latex` and `to_csv` write it.

>>> from lpd.tables import mean_and_spread
>>> mean_and_spread([0.25, 0.5, 0.75])
(0.5, 0.25)
"""

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
