"""lpd map build, list."""

from typing import Annotated

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import drawn_progress, note, print_json, print_table
from lpd.maps import CLUSTERS, MapFacts, ShotMap
from lpd.words import counted

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    group = typer.Typer(help="The shots of a collection in two dimensions, per common space.")
    group.command()(build)
    group.command("list")(list_maps)
    app.add_typer(group, name="map", no_args_is_help=True)


def build(
    model: Annotated[str, typer.Option(help="Name of the model.")],
    collection: Annotated[str, typer.Option(help="Name of the collection.")],
    space: Annotated[
        list[str] | None,
        typer.Option(
            help="A space, or fused; repeatable. Else all, and the fusion where it has vectors of shots."
        ),
    ] = None,
    method: Annotated[
        str, typer.Option(help="pca, or umap (fitted to at most 20,000 shots, the others stand among these).")
    ] = "pca",
    clusters: Annotated[int, typer.Option(help="How many groups the shots are coloured by.")] = CLUSTERS,
    seed: Annotated[int, typer.Option(help="Of the sample, the clusters and UMAP.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda, where there is no index to read.")] = "auto",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Place every shot of a collection on a plane, in each space of a model, for the page Map."""
    from lpd.maps import MapSettings
    from lpd.services.map_requests import MapRequest
    from lpd.services.maps import build_map

    settings = MapSettings(method, clusters, seed)
    request = MapRequest(model, collection, tuple(space or ()), settings)
    made = build_map(opened(workspace), request, device=device, progress=drawn_progress())
    if json:
        print_json({"model": model, "collection": collection, "maps": [_document(one) for one in made]})
        return
    rows = [(one.facts.space, _shown(one.facts), one.facts.clusters) for one in made]
    print_table(("space", "what it shows", "clusters"), rows)
    shots = counted(made[0].facts.shots, "shot")
    note(f"{counted(len(made), 'map')} of {shots} of {collection}; to look at them: lpd app, page Map")


def list_maps(
    model: Annotated[str | None, typer.Option(help="Only of this model.")] = None,
    collection: Annotated[str | None, typer.Option(help="Only of this collection.")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Say which maps were made, and whether they are still of what is there."""
    from lpd.services.map_states import map_states

    space = opened(workspace)
    found = [
        one
        for one in map_states(space)
        if model in (None, one.model) and collection in (None, one.collection)
    ]
    if json:
        print_json({"workspace": str(space.path), "maps": [one._asdict() for one in found]})
        return
    columns = ("model", "collection", "space", "method", "state", "what")
    print_table(columns, [tuple(one)[: len(columns)] for one in found])


def _document(one: ShotMap) -> dict[str, object]:
    return one.facts.document() | {"digest": one.digest}


def _shown(facts: MapFacts) -> str:
    first, second = facts.explained
    if facts.method == "pca":
        return f"{first:.1%} and {second:.1%} of the variance"
    return f"UMAP of {facts.kept:.1%} of the variance, fitted to {counted(facts.fitted, 'shot')}"
