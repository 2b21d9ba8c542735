"""Files that grow with checksums of every 64 MiB, and go on growing after a stop."""

import os
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from lpd.search.quantised_layout import CHECKED_BYTES

__all__ = ["GrowingFile", "array_header"]


class GrowingFile:
    """A file that is only appended to.

    Args:
        path: its place; it is made, or cut to what `state` says.
        state: as `save` returned it; None begins a new file.
    """

    def __init__(self, path: Path, state: dict[str, Any] | None = None) -> None:
        self.path = path
        self.written = 0 if state is None else int(state["bytes"])
        self._complete = [] if state is None else [int(one) for one in state["crc32"]]
        self._running = 0 if state is None else int(state["running"])
        self._stream = path.open("wb" if state is None else "r+b")
        self._stream.truncate(self.written)
        self._stream.seek(self.written)

    @property
    def checksums(self) -> list[int]:
        """CRC-32 of every 64 MiB written, the last of what is left."""
        return self._complete + ([self._running] if self.written % CHECKED_BYTES else [])

    def write(self, data: bytes | memoryview) -> None:
        """Appends bytes."""
        self._stream.write(data)
        left = memoryview(data)
        while left:
            piece = left[: CHECKED_BYTES - self.written % CHECKED_BYTES]
            self._running = zlib.crc32(piece, self._running)
            self.written += len(piece)
            if self.written % CHECKED_BYTES == 0:
                self._complete.append(self._running)
                self._running = 0
            left = left[len(piece) :]

    def save(self) -> dict[str, Any]:
        """Returns, once every byte is on disk, what going on needs, as plain JSON values."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        return {"bytes": self.written, "crc32": list(self._complete), "running": self._running}

    def close(self) -> None:
        """Closes the file."""
        self._stream.close()


def array_header(shape: tuple[int, ...], dtype: np.dtype[Any]) -> bytes:
    """Returns what stands before the numbers in an .npy file of this shape; a multiple of 64 bytes."""
    header = BytesIO()
    description = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, description)
    return header.getvalue()
