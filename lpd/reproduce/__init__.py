"""The papers' tables and figures on any workspace: train what is missing, measure, test, write.

`reproduce` makes the tables and figures named in `TABLES` with a `Setup`: captions, editions, seeds,
settings. The same call after a stop goes on where it was; `lpd reproduce` is its command.

>>> from lpd.reproduce import ROWS, TABLES
>>> "table4" in TABLES, ROWS["lpd"].system
(True, 'lpd')
"""

from lpd.reproduce.command import ReproductionReport, reproduce
from lpd.reproduce.recipes import ROWS, Row
from lpd.reproduce.setup import Setup
from lpd.reproduce.tables import TABLES

__all__ = ["ROWS", "TABLES", "ReproductionReport", "Row", "Setup", "reproduce"]
