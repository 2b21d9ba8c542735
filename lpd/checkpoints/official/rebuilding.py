"""What a checkpoint's pickle may make: tensors inside of their storages, numpy values, plain containers."""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lpd.checkpoints.official.unpickling import Named, Rebuild
from lpd.errors import FormatError

__all__ = ["QUIET", "REBUILD", "STORAGE_TYPES", "NumpyType", "Storages"]

STORAGE_TYPES: dict[str, torch.dtype] = {
    "BFloat16Storage": torch.bfloat16,
    "BoolStorage": torch.bool,
    "ByteStorage": torch.uint8,
    "CharStorage": torch.int8,
    "DoubleStorage": torch.float64,
    "FloatStorage": torch.float32,
    "HalfStorage": torch.float16,
    "IntStorage": torch.int32,
    "LongStorage": torch.int64,
    "ShortStorage": torch.int16,
    "UntypedStorage": torch.uint8,
}
STORAGE_NAME = re.compile(r"torch\.(?:cuda\.|storage\.)?(\w+Storage)")
NUMPY_TYPE = re.compile(r"[<>=|]?(?:[biufSU]\d{0,4}|\?)")
MOST_DIMENSIONS = 16
LARGEST_SCALAR = 1 << 16
OVERLAP = 4


class Storages:
    """The memory of a file's tensors: declared by the pickle, filled from the file.

    Every storage lies on the CPU, wherever it was saved from. What all of them declare together must fit into
    the file, so a lying header allocates nothing.

    Args:
        largest: bytes of the file.
        fill: called with key and memory of a storage as soon as it is declared; None where a later part of
            the file fills them.

    Attributes:
        memory: key -> bytes of the storage.
        element_sizes: key -> bytes of one element.
    """

    def __init__(self, largest: int, *, fill: Callable[[str, memoryview], None] | None = None) -> None:
        self._left = largest
        self._fill = fill
        self._storages: dict[str, Tensor] = {}
        self.memory: dict[str, memoryview] = {}
        self.element_sizes: dict[str, int] = {}

    def open(self, identity: Any) -> Tensor:
        """Returns the storage (numel,) that a persistent id speaks of.

        Raises:
            FormatError: if it is not an id of a storage, or does not fit into the file.
        """
        if not isinstance(identity, tuple) or len(identity) not in (5, 6) or identity[0] != "storage":
            raise FormatError("an id that is none of a storage")
        _, name, key, _, size, *view = identity
        match = STORAGE_NAME.fullmatch(name) if isinstance(name, Named) else None
        kind = STORAGE_TYPES.get(match[1]) if match else None
        if kind is None or not isinstance(key, str | int) or type(size) is not int or size < 0:
            raise FormatError("a storage of an unknown type", expected=", ".join(STORAGE_TYPES))
        storage = self._declared(str(key), kind, size)
        if view and view[0] is not None:
            _, offset, length = view[0]
            if not 0 <= offset <= offset + length <= len(storage):
                raise FormatError("a part of a storage that lies outside of it")
            return storage[offset : offset + length]
        return storage

    def _declared(self, key: str, kind: torch.dtype, size: int) -> Tensor:
        if key in self._storages:
            if self._storages[key].dtype != kind or len(self._storages[key]) != size:
                raise FormatError("a storage that is declared twice, differently", found=key[:40])
            return self._storages[key]
        needed = size * kind.itemsize
        if needed > self._left:
            raise FormatError(
                "storages larger than the file",
                expected=f"at most {self._left} more bytes",
                found=f"{needed} bytes",
            )
        self._left -= needed
        memory = bytearray(needed)
        self.memory[key], self.element_sizes[key] = memoryview(memory), kind.itemsize
        self._storages[key] = torch.frombuffer(memory, dtype=kind) if size else torch.empty(0, dtype=kind)
        if self._fill is not None:
            self._fill(key, self.memory[key])
        return self._storages[key]


def _tensor(storage: Tensor, offset: int, size: Sequence[int], stride: Sequence[int], *_: Any) -> Tensor:
    """Returns the view of a storage; what follows the stride (gradients, hooks) is left out."""
    if not isinstance(storage, Tensor) or type(offset) is not int:
        raise FormatError("a tensor of no storage")
    numbers = (offset, *size, *stride)
    if len(size) != len(stride) or len(size) > MOST_DIMENSIONS:
        raise FormatError("a tensor of strange dimensions", found=len(size))
    if not all(type(number) is int and 0 <= number <= len(storage) for number in numbers):
        raise FormatError("a tensor that does not lie in its storage")
    count = math.prod(size)
    last = offset + sum((length - 1) * step for length, step in zip(size, stride, strict=True))
    if count and last >= len(storage):
        raise FormatError("a tensor that reaches over the end of its storage")
    if count > OVERLAP * max(len(storage), 1):
        raise FormatError("a tensor many times as large as its storage")
    return storage.as_strided(tuple(size), tuple(stride), offset)


