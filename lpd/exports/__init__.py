"""Lists, tables and runs to take away, each with what it was made from: CSV, LaTeX, parquet, Python, ..."""

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
