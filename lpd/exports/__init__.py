"""Lists, tables and runs to take away, each with what it was made from: CSV, LaTeX, parquet, Python, ...

`list_frame` and `topics_table` make the tables, `table_bytes`, `frame_csv` and `frame_parquet` their files; a
`Provenance` says what an export was made from; a `SearchRecipe` is all that makes a list again, with
`search_again` or as the script that `python_snippet` writes.

>>> from lpd.exports import Digested, Provenance
>>> made_from = Provenance("demo", models=(Digested("lpd", "3f9a1c0212345678"),), version="1", made_at="now")
>>> made_from.sentence
'lpd: 1; made at: now; workspace: demo; model: lpd (3f9a1c0212345678)'
"""

from lpd.exports.files import write_export, write_run_export
from lpd.exports.frames import frame_csv, frame_parquet
from lpd.exports.lists import list_frame, list_provenance, list_run
from lpd.exports.provenance import Digested, Provenance, digested_models, one_line
from lpd.exports.recipe import SearchRecipe, search_again
from lpd.exports.snippets import python_snippet
from lpd.exports.table_files import TABLE_FORMS, table_bytes
from lpd.exports.topics_table import topics_table

__all__ = [
    "TABLE_FORMS",
    "Digested",
    "Provenance",
    "SearchRecipe",
    "digested_models",
    "frame_csv",
    "frame_parquet",
    "list_frame",
    "list_provenance",
    "list_run",
    "one_line",
    "python_snippet",
    "search_again",
    "table_bytes",
    "topics_table",
    "write_export",
    "write_run_export",
]
