"""Small SQLite files that several processes and threads read and write at once: opening, versions, errors.

Every use opens a connection of its own and closes it. SQLite's locks put the writers in order, so that the
writer's lock of the workspace is not needed: a note can be written while an index is built. The journal is
the rollback journal, not WAL: between two writes the one file is complete, so that a workspace can be copied,
lie on a network disk, and be read where nothing may be written.
"""

from lpd.databases.files import read_database, write_database
from lpd.databases.layout import Layout
from lpd.databases.values import check_text, parse_utc, utc_text

__all__ = ["Layout", "check_text", "parse_utc", "read_database", "utc_text", "write_database"]
