"""Which modules get a page, and what pdoc cannot see of them by itself."""

import ast
import importlib
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

import pdoc.doc
from pdoc.doc_ast import walk_tree

import lpd

__all__ = ["SHOWN_VALUE", "documented_modules", "documented_names", "page_of"]

SHOWN_VALUE = 300
"""Characters of a constant's value that are shown; of a longer dictionary the keys."""


def documented_modules() -> list[str]:
    """Returns the modules that get a page: every package, and each module of those that offer nothing by
    themselves (`lpd`, `lpd.services` and what is in it), from whose modules one imports.
    """
    found = ["lpd"]
    for one in pkgutil.walk_packages(lpd.__path__, "lpd."):
        parent = one.name.rpartition(".")[0]
        if one.ispkg or (parent in found and not documented_names(parent)):
            found.append(one.name)
    return [name for name in found if name != "lpd.__main__"]


def documented_names(module: str) -> list[str]:
    """Returns the public names that a page of its own tells: `__all__`, without the version of `lpd`."""
    return [name for name in importlib.import_module(module).__all__ if name != "__version__"]


def page_of(name: str) -> pdoc.doc.Module:
    """Returns pdoc's view of a module, with the docstrings of constants that come from its parts.

    pdoc finds the docstring of a constant only in the module that is shown, where a package imports it.
    """
    page = pdoc.doc.Module.from_name(name)
    for public in page.obj.__all__:
        member = page.get(public)
        if isinstance(member, pdoc.doc.Variable):
            module, original = _origin(page.obj, public)
            member.docstring = walk_tree(module).var_docstrings.get(original, member.docstring)
            member.default_value_str = _value_of(member)
        elif isinstance(member, pdoc.doc.Class) and hasattr(member.obj, "_fields"):
            _resolve_fields(member)
    return page


def _resolve_fields(row: pdoc.doc.Class) -> None:
    """Gives the constructor of a NamedTuple the types of its fields; where a type is imported for type
    checkers only, pdoc finds it for the fields alone.
    """
    fields = {name: row.get(name) for name in getattr(row.obj, "_fields", ())}
    types = {name: one.annotation for name, one in fields.items() if isinstance(one, pdoc.doc.Variable)}
    row.obj.__new__.__annotations__.update(types)


def _origin(module: ModuleType, name: str) -> tuple[ModuleType, str]:
    """The module in which a name is defined that another one imports, and its name there."""
    while name in (imported := _origins(module)):
        module, name = imported[name]
    return module, name


@cache
def _origins(module: ModuleType) -> dict[str, tuple[ModuleType, str]]:
    """Name -> the module of `lpd` that a package imports it from, and its name there."""
    if not module.__file__:
        return {}
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    return {
        one.asname or one.name: (importlib.import_module(node.module), one.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lpd.") and node.module
        for one in node.names
    }


def _value_of(variable: pdoc.doc.Variable) -> str:
    """What is shown of a constant: its value, the keys of a long dictionary, else nothing."""
    value = variable.default_value
    if isinstance(value, dict) and (len(repr(value)) > SHOWN_VALUE or any(map(callable, value.values()))):
        return "{" + ", ".join(f"{key!r}: ..." for key in value) + "}"
    if value.__class__.__module__ == "builtins" and len(repr(value)) <= SHOWN_VALUE:
        return repr(value)
    return ""
