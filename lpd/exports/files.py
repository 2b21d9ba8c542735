"""Exports as files, whole or absent."""

from pathlib import Path

from lpd.exports.provenance import Provenance
from lpd.storage import atomic_file, write_json
from lpd.trec import Run, write_run

__all__ = ["write_export", "write_run_export"]


def write_export(path: Path, data: bytes) -> None:
    """Writes what an exporting function made, atomically."""
    with atomic_file(path) as temporary:
        temporary.write_bytes(data)


def write_run_export(path: Path, run: Run, provenance: Provenance) -> Path:
    """Writes a run in TREC's six columns, and returns the file beside it that says what it was made from.

    Six columns have no room for a comment, so the provenance is the JSON file `<name>.provenance.json`.

    Raises:
        FormatError: as `lpd.trec.write_run`.
    """
    write_run(path, run)
    beside = path.with_name(f"{path.name}.provenance.json")
    write_json(beside, provenance.as_dict())
    return beside
