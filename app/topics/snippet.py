"""The table of topics as a small Python script that measures it again."""

from app.topics.choices import TopicsChoice
from app.topics.gathering import TopicsPage
from app.topics.lists import needs_left_out
from lpd.evaluation import BEST
from lpd.exports import Provenance

__all__ = ["topics_snippet"]


def topics_snippet(page: TopicsPage, provenance: Provenance) -> str:
    """Returns a script that prints the means of the columns and their differences to the baseline.

    The best space and the fused lists without a space are left out: they take more than measuring lists.

    Args:
        page: what is shown.
        provenance: stands above the script.
    """
    shown, choice = page.shown, page.choice
    names = [name for name in shown.table.columns if name != BEST and not needs_left_out([name])]
    lines = _imports(bool(shown.exactness), choice)
    lines += [
        "",
        f"workspace = open_workspace(Path({str(page.workspace.path)!r}))",
        f"edition = workspace.edition({shown.edition.name!r})",
        f"qrels = workspace.qrels(edition.name, {shown.qrels_name!r})",
    ]
    model = next((one.model for one in shown.lists if one.model is not None), None)
    if shown.exactness:
        lines += [
            f"engine = open_engine(workspace, model={model!r}, collection=edition.collection)",
            "runs = edition_runs(engine, edition)",
            f"runs = {{name: runs[name] for name in {names!r}}}",
        ]
    else:
        lines.append(f"runs = {{tag: workspace.run(edition.name, tag) for tag in {names!r}}}")
    lines += [
        "columns = [measured_column(run, qrels, name=name) for name, run in runs.items()]",
        f"table = topic_table(edition, columns, qrels=qrels, measure={choice.measure!r})",
        "for column, mean in zip(table.columns, table.means, strict=True):",
        '    print(f"{column}: {mean:.4f} over {table.counted_words(column)}")',
    ]
    return provenance.comment("#") + "\n".join([*lines, *_comparison(choice, names)]) + "\n"


def _imports(spaces: bool, choice: TopicsChoice) -> list[str]:
    names = ["measured_column", "topic_table"]
    if choice.baseline is not None:
        names = ["ComparisonSettings", "compare_with_baseline", *names]
    lines = ["from pathlib import Path", "", f"from lpd.evaluation import {', '.join(names)}"]
    if spaces:
        lines += ["from lpd.search import open_engine", "from lpd.services.editions import edition_runs"]
    return [*lines, "from lpd.workspace import open_workspace"]


def _comparison(choice: TopicsChoice, names: list[str]) -> list[str]:
    if choice.baseline not in names:
        return []
    settings = choice.settings
    facts = f"test={settings.test!r}, correction={settings.correction!r}, tie={settings.tie!r}"
    return [
        f"settings = ComparisonSettings({facts})",
        f"compared = compare_with_baseline(table, {choice.baseline!r}, settings=settings)",
        "for one in compared.columns:",
        '    print(f"{one.column}: {one.difference:+.4f}, p {one.corrected:.4f}{one.mark}, {one.counts}")',
    ]
