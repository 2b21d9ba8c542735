"""The Python of the overlap of lists and of what spaces are worth."""

from collections.abc import Sequence

from lpd.notebook.code.literals import call, literal, long_literal
from lpd.notebook.recipes_of_numbers import DiversityAgain

__all__ = ["diversity_code"]

OVERLAP = '''
def overlap(runs, rows):
    """Returns the IoU of every two lists, averaged over the topics."""
    lists = [[runs[name].topics[topic.topic_id].shot_ids for name in rows] for topic in edition.topics]
    return iou_curve(lists, [k]).matrices[0]

'''

NUMBERS = """\
numbers = {"overlap": {}}
for name, rows in shown.items():
    spaces = [row for row in rows if row != "fused" and "@" not in row]
    matrices = [overlap(runs, rows) for runs in lists[name]]
    inner = [rows.index(space) for space in spaces]
    means = [mean_off_diagonal(one[np.ix_(inner, inner)]) for one in matrices if len(spaces) > 1]
    numbers["overlap"][name] = {
        "iou": np.mean(matrices, axis=0).tolist(),
        "mean": float(np.mean(means)) if means else None,
    }
"""

WORTH = """\
spaces = {name: run for name, run in runs.items() if name != "fused" and "@" not in name}
others = {name: run for name, run in runs.items() if name not in spaces}
found, _ = found_alone_counts(spaces, others, qrels=qrels, k=k)
numbers["worth"] = {
    name: {"inf_ap": evaluate_run(run, qrels).mean["infAP"], "found": found[name]}
    for name, run in runs.items()
}
"""

WITHOUT = """\
for name, left in without.items():
    for space, run in left.items():
        numbers["worth"][space].setdefault("without", {})[name] = evaluate_run(run, qrels).mean["infAP"]
"""


def diversity_code(recipe: DiversityAgain) -> str:
    """Returns the Python that makes the heatmaps and the worth of the spaces again."""
    measured = recipe.worth is not None and recipe.qrels is not None
    seeds = {seed for one in recipe.models.values() for seed in one.seeds}
    parts = [*_imports(recipe, measured, bool(seeds)), "", f"k = {recipe.k:d}", *_edition(recipe)]
    shown = {name: one.rows for name, one in recipe.models.items()}
    parts += [OVERLAP, f"shown = {long_literal(shown)}", "lists = {}"]
    for name, model in recipe.models.items():
        if model.seeds:
            parts.append(f"lists[{literal(name)}] = [")
            parts += [f"    {_of_seed(seed)}," for seed in model.seeds]
            parts.append("]")
            continue
        reranked = [row for row in model.rows if "@" in row]
        parts += _lists(name, reranked=reranked)
        parts.append(f"lists[{literal(name)}] = [made.runs]")
    parts.append(NUMBERS)
    return "\n".join([*parts, *(_worth(recipe, seeds) if measured else [])])


def _imports(recipe: DiversityAgain, measured: bool, seeds: bool) -> list[str]:
    lines = ["import numpy as np", "", "from lpd.diversity import iou_curve, mean_off_diagonal"]
    if recipe.edition is None:
        lines.append("from lpd.editions import Edition")
    if measured:
        lines.append("from lpd.evaluation import evaluate_run")
    lines.append("from lpd.search import open_engine")
    if seeds:
        lines.append("from lpd.services.editions import edition_runs")
        lines.append("from lpd.services.indexing import measuring_engine")
    names = ["found_alone_counts", "model_lists"] if measured else ["model_lists"]
    lines.append(f"from lpd.services.model_lists import {', '.join(names)}")
    if recipe.edition is None:
        lines.append("from lpd.trec import Topic")
    elif recipe.query is not None:
        lines.insert(0, "from dataclasses import replace\n")
    return lines


def _edition(recipe: DiversityAgain) -> list[str]:
    """The topics that the lists are made for, and their judgements."""
    if recipe.edition is None:
        values = f'"query", {literal(recipe.collection)}, {literal(recipe.subset)}'
        return [f'edition = Edition({values}, (Topic("", {literal(recipe.query)}),), (), None)']
    lines = [f"edition = workspace.edition({literal(recipe.edition)})"]
    if recipe.qrels is not None:
        lines.append(f"qrels = workspace.qrels(edition.name, {literal(recipe.qrels)})")
    if recipe.query is not None:
        lines += [
            f"[topic] = [one for one in edition.topics if one.topic_id == {literal(recipe.topic)}]",
            call(
                "edition = replace",
                "edition",
                "topics=(topic,)",
                named={"collection": recipe.collection, "subset": recipe.subset},
                keep=("subset",),
            ),
        ]
    return lines


def _lists(model: str, *, reranked: Sequence[str], leave_out: bool = False) -> list[str]:
    opened = call(
        "engine = open_engine", "workspace", "collection=edition.collection", named={"model": model}
    )
    named = {"reranked": tuple(reranked), "leave_out": leave_out}
    return [opened, call("made = model_lists", "engine", "edition", named=named)]


def _of_seed(model: str) -> str:
    engine = f'measuring_engine(workspace, {literal(model)}, edition, device="cpu")'
    return f"edition_runs({engine}, edition)"


def _worth(recipe: DiversityAgain, seeds: set[str]) -> list[str]:
    assert recipe.worth is not None
    if recipe.worth in seeds:
        return [f"runs = {_of_seed(recipe.worth)}", WORTH]
    reranked = [name for name in recipe.beside if "@" in name]
    lines = [*_lists(recipe.worth, reranked=reranked, leave_out=recipe.leave_out), "runs = made.runs", WORTH]
    return [*lines, "without = made.without", WITHOUT] if recipe.leave_out else lines
