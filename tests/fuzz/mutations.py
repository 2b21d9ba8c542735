"""Damage to files as it happens, and as somebody would do it on purpose."""

import random
import re
import struct

NUMBERS = (
    b"0", b"-1", b"1", b"99999999999999999999", b"1e400", b"nan", b"inf", b"-0", b"2147483648",
    b"0x10", b"1_000",
    b"18446744073709551616", b"1" * 5000, b"\xd9\xa1", b"1.5", b"",
)  # fmt: skip
WORDS = (
    b"\x00", b"\n", b"\n\n", b" ", b"\t", b"\r\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"#",
    b'"', b"'", b"<", b"&x;", b"{", b"}",
    b"[" * 3000, b"version https://git-lfs", b"\x1f\x8b", b"PK\x03\x04", b"../../outside", b"/etc/passwd",
    b"\xe2\x80\xa8", b"null", b"\\u0000",
    b"cos\nsystem\n(S'touch executed'\ntR.", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"{" + b'"a":' * 2000,
)  # fmt: skip
SIZES = (0, 1, 2**16 - 1, 2**31 - 1, 2**32 - 1, 2**40, 2**62, 2**63 - 1, 2**64 - 1)
DIGITS = re.compile(rb"\d+")


def mutated(data: bytes, generator: random.Random) -> bytes:
    """Returns the bytes of a file with one to three damages."""
    for _ in range(generator.randint(1, 3)):
        data = generator.choice(MUTATIONS)(data, generator)
    return data


def _flip(data: bytes, generator: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(generator.randint(1, 4)):
        if changed:
            changed[_place(changed, generator)] ^= 1 << generator.randrange(8)
    return bytes(changed)


def _overwrite(data: bytes, generator: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(generator.randint(1, 4)):
        if changed:
            changed[_place(changed, generator)] = generator.choice((0, 255, 128, generator.randrange(256)))
    return bytes(changed)


def _cut(data: bytes, generator: random.Random) -> bytes:
    return data[: generator.randrange(len(data) + 1)]


def _drop(data: bytes, generator: random.Random) -> bytes:
    start, end = _span(data, generator)
    return data[:start] + data[end:]


def _double(data: bytes, generator: random.Random) -> bytes:
    start, end = _span(data, generator)
    return data[:end] + data[start:end] * generator.choice((1, 1, 2, 50)) + data[end:]


def _move(data: bytes, generator: random.Random) -> bytes:
    start, end = _span(data, generator)
    rest = data[:start] + data[end:]
    place = generator.randrange(len(rest) + 1)
    return rest[:place] + data[start:end] + rest[place:]


def _insert(data: bytes, generator: random.Random) -> bytes:
    place = _place(data, generator) if data else 0
    return data[:place] + generator.choice(WORDS) + data[place:]


def _number(data: bytes, generator: random.Random) -> bytes:
    """Another number in place of one that is written in digits."""
    found = list(DIGITS.finditer(data[:100_000]))
    if not found:
        return _insert(data, generator)
    one = generator.choice(found)
    return data[: one.start()] + generator.choice(NUMBERS) + data[one.end() :]


def _size(data: bytes, generator: random.Random) -> bytes:
    """A length that lies: two, four or eight bytes become another whole number."""
    width, form = generator.choice(((2, "H"), (4, "I"), (8, "Q")))
    if len(data) < width:
        return data
    place = min(_place(data, generator), len(data) - width)
    order = generator.choice("<>")
    value = generator.choice(SIZES) % (1 << (8 * width))
    return data[:place] + struct.pack(order + form, value) + data[place + width :]


def _swap_lines(data: bytes, generator: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, other = generator.randrange(len(lines)), generator.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


MUTATIONS = (
    _flip,
    _overwrite,
    _cut,
    _drop,
    _double,
    _move,
    _insert,
    _number,
    _number,
    _size,
    _size,
    _swap_lines,
)


def _place(data: bytes | bytearray, generator: random.Random) -> int:
    """A place in the data, more often among the first and the last bytes, where headers and indexes stand."""
    ends = min(len(data), 200)
    kind = generator.random()
    if kind < 0.3:
        return generator.randrange(ends)
    if kind < 0.5:
        return len(data) - 1 - generator.randrange(ends)
    return generator.randrange(len(data))


def _span(data: bytes, generator: random.Random) -> tuple[int, int]:
    if not data:
        return 0, 0
    start = _place(data, generator)
    return start, min(len(data), start + generator.choice((1, 2, 4, 8, 30, 300)))
