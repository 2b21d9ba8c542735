"""What the Diversity page can be taken away as, and what it says of itself when it is pinned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app import resources, state
from app.charts import CurveSeries, heatmap_row, overlap_curves
from app.diversity.compared_models import ComparedModel
from app.diversity.comparison import row_orders
from app.diversity.tables import curve_table, diversity_script, overlap_table, worth_table
from app.views.diversity.choices import LINKED, Scene
from app.views.diversity.heatmaps import DrawnHeatmap, mean_words
from app.views.diversity.worth import WorthTable
from app.views.exporting import MIMES, ExportItem, chart_exports, file_stem, table_exports
from app.views.pinning import ViewFacts
from lpd.exports import Digested, Provenance, digested_models
from lpd.notebook.recipes import DiversityAgain, DiversityModel, recipe_document

__all__ = ["ShownNumbers", "diversity_exports", "diversity_facts", "provenance_of"]


@dataclass(frozen=True)
class ShownNumbers:
    """Everything that the page shows: the models, their heatmaps, the worth of one's spaces, the curves."""

    compared: tuple[ComparedModel, ...]
    drawn: tuple[DrawnHeatmap, ...]
    worth: WorthTable | None
    series: tuple[CurveSeries, ...]


def provenance_of(scene: Scene, shown: ShownNumbers) -> Provenance:
    """Returns what the numbers were made from."""
    over, workspace = scene.over, scene.workspace
    exactness = {one.exactness: None for one in shown.compared if one.exactness}
    labels = {
        label: None for one in shown.compared if one.made is not None for label in one.made.labels.values()
    }
    named = [name for one in shown.compared for name in (one.models or {one.card.name: None})]
    return Provenance(
        workspace=workspace.name,
        source=workspace.source,
        collection=over.edition.collection,
        subset=over.edition.subset,
        models=digested_models(workspace, named),
        edition=over.edition.name if over.edition.name in workspace.edition_names() else None,
        qrels=None if over.qrels is None else Digested(str(over.qrels_name), over.qrels.digest),
        measure=f"inter-space IoU@{scene.k}, {over.words}",
        query=None if over.whole else over.edition.topics[0].text,
        depth=resources.DEPTH,
        post_processing=tuple(labels),
        exactness="; ".join(exactness),
    )


def diversity_facts(scene: Scene, shown: ShownNumbers) -> ViewFacts:
    """Returns what the page says of the view: its address, what it was made from, and its numbers."""
    parameters = {**scene.selection.parameters(), "models": scene.choice.models}
    for name in LINKED:
        value = state.value(name)
        if value:
            parameters[name] = value
    told = "; ".join(f"{one.model.name} {mean_words(one.mean)}" for one in shown.drawn)
    return ViewFacts(
        "diversity",
        f"Inter-space IoU@{scene.k}, {scene.over.words}: {told}",
        parameters,
        provenance_of(scene, shown),
        snapshot=_snapshot(scene, shown),
    )


def _snapshot(scene: Scene, shown: ShownNumbers) -> dict[str, Any]:
    """The numbers as plain JSON."""
    rows = () if shown.worth is None else shown.worth.rows
    return {
        "k": scene.k,
        "overlap": {
            one.model.name: {
                "rows": [row.name for row in one.rows],
                "iou": one.matrix.tolist(),
                "mean": None if one.mean is None else one.mean.mean,
            }
            for one in shown.drawn
        },
        "worth": {
            row.row.name: {"inf_ap": row.inf_ap, "found": row.found, "without": dict(row.without)}
            for row in rows
        },
        "recipe": _recipe(scene, shown),
    }


def _recipe(scene: Scene, shown: ShownNumbers) -> dict[str, Any]:
    """What the numbers are made again from."""
    over, worth = scene.over, shown.worth
    topic = over.edition.topics[0] if not over.whole else None
    spaces = {space.name for one in shown.drawn for space in one.model.card.spaces}
    measured = [row.row.name for row in worth.rows if row.row.name not in spaces] if worth else []
    recipe = DiversityAgain(
        models={
            one.model.name: DiversityModel(
                tuple(row.name for row in one.rows),
                # known before their lists are made
                tuple(f"{one.model.name}-s{seed}" for seed in one.overlap.curves)
                if one.model.seeds > 1
                else (),
            )
            for one in shown.drawn
        },
        collection=over.edition.collection,
        k=scene.k,
        edition=over.edition.name if over.edition.name in scene.workspace.edition_names() else None,
        topic=topic.topic_id or None if topic is not None else None,
        query=topic.text if topic is not None else None,
        subset=over.edition.subset if topic is not None else None,
        qrels=None if over.qrels is None else over.qrels_name,
        worth=None if worth is None else worth.name,
        beside=tuple(dict.fromkeys((*measured, *scene.choice.extra))),
        leave_out=worth is not None and bool(worth.fused),
    )
    return recipe_document(recipe)


def diversity_exports(scene: Scene, shown: ShownNumbers) -> list[ExportItem]:
    """Returns the files: the heatmaps, the curves and what the spaces are worth, as tables and pictures."""
    if not shown.drawn:
        return []
    provenance, k = provenance_of(scene, shown), scene.k
    stem = file_stem("diversity", scene.over.edition.name, f"k{k}")
    titled = [(f"{one.model.name}, {mean_words(one.mean)}", one.matrix, one.rows) for one in shown.drawn]
    overlaps = [one.overlap for one in shown.drawn]
    orders = row_orders(overlaps, k, order=scene.choice.order)
    words = scene.over.words
    items = chart_exports(heatmap_row(titled), stem, provenance, label="Heatmaps")
    items += table_exports(
        lambda: overlap_table(overlaps, k, orders=orders, over=words), stem, provenance, label="IoU"
    )
    if shown.worth is not None:
        items += _worth_exports(shown.worth, scene, provenance)
    if shown.series:
        name = f"{stem}-curves"
        chart = overlap_curves(shown.series, k=k, clickable=False)
        items += chart_exports(chart, name, provenance, label="IoU against k")
        items += table_exports(
            lambda: curve_table(shown.series, over=words), name, provenance, label="IoU against k"
        )
    return [*items, *_script(scene, shown, provenance)]


def _worth_exports(worth: WorthTable, scene: Scene, provenance: Provenance) -> list[ExportItem]:
    model = worth.name
    return table_exports(
        lambda: worth_table(worth.rows, model=model, k=scene.k, fused=worth.fused),
        file_stem("spaces", model, scene.over.edition.name),
        provenance,
        label="Worth of the spaces",
    )


def _script(scene: Scene, shown: ShownNumbers, provenance: Provenance) -> Sequence[ExportItem]:
    """A script makes the overlap of indexed models over an edition again."""
    models = [one.model.name for one in shown.drawn if one.model.seeds == 1]
    edition = scene.over.edition.name
    if not scene.over.whole or not models:
        return []

    def make() -> bytes:
        script = diversity_script(scene.workspace, models, edition=edition, k=scene.k, provenance=provenance)
        return script.encode("utf-8")

    stem = file_stem("diversity", edition, f"k{scene.k}")
    return [ExportItem("Python script", f"{stem}.py", MIMES["py"], make)]
