"""The files that the table of topics and a case study can be taken away as, and what the notebook keeps."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from app.parameters import Value
from app.topics.case import case_frame
from app.topics.choices import NO_BASELINE
from app.topics.frames import comparison_frame, for_spreadsheets, topics_frame
from app.topics.gathering import TopicsPage, page_provenance
from app.topics.printed import OUTSIDE, result_table
from app.topics.snippet import topics_snippet
from app.topics.tables import TopicsShown
from app.views.exporting import MIMES, ExportItem, file_stem
from app.views.pinning import ViewFacts
from lpd.exports import Provenance, frame_csv, frame_parquet, table_bytes
from lpd.notebook.recipes import TopicsAgain, recipe_document
from lpd.services.case_study import CaseStudy

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["case_exports", "topics_exports", "topics_pin"]


def topics_exports(page: TopicsPage) -> list[ExportItem]:
    """Returns the table in the forms that people paste it in, its means and tests, and a script."""
    shown, rows, provenance = page.shown, page.rows, page_provenance(page)
    stem = file_stem(shown.edition.name, page.choice.kind, page.choice.measure)

    def printed(form: str) -> bytes:
        return table_bytes(result_table(shown, rows), provenance, form=form)

    def packed() -> bytes:
        return frame_parquet(topics_frame(shown, rows), provenance)

    def script() -> bytes:
        return topics_snippet(page, provenance).encode()

    means = _csv("Means and tests", f"{stem}-means", make=lambda: comparison_frame(shown), told=provenance)
    return [
        _csv("Topics", stem, make=lambda: topics_frame(shown, rows), told=provenance),
        ExportItem("Topics, LaTeX", f"{stem}.tex", MIMES["tex"], lambda: printed("latex")),
        ExportItem("Topics, Markdown", f"{stem}.md", MIMES["md"], lambda: printed("markdown")),
        ExportItem("Topics, parquet", f"{stem}.parquet", MIMES["parquet"], packed),
        means,
        ExportItem("A line per cell, CSV", f"{stem}-cells.csv", MIMES["csv"], lambda: printed("csv")),
        ExportItem("Python script", f"{stem}.py", MIMES["py"], script),
    ]


def case_exports(page: TopicsPage, case: CaseStudy) -> list[ExportItem]:
    """Returns the hits and misses of a topic as CSV and parquet."""
    provenance = page_provenance(page)
    stem = file_stem(page.shown.edition.name, case.topic.topic_id, "hits")

    def packed() -> bytes:
        return frame_parquet(case_frame(case), provenance)

    return [
        _csv("Hits and misses", stem, make=lambda: case_frame(case), told=provenance),
        ExportItem("Hits and misses, parquet", f"{stem}.parquet", MIMES["parquet"], packed),
    ]


def _csv(label: str, stem: str, *, make: Callable[[], "pd.DataFrame"], told: Provenance) -> ExportItem:
    def written() -> bytes:
        return frame_csv(for_spreadsheets(make()), told)

    return ExportItem(f"{label}, CSV", f"{stem}.csv", MIMES["csv"], written)


def topics_pin(page: TopicsPage, case: str | None) -> ViewFacts:
    """Returns what the notebook keeps of the view.

    Args:
        page: what is shown.
        case: the topic that is looked at closely, None for the table.
    """
    shown, choice = page.shown, page.choice
    parameters: dict[str, Value] = {
        **page.selection.parameters(),
        "table": choice.kind,
        "measure": choice.measure,
        "order": choice.order,
        "baseline": choice.baseline or NO_BASELINE,
        "test": choice.settings.test,
        "correction": choice.settings.correction,
        "tie": f"{choice.settings.tie:g}",
        "low": str(choice.low),
        "high": str(choice.high),
        "editions": choice.editions,
        "show": choice.shown,
        "facts": "shown" if choice.facts else "hidden",
    }
    what = "runs" if page.asked.model is None else f"spaces of {page.asked.model}"
    title = f"{shown.measure} per topic of {shown.edition.name}, {what}"
    if case is not None:
        parameters["case"] = case
        text = dict(zip(shown.table.topic_ids, shown.table.texts, strict=True)).get(case)
        title = f"Case study: topic {case}, {text or OUTSIDE}"
    snapshot = {**_snapshot(shown), "recipe": _recipe(page)}
    return ViewFacts("topics", title, parameters, page_provenance(page), snapshot)


def _snapshot(shown: TopicsShown) -> dict[str, Any]:
    """The numbers shown, as plain JSON; None for what is absent."""
    table = shown.table
    return {
        "measure": table.measure,
        "columns": list(table.columns),
        "topics": [
            {"topic_id": topic_id, "text": text or "", "values": _plain(values)}
            for topic_id, text, values in zip(table.topic_ids, table.texts, table.values, strict=True)
        ],
        "means": _plain(table.means),
        "differences": {
            one.column: {"difference": one.difference, "p": one.corrected}
            for one in (shown.comparison.columns if shown.comparison is not None else ())
        },
    }


def _recipe(page: TopicsPage) -> dict[str, Any]:
    """What the table is made again from."""
    table, choice, asked = page.shown.table, page.choice, page.asked
    recipe = TopicsAgain(
        edition=asked.edition,
        qrels=asked.qrels,
        columns=tuple(table.columns),
        measure=asked.measure,
        k=asked.k,
        model=asked.model,
        baseline=choice.baseline if choice.baseline in table.columns else None,
        test=choice.settings.test,
        correction=choice.settings.correction,
        tie=choice.settings.tie,
    )
    return recipe_document(recipe)


def _plain(values: np.ndarray) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]
