"""The list of the Search page as Python that makes it again: a query in all its parts, filters, and what was
done to the list after the search.
"""

from pprint import pformat

from app.resources.search_forms import AskedForm
from app.search.exports import ShownFile
from app.search.request import ALL_SPACES
from lpd.exports import SearchRecipe, python_snippet
from lpd.workspace import Workspace

__all__ = ["form_snippet"]

FORM_IMPORTS = """\
from pathlib import Path

from lpd.search import open_engine, read_query_form, search_form
"""
FILTER_IMPORTS = """\
from lpd.search.filters import ShotFilters
from lpd.search.shot_masks import ShotChoice, ShotMasks
"""
SHAPE_IMPORTS = """\
from lpd.search.result import HitList
from lpd.services.live_reranking import LiveReranking, rerank_hits
from lpd.services.representations import feature_representation, space_representation
from lpd.services.shaping import Shaping, shape_list
"""
WORKSPACE_IMPORT = "from lpd.workspace import open_workspace\n"

RANKED = """\
for rank, (row, score) in enumerate(zip(*hits, strict=True), start=1):
    print(rank, engine.shot_ids[row], float(score))
"""


def form_snippet(workspace: Workspace, file: ShownFile, *, depth: int) -> str:
    """Returns the text of a script that makes a list again as it is shown; every word of the query is a
    Python literal.

    Args:
        workspace: that was searched.
        file: the list.
        depth: length of the lists of the search.
    """
    if _is_plain(file):
        return python_snippet(_recipe(workspace, file, depth), file.provenance)
    filtered = _is_filtered(file.asked)
    imports = FORM_IMPORTS + (FILTER_IMPORTS if filtered else "")
    imports += (SHAPE_IMPORTS if file.shape is not None else "") + WORKSPACE_IMPORT
    script = _opened(workspace, file) + _search(file, depth, filtered=filtered)
    script += f"hits = result.lists[{file.name!r}]\n" + _shaped(workspace, file) + RANKED
    return "\n".join((file.provenance.comment("#"), imports, script))


def _is_filtered(asked: AskedForm) -> bool:
    """Whether shots are kept from being returned, beyond the subset."""
    return bool(asked.videos or asked.hidden) or asked.from_s is not None or asked.to_s is not None


def _is_plain(file: ShownFile) -> bool:
    """Whether a search by one text or one shot says it all."""
    form = file.asked.form
    refined = bool(form.without or form.then) or form.is_feedback
    others = refined or _is_filtered(file.asked) or file.shape is not None
    return not others and len(form.wordings) + (form.shot is not None) == 1


def _recipe(workspace: Workspace, file: ShownFile, depth: int) -> SearchRecipe:
    asked = file.asked
    return SearchRecipe(
        workspace=workspace.path,
        model=asked.model,
        collection=asked.collection,
        query=asked.form.wordings[0] if asked.form.wordings else None,
        like=asked.form.shot,
        depth=depth,
        subset=asked.subset,
        weights=asked.weights,
        spaces=asked.spaces,
        list_name=file.name,
    )


def _opened(workspace: Workspace, file: ShownFile) -> str:
    asked = file.asked
    digest = next(one.digest for one in file.provenance.models if one.name == asked.model)
    return (
        f"workspace = open_workspace(Path({str(workspace.path)!r}))\n"
        f"engine = open_engine(workspace, model={asked.model!r}, collection={asked.collection!r})\n"
        f"if engine.card.digest != {digest!r}:\n"
        '    raise SystemExit("the list was made with another model of this name")\n'
    )


def _search(file: ShownFile, depth: int, *, filtered: bool) -> str:
    asked = file.asked
    lines = f"form = read_query_form({pformat(asked.form.to_json(), sort_dicts=False)})\n"
    given: dict[str, object] = {"depth": depth, "subset": asked.subset}
    given["weights"] = None if asked.weights is None else list(asked.weights)
    given["spaces"] = None if asked.spaces is None else list(asked.spaces)
    arguments = [f"{name}={value!r}" for name, value in given.items() if value is not None]
    if filtered:
        videos = list(asked.videos) or None
        choice = f"{videos!r}, {asked.from_s!r}, {asked.to_s!r}, {sorted(asked.hidden)!r}"
        lines += f"choice = ShotChoice({choice})\n"
        arguments.append("allowed=ShotMasks(ShotFilters(engine.collection)).mask(choice)")
    return lines + f"result = search_form(engine, form, {', '.join(arguments)}).result\n"


def _shaped(workspace: Workspace, file: ShownFile) -> str:
    """What was done to the list after the search, in the order of `app.search.shown_lists`."""
    shape = file.shape
    if shape is None:
        return ""
    spaces = [space.name for space in workspace.model_card(file.asked.model).spaces]
    lines = "# post-processing\n"
    if shape.depth is not None:
        lines += f"hits = HitList(*(column[:{shape.depth}] for column in hits))\n"
    fold, rerank = shape.fold, shape.rerank
    threshold = None if fold is None else fold.threshold
    over = "None" if fold is None else _compared_by(fold.by, spaces)
    lines += f"shaping = Shaping({shape.minimum!r}, {threshold!r}, {shape.best_per_video!r})\n"
    lines += f"alike = {over}\n"
    lines += "hits = shape_list(engine, result, hits, shaping=shaping, representation=alike).hits\n"
    if rerank is not None:
        over = _compared_by(rerank.by, spaces) if rerank.method == "mmr" else "None"
        lines += f"order = LiveReranking({rerank.method!r}, {rerank.trade_off!r}, {shape.pool})\n"
        lines += f"by = {over}\n"
        lines += "hits = rerank_hits(engine, result, hits, request=order, representation=by).hits\n"
    return lines


def _compared_by(name: str, spaces: list[str]) -> str:
    """The call that makes what shots are compared by."""
    if name == ALL_SPACES:
        return "space_representation(engine)"
    if name in spaces:
        return f"space_representation(engine, [{name!r}])"
    return f"feature_representation(workspace, engine.collection, {name!r})"
