"""The Python of ranked lists: a search, and two systems compared."""

from lpd.notebook.code.literals import call, literal, long_literal
from lpd.notebook.recipes_of_lists import CompareAgain, ListShape, SearchAgain, SystemAgain

__all__ = ["compare_code", "search_code"]

SYSTEM = '''
def listed(name, *, model, collection, query, subset, weights):
    """Returns the list of a model for one query."""
    engine = open_engine(workspace, model=model, collection=collection)
    result = engine.search(query, depth={depth}, subset=subset, weights=weights)
    hits = result.lists[name]
    return rank_shots([engine.shot_ids[row] for row in hits.rows.tolist()], hits.scores)

'''

NUMBERS = """\
numbers = {
    "lists": {
        name: [
            [engine.shot_ids[row], score]
            for row, score in zip(*(one[:k].tolist() for one in lists[name]), strict=True)
        ]
        for name in names
    }
}
"""


def search_code(recipe: SearchAgain) -> str:
    """Returns the Python that makes the lists of a search again."""
    engine = {"model": recipe.model, "collection": recipe.collection}
    asked = {
        "depth": recipe.depth,
        "subset": recipe.subset,
        "weights": recipe.weights,
        "spaces": recipe.spaces,
    }
    filtered = _filtered(recipe)
    places = ["engine", "form", *(["allowed=allowed"] if filtered else [])]
    lines = [
        *_search_imports(recipe, filtered=bool(filtered)),
        "",
        call("engine = open_engine", "workspace", named=engine),
        f"form = read_query_form({long_literal(recipe.form)})",
        *filtered,
        f"{call('found = search_form', *places, named=asked)}.result",
        *_shaped(recipe.shape),
        f"names, k = {long_literal(recipe.lists)}, {recipe.k:d}",
        NUMBERS,
    ]
    return "\n".join(lines)


def _search_imports(recipe: SearchAgain, *, filtered: bool) -> list[str]:
    imports = ["from lpd.search import open_engine, read_query_form, search_form"]
    if filtered:
        imports.append("from lpd.search.filters import ShotFilters")
        imports.append("from lpd.search.shot_masks import ShotChoice, ShotMasks")
    if recipe.shape is not None:
        names = ["Shape", "shaped_lists"]
        names += ["Fold"] if recipe.shape.fold_by is not None else []
        names += ["Rerank"] if recipe.shape.rerank is not None else []
        imports.append(f"from lpd.services.list_shapes import {', '.join(sorted(names))}")
    return imports


def _filtered(recipe: SearchAgain) -> list[str]:
    """What keeps shots from being returned, beyond the subset; nothing where nothing does."""
    if not (recipe.videos or recipe.hidden or recipe.from_s is not None or recipe.to_s is not None):
        return []
    choice = (recipe.videos or None, recipe.from_s, recipe.to_s, recipe.hidden)
    return [
        call("choice = ShotChoice", *(literal(one) for one in choice)),
        "allowed = ShotMasks(ShotFilters(engine.collection)).mask(choice)",
    ]


def _shaped(shape: ListShape | None) -> list[str]:
    """What was done to the lists after the search."""
    if shape is None:
        return ["lists = found.lists"]
    given = [f"minimum={literal(shape.minimum)}"] if shape.minimum is not None else []
    if shape.fold_by is not None:
        given.append(f"fold=Fold({literal(shape.fold_by)}, {literal(shape.fold_threshold)})")
    if shape.best_per_video:
        given.append("best_per_video=True")
    if shape.rerank is not None:
        order = (literal(shape.rerank), literal(shape.trade_off), literal(shape.rerank_by))
        given.append(f"rerank=Rerank({', '.join(order)})")
    if shape.depth is not None:
        given.append(f"depth={shape.depth:d}")
    given.append(f"pool={shape.pool:d}")
    return [
        call("shape = Shape", *given),
        "shaped = shaped_lists(workspace, engine, found, shape=shape)",
        "lists = {name: one.hits for name, one in shaped.items()}",
    ]


# --- two systems --------------------------------------------------------------------------------------------


