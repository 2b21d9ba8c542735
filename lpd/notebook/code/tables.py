"""The Python of tables, curves, and places on maps."""

from lpd.evaluation.table_views import BEST
from lpd.notebook.code.literals import call, literal, long_literal
from lpd.notebook.recipes_of_numbers import CurvesAgain, MapAgain, TableAgain, TopicsAgain

__all__ = ["curves_code", "map_code", "table_code", "topics_code"]

WITHOUT = "without "

TOPICS = """\
def plain(values):
    return [value if np.isfinite(value) else None for value in values.tolist()]


numbers = {
    "measure": table.measure,
    "columns": list(table.columns),
    "topics": [
        {"topic_id": topic_id, "values": plain(values)}
        for topic_id, values in zip(table.topic_ids, table.values, strict=True)
    ],
    "means": plain(table.means),
}
"""

DIFFERENCES = """\
numbers["differences"] = {
    one.column: {"difference": one.difference, "p": one.corrected} for one in compared.columns
}
"""

CURVES = """\
points = curve_points(workspace, [model for models in lines.values() for model in models])
frame = line_curves(lines, points)
frame = frame[(frame["group"] == "validation") & (frame["series"] == measure)]
columns = ["epoch", "mean", "low", "high", "seeds"]
numbers = {
    "curves": {name: frame.loc[frame["line"] == name, columns].to_dict("list") for name in lines}
}
"""

TABLE = """\
def cells(table):
    return [
        {
            "group": row.group,
            "row": row.label,
            "column": column.name,
            "mean": cell.mean,
            "spread": cell.spread,
            "p_value": cell.p_value,
            "published": cell.published,
        }
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell.mean is not None or cell.published is not None
    ]


numbers = {}
for recipe in recipes:
    path = workspace.path / "reproduce" / recipe / f"{name}.csv"
    numbers[recipe] = cells(from_csv(path.read_text(encoding="utf-8")))
"""


def topics_code(recipe: TopicsAgain) -> str:
    """Returns the Python that measures a table of topics again."""
    tested = [name for name in recipe.columns if name not in (recipe.baseline, BEST)]
    compared = recipe.baseline is not None and bool(tested)
    imports, runs = _runs(recipe)
    names = ["topic_table"]
    names += ["ComparisonSettings", "compare_with_baseline"] if compared else []
    lines = [
        "import numpy as np",
        "",
        f"from lpd.evaluation import {', '.join(sorted(names))}",
        "from lpd.evaluation.chosen_columns import chosen_table",
        *imports,
        "",
        f"edition = workspace.edition({literal(recipe.edition)})",
        f"qrels = workspace.qrels(edition.name, {literal(recipe.qrels)})",
        f"columns = {long_literal(recipe.columns)}",
        *runs,
        f"measured = measured_runs(runs, qrels, judged_at={recipe.k:d})",
        f"table = topic_table(edition, measured, qrels=qrels, measure={literal(recipe.measure)})",
        f"table = chosen_table(table, columns, spaces={'[]' if recipe.model is None else 'engine.spaces'})",
        "",
        TOPICS,
    ]
    return "\n".join([*lines, *(_tests(recipe, tested) if compared else [])])


def _runs(recipe: TopicsAgain) -> tuple[list[str], list[str]]:
    """The lists that the columns measure: imports, and the lines that make `runs`."""
    measured = "from lpd.services.model_columns import measured_runs"
    if recipe.model is None:
        return [measured], ["runs = {tag: workspace.run(edition.name, tag) for tag in columns}"]
    engine = "from lpd.search import open_engine"
    named = {"model": recipe.model}
    opened = call("engine = open_engine", "workspace", "collection=edition.collection", named=named)
    if not any(name.startswith(WITHOUT) for name in recipe.columns):
        imports = [engine, "from lpd.services.editions import edition_runs", measured]
        return imports, [opened, "runs = edition_runs(engine, edition)"]
    imports = [
        engine,
        f"{measured}, model_runs",
        "from lpd.services.space_worth import search_space_lists",
    ]
    made = "runs = model_runs(engine, edition, search_space_lists(engine, edition))"
    return imports, [opened, made]


def _tests(recipe: TopicsAgain, tested: list[str]) -> list[str]:
    named = {"test": recipe.test, "correction": recipe.correction, "tie": recipe.tie}
    return [
        call("settings = ComparisonSettings", named=named, keep=tuple(named)),
        f"tested = [name for name in {literal(tested)} if name in table.columns]",
        f"compared = compare_with_baseline(table, {literal(recipe.baseline)}, "
        "columns=tested, settings=settings)",
        DIFFERENCES,
    ]


def curves_code(recipe: CurvesAgain) -> str:
    """Returns the Python that reads the curves of trainings again."""
    return "\n".join(
        [
            "from lpd.services.seed_curves import line_curves",
            "from lpd.services.training_curves import curve_points",
            "",
            f"lines = {long_literal(recipe.lines)}",
            f"measure = {literal(recipe.measure)}",
            CURVES,
        ]
    )


def table_code(recipe: TableAgain) -> str:
    """Returns the Python that reads a reproduced table again."""
    return "\n".join(
        [
            "from lpd.tables import from_csv",
            "",
            f"name, recipes = {literal(recipe.name)}, {long_literal(recipe.recipes)}",
            TABLE,
        ]
    )


def map_code(recipe: MapAgain) -> str:
    """Returns the Python that looks the places of shots up on maps again."""
    built, live = (any(one.built is kind for one in recipe.panels) for kind in (True, False))
    imports = ["from lpd.search import open_engine"] if live else []
    names = (["MapName", "open_map"] if built else []) + (["live_map"] if live else [])
    imports.append(f"from lpd.services.maps import {', '.join(sorted(names))}")
    lines = [
        f"shots = {long_literal(recipe.shots)}",
        f"ids = workspace.collection({literal(recipe.collection)}).shot_ids",
        "row_of = {shot: row for row, shot in enumerate(ids)}",
        'numbers = {"places": {}}',
    ]
    for panel in recipe.panels:
        named = {"model": panel.model, "collection": recipe.collection}
        if panel.built:
            name = f"name=MapName({literal(panel.space)}, {literal(panel.method)})"
            lines.append(call("made = open_map", "workspace", name, named=named))
        else:
            lines.append(call("engine = open_engine", "workspace", named=named))
            lines.append(f"made = live_map(engine, {literal(panel.space)})")
        key = literal(f"{panel.model}/{panel.space}.{panel.method}")
        lines += [
            f'numbers["places"][{key}] = {{',
            "    shot: made.points[row_of[shot]].tolist() for shot in shots if shot in row_of",
            "}",
        ]
    return "\n".join([*imports, "", *lines])
