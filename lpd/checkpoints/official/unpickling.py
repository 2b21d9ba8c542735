"""Pickles read as data: no class is looked up and nothing is called, whatever the file asks for.

`pickletools` cuts a pickle into its instructions; `PickleReader` follows them on its own stack. What an
instruction would call is looked up by name in `lpd.checkpoints.official.rebuilding`, and is a `StandIn`
otherwise. Time and memory grow with the size of the pickle alone.
"""

import pickletools
import warnings
from collections.abc import Callable
from io import BytesIO
from typing import Any

from lpd.checkpoints.official.file import StandIn
from lpd.errors import FormatError, LpdError

__all__ = ["DAMAGED", "LARGEST_PICKLE", "Named", "PickleReader", "Rebuild"]

LARGEST_PICKLE = 1 << 29
MOST_INSTRUCTIONS = 50_000_000
MOST_OBJECTS = 5_000_000
LARGEST_KEY = 1 << 60
"""Whole numbers from here on can be chosen so that all of them meet in one place of a dictionary."""

DAMAGED = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What instructions that make no sense end in; unicode errors are ValueErrors."""

Rebuild = Callable[..., Any]


class Named(str):
    """The name of a class or function that a pickle speaks of, `torch.FloatStorage`; it is not looked up."""

    __slots__ = ()


class PickleReader:
    """What one pickle after another of a stream says.

    Args:
        rebuild: name -> what makes plain data of the arguments.
        quiet: names that become stand-ins without being reported.
        persistent: makes an object of a persistent id; None where there can be none.

    Attributes:
        refused: names that became stand-ins, in the order they were met.
    """

    def __init__(
        self,
        rebuild: dict[str, Rebuild],
        *,
        quiet: frozenset[str] = frozenset(),
        persistent: Callable[[Any], Any] | None = None,
    ) -> None:
        self._rebuild = rebuild
        self._quiet = quiet
        self._persistent = persistent
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}
        self._objects = 0
        self.refused: dict[str, None] = {}

    def read(self, stream: BytesIO) -> Any:
        """Returns the next object of a stream, which then stands behind its pickle.

        Raises:
            FormatError: if it is no pickle, a damaged one, or one that asks for what no checkpoint holds.
        """
        self._stack, self._marks, self._memo = [], [], {}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of odd escapes in a damaged text
                return self._followed(stream)
        except LpdError:
            raise
        except DAMAGED as error:
            raise FormatError(f"a damaged pickle ({type(error).__name__}: {str(error)[:80]})") from error

    def _followed(self, stream: BytesIO) -> Any:
        for number, (instruction, argument, _) in enumerate(pickletools.genops(stream)):
            if instruction.name == "STOP":
                return self._stack.pop()
            if number > MOST_INSTRUCTIONS:
                raise FormatError("too many instructions for a checkpoint")
            _INSTRUCTIONS[instruction.name](self, argument)
        raise FormatError("a pickle without an end")

    # --- stack, marks and memory -----------------------------------------------------------------

    def _count(self) -> None:
        self._objects += 1
        if self._objects > MOST_OBJECTS:
            raise FormatError("too many objects for a checkpoint", expected=f"at most {MOST_OBJECTS}")

    def _push(self, value: Any) -> None:
        self._count()
        self._stack.append(value)

    def _mark(self, _: Any) -> None:
        self._marks.append(len(self._stack))

    def _behind_mark(self) -> list[Any]:
        start = self._marks.pop()
        if start > len(self._stack):
            raise ValueError("a mark above the stack")
        taken = self._stack[start:]
        del self._stack[start:]
        return taken

    def _pop(self, _: Any) -> None:
        if self._marks and self._marks[-1] == len(self._stack):
            self._marks.pop()
        else:
            self._stack.pop()

    def _put(self, place: int) -> None:
        self._memo[place] = self._stack[-1]

    def _memoize(self, _: Any) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def _get(self, place: int) -> None:
        self._stack.append(self._memo[place])

    # --- containers ------------------------------------------------------------------------------

    def _tuple(self, size: int | None) -> None:
        if size is None:
            self._push(tuple(self._behind_mark()))
            return
        values = [self._stack.pop() for _ in range(size)]
        self._push(tuple(reversed(values)))

    def _append(self, values: list[Any]) -> None:
        target = self._stack[-1]
        if isinstance(target, StandIn):
            target.items.extend(values)
        elif isinstance(target, list):
            target.extend(values)
        else:
            raise TypeError("appending to what is no list")

    def _add(self, values: list[Any]) -> None:
        target = self._stack[-1]
        if isinstance(target, StandIn):
            target.items.extend(values)
        elif isinstance(target, set):
            target.update(_key(value) for value in values)
        else:
            raise TypeError("adding to what is no set")

    def _set(self, values: list[Any]) -> None:
        target = self._stack[-1]
        if isinstance(target, StandIn):
            target = target.entries
        if not isinstance(target, dict) or len(values) % 2:
            raise TypeError("entries for what is no dictionary")
        for key, value in zip(values[::2], values[1::2], strict=True):
            target[_key(key)] = value

    def _dictionary(self, _: Any) -> None:
        values = self._behind_mark()
        self._push({})
        self._set(values)

    # --- names, and what would be called ---------------------------------------------------------

    def _name(self, argument: str) -> None:
        self._push(Named(argument.replace(" ", ".", 1)))

    def _name_on_stack(self, _: Any) -> None:
        name, module = self._stack.pop(), self._stack.pop()
        if type(name) is not str or type(module) is not str:
            raise TypeError("a name that is no text")
        self._push(Named(f"{module}.{name}"))

    def _call(self, name: Any, arguments: Any) -> None:
        if isinstance(name, StandIn) and isinstance(arguments, tuple):
            self._push(StandIn(f"{name.name}()", arguments))
            return
        if not isinstance(name, Named) or not isinstance(arguments, tuple):
            raise TypeError("a call of what is no name")
        if name in self._rebuild:
            self._push(self._rebuild[name](*arguments))
            return
        if name in _MAKE_INSTANCE:  # (class, base, state) or (class, *arguments)
            name, arguments = arguments[0], () if "reconstructor" in name else arguments[1:]
            self._call(name, arguments)
            return
        if name not in self._quiet:
            self.refused[str(name)] = None
        self._push(StandIn(str(name), arguments))

    def _reduce(self, _: Any) -> None:
        arguments, name = self._stack.pop(), self._stack.pop()
        self._call(name, arguments)

    def _new_with_keywords(self, _: Any) -> None:
        keywords, arguments, name = self._stack.pop(), self._stack.pop(), self._stack.pop()
        self._call(name, (*arguments, keywords) if keywords else arguments)

    def _instance(self, argument: str) -> None:
        self._call(Named(argument.replace(" ", ".", 1)), tuple(self._behind_mark()))

    def _object(self, _: Any) -> None:
        name, *arguments = self._behind_mark()
        self._call(name, tuple(arguments))

    def _build(self, _: Any) -> None:
        state, target = self._stack.pop(), self._stack[-1]
        if hasattr(target, "set_state"):
            target.set_state(state)
        elif isinstance(target, StandIn):
            pieces = state if isinstance(state, tuple) and len(state) == 2 else (state,)
            if all(isinstance(piece, dict | None) for piece in pieces):
                for piece in pieces:
                    target.attributes.update(piece or {})
            else:
                target.attributes["state"] = state

    def _persistent_id(self, identity: Any) -> None:
        if self._persistent is None:
            raise FormatError("a pickle that refers to storages it cannot have")
        self._push(self._persistent(identity))


def _key(value: Any) -> Any:
    """Returns a value that can be a key without cost: text, bytes, small numbers and flat tuples of them."""
    pieces = value if type(value) is tuple and len(value) <= 8 else (value,)
    for piece in pieces:
        if isinstance(piece, int) and abs(piece) < LARGEST_KEY:
            continue
        if not isinstance(piece, str | bytes | None):
            raise FormatError("a key that no checkpoint has", found=type(piece).__name__)
    return value


_MAKE_INSTANCE = frozenset(
    f"{module}.{name}" for module in ("copy_reg", "copyreg") for name in ("_reconstructor", "__newobj__")
)
_PUSHED = (
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
)
_INSTRUCTIONS: dict[str, Callable[[PickleReader, Any], None]] = {
    **dict.fromkeys(_PUSHED, lambda reader, argument: reader._stack.append(argument)),
    "NONE": lambda reader, _: reader._stack.append(None),
    "NEWTRUE": lambda reader, _: reader._stack.append(True),
    "NEWFALSE": lambda reader, _: reader._stack.append(False),
    "EMPTY_TUPLE": lambda reader, _: reader._stack.append(()),
    "PROTO": lambda reader, _: None,
    "FRAME": lambda reader, _: None,
    "MARK": PickleReader._mark,
    "POP": PickleReader._pop,
    "POP_MARK": lambda reader, _: reader._behind_mark().clear(),
    "DUP": lambda reader, _: reader._stack.append(reader._stack[-1]),
    "PUT": PickleReader._put,
    "BINPUT": PickleReader._put,
    "LONG_BINPUT": PickleReader._put,
    "MEMOIZE": PickleReader._memoize,
    "GET": PickleReader._get,
    "BINGET": PickleReader._get,
    "LONG_BINGET": PickleReader._get,
    "TUPLE": lambda reader, _: reader._tuple(None),
    "TUPLE1": lambda reader, _: reader._tuple(1),
    "TUPLE2": lambda reader, _: reader._tuple(2),
    "TUPLE3": lambda reader, _: reader._tuple(3),
    "EMPTY_LIST": lambda reader, _: reader._push([]),
    "LIST": lambda reader, _: reader._push(reader._behind_mark()),
    "APPEND": lambda reader, _: reader._append([reader._stack.pop()]),
    "APPENDS": lambda reader, _: reader._append(reader._behind_mark()),
    "EMPTY_SET": lambda reader, _: reader._push(set()),
    "ADDITEMS": lambda reader, _: reader._add(reader._behind_mark()),
    "FROZENSET": lambda reader, _: reader._push(frozenset(_key(one) for one in reader._behind_mark())),
    "EMPTY_DICT": lambda reader, _: reader._push({}),
    "DICT": PickleReader._dictionary,
    "SETITEM": lambda reader, _: reader._set([reader._stack.pop(), reader._stack.pop()][::-1]),
    "SETITEMS": lambda reader, _: reader._set(reader._behind_mark()),
    "GLOBAL": PickleReader._name,
    "STACK_GLOBAL": PickleReader._name_on_stack,
    "REDUCE": PickleReader._reduce,
    "NEWOBJ": PickleReader._reduce,
    "NEWOBJ_EX": PickleReader._new_with_keywords,
    "INST": PickleReader._instance,
    "OBJ": PickleReader._object,
    "BUILD": PickleReader._build,
    "PERSID": PickleReader._persistent_id,
    "BINPERSID": lambda reader, _: reader._persistent_id(reader._stack.pop()),
}
