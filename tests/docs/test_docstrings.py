"""Every public name says what it is, in the house's form."""

import importlib

import pdoc.doc
import pytest
from pdoc.doc_ast import walk_tree

from assets.docs.pages import documented_modules, documented_names, page_of
from lpd.trec import MAX_DEPTH
from tests.docs.docstrings import (
    Told,
    broken_references,
    public_things,
    unknown_arguments,
    unreal_errors,
    untold_arguments,
)

THINGS = list(public_things())


def failing(check: str) -> dict[str, list[str]]:
    checks = {one.__name__: one for one in (untold_arguments, unknown_arguments, unreal_errors)}
    told = [one for one in THINGS if check == "unreal_errors" or one.section("Args")]
    return {one.place: found for one in told if (found := checks[check](one))}


def test_there_are_many_things_to_check() -> None:
    assert len(THINGS) > 1000
    assert sum(bool(one.section("Args")) for one in THINGS) > 400
    assert sum(bool(one.section("Raises")) for one in THINGS) > 300


def test_every_public_thing_has_a_docstring() -> None:
    own = [one for one in THINGS if one.docstring.startswith(f"{one.thing.__name__}(")]
    assert not [one.place for one in [*own, *(one for one in THINGS if not one.docstring)]]


@pytest.mark.parametrize("module", documented_modules())
def test_every_constant_has_a_docstring(module: str) -> None:
    page = page_of(module)
    members = {name: page.get(name) for name in documented_names(module)}
    assert not [name for name, member in members.items() if member is None or not member.docstring]


@pytest.mark.parametrize("check", ["untold_arguments", "unknown_arguments", "unreal_errors"])
def test_arguments_and_errors_are_those_of_the_code(check: str) -> None:
    assert not failing(check)


def test_references_lead_somewhere() -> None:
    assert not {one.place: found for one in THINGS if (found := broken_references(one))}


@pytest.mark.parametrize("module", documented_modules())
def test_what_modules_refer_to_is_there(module: str) -> None:
    assert not broken_references(Told(module, ModuleDoc(module)))


class ModuleDoc:
    """The docstring of a module, as a thing that is told."""

    def __init__(self, module: str) -> None:
        self.__doc__ = importlib.import_module(module).__doc__
        self.__module__ = module


PACKAGES = [name for name in documented_modules() if name != "lpd" and page_of(name).is_package]


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_tells_a_newcomer_where_to_begin(name: str) -> None:
    page = page_of(name)
    assert len(page.docstring.splitlines()) >= 3
    assert ">>>" in page.docstring or name.count(".") > 1


def bad(names: str, *, also: str = "") -> None:
    """Does nothing.

    Args:
        nams: misspelt.

    Raises:
        NoSuchError: never; see `nothing_here` and `lpd.nowhere.at_all`.
    """


def test_the_checks_can_fail() -> None:
    told = Told("bad", bad)
    assert untold_arguments(told) == ["names", "also"]
    assert unknown_arguments(told) == ["nams"]
    assert unreal_errors(told) == ["NoSuchError"]
    assert broken_references(told) == ["lpd.nowhere.at_all", "nothing_here"]


def test_docstrings_of_constants_come_from_where_they_are_defined() -> None:
    found = page_of("lpd.trec").get("MAX_DEPTH")
    assert isinstance(found, pdoc.doc.Variable)
    source = importlib.import_module("lpd.trec.runs")
    assert found.docstring == walk_tree(source).var_docstrings["MAX_DEPTH"]
    assert found.default_value_str == str(MAX_DEPTH)
