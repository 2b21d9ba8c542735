"""The papers' tables and figures on any workspace: train what is missing, measure, test, write."""

from lpd.reproduce.command import ReproductionReport, reproduce
from lpd.reproduce.recipes import ROWS, Row
from lpd.reproduce.setup import Setup
from lpd.reproduce.tables import TABLES

__all__ = ["ROWS", "TABLES", "ReproductionReport", "Row", "Setup", "reproduce"]
