"""Writing a quantised index block by block, so that a stop at any moment costs a few blocks only.

The files grow in a hidden folder beside the index. After every few blocks they are on disk (fsync), and
state.json says how many rows of them are good; going on cuts the files there. Beside the block that the
caller hands over (4 bytes per number) the writer holds its codes and its rows: 3 bytes per number.

Sizes: n shots of a block, C components of widths D_c, M mixtures.
"""

import shutil
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np

from lpd.errors import LpdError, MismatchError
from lpd.search.growing_files import GrowingFile, array_header
from lpd.search.quantised_blocks import encoded_block
from lpd.search.quantised_files import QUANTISED_KIND, QuantisedArrays, open_arrays
from lpd.search.quantised_layout import IDS_FILE, QuantisedLayout
from lpd.search.recall import Recall
from lpd.storage import Manifest, read_json, replace_directory, write_json, write_manifest

__all__ = ["PartialBuild", "QuantisedWriter", "drop_partial_build", "partial_build"]

STATE_FILE = "state.json"
_STATE_FORMAT = 1


class PartialBuild(NamedTuple):
    """What a stopped build left: `rows` of `shots` are good; `made_from` are the digests it was made from."""

    rows: int
    shots: int
    made_from: dict[str, str]


def partial_folder(directory: Path) -> Path:
    """Returns where the index of a folder grows: a hidden folder beside it, which no index can be."""
    return directory.with_name(f".{directory.name}.partial")


def partial_build(directory: Path) -> PartialBuild | None:
    """Returns what a stopped build of the index in `directory` left, None where there is none."""
    try:
        state = read_json(partial_folder(directory) / STATE_FILE)
        return PartialBuild(int(state["rows"]), int(state["layout"]["shots"]), dict(state["made_from"]))
    except (LpdError, KeyError, TypeError, ValueError):
        return None


def drop_partial_build(directory: Path) -> None:
    """Removes what a stopped build of the index in `directory` left."""
    shutil.rmtree(partial_folder(directory), ignore_errors=True)


class QuantisedWriter:
    """Appends blocks of vectors to an index that takes its place when all are there.

    Used as a context manager. Leaving it early, by an exception or Ctrl-C, keeps what was written; one made
    again with the same layout and sources goes on there, one of others begins anew.

    Args:
        directory: where the index will lie.
        layout: its sizes.
        shot_ids: ids of the N rows.
        made_from: digests of the model and of what else decided the vectors.
        blocks_at_risk: blocks between two states on disk, which a kill costs.

    Raises:
        LpdError: if the disk has not enough room.
    """

    def __init__(
        self,
        directory: Path,
        *,
        layout: QuantisedLayout,
        shot_ids: Sequence[str],
        made_from: Mapping[str, str],
        blocks_at_risk: int = 4,
    ) -> None:
        layout.check()
        self.directory = directory
        self.layout = layout
        self.rows_written = 0
        self._shot_ids = shot_ids
        self._sources: dict[str, Any] = {
            "format_version": _STATE_FORMAT,
            "layout": layout.settings,
            "made_from": dict(made_from),
        }
        self._blocks_at_risk = blocks_at_risk
        self._blocks_unsaved = 0
        self._whole = True
        self._folder = partial_folder(directory)
        self._files = self._resumed() or self._begun()

    def __enter__(self) -> "QuantisedWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder.is_dir() and self._whole:
            self._save()
        for file in self._files.values():
            file.close()

    def append(self, components: Sequence[np.ndarray], mixing: np.ndarray | None = None) -> None:
        """Encodes and writes the next block.

        Args:
            components: C arrays (n, D_c) float32.
            mixing: (n, M, C) float32; None without mixtures.

        Raises:
            FormatError: naming shots and space of values that are not finite, or too large for float16.
            MismatchError: if the block has other sizes than the layout, or there are more rows than shots.
        """
        start, stop = self.rows_written, self.rows_written + len(components[0])
        if stop > self.layout.shots:
            raise MismatchError(
                "too many rows", where=self.directory, expected=self.layout.shots, found=f"at least {stop}"
            )
        parts = encoded_block(self.layout, components, mixing, shot_ids=self._shot_ids[start:stop])
        self._whole = False
        for name, part in parts.items():
            self._files[name].write(part.reshape(-1).view(np.uint8).data)
        self._whole = True
        self.rows_written = stop
        self._blocks_unsaved += 1
        if self._blocks_unsaved >= self._blocks_at_risk:
            self._save()

    def written_arrays(self) -> QuantisedArrays:
        """Returns the whole index, memory-mapped where it grew, to be measured before it is published.

        Raises:
            MismatchError: if rows are missing.
        """
        if self.rows_written != self.layout.shots:
            raise MismatchError(
                "too few rows", where=self.directory, expected=self.layout.shots, found=self.rows_written
            )
        if IDS_FILE not in self._files:
            self._files[IDS_FILE] = GrowingFile(self._folder / IDS_FILE)
            self._files[IDS_FILE].write("".join(f"{shot}\n" for shot in self._shot_ids).encode())
        self._save()
        return open_arrays(self._folder, self.layout)

    def publish(self, recall: Recall | None) -> None:
        """Writes the manifest and moves the index to its place; one that stood there is removed.

        Args:
            recall: of the written arrays; None where it was not measured.

        Raises:
            MismatchError: if rows are missing.
        """
        self.written_arrays()
        files = {name: {"bytes": file.written, "crc32": file.checksums} for name, file in self._files.items()}
        measured = None if recall is None else recall.settings
        settings = {**self.layout.settings, "recall": measured, "files": files}
        manifest = Manifest(QUANTISED_KIND, self._sources["made_from"], settings)
        write_manifest(self._folder, manifest)
        replace_directory(self._folder, self.directory)
        (self.directory / STATE_FILE).unlink()

    def _save(self) -> None:
        files = {name: file.save() for name, file in self._files.items()}
        write_json(self._folder / STATE_FILE, {**self._sources, "rows": self.rows_written, "files": files})
        self._blocks_unsaved = 0

    def _resumed(self) -> dict[str, GrowingFile] | None:
        """Returns the files of a stopped build of the same sources, cut to what is good; None without one."""
        try:
            state = read_json(self._folder / STATE_FILE)
            same = all(state[name] == value for name, value in self._sources.items())
            sizes = {name: state["files"][name]["bytes"] for name in self.layout.files}
            if not same or any((self._folder / name).stat().st_size < size for name, size in sizes.items()):
                return None
        except (LpdError, KeyError, TypeError, OSError):
            return None
        self.rows_written = int(state["rows"])
        return {name: GrowingFile(self._folder / name, state["files"][name]) for name in sizes}

    def _begun(self) -> dict[str, GrowingFile]:
        drop_partial_build(self.directory)
        self._folder.mkdir(parents=True)
        self._check_room()
        files = {name: GrowingFile(self._folder / name) for name in self.layout.files}
        for name, (shape, dtype) in self.layout.files.items():
            files[name].write(array_header(shape, dtype))
        return files

    def _check_room(self) -> None:
        needed = sum(prod(shape) * dtype.itemsize for shape, dtype in self.layout.files.values())
        free = shutil.disk_usage(self._folder).free
        if needed > free:
            raise LpdError(
                "the disk has not enough room for this index",
                where=self.directory,
                expected=f"{needed / 1e6:,.0f} MB",
                found=f"{free / 1e6:,.0f} MB free",
                next_step="make room, or move the workspace",
            )
