"""The ranked list of a search as a table of rows, as a run, and what it was made from."""

from typing import TYPE_CHECKING

import numpy as np

from lpd.collection import Collection
from lpd.errors import NotFoundError
from lpd.exports.provenance import Digested, Provenance
from lpd.exports.recipe import SearchRecipe
from lpd.trec import Run, make_run
from lpd.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

    from lpd.search import HitList, SearchEngine, SearchResult

__all__ = ["list_frame", "list_provenance", "list_run"]


def list_frame(
    collection: Collection, result: "SearchResult", *, list_name: str = "fused", k: int | None = None
) -> "pd.DataFrame":
    """Returns one row per shot of a list: rank from 1, shot, video, times, score, its ranks in other lists.

    The columns are rank, shot_id, video_id, start_s, end_s (seconds in the video, absent where unknown),
    score (the similarity in a space, or the fused score), and `rank <list>` for each other list of the
    result, absent where the shot lies below the depth that was asked for.

    Args:
        collection: that was searched.
        result: of one search.
        list_name: `fused`, or a space.
        k: how many rows; None takes all. The ranks in other lists are known to their whole depth.

    Raises:
        NotFoundError: if the result has no such list.
    """
    import pandas as pd

    hits = _hits(result, list_name, k)
    shots = collection.shots.iloc[hits.rows]
    columns = {
        "rank": pd.array(np.arange(1, len(hits.rows) + 1), dtype="Int64"),
        "shot_id": pd.array(shots["shot_id"], dtype="string"),
        "video_id": pd.array(shots["video_id"], dtype="string"),
        "start_s": shots["start_s"].to_numpy(np.float64),
        "end_s": shots["end_s"].to_numpy(np.float64),
        "score": np.asarray(hits.scores, dtype=np.float64),
    }
    for name, other in result.lists.items():
        if name != list_name:
            ranks = pd.Series(np.arange(1, len(other.rows) + 1), index=other.rows, dtype="Int64")
            columns[f"rank {name}"] = ranks.reindex(hits.rows).array
    return pd.DataFrame(columns)


def list_run(
    collection: Collection,
    result: "SearchResult",
    *,
    topic_id: str,
    tag: str,
    list_name: str = "fused",
) -> Run:
    """Returns a list as a run of one topic, which `lpd.trec.write_run` writes.

    Raises:
        NotFoundError: if the result has no such list.
        FormatError: if the tag is not one word.
    """
    hits = _hits(result, list_name, None)
    ids = collection.shot_ids
    return make_run(tag, {topic_id: ([ids[row] for row in hits.rows.tolist()], hits.scores)})


def list_provenance(
    workspace: Workspace,
    engine: "SearchEngine",
    result: "SearchResult",
    *,
    recipe: SearchRecipe,
    post_processing: tuple[str, ...] = (),
) -> Provenance:
    """Returns what a list was made from: the engine's model, what was asked, and how exact the answer is."""
    shares = zip(engine.spaces, np.asarray(result.shares, dtype=np.float64).tolist(), strict=True)
    return Provenance(
        workspace=workspace.name,
        source=workspace.source,
        collection=engine.collection.name,
        subset=recipe.subset,
        video=recipe.video,
        models=(Digested(engine.card.name, engine.card.digest),),
        query=recipe.query if recipe.like is None else f"shot {recipe.like}",
        measure=f"list {recipe.list_name}" + ("" if recipe.k is None else f", first {recipe.k}"),
        depth=recipe.depth,
        weights=tuple(shares),
        post_processing=post_processing,
        exactness=result.exactness.words,
    )


def _hits(result: "SearchResult", list_name: str, k: int | None) -> "HitList":
    if list_name not in result.lists:
        raise NotFoundError(
            "no such list", expected=f"one of {', '.join(result.lists)}", found=repr(list_name)
        )
    hits = result.lists[list_name]
    return hits._replace(rows=hits.rows[:k], scores=hits.scores[:k])
