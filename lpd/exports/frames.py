"""Data frames as CSV and parquet that say what they were made from."""

import csv
import json
from typing import TYPE_CHECKING

from lpd.exports.provenance import Provenance

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["METADATA_KEY", "frame_csv", "frame_parquet"]

METADATA_KEY = b"lpd.provenance"
"""Where a parquet file keeps its provenance, as JSON."""


def frame_csv(frame: "pd.DataFrame", provenance: Provenance) -> bytes:
    """Returns a frame as CSV in UTF-8, after lines of comment: `pandas.read_csv(..., comment="#")` reads it.

    Words are in quotes, so that a `#` in them begins no comment; numbers are not, and have all digits; what
    is absent is empty.
    """
    text = frame.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    return (provenance.comment("#") + text).encode("utf-8")


def frame_parquet(frame: "pd.DataFrame", provenance: Provenance) -> bytes:
    """Returns a frame as a parquet file, with the provenance in the metadata of its schema."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    document = json.dumps(provenance.as_dict(), ensure_ascii=False).encode("utf-8")
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), METADATA_KEY: document})
    stream = pa.BufferOutputStream()
    pq.write_table(table, stream)
    return bytes(stream.getvalue().to_pybytes())
