"""The Python of a notebook: opening the workspace, making each view's numbers again, comparing them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lpd.errors import FormatError
from lpd.notebook.code.judging import judge_code
from lpd.notebook.code.lists import compare_code, search_code
from lpd.notebook.code.literals import literal, long_literal
from lpd.notebook.code.spaces import diversity_code
from lpd.notebook.code.tables import curves_code, map_code, table_code, topics_code
from lpd.notebook.recipes import (
    CompareAgain,
    CurvesAgain,
    DiversityAgain,
    JudgeAgain,
    Kept,
    MapAgain,
    Recipe,
    SearchAgain,
    TableAgain,
    TopicsAgain,
    recipe_of,
)

__all__ = ["opening_code", "pinned_code", "recipe_code", "script_code", "why_kept"]

OPENING = """\
from pathlib import Path

from lpd.notebook import compare_numbers
from lpd.services.notebook import changed_sources
from lpd.workspace import open_workspace

workspace = open_workspace(Path({path}))
"""

PINNED = """\
pinned = {pinned}
compared = compare_numbers(pinned, numbers)
print(compared.sentence)
if not compared.same:
    print(*compared.differences, sep="\\n")
    print(*changed_sources(workspace, {provenance}), sep="\\n")
"""

SCRIPT = """\
from pathlib import Path

from lpd.workspace import open_workspace

workspace = open_workspace(Path({path}))

{code}
"""

NO_RECIPE = "It was pinned without what its numbers are made from."
NO_SHOTS = "No shots were chosen on it, so there are no numbers to compare; the address opens it again."


def opening_code(path: Path) -> str:
    """Returns the Python that opens the workspace; all else follows it."""
    return OPENING.format(path=literal(str(path)))


def script_code(path: Path, code: str) -> str:
    """Returns the Python of one view as a script of its own, which ends with its `numbers`.

    Args:
        path: of the workspace.
        code: of `recipe_code`.
    """
    return SCRIPT.format(path=literal(str(path)), code=code.strip("\n"))


def recipe_code(recipe: Recipe) -> str | None:
    """Returns the Python that makes the `numbers` of a view again; None where there is none.

    It wants `workspace`. What was pinned is never code: every word of it is a literal here.
    """
    match recipe:
        case SearchAgain():
            return search_code(recipe)
        case CompareAgain():
            return compare_code(recipe)
        case DiversityAgain():
            return diversity_code(recipe)
        case TopicsAgain():
            return topics_code(recipe)
        case CurvesAgain():
            return curves_code(recipe)
        case TableAgain():
            return table_code(recipe)
        case MapAgain():
            return map_code(recipe) if recipe.shots and recipe.panels else None
        case JudgeAgain():
            return judge_code(recipe)
        case Kept():
            return None


def pinned_code(snapshot: Mapping[str, Any], provenance: Mapping[str, Any]) -> str:
    """Returns the Python that compares the `numbers` with those pinned, and says what changed since.

    Args:
        snapshot: of the view; its recipe is left out.
        provenance: of the view.
    """
    kept = {key: value for key, value in snapshot.items() if key != "recipe"}
    return PINNED.format(pinned=long_literal(kept), provenance=long_literal(provenance))


def why_kept(snapshot: object) -> str | None:
    """Returns why the numbers of a view are not made again, in a sentence; None where they can be."""
    try:
        recipe = recipe_of(snapshot)
    except FormatError as error:
        return f"What its numbers are made from cannot be read: {error}."
    if recipe is None:
        return NO_RECIPE
    if isinstance(recipe, Kept):
        return recipe.why
    return None if recipe_code(recipe) is not None else NO_SHOTS
