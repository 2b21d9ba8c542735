"""The codes of a quantised index in large pages of memory, checked on the way there.

A scan of files that are mapped meets a new page every 4 KiB of every component. What it asks for ahead of its
work then waits for the page's address first: at 1.4 million shots a scan took half as long again as reading
the codes once, and in pages of 2 MiB 1.3 times as long (`benchmarks/search.py` measures it).
"""

import mmap
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from lpd.progress import Progress, no_progress
from lpd.search.quantised_files import QuantisedArrays, verify_files
from lpd.search.quantised_layout import codes_file
from lpd.storage import Manifest

__all__ = ["read_codes"]

_ALSO_CHECKED = ("scales.npy", "mixing.npy")


def read_codes(
    directory: Path, manifest: Manifest, arrays: QuantisedArrays, progress: Progress = no_progress
) -> QuantisedArrays:
    """Returns the arrays with their codes in memory of this process, instead of mapped from the files.

    Args:
        directory: of the index.
        manifest: of the index, which holds the checksums.
        arrays: of the index, opened.
        progress: called with the blocks read.

    Raises:
        FormatError: if a checksum differs.
        NotFoundError: if a file is gone.
    """
    described = manifest.settings["files"]
    memory = {
        codes_file(number): _memory(int(described[codes_file(number)]["bytes"]))
        for number in range(len(arrays.codes))
    }
    checked = [*memory, *(name for name in _ALSO_CHECKED if name in described)]
    verify_files(directory, manifest, checked, progress, into=memory)
    return replace(arrays, codes=_without_headers(list(memory.values()), arrays.codes))


def _memory(size: int) -> memoryview:
    """Returns memory, in pages of 2 MiB where the system has them."""
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return memoryview(mmap.mmap(-1, size))
    # private: pages of shared memory stay small unless the system is told otherwise
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with suppress(OSError):  # a kernel may have been made without them
        memory.madvise(mmap.MADV_HUGEPAGE)
    return memoryview(memory)


def _without_headers(files: Sequence[memoryview], mapped: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Returns the arrays in the bytes of .npy files, shaped as those that are mapped from the same files."""
    arrays = []
    for bytes_, array in zip(files, mapped, strict=True):
        codes = np.ndarray(array.shape, array.dtype, bytes_, offset=len(bytes_) - array.nbytes)
        codes.flags.writeable = False
        arrays.append(codes)
    return tuple(arrays)
