"""lpd search, run."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import drawn_progress, note, print_json, print_table
from lpd.errors import LpdError
from lpd.workspace import Workspace

if TYPE_CHECKING:
    from lpd.search import SearchEngine, SearchResult

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    app.command()(search)
    app.command()(run)


def search(
    model: Annotated[str, typer.Option(help="Name of the model.")],
    collection: Annotated[str, typer.Option(help="Name of the collection.")],
    query: Annotated[str | None, typer.Argument(help="What the shots should show.")] = None,
    like: Annotated[
        str | None, typer.Option(metavar="SHOT", help="Search with a shot in place of a text.")
    ] = None,
    subset: Annotated[str | None, typer.Option(help="Search this subset only.")] = None,
    video: Annotated[str | None, typer.Option(help="Search the shots of this video only.")] = None,
    space: Annotated[
        list[str] | None,
        typer.Option(help="Only the list of this space; repeatable. The fused list is then of these alone."),
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Length of each list.")] = 20,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Search with a text or a shot: the best shots of every space and of the fusion."""
    if (query is None) == (like is None):
        raise LpdError(
            "nothing to search with" if query is None else "a text and a shot to search with",
            expected="a text, or --like SHOT",
        )
    engine = _warm_engine(opened(workspace), model=model, collection=collection)
    choices: dict[str, Any] = {"depth": k, "subset": subset, "video": video, "spaces": space or None}
    result = engine.search_shot(like, **choices) if like is not None else engine.search(str(query), **choices)
    for feature, words in result.unknown_words.items():
        note(f"{feature} does not know: {', '.join(words)}")
    lists = _listed(engine, result)
    if not json:
        _print_lists(result, lists)
        return
    exactness = result.exactness
    asked = {"query": query, "like": like, "model": model, "collection": collection}
    print_json(
        asked
        | {"subset": subset, "video": video, "shots_searched": result.shots_searched}
        | {"exact": exactness.exact, "recall": exactness.recall, "exactness": exactness.words}
        | {"timings_ms": result.timings_ms, "unknown_words": result.unknown_words}
        | {"lists": {n: [{"shot_id": s, "score": v} for s, v in hits] for n, hits in lists.items()}}
    )


def _warm_engine(workspace: Workspace, *, model: str, collection: str) -> "SearchEngine":
    """Returns an engine whose index is in memory; reading it is shown where it takes more than a moment."""
    from lpd.search import open_engine

    engine = open_engine(workspace, model=model, collection=collection)
    engine.warm_up(drawn_progress(delay_s=1.0))
    return engine


def _listed(engine: "SearchEngine", result: "SearchResult") -> dict[str, list[tuple[str, float]]]:
    """Returns list name -> shots and scores, best first."""
    ids = engine.shot_ids
    return {
        name: [(ids[row], float(score)) for row, score in zip(hits.rows, hits.scores, strict=True)]
        for name, hits in result.lists.items()
    }


def _print_lists(result: "SearchResult", lists: dict[str, list[tuple[str, float]]]) -> None:
    longest = max(len(hits) for hits in lists.values())
    rows = [
        (
            rank + 1,
            *(f"{hits[rank][0]} {hits[rank][1]:.3f}" if rank < len(hits) else "" for hits in lists.values()),
        )
        for rank in range(longest)
    ]
    print_table(("rank", *lists), rows, title=f"{result.shots_searched} shots, {result.exactness.words}")


def run(
    model: Annotated[str, typer.Option(help="Name of the model.")],
    edition: Annotated[str, typer.Option(help="Name of the topic edition.")],
    per_space: Annotated[bool, typer.Option(help="Also one run per common space.")] = False,
    depth: Annotated[int, typer.Option(min=1, max=1000, help="Rows per topic.")] = 1000,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Search every topic of an edition and keep the TREC run(s)."""
    from lpd.services.editions import write_edition_runs

    space = opened(workspace)
    chosen = space.edition(edition)
    if not chosen.topics:
        raise LpdError("this edition has no topics", where=edition)
    engine = _warm_engine(space, model=model, collection=chosen.collection)
    tags = write_edition_runs(space, engine, chosen, per_space=per_space, depth=depth)
    paths = {tag: str(space.run_path(edition, tag)) for tag in tags}
    if json:
        print_json({"edition": edition, "runs": paths})
    else:
        note("\n".join(paths.values()))
