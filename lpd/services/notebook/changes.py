"""What changed in a workspace since views of it were pinned: models, indexes, qrels, runs, plans, maps."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from lpd.cards import ModelCard
from lpd.collection import Collection
from lpd.errors import LpdError, NotFoundError
from lpd.notebook.reading import view_snapshot
from lpd.notebook.recipes import JudgeAgain, MapAgain, Recipe, recipe_of
from lpd.notebook.views import PinnedView
from lpd.search.engine_opening import index_sources
from lpd.search.opening import INDEX_KINDS
from lpd.storage import digest_file, read_manifest
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["WorkspaceNow", "changed_sources", "view_changes"]

Read = TypeVar("Read")

PLAN = "judging plan "
"""Before the name of a plan, where it stands for qrels."""

DIGEST_SIGNS = 8
"""Signs of a digest in a sentence."""


class WorkspaceNow:
    """What a workspace holds now, each thing read once for all views that are looked at.

    Args:
        workspace: which. What changes in it while this is used may be missed.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._read: dict[tuple[object, ...], Any] = {}

    def _once(self, key: tuple[object, ...], read: Callable[[], Read]) -> Read | LpdError:
        """What was read, or why it cannot be."""
        if key not in self._read:
            try:
                self._read[key] = read()
            except (LpdError, OSError) as error:
                self._read[key] = error if isinstance(error, LpdError) else LpdError(str(error))
        return self._read[key]

    def card(self, model: str) -> ModelCard | LpdError:
        """Returns the card of a model, or why there is none."""
        return self._once(("card", model), lambda: self.workspace.model_card(model))

    def collection(self, name: str) -> Collection | LpdError:
        """Returns a collection, or why there is none."""
        return self._once(("collection", name), lambda: self.workspace.collection(name))

    def qrels_digest(self, edition: str, name: str) -> str | LpdError:
        """Returns the digest of an edition's judgements, or why there are none."""
        return self._once(("qrels", edition, name), lambda: self.workspace.qrels(edition, name).digest)

    def run_digest(self, edition: str, tag: str) -> str | LpdError:
        """Returns the digest of a run's file, or why there is none."""
        return self._once(("run", edition, tag), lambda: self._digest(edition, tag))

    def _digest(self, edition: str, tag: str) -> str:
        if tag not in self.workspace.run_tags(edition):
            raise NotFoundError("no such run", found=repr(tag))
        return digest_file(self.workspace.run_path(edition, tag))

    def index_change(self, model: str, collection: str) -> str:
        """Returns why the index of a model is not what it must be, empty where nothing is wrong."""
        told = self._once(("index", model, collection), lambda: self._index_change(model, collection))
        return str(told) if isinstance(told, LpdError) else told

    def _index_change(self, model: str, collection: str) -> str:
        card, opened = self.card(model), self.collection(collection)
        if isinstance(card, LpdError) or isinstance(opened, LpdError):
            return ""  # told where it is looked for
        if collection not in self.workspace.index_names(model):
            return f"the index of {model} over {collection} is gone"
        manifest = read_manifest(self.workspace.index_folder(model, collection), *INDEX_KINDS)
        sources = index_sources(self.workspace, card, collection, shot_ids=opened.shot_ids)
        changed = manifest.changed(sources)
        if not changed:
            return ""
        return f"the index of {model} over {collection} was made from another {' and another '.join(changed)}"


def view_changes(now: WorkspaceNow, path: Path, pinned: PinnedView) -> tuple[str, ...]:
    """Returns a sentence for each thing that a view was made from and that changed or went since; none where
    all is as it was.

    Args:
        now: the workspace, the same for all views of a notebook.
        path: of the notebook.
        pinned: one of its views.
    """
    recipe: Recipe | None = None
    told: list[str] = []
    if pinned.has_snapshot:
        try:
            recipe = recipe_of(view_snapshot(path, pinned.view_id))
        except LpdError as error:
            told.append(f"What was kept of it cannot be read: {error}.")
    return (*_sentences(now, pinned.view.provenance, recipe), *told)


def changed_sources(
    workspace: Workspace, provenance: Mapping[str, Any], recipe: Recipe | None = None
) -> list[str]:
    """Returns a sentence for each thing of a view's provenance that changed or went since.

    Args:
        workspace: as it is now.
        provenance: of the view, as the notebook keeps it; what is not of its form is passed over.
        recipe: of the view; names what a provenance has no word for: a judging plan, maps.
    """
    return _sentences(WorkspaceNow(workspace), provenance, recipe)


