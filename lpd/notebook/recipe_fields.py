"""Frozen dataclasses as plain JSON and back, checked field by field: a notebook may come from anywhere."""

import math
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from lpd.errors import FormatError, name_some

__all__ = ["plain_fields", "read_fields"]


def plain_fields(record: Any) -> dict[str, Any]:
    """Returns the fields of a dataclass as plain JSON values, without those that have their default.

    Args:
        record: whose fields are text, numbers, None, tuples, mappings, or dataclasses of such.
    """
    given = {}
    for one in fields(record):
        value = getattr(record, one.name)
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        if default is MISSING or value != default:
            given[one.name] = _plain(value)
    return given


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return plain_fields(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


def read_fields(kind: type[Any], document: object, *, where: str) -> Any:
    """Returns the dataclass of plain JSON values, as `plain_fields` makes them.

    Args:
        kind: the dataclass.
        document: an object with its fields; those with a default may be absent.
        where: what it is, for messages.

    Raises:
        FormatError: if it is no object, has other keys, lacks one, or a value is of another type.
    """
    if not isinstance(document, Mapping):
        raise FormatError(f"{where} is no object", expected="key -> value", found=type(document).__name__)
    known = {one.name: one for one in fields(kind)}
    unknown = [str(key) for key in document if key not in known]
    absent = [
        name
        for name, one in known.items()
        if name not in document and one.default is MISSING and one.default_factory is MISSING
    ]
    if unknown or absent:
        told = [f"unknown {name_some(unknown)}"] if unknown else []
        told += [f"no {name_some(absent)}"] if absent else []
        raise FormatError(f"{where} has other keys", expected=", ".join(known), found="; ".join(told))
    types = get_type_hints(kind)
    return kind(**{name: _read(types[name], value, f"{where}, {name}") for name, value in document.items()})


def _read(wanted: Any, value: Any, where: str) -> Any:
    origin, arguments = get_origin(wanted), get_args(wanted)
    if wanted is Any:
        return value
    if origin is UnionType:
        [one] = [argument for argument in arguments if argument is not NoneType]
        return None if value is None else _read(one, value, where)
    if is_dataclass(wanted):
        return read_fields(wanted, value, where=where)  # type: ignore[arg-type]
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise _unlike("a list", value, where)
        return tuple(_read(arguments[0], one, where) for one in value)
    if origin is Mapping:
        if not isinstance(value, Mapping):
            raise _unlike("an object", value, where)
        return {_read(str, key, where): _read(arguments[1], one, where) for key, one in value.items()}
    return _number_or_text(wanted, value, where)


def _number_or_text(wanted: type, value: Any, where: str) -> Any:
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > 2**53:
            raise _unlike("a number", value, where)
        return float(value)
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise _unlike(wanted.__name__, value, where)
    if isinstance(value, float) and not math.isfinite(value):
        raise _unlike("a finite number", value, where)
    return value


def _unlike(expected: str, value: Any, where: str) -> FormatError:
    return FormatError(f"{where} is of another type", expected=expected, found=repr(value)[:100])
