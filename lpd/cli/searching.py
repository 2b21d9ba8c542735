"""lpd search, run."""

from typing import Annotated, Any

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import note, print_json, print_table
from lpd.errors import LpdError

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    app.command()(search)
    app.command()(run)


def search(
    query: Annotated[str, typer.Argument(help="What the shots should show.")],
    model: Annotated[str, typer.Option(help="Name of the model.")],
    collection: Annotated[str, typer.Option(help="Name of the collection.")],
    subset: Annotated[str | None, typer.Option(help="Search this subset only.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Length of each list.")] = 20,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Search with a text: the best shots of every space and of the fusion."""
    from lpd.search import open_engine

    engine = open_engine(opened(workspace), model=model, collection=collection)
    result = engine.search(query, depth=k, subset=subset)
    for feature, words in result.unknown_words.items():
        note(f"{feature} does not know: {', '.join(words)}")
    ids = engine.shot_ids
    lists = {
        name: [(ids[row], float(score)) for row, score in zip(hits.rows, hits.scores, strict=True)]
        for name, hits in result.lists.items()
    }
    if json:
        document: dict[str, Any] = {
            "query": query,
            "model": model,
            "collection": collection,
            "subset": subset,
        }
        document |= {
            "shots_searched": result.shots_searched,
            "exact": result.exact,
            "timings_ms": result.timings_ms,
        }
        document["unknown_words"] = result.unknown_words
        document["lists"] = {n: [{"shot_id": s, "score": v} for s, v in hits] for n, hits in lists.items()}
        print_json(document)
        return
    longest = max(len(hits) for hits in lists.values())
    rows = [
        (
            rank + 1,
            *(f"{hits[rank][0]} {hits[rank][1]:.3f}" if rank < len(hits) else "" for hits in lists.values()),
        )
        for rank in range(longest)
    ]
    exactness = "exact" if result.exact else f"approximate, measured recall {result.recall}"
    print_table(("rank", *lists), rows, title=f"{result.shots_searched} shots, {exactness}")


def run(
    model: Annotated[str, typer.Option(help="Name of the model.")],
    edition: Annotated[str, typer.Option(help="Name of the topic edition.")],
    per_space: Annotated[bool, typer.Option(help="Also one run per common space.")] = False,
    depth: Annotated[int, typer.Option(min=1, max=1000, help="Rows per topic.")] = 1000,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Search every topic of an edition and keep the TREC run(s)."""
    from lpd.search import open_engine
    from lpd.services.editions import write_edition_runs

    space = opened(workspace)
    chosen = space.edition(edition)
    if not chosen.topics:
        raise LpdError("this edition has no topics", where=edition)
    engine = open_engine(space, model=model, collection=chosen.collection)
    tags = write_edition_runs(space, engine, chosen, per_space=per_space, depth=depth)
    paths = {tag: str(space.run_path(edition, tag)) for tag in tags}
    if json:
        print_json({"edition": edition, "runs": paths})
    else:
        note("\n".join(paths.values()))
