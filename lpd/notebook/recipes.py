"""What a pinned view's numbers are made from, so that `lpd` alone can make them again.

A snapshot keeps its recipe beside its numbers, under the key `recipe`: `recipe_document(SearchAgain(...))`.
`lpd.notebook.code` writes the Python of a recipe; nothing that was pinned is ever run as code. Each kind says
which keys of the snapshot its Python makes again; a key that a snapshot lacks is not compared.
"""

from collections.abc import Mapping
from typing import Any

from lpd.errors import FormatError
from lpd.notebook.recipe_fields import plain_fields, read_fields
from lpd.notebook.recipes_of_lists import CompareAgain, ListShape, SearchAgain, SystemAgain
from lpd.notebook.recipes_of_numbers import (
    CurvesAgain,
    DiversityAgain,
    DiversityModel,
    JudgeAgain,
    Kept,
    MapAgain,
    MapPanel,
    TableAgain,
    TopicsAgain,
)

__all__ = [
    "RECIPES",
    "RECIPE_KEY",
    "CompareAgain",
    "CurvesAgain",
    "DiversityAgain",
    "DiversityModel",
    "JudgeAgain",
    "Kept",
    "ListShape",
    "MapAgain",
    "MapPanel",
    "Recipe",
    "SearchAgain",
    "SystemAgain",
    "TableAgain",
    "TopicsAgain",
    "read_recipe",
    "recipe_document",
    "recipe_of",
]

RECIPE_KEY = "recipe"
"""Where a snapshot keeps its recipe."""


Recipe = (
    SearchAgain
    | CompareAgain
    | DiversityAgain
    | TopicsAgain
    | CurvesAgain
    | TableAgain
    | JudgeAgain
    | MapAgain
    | Kept
)

RECIPES: dict[str, type[Recipe]] = {
    "search": SearchAgain,
    "compare": CompareAgain,
    "diversity": DiversityAgain,
    "topics": TopicsAgain,
    "curves": CurvesAgain,
    "table": TableAgain,
    "judge": JudgeAgain,
    "map": MapAgain,
    "kept": Kept,
}
"""Kind, as it stands in a snapshot -> the recipe."""


def recipe_document(recipe: Recipe) -> dict[str, Any]:
    """Returns a recipe as plain JSON for a snapshot: `{"kind": "search", ...}`."""
    kind = next(name for name, one in RECIPES.items() if one is type(recipe))
    return {"kind": kind, **plain_fields(recipe)}


def read_recipe(document: object) -> Recipe:
    """Returns the recipe of plain JSON, whatever wrote it.

    Raises:
        FormatError: if it is none, of a kind that this lpd does not know, or a field is not as it must be.
    """
    kind = document.get("kind") if isinstance(document, Mapping) else type(document).__name__
    if not isinstance(document, Mapping) or not isinstance(kind, str) or kind not in RECIPES:
        raise FormatError(
            "not a recipe of a view",
            expected=f"kind {', '.join(RECIPES)}",
            found=repr(kind)[:100],
            next_step="a newer lpd may know it",
        )
    given = {key: value for key, value in document.items() if key != "kind"}
    recipe: Recipe = read_fields(RECIPES[kind], given, where=f"recipe of kind {kind}")
    return recipe


def recipe_of(snapshot: object) -> Recipe | None:
    """Returns the recipe that a snapshot keeps; None for a snapshot without.

    Raises:
        FormatError: as `read_recipe`.
    """
    if not isinstance(snapshot, Mapping) or RECIPE_KEY not in snapshot:
        return None
    return read_recipe(snapshot[RECIPE_KEY])
