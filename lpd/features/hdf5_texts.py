"""Prints the texts of an HDF5 data set as one JSON list; run as a script, in a process of its own.

The HDF5 library can loop without end in the heap of a damaged file, where texts of any length lie. Nothing
can stop it there but the end of its process. This file imports nothing of lpd, so that it starts quickly.
"""

import json
import sys

__all__ = ["main"]

MEMORY_BYTES = 8 << 30


def main(path: str, key: str) -> None:
    """Writes the list on stdout; a lie about a text's length is refused by the limit of memory."""
    import h5py

    if sys.platform != "win32":
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = MEMORY_BYTES if limit == resource.RLIM_INFINITY else min(MEMORY_BYTES, limit)
        resource.setrlimit(resource.RLIMIT_AS, (most, limit))
    with h5py.File(path, "r", locking=False) as file:
        json.dump(file[key].asstr("utf-8")[:].tolist(), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