def _parameter(data: Any, *_: Any) -> Any:
    return data


class NumpyType:
    """A numpy type on its way out of a pickle.

    Args:
        code: its name, `f8`; types of Python objects are refused.
    """

    def __init__(self, code: object, *_: Any) -> None:
        if not isinstance(code, str) or NUMPY_TYPE.fullmatch(code) is None:
            raise FormatError("a numpy type that no checkpoint needs", found=str(code)[:40])
        self.dtype: np.dtype[Any] = np.dtype(code)

    def set_state(self, state: Any) -> None:
        """Takes the byte order; the rest describes types that are refused."""
        order = state[1]
        if order not in ("<", ">", "=", "|"):
            raise FormatError("a numpy type of unknown byte order")
        if order != "|":
            self.dtype = self.dtype.newbyteorder(order)


def _as_bytes(data: Any) -> bytes:
    """Returns bytes, which Python 2 wrote as text."""
    if isinstance(data, str):
        return data.encode("latin1")
    if not isinstance(data, bytes | bytearray):
        raise FormatError("numbers that are no bytes", found=type(data).__name__)
    return bytes(data)


def _scalar(kind: NumpyType, data: Any) -> Any:
    """Returns a numpy number or text as Python's own."""
    content = _as_bytes(data)
    if (
        not isinstance(kind, NumpyType)
        or len(content) != kind.dtype.itemsize
        or len(content) > LARGEST_SCALAR
    ):
        raise FormatError("a numpy number of another size than its type")
    return np.frombuffer(content, dtype=kind.dtype, count=1)[0].item() if content else ""


class _NumpyArray(np.ndarray):
    """An array that a pickle fills after it is made."""

    def set_state(self, state: Any) -> None:
        """Takes shape, type and values; values of another size than shape and type say are refused."""
        shape, kind, by_columns, data = state[-4:]
        content = _as_bytes(data)
        if not isinstance(kind, NumpyType) or len(shape) > MOST_DIMENSIONS:
            raise FormatError("a numpy array of an unknown type")
        if any(type(size) is not int or size < 0 for size in shape):
            raise FormatError("a numpy array of strange dimensions")
        if math.prod(shape) * kind.dtype.itemsize != len(content):
            raise FormatError("a numpy array of another size than it says")
        full = (1, tuple(shape), kind.dtype, bool(by_columns), content)
        self.__setstate__(full)  # type: ignore[arg-type]  # numpy takes Python's own True as well


def _array(*_: Any) -> np.ndarray:
    return np.empty(0, dtype=np.uint8).view(_NumpyArray)


def _dictionary(pairs: Any = (), *_: Any) -> dict[Any, Any]:
    """Returns an OrderedDict's content; dictionaries keep their order."""
    listed = list(pairs.items()) if isinstance(pairs, dict) else pairs
    if not all(len(pair) == 2 and isinstance(pair[0], str | int) for pair in listed):
        raise FormatError("an ordered dictionary of strange entries")
    return {pair[0]: pair[1] for pair in listed}


def _encoded(text: Any, encoding: Any = "latin1", *_: Any) -> bytes:
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise FormatError("text in an unexpected encoding", found=str(encoding)[:40])
    return text.encode("latin1")


def _size(sizes: Any = ()) -> tuple[Any, ...]:
    return tuple(sizes)


_MULTIARRAY = ("numpy.core.multiarray", "numpy._core.multiarray")
REBUILD: dict[str, Rebuild] = {
    "collections.OrderedDict": _dictionary,
    "torch._utils._rebuild_tensor": _tensor,
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_parameter": _parameter,
    "torch._utils._rebuild_parameter_with_state": _parameter,
    "torch.Size": _size,
    "numpy.dtype": NumpyType,
    "_codecs.encode": _encoded,
    **{f"{module}.scalar": _scalar for module in _MULTIARRAY},
    **{f"{module}._reconstruct": _array for module in _MULTIARRAY},
}
"""Name in a pickle -> what makes plain data of its arguments."""

QUIET = frozenset(("argparse.Namespace", "collections.Counter", "collections.defaultdict"))
"""Names of known, harmless holders of data; they become stand-ins all the same."""
