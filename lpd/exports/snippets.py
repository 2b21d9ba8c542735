"""A search as a small Python script that makes its list again."""

from lpd.exports.provenance import Digested, Provenance
from lpd.exports.recipe import SearchRecipe

__all__ = ["python_snippet"]

IMPORTS = """\
from pathlib import Path

from lpd.search import open_engine
from lpd.workspace import open_workspace
"""

RANKED = """\
ranked = [(engine.shot_ids[row], float(score)) for row, score in zip(*hits, strict=True)]{first}
for rank, (shot_id, score) in enumerate(ranked, start=1):
    print(rank, shot_id, score)
"""


def python_snippet(recipe: SearchRecipe, provenance: Provenance) -> str:
    """Returns the text of a script that opens the workspace, searches, and prints the list.

    It stops where the model is not the one that made the list. What was done to the list after the search is
    named in a comment, not repeated. Every word of the recipe is a Python literal, so none can end its place.

    Args:
        recipe: the search.
        provenance: of the list; its lines stand above as comments.
    """
    opened = f"open_engine(workspace, model={recipe.model!r}, collection={recipe.collection!r})"
    parts = [
        provenance.comment("#") + _after_search(provenance),
        IMPORTS,
        f"workspace = open_workspace(Path({str(recipe.workspace)!r}))\nengine = {opened}\n"
        + _same_model(recipe, provenance.models)
        + f"result = {_call(recipe)}\nhits = result.lists[{recipe.list_name!r}]\n"
        + RANKED.replace("{first}", "" if recipe.k is None else f"[:{recipe.k:d}]"),
    ]
    return "\n".join(parts)


def _after_search(provenance: Provenance) -> str:
    if not provenance.post_processing:
        return ""
    return "# this script makes the list as it was before its post-processing\n"


def _same_model(recipe: SearchRecipe, models: tuple[Digested, ...]) -> str:
    digests = [one.digest for one in models if one.name == recipe.model]
    if not digests:
        return ""
    return (
        f"if engine.card.digest != {digests[0]!r}:\n"
        '    raise SystemExit("the list was made with another model of this name")\n'
    )


def _call(recipe: SearchRecipe) -> str:
    """Returns the call of the engine, an argument a line, those that were left as they are left out."""
    given: dict[str, object] = {"depth": recipe.depth, "subset": recipe.subset, "video": recipe.video}
    # plain floats, whatever kind of number the caller had
    given["weights"] = None if recipe.weights is None else [float(one) for one in recipe.weights]
    given["spaces"] = None if recipe.spaces is None else list(recipe.spaces)
    named = [f"{name}={value!r}" for name, value in given.items() if value is not None]
    function, wanted = ("search", recipe.query) if recipe.like is None else ("search_shot", recipe.like)
    lines = "".join(f"    {argument},\n" for argument in [repr(wanted), *named])
    return f"engine.{function}(\n{lines})"
