"""What each space of one model is worth: beside the heatmaps, because a bad space is also different."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.components import note
from app.components.space_table import SpaceCell, SpaceColumn, SpaceLine, space_table, space_table_payload
from app.diversity.compared_models import ComparedModel
from app.diversity.comparison import extra_label, rows_of
from app.diversity.measured_spaces import COVERED_AT, WorthRow, worth_rows
from app.views.background_work import show_work
from app.views.diversity.choices import Scene
from app.views.diversity.heatmaps import worth_source
from app.views.diversity.pair import Pair
from app.words import printed_share, signed
from lpd.search.result import FUSED

__all__ = ["WorthTable", "draw_worth", "worth_of_model"]


@dataclass(frozen=True)
class WorthTable:
    """What the lists of one model are worth.

    Args:
        model: whose.
        name: of the model, or of one of its seeds.
        rows: the fused and re-ranked lists, then the spaces.
        fused: lists that spaces were left out of.
        covered: whether subtopics are known.
        source: where the numbers are from.
    """

    model: ComparedModel
    name: str
    rows: tuple[WorthRow, ...]
    fused: tuple[str, ...]
    covered: bool
    source: str

    @property
    def left_out(self) -> tuple[str, ...]:
        """Lists that spaces are left out of, as far as that is asked for: not of seeds."""
        return self.fused or ((FUSED,) if self.model.seeds == 1 and self.model.work is not None else ())

    @property
    def inf_ap(self) -> Mapping[str, float | None]:
        """List -> infAP."""
        return {row.row.name: row.inf_ap for row in self.rows}


def worth_of_model(model: ComparedModel, name: str, *, scene: Scene) -> WorthTable | None:
    """Returns what is known so far; None without lists or judgements.

    Args:
        model: whose lists they are.
        name: of the model, or of one of its seeds.
        scene: what the page is asked for.
    """
    worth = model.worth.get(name)
    if worth is None or not worth.evaluations:
        return None
    spaces = len(model.card.spaces)
    rows = rows_of(model.card, [FUSED, *(one for one in scene.choice.extra if one != FUSED)])
    known = [row for row in rows if row.name in worth.runs]
    ordered = [*known[spaces:], *known[:spaces]]
    return WorthTable(
        model,
        name,
        tuple(worth_rows(ordered, worth, k=scene.k)),
        tuple(worth.without),
        bool(worth.covered),
        worth_source(model, scene.over, who=f"{name} {scene.workspace.model_card(name).digest[:6]}"),
    )


def draw_worth(model: ComparedModel | None, table: WorthTable | None, *, scene: Scene, pair: Pair) -> None:
    """Draws the table.

    Args:
        model: of the two lists that are looked at; None where there is none.
        table: what is known of it.
        scene: what the page is asked for.
        pair: the spaces that stand out.
    """
    if model is None:
        note("What each space is worth", "title")
        note("It is measured with the lists of one model; none of these has any.")
        return
    note(f"What each space of {pair.model} is worth", "title")
    if model.problem is not None:
        note("There are no lists to measure.")
        return
    if table is None:
        note(_why_unknown(model, scene))
        return
    columns = _columns(table, scene)
    lines = [_line(row, table, pair) for row in table.rows]
    note(_legend(table, scene), "small")
    alt = f"What the lists of {table.name} are worth: {', '.join(column.label for column in columns)}"
    space_table(space_table_payload(columns, lines, alt=alt), key="space_worth")
    note(table.source, "small")
    for label in model.made.labels.values() if model.made is not None else ():
        note(label, "small")
    if model.work is not None and table.left_out:
        show_work(model.work, "The lists without each space", key=model.name)


def _why_unknown(model: ComparedModel, scene: Scene) -> str:
    if not scene.over.whole:
        return "infAP needs judgements, and this query is no judged topic of the shots that are searched."
    return "infAP needs an edition with qrels, and there is none for this collection."


def _columns(table: WorthTable, scene: Scene) -> list[SpaceColumn]:
    k, source = scene.k, table.source
    columns = [
        SpaceColumn("infAP", f"infAP of the list of the space itself: {source}"),
        SpaceColumn(
            "only here",
            f"Relevant shots in its first {k} and in no other space's, summed over topics; of a fused or "
            f"re-ranked list those that no space has: {source}",
        ),
    ]
    for name in table.left_out:
        columns.append(
            SpaceColumn(
                "without it" if name == FUSED else f"{extra_label(name)} without it",
                f"infAP of the {extra_label(name)} list when the space has no share in it and the others "
                f"keep theirs, less that of the list with it: {source}",
            )
        )
    if table.covered:
        columns.append(
            SpaceColumn("α-nDCG", f"α-nDCG@{COVERED_AT}: looks are the subtopics, alpha .5: {source}")
        )
        columns.append(
            SpaceColumn(
                "looks",
                f"Subtopic recall@{COVERED_AT}: share of the looks of a topic's relevant shots: {source}",
            )
        )
    return columns


def _legend(table: WorthTable, scene: Scene) -> str:
    """What the heads of the columns stand for, as far as they do not say it themselves."""
    told = [f"only here: relevant shots in its first {scene.k} and in no other space’s"]
    if table.left_out:
        told.append("without it: change of the infAP of the fused list")
    if table.covered:
        told.append(f"α-nDCG and looks (share of a topic’s looks) at {COVERED_AT}")
    return " · ".join(told)


def _line(row: WorthRow, table: WorthTable, pair: Pair) -> SpaceLine:
    label = row.row.label
    cells = [_share(row.inf_ap, f"infAP of {label}"), _found(row)]
    cells += [_without(row, name, table.inf_ap) for name in table.left_out]
    if table.covered:
        cells.append(_share(row.alpha_ndcg, f"alpha-nDCG@{COVERED_AT} of {label}"))
        cells.append(_share(row.subtopic_recall, f"Subtopic recall@{COVERED_AT} of {label}"))
    return SpaceLine(
        label, row.row.end, tuple(cells), title=row.row.name, chosen=row.row.name in (pair.first, pair.second)
    )


def _share(value: float | None, what: str) -> SpaceCell:
    return (
        SpaceCell(None, f"{what} is not known")
        if value is None
        else SpaceCell(printed_share(value), f"{what}: {value:.6f}")
    )


def _found(row: WorthRow) -> SpaceCell:
    if row.found is None:
        return SpaceCell(None)
    return SpaceCell(f"{row.found:,}", f"{row.found:,} of the {row.relevant:,} relevant shots in its first k")


def _without(row: WorthRow, name: str, inf_ap: Mapping[str, float | None]) -> SpaceCell:
    """How infAP changes when the space is left out; nothing can be left out of itself."""
    if row.row.end == FUSED:
        return SpaceCell("")
    value, whole = row.without.get(name), inf_ap.get(name)
    if value is None or whole is None:
        return SpaceCell(None, "not known yet, or no other space is left")
    told = f"infAP {value:.6f} without {row.row.label}, {whole:.6f} with it"
    return SpaceCell(signed(value - whole), told)
