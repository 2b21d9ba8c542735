"""lpd search, run."""

from typing import TYPE_CHECKING, Annotated

import typer

from lpd.cli.choosing import chosen_collection, chosen_model
from lpd.cli.found_shots import found_document, print_found
from lpd.cli.options import ExcludeOption, JsonOption, WorkspaceOption, excluded_shots, opened
from lpd.cli.output import drawn_progress, note, print_json
from lpd.errors import LpdError
from lpd.workspace import Workspace

if TYPE_CHECKING:
    from lpd.search import SearchEngine

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    app.command()(search)
    app.command()(run)


def search(
    query: Annotated[str | None, typer.Argument(help="What the shots should show.")] = None,
    model: Annotated[
        str | None,
        typer.Option(help="Name of the model; else the only one with an index, or the workspace's default."),
    ] = None,
    collection: Annotated[
        str | None,
        typer.Option(help="Name of the collection; else the only one, or the workspace's default."),
    ] = None,
    also: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="Another wording of the same need; repeatable.")
    ] = None,
    like: Annotated[
        str | None, typer.Option(metavar="SHOT", help="Search with a shot, alone or beside the texts.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="What they should not show; repeatable.")
    ] = None,
    strength: Annotated[
        float | None,
        typer.Option(help="Share of the similarity with --without that is taken off; else 0.5."),
    ] = None,
    relevant: Annotated[
        list[str] | None, typer.Option(metavar="SHOT", help="Feedback: more like this shot; repeatable.")
    ] = None,
    not_relevant: Annotated[
        list[str] | None, typer.Option(metavar="SHOT", help="Feedback: less like this shot; repeatable.")
    ] = None,
    then: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What a later shot of the same video should show.")
    ] = None,
    within: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="How soon after the first ends it begins; else 30."),
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
    """Search with texts, shots or both: the best shots of every space and of the fusion."""
    from lpd.search import read_query_form, search_form

    wordings = [*([] if query is None else [query]), *(also or [])]
    if not wordings and like is None:
        raise LpdError("nothing to search with", expected="a text, or --like SHOT")
    if then is None and within is not None:
        raise LpdError("--within says how soon a second step follows", expected="--then TEXT beside it")
    parts = {"wordings": wordings, "shot": like, "without": without, "strength": strength}
    parts |= {"relevant": relevant, "not_relevant": not_relevant, "then": then, "within_s": within}
    form = read_query_form({name: value for name, value in parts.items() if value is not None})
    there = opened(workspace)
    named = model, collection
    collection = chosen_collection(there, collection)
    model = chosen_model(there, model, collection=collection)
    if None in named:
        note(f"searching {collection} with {model}")
    engine = _warm_engine(there, model=model, collection=collection)
    found = search_form(engine, form, depth=k, subset=subset, video=video, spaces=space or None)
    for feature, words in found.result.unknown_words.items():
        note(f"{feature} does not know: {', '.join(words)}")
    if not json:
        print_found(engine, found)
        return
    asked = {"query": query, "like": like, "model": model, "collection": collection}
    print_json(asked | {"subset": subset, "video": video} | found_document(engine, found))


def _warm_engine(workspace: Workspace, *, model: str, collection: str) -> "SearchEngine":
    """Returns an engine whose index is in memory; reading it is shown where it takes more than a moment."""
    from lpd.search import open_engine

    engine = open_engine(workspace, model=model, collection=collection)
    engine.warm_up(drawn_progress(delay_s=1.0))
    return engine


def run(
    model: Annotated[str, typer.Option(help="Name of the model.")],
    edition: Annotated[str, typer.Option(help="Name of the topic edition.")],
    per_space: Annotated[bool, typer.Option(help="Also one run per common space.")] = False,
    depth: Annotated[int, typer.Option(min=1, max=1000, help="Rows per topic.")] = 1000,
    exclude: ExcludeOption = None,
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
    tags = write_edition_runs(
        space, engine, chosen, per_space=per_space, depth=depth, exclude=excluded_shots(exclude)
    )
    paths = {tag: str(space.run_path(edition, tag)) for tag in tags}
    if json:
        print_json({"edition": edition, "runs": paths})
    else:
        note("\n".join(paths.values()))