def _sentences(now: WorkspaceNow, provenance: Mapping[str, Any], recipe: Recipe | None) -> list[str]:
    told = [*_of_models(now, provenance), *_of_shots(now, provenance)]
    told += [*_of_topics(now, provenance), *_of_recipe(now, recipe)]
    name = _text(provenance.get("workspace"))
    if name and name != now.workspace.name:
        told.append(f"it was pinned in workspace {name}, this is {now.workspace.name}")
    return [f"{one[0].upper()}{one[1:]}." for one in dict.fromkeys(told)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _listed(value: object) -> list[str]:
    """The names of a list in words, as `notebook_provenance` joins them."""
    return _text(value).split(", ") if value else []


def _of_models(now: WorkspaceNow, provenance: Mapping[str, Any]) -> Iterator[str]:
    names, digests = _listed(provenance.get("model")), _listed(provenance.get("model_digest"))
    collection = _text(provenance.get("collection"))
    for name, digest in zip(names, digests, strict=False):
        card = now.card(name)
        if isinstance(card, LpdError):
            yield f"model {name} is gone or cannot be read"
        elif card.digest != digest:
            then, today = digest[:DIGEST_SIGNS], card.digest[:DIGEST_SIGNS]
            yield f"model {name} is another one now: {then} then, {today} now"
        elif collection and card.bi_encoder and provenance.get("exactness"):
            changed = now.index_change(name, collection)
            if changed:
                yield changed


def _of_shots(now: WorkspaceNow, provenance: Mapping[str, Any]) -> Iterator[str]:
    name, subset = _text(provenance.get("collection")), _text(provenance.get("subset"))
    if not name:
        return
    opened = now.collection(name)
    if isinstance(opened, LpdError):
        yield f"collection {name} is gone or cannot be read"
    elif subset and subset not in opened.subsets:
        yield f"subset {subset} of {name} is gone"


def _of_topics(now: WorkspaceNow, provenance: Mapping[str, Any]) -> Iterator[str]:
    there, editions = now.workspace.edition_names(), _listed(provenance.get("edition"))
    for edition in editions:
        if edition not in there:
            yield f"edition {edition} is gone"
    known = [edition for edition in editions if edition in there]
    name, digest = _text(provenance.get("qrels")), _text(provenance.get("qrels_digest"))
    if name.startswith(PLAN):
        yield from _of_plan(now.workspace, name.removeprefix(PLAN), digest)
    elif len(editions) == 1 and known and name and digest:
        yield from _of_qrels(now, known[0], name.rpartition("/")[2], digest)
    runs = provenance.get("runs")
    for run in runs if isinstance(runs, list) and known else ():
        if isinstance(run, Mapping):
            yield from _of_run(now, known[0], _text(run.get("name")), _text(run.get("digest")))


def _of_qrels(now: WorkspaceNow, edition: str, name: str, digest: str) -> Iterator[str]:
    found = now.qrels_digest(edition, name)
    if isinstance(found, LpdError):
        yield f"qrels {name} of {edition} are gone or cannot be read"
    elif found != digest:
        then, today = digest[:DIGEST_SIGNS], found[:DIGEST_SIGNS]
        yield f"qrels {name} of {edition} were changed: {then} then, {today} now"


def _of_run(now: WorkspaceNow, edition: str, tag: str, digest: str) -> Iterator[str]:
    found = now.run_digest(edition, tag)
    if isinstance(found, LpdError):
        yield f"run {tag} of {edition} is gone or cannot be read"
    elif digest and found != digest:
        yield f"run {tag} of {edition} was changed: {digest[:DIGEST_SIGNS]} then, {found[:DIGEST_SIGNS]} now"


def _of_recipe(now: WorkspaceNow, recipe: Recipe | None) -> Iterator[str]:
    if isinstance(recipe, JudgeAgain):
        yield from _of_plan(now.workspace, recipe.plan)
    if isinstance(recipe, MapAgain):
        gone = [one for one in recipe.panels if isinstance(now.card(one.model), LpdError)]
        if gone:
            yield f"{counted(len(gone), 'map')} of models that are gone"


def _of_plan(workspace: Workspace, name: str, digest: str = "") -> Iterator[str]:
    from lpd.services.judging import judging_plan, plan_changes

    try:
        plan = judging_plan(workspace, name)
        if digest and plan.digest != digest:
            then, today = digest[:DIGEST_SIGNS], plan.digest[:DIGEST_SIGNS]
            yield f"judging plan {name} was changed: {then} then, {today} now"
        for sentence in plan_changes(workspace, plan):
            yield sentence.rstrip(".")
    except LpdError as error:
        yield f"judging plan {name}: {str(error).rstrip('.')}"
