"""Dot products of bytes and of half floats, as fast as memory gives them: numba with vectors of LLVM.

An 8-bit code is a byte, `code + 128`; a query is signed bytes. Sums over a row are exact in 32 bits. What the
added 128 contributes depends on the query alone, `128 * sum(query)`, and is subtracted afterwards. Rows are
padded to a multiple of 64 bytes, and queries hold zeros there.

Kernels take addresses, because arrays of several widths would make numba compile every loop for each
combination: the caller keeps the arrays alive and the numbers inside of them. They start no threads of their
own (numba's threads abort a process in which two Python threads call them at once) and release the
interpreter's lock.
"""

from collections.abc import Sequence
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from lpd.search.quantised_layout import LANE

__all__ = [
    "AHEAD",
    "GROUP",
    "HAS_VNNI",
    "ROWS_AT_ONCE",
    "dot_bytes",
    "dot_group",
    "dot_halves",
    "encode_rows",
    "multiply_rows",
    "portable_dot_bytes",
    "portable_dot_group",
]

GROUP = 4
"""Queries that meet a row of codes while it lies in registers."""
ROWS_AT_ONCE = 4
"""Rows of codes that meet a group of queries at once: 16 sums in registers."""
AHEAD = 32 << 10
"""Bytes that are asked for ahead of what is multiplied; without it a thread waits for memory, then works."""
HAS_VNNI = bool(llvm.get_host_cpu_features().get("avx512vnni")) and llvm.llvm_version_info >= (22,)
"""Whether the processor multiplies and adds 64 bytes in one instruction (LLVM 22 renamed its operands)."""

_BYTE, _INT, _LONG, _FLOAT, _HALF = (
    ir.IntType(8),
    ir.IntType(32),
    ir.IntType(64),
    ir.FloatType(),
    ir.HalfType(),
)
_LANES = 16
_SECOND_CACHE = 2
"""Where the bytes asked for go; the first cache is too small for two threads' worth."""
_BYTES, _INTS = ir.VectorType(_BYTE, LANE), ir.VectorType(_INT, _LANES)
_FLOATS, _HALVES = ir.VectorType(_FLOAT, _LANES), ir.VectorType(_HALF, _LANES)


def _at(builder: Any, kind: Any, address: Any, offset: Any) -> Any:
    return builder.inttoptr(builder.add(address, offset), kind.as_pointer())


def _load(builder: Any, kind: Any, address: Any, offset: Any) -> Any:
    return builder.load(_at(builder, kind, address, offset), align=1)


def _steps(builder: Any, start: Any, stop: Any, step: int) -> Any:
    return cgutils.for_range_slice(builder, start, stop, _LONG(step))


def _take(builder: Any, one: Any, other: Any, lanes: Sequence[int]) -> Any:
    """Returns some lanes of two vectors side by side."""
    return builder.shuffle_vector(one, other, ir.Constant(ir.VectorType(_INT, len(lanes)), list(lanes)))


def _add_products_vnni(builder: Any, total: Any, codes: Any, query: Any) -> Any:
    """Adds products of unsigned and signed bytes, four neighbours each, to 16 sums."""
    kind = ir.FunctionType(_INTS, [_INTS, _BYTES, _BYTES])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.avx512.vpdpbusd.512")
    return builder.call(function, [total, codes, query])


def _add_products_portable(builder: Any, total: Any, codes: Any, query: Any) -> Any:
    """As `_add_products_vnni`, to the same 16 sums, in operations that every processor has."""
    wide = ir.VectorType(_INT, LANE)
    products = builder.mul(builder.zext(codes, wide), builder.sext(query, wide))
    for first in range(4):
        total = builder.add(total, _take(builder, products, products, range(first, LANE, 4)))
    return total


def _sum_of_lanes(builder: Any, vector: Any) -> Any:
    kind = ir.FunctionType(_INT, [vector.type])
    return builder.call(
        cgutils.get_or_insert_function(builder.module, kind, "llvm.vector.reduce.add.v16i32"), [vector]
    )