def compare_code(recipe: CompareAgain) -> str:
    """Returns the Python that makes two lists and the table over the topics again."""
    systems = (recipe.first, recipe.second)
    models = any(one.model is not None for one in systems)
    judged = recipe.qrels is not None and recipe.edition is not None
    of_query = recipe.query is not None
    of_topic = of_query and judged and recipe.topic is not None
    imports = ["from lpd.list_comparison import compare_lists"] if of_query else []
    if of_topic or (recipe.over_topics and judged):
        imports.insert(0, "from lpd.evaluation import evaluate_run")
    imports += ["from lpd.search import open_engine"] if models else []
    if recipe.over_topics:
        imports += ["from lpd.services.editions import edition_runs"] if models else []
        imports += ["from lpd.services.topic_differences import MeasuredRun, topic_differences"]
    trec = (["Run"] if of_topic else []) + (["rank_shots"] if models and of_query else [])
    imports += [f"from lpd.trec import {', '.join(trec)}"] if trec else []
    parts = ["\n".join(imports), ""]
    if recipe.edition is not None:
        parts.append(f"edition = workspace.edition({literal(recipe.edition)})")
    if judged:
        parts.append(f"qrels = workspace.qrels(edition.name, {literal(recipe.qrels)})")
    parts.append("numbers = {}")
    parts += _of_query(recipe, of_topic, models) if of_query else []
    parts += _over_topics(recipe, judged) if recipe.over_topics else []
    return "\n".join(parts)


def _of_query(recipe: CompareAgain, of_topic: bool, models: bool) -> list[str]:
    lines = [SYSTEM.format(depth=f"{recipe.depth:d}")] if models else []
    for letter, system in zip("ab", (recipe.first, recipe.second), strict=True):
        lines.append(f"{letter} = {_list_of(recipe, system)}")
    lines += [
        f"compared = compare_lists(a.shot_ids, b.shot_ids, k={recipe.k:d}, p={recipe.p!r})",
        f'numbers["lists"] = {{"A": a.shot_ids[:{recipe.k:d}], "B": b.shot_ids[:{recipe.k:d}]}}',
        'numbers["numbers"] = {',
        '    "iou": compared.iou,',
        '    "rbo": compared.rbo.extrapolated,',
        '    "kendall": compared.kendall,',
        '    "spearman": compared.spearman,',
        "}",
    ]
    if of_topic:
        topic = literal(recipe.topic)
        lines += [
            f"if {topic} in qrels.topic_ids:",
            '    numbers["numbers"]["inf_ap"] = [',
            f'        evaluate_run(Run("list", {{{topic}: one}}), qrels).topics[{topic}]["infAP"]',
            "        for one in (a, b)",
            "    ]",
        ]
    return lines


def _list_of(recipe: CompareAgain, system: SystemAgain) -> str:
    if system.run is not None:
        return f"workspace.run(edition.name, {literal(system.run)}).topics[{literal(recipe.topic)}]"
    named = {
        "model": system.model,
        "collection": recipe.collection,
        "query": recipe.query,
        "subset": recipe.subset,
        "weights": system.weights,
    }
    return call("listed", literal(system.list_name), named=named, keep=("subset", "weights"))


def _over_topics(recipe: CompareAgain, judged: bool) -> list[str]:
    lines = []
    for name, system in zip(("first", "second"), (recipe.first, recipe.second), strict=True):
        if system.run is not None:
            lines.append(f"{name} = workspace.run(edition.name, {literal(system.run)})")
            continue
        named = {"model": system.model}
        lines.append(call("engine = open_engine", "workspace", "collection=edition.collection", named=named))
        runs = call("edition_runs", "engine", "edition", named={"weights": system.weights})
        lines.append(f"{name} = {runs}[{literal(system.list_name)}]")
    measured = "MeasuredRun(one, evaluate_run(one, qrels))" if judged else "MeasuredRun(one)"
    return [
        *lines,
        f"measured = [{measured} for one in (first, second)]",
        f"differences = topic_differences(*measured, k={recipe.k:d}, p={recipe.p!r})",
        'numbers["topics"] = [',
        "    [one.topic_id, one.first, one.second, one.rbo.extrapolated] for one in differences.topics",
        "]",
    ]
