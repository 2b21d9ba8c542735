"""What can be checked of a docstring mechanically: its arguments, its errors, what it refers to."""

import builtins
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from assets.docs.pages import documented_modules, documented_names

SECTION = re.compile(r"^(Args|Returns|Raises|Source|Yields):", re.MULTILINE)
ITEM = re.compile(r"^ {4}(\w[\w, *]*?):", re.MULTILINE)


@dataclass(frozen=True)
class Told:
    """Something public: where it is told, the thing itself, and what its docstring says."""

    place: str
    thing: Any
    owner: type | None = None

    @property
    def docstring(self) -> str:
        return inspect.cleandoc(getattr(self.thing, "__doc__", None) or "")

    def section(self, name: str) -> str:
        """The lines of one section, `Args` or `Raises`; empty if there is none."""
        _, found, rest = f"\n{self.docstring}".partition(f"\n{name}:\n")
        if not found:
            return ""
        lines = rest.split("\n")
        ends = [number for number, line in enumerate(lines) if line and not line.startswith(" ")]
        return "\n".join(lines[: ends[0]] if ends else lines)

    def items(self, name: str) -> list[str]:
        """The names that the items of a section begin with; one item may tell several."""
        return [one.strip() for names in ITEM.findall(self.section(name)) for one in names.split(",")]


def public_things() -> Iterator[Told]:
    """Every function and class that a page tells, and the public methods and properties of the classes."""
    seen: set[int] = set()
    for module in documented_modules():
        for name in documented_names(module):
            thing = getattr(importlib.import_module(module), name)
            if not (inspect.isclass(thing) or inspect.isfunction(thing)) or id(thing) in seen:
                continue
            seen.add(id(thing))
            yield Told(f"{module}.{name}", thing)
            for inner, one in list(vars(thing).items()) if inspect.isclass(thing) else ():
                told = getattr(one, "func", getattr(one, "fget", getattr(one, "__func__", one)))
                if inspect.isfunction(told) and not inner.startswith("_"):
                    yield Told(f"{module}.{name}.{inner}", told, owner=thing)


def parameters(told: Told) -> list[str]:
    """The arguments one can give; of a class the fields of a row or of settings."""
    if inspect.isclass(told.thing) and hasattr(told.thing, "_fields"):
        return list(told.thing._fields)
    names = list(inspect.signature(told.thing).parameters)
    if is_dataclass(told.thing):  # what a base has is told there
        own = told.thing.__annotations__
        names = [one.name for one in fields(told.thing) if one.init and one.name in own]
    return [name for name in names if name not in ("self", "cls") and not name.startswith("_")]


def says(text: str, name: str) -> bool:
    """Whether a text has the words of a name, in singular or plural: `shot_ids` is told by "shots"."""
    words = [word for word in name.lower().split("_") if word not in ("ids", "id", "s", "of", "to")]
    return all(re.search(rf"\b{word.removesuffix('s')}", text.lower()) for word in words or [name])


def untold_arguments(told: Told) -> list[str]:
    """Arguments that a docstring with `Args:` does not name and its words above do not tell."""
    named = {name.lstrip("*") for name in told.items("Args")}
    above = told.docstring.partition("\nArgs:")[0]
    untold = [name for name in parameters(told) if name not in named and not says(above, name)]
    return [name for name in untold if f"`{name}`" not in told.docstring]


def unknown_arguments(told: Told) -> list[str]:
    """Names in `Args:` that are no arguments."""
    known = set(parameters(told))
    if is_dataclass(told.thing):
        known |= {one.name for one in fields(told.thing)}
    return [name for name in told.items("Args") if name.lstrip("*") not in known]


def unreal_errors(told: Told) -> list[str]:
    """Names in `Raises:` that are no exceptions which the module or the library knows."""
    places = [sys.modules[told.thing.__module__], builtins, *map(importlib.import_module, ERROR_MODULES)]
    found = {name: [getattr(place, name, None) for place in places] for name in told.items("Raises")}
    return [
        name
        for name, things in found.items()
        if not any(inspect.isclass(one) and issubclass(one, BaseException) for one in things)
    ]


ERROR_MODULES = ("lpd.errors", "lpd.training", "lpd.storage")


def broken_references(told: Told) -> list[str]:
    """Names after `lpd.`, and after "see", in backticks, that lead nowhere."""
    whole = re.findall(r"`(lpd(?:\.\w+)+)", told.docstring)
    near = re.findall(r"\b[Ss]ee `([A-Za-z_][\w.]*)`", told.docstring)
    module = sys.modules[told.thing.__module__]
    return [name for name in whole if not _leads(name)] + [
        name for name in near if not name.startswith("lpd.") and not _is_near(name, module, told)
    ]


def _leads(name: str) -> bool:
    parts = name.split(".")
    for size in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:size]))
        except ModuleNotFoundError:
            continue
        return _has(found, parts[size:])
    return False


def _has(found: Any, names: list[str]) -> bool:
    for name in names:
        fields = getattr(found, "__annotations__", {})
        if not hasattr(found, name) and name not in fields:
            return False
        found = getattr(found, name, None)
    return True


def _is_near(name: str, module: Any, told: Told) -> bool:
    parts = name.split(".")
    package = importlib.import_module(module.__name__.rpartition(".")[0])
    near = (module, package, told.owner, told.thing)
    if any(place is not None and _has(place, parts) for place in near) or name in parameters(told):
        return True
    offering = [module for module in documented_modules() if parts[0] in documented_names(module)]
    return any(_has(importlib.import_module(one), parts) for one in offering)
