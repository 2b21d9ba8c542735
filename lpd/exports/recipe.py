"""A search as plain values: what to ask of which engine, so that it can be made again and told."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lpd.errors import LpdError

if TYPE_CHECKING:
    from lpd.search import SearchEngine, SearchResult

__all__ = ["SearchRecipe", "search_again"]


@dataclass(frozen=True)
class SearchRecipe:
    """One search with a text or with a shot.

    Args:
        workspace: its folder.
        model, collection: names in it.
        query: the text, None for a search with a shot.
        like: id of the shot, None for a search with a text.
        depth: length of each list.
        subset, video: only their shots.
        weights: one per space of the model, in its order; None takes the model's own.
        spaces: names of those that are asked; None takes all.
        list_name: the list that is exported: `fused`, or a space.
        k: how many shots of it; None takes all. A depth above it tells the ranks in other lists.

    Raises:
        LpdError: if there is not exactly one of text and shot.
    """

    workspace: Path
    model: str
    collection: str
    query: str | None = None
    like: str | None = None
    depth: int = 1000
    subset: str | None = None
    video: str | None = None
    weights: tuple[float, ...] | None = None
    spaces: tuple[str, ...] | None = None
    list_name: str = "fused"
    k: int | None = None

    def __post_init__(self) -> None:
        if (self.query is None) == (self.like is None):
            raise LpdError("a search is with a text or with a shot", expected="one of query and like")


def search_again(engine: "SearchEngine", recipe: SearchRecipe) -> "SearchResult":
    """Returns what an engine of the recipe's model and collection finds.

    Raises:
        LpdError, NotFoundError: as the engine's searches.
    """
    if recipe.like is not None:
        return engine.search_shot(
            recipe.like,
            depth=recipe.depth,
            subset=recipe.subset,
            video=recipe.video,
            weights=recipe.weights,
            spaces=recipe.spaces,
        )
    return engine.search(
        str(recipe.query),
        depth=recipe.depth,
        subset=recipe.subset,
        video=recipe.video,
        weights=recipe.weights,
        spaces=recipe.spaces,
    )
