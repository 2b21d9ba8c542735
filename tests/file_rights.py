"""File modes that bind root as well, for tests of what may not be written."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

VERSION_3 = 0x20080522
"""Of the kernel's structures of capabilities: two words of each set."""
OVERRIDES = (1 << 1) | (1 << 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: root reads and writes whatever the modes say."""


@contextmanager
def modes_obeyed() -> Iterator[None]:
    """Lets file modes hold for this thread even where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    if not sys.platform.startswith("linux"):
        pytest.skip("root disregards file modes, and only Linux can take that right from it")
    kernel = ctypes.CDLL(None, use_errno=True)
    header, sets = (ctypes.c_uint32 * 2)(VERSION_3, 0), (ctypes.c_uint32 * 6)()
    assert kernel.capget(header, sets) == 0
    before = sets[0]
    sets[0] = before & ~OVERRIDES  # the effective set; the permitted one stays, so that it can be taken back
    assert kernel.capset(header, sets) == 0
    try:
        yield
    finally:
        sets[0] = before
        assert kernel.capset(header, sets) == 0
