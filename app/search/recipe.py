"""The lists of the Search page as the notebook can make them again."""

from collections.abc import Sequence
from typing import Any

from app.resources.search_forms import AskedForm
from app.search.shown_lists import Shape
from lpd.notebook.recipes import ListShape, SearchAgain, recipe_document

__all__ = ["search_recipe"]


def search_recipe(
    asked: AskedForm, names: Sequence[str], *, k: int, depth: int, shape: Shape | None
) -> dict[str, Any]:
    """Returns all that the lists were made from, as plain JSON.

    Args:
        asked: the query.
        names: of the lists shown.
        k: how many shots of each.
        depth: length of the lists of the search.
        shape: what was done to them afterwards; None for nothing.
    """
    recipe = SearchAgain(
        model=asked.model,
        collection=asked.collection,
        form=asked.form.to_json(),
        lists=tuple(names),
        k=k,
        depth=depth,
        subset=asked.subset,
        weights=asked.weights,
        spaces=asked.spaces,
        videos=asked.videos,
        from_s=asked.from_s,
        to_s=asked.to_s,
        hidden=tuple(sorted(asked.hidden)),
        shape=None if shape is None else _list_shape(shape),
    )
    return recipe_document(recipe)


def _list_shape(shape: Shape) -> ListShape:
    fold, rerank = shape.fold, shape.rerank
    given: dict[str, Any] = {}
    if fold is not None:
        given |= {"fold_by": fold.by, "fold_threshold": fold.threshold}
    if rerank is not None:
        given |= {"rerank": rerank.method, "trade_off": rerank.trade_off, "rerank_by": rerank.by}
    return ListShape(
        minimum=shape.minimum,
        best_per_video=shape.best_per_video,
        depth=shape.depth,
        pool=shape.pool,
        **given,
    )