def _sums_of_four(builder: Any, vectors: list[Any]) -> Any:
    """Returns the sums of 4 vectors of 16 as one vector of 4: turned about in groups of four lanes, which is
    cheap, and added on the way.
    """

    def added(one: Any, other: Any, lanes: tuple[int, ...]) -> Any:
        """Adds two ways of taking half of each vector; both are the same in every group of four lanes."""
        group = range(0, _LANES, 4)
        first, second = (
            _take(builder, one, other, [start + lane + shift for start in group for lane in lanes])
            for shift in (0, 2)
        )
        return builder.add(first, second)

    def halved(one: Any) -> Any:
        count = one.type.count
        low = _take(builder, one, one, range(count // 2))
        return builder.add(low, _take(builder, one, one, range(count // 2, count)))

    a, b, c, d = vectors
    pairs = (0, _LANES, 1, _LANES + 1)
    both = added(added(a, b, pairs), added(c, d, pairs), (0, 1, _LANES, _LANES + 1))
    return halved(halved(both))


def _dot_bytes(add_products: Any) -> Any:
    """Returns the intrinsic that gives the dot product of a row of codes and a query."""

    def dot(typingctx: Any, codes: Any, query: Any, width: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            codes, query, width = args
            total = cgutils.alloca_once_value(builder, ir.Constant(_INTS, [0] * _LANES))
            with _steps(builder, _LONG(0), width, LANE) as (offset, _):
                row, other = (_load(builder, _BYTES, address, offset) for address in (codes, query))
                builder.store(add_products(builder, builder.load(total), row, other), total)
            return _sum_of_lanes(builder, builder.load(total))

        return types.int32(types.intp, types.intp, types.intp), generate

    return intrinsic(dot)


def _dot_group(add_products: Any) -> Any:
    """Returns the intrinsic that writes the dot products of ROWS_AT_ONCE rows and a group of queries."""

    def dot(typingctx: Any, codes: Any, queries: Any, width: Any, out: Any, stride: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            codes, queries, width, out, stride = args
            zeros = ir.Constant(_INTS, [0] * _LANES)
            sums = [
                [cgutils.alloca_once_value(builder, zeros) for _ in range(GROUP)] for _ in range(ROWS_AT_ONCE)
            ]
            ahead = [builder.mul(width, _LONG(number)) for number in range(max(GROUP, ROWS_AT_ONCE))]
            with _steps(builder, _LONG(0), width, LANE) as (offset, _):
                others = [
                    _load(builder, _BYTES, queries, builder.add(offset, ahead[q])) for q in range(GROUP)
                ]
                for number, totals in enumerate(sums):
                    row = _load(builder, _BYTES, codes, builder.add(offset, ahead[number]))
                    for total, other in zip(totals, others, strict=True):
                        builder.store(add_products(builder, builder.load(total), row, other), total)
            for column in range(GROUP):
                four = _sums_of_four(builder, [builder.load(totals[column]) for totals in sums])
                place = _at(builder, four.type, out, builder.mul(stride, _LONG(column)))
                builder.store(four, place, align=4)
            return context.get_dummy_value()

        return types.void(*[types.intp] * 5), generate

    return intrinsic(dot)


@intrinsic
def _ask_for(typingctx: Any, address: Any, size: Any) -> Any:
    """Asks for `size` bytes to be brought near; the address may lie behind the array, as nothing is read."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address, size = args
        kind = ir.FunctionType(ir.VoidType(), [_BYTE.as_pointer(), _INT, _INT, _INT])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        with _steps(builder, _LONG(0), size, LANE) as (offset, _):
            place = _at(builder, _BYTE, address, offset)
            builder.call(function, [place, _INT(0), _INT(_SECOND_CACHE), _INT(1)])
        return context.get_dummy_value()

    return types.void(types.intp, types.intp), generate


@intrinsic
def dot_halves(typingctx: Any, halves: Any, query: Any, width: Any) -> Any:
    """The float32 dot product of `width` half floats and floats at two addresses, summed in 16 lanes."""

    def products(builder: Any, kinds: tuple[Any, Any], args: Any, start: Any) -> Any:
        halves, query = args
        row = builder.fpext(_load(builder, kinds[0], halves, builder.mul(start, _LONG(2))), kinds[1])
        return builder.fmul(
            row, _load(builder, kinds[1], query, builder.mul(start, _LONG(4))), flags=["contract"]
        )

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        width = args[2]
        whole = builder.and_(width, _LONG(-_LANES))
        lanes = cgutils.alloca_once_value(builder, ir.Constant(_FLOATS, [0.0] * _LANES))
        with _steps(builder, _LONG(0), whole, _LANES) as (start, _):
            part = products(builder, (_HALVES, _FLOATS), args[:2], start)
            builder.store(builder.fadd(builder.load(lanes), part, flags=["contract"]), lanes)
        kind = ir.FunctionType(_FLOAT, [_FLOAT, _FLOATS])
        reduce = cgutils.get_or_insert_function(builder.module, kind, "llvm.vector.reduce.fadd.v16f32")
        summed = builder.call(reduce, [_FLOAT(0.0), builder.load(lanes)], fastmath=["reassoc"])
        total = cgutils.alloca_once_value(builder, summed)
        with _steps(builder, whole, width, 1) as (start, _):
            part = products(builder, (_HALF, _FLOAT), args[:2], start)
            builder.store(builder.fadd(builder.load(total), part), total)
        return builder.load(total)

    return types.float32(types.intp, types.intp, types.intp), generate


portable_dot_bytes, portable_dot_group = (
    _dot_bytes(_add_products_portable),
    _dot_group(_add_products_portable),
)
vnni_dot_bytes, vnni_dot_group = _dot_bytes(_add_products_vnni), _dot_group(_add_products_vnni)
dot_bytes = vnni_dot_bytes if HAS_VNNI else portable_dot_bytes
dot_group = vnni_dot_group if HAS_VNNI else portable_dot_group


@njit(nogil=True, cache=True)
def multiply_rows(codes, rows, queries, columns, width, out, component):  # type: ignore[no-untyped-def]
    """Writes the int32 dot products of neighbouring rows of codes and of queries.

    Args:
        codes: address of the first row; `rows` rows of `width` bytes.
        queries: address of the first query; `columns` of them, one after another: 1, or a multiple of GROUP.
        width: a multiple of LANE.
        out: (C, columns, rows or more) int32, C-contiguous; `out[component]` is written.
    """
    stride = 4 * out.shape[2]
    first = out.ctypes.data + component * columns * stride
    whole = rows - rows % ROWS_AT_ONCE if columns > 1 else 0
    for row in range(0, whole, ROWS_AT_ONCE):
        address = codes + row * width
        _ask_for(address + AHEAD, ROWS_AT_ONCE * width)
        for column in range(0, columns, GROUP):
            dot_group(address, queries + column * width, width, first + column * stride + 4 * row, stride)
    for row in range(whole, rows):
        _ask_for(codes + row * width + AHEAD, width)
        for column in range(columns):
            out[component, column, row] = dot_bytes(codes + row * width, queries + column * width, width)


@njit(nogil=True, cache=True)
def encode_rows(vectors, codes, scales):  # type: ignore[no-untyped-def]
    """Writes the 8-bit codes of vectors: `rint(v / scale) + 128`, the scale being a row's largest size / 127.

    Args:
        vectors: (n, D) float32, finite.
        codes: (n, P) uint8, P not below D; what pads a row becomes 128.
        scales: (n,) float32; zero for a row of zeros, whose codes are all 128.
    """
    for row in range(vectors.shape[0]):
        largest = np.float32(0.0)
        for column in range(vectors.shape[1]):
            largest = max(largest, abs(vectors[row, column]))
        scales[row] = largest / np.float32(127.0)
        steps = np.float32(127.0) / largest if largest > 0 else np.float32(0.0)
        for column in range(vectors.shape[1]):
            codes[row, column] = np.uint8(np.rint(vectors[row, column] * steps) + np.float32(128.0))
        for column in range(vectors.shape[1], codes.shape[1]):
            codes[row, column] = 128
