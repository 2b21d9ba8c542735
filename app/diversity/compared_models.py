"""The models that stand side by side on the Diversity page: their lists, how much these overlap, what they
are worth, and what is still being made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from app.background import BackgroundWork
from app.diversity.comparison import ModelOverlap, Over, rows_of
from app.diversity.measured_spaces import MeasuredSpaces, SpacesToMeasure, WorthSources
from app.resources import diversity as lists_of
from app.resources import reproduced
from app.search.known_words import unknown_sentence
from app.state import K_STEPS
from lpd.cards import ModelCard
from lpd.diversity import OverlapCurve
from lpd.errors import LpdError
from lpd.evaluation import RunEvaluation
from lpd.search.result import FUSED
from lpd.trec import Run
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["GRACE_S", "ComparedModel", "check_found", "compare_model", "compare_seeds", "seeds_of_model"]

GRACE_S = 0.5
"""So long a page waits for what is made in the background before it shows how far it is."""

Work = BackgroundWork[MeasuredSpaces] | BackgroundWork[reproduced.SeedLists]


@dataclass(frozen=True)
class ComparedModel:
    """A model, or the seeds of a reproduced one, as the page shows it.

    Args:
        name: of the model, or of the family of seeds.
        card: facts of the model, or of the first seed.
        models: those whose lists can be looked at -> list -> run.
        overlap: None where it is not known.
        exactness: what the lists call themselves.
        worth: those of `models` -> what the numbers of their lists come from.
        made: re-ranked lists and spaces left out; None while they are being made, or if nobody asked.
        work: what makes them, or the lists of the seeds; None if nobody asked.
        problem: why there is nothing to show.
        seeds: how many.
        unknown: which words of the query no encoder knows, in a sentence.
    """

    name: str
    card: ModelCard
    models: Mapping[str, lists_of.Lists] = field(default_factory=dict)
    overlap: ModelOverlap | None = None
    exactness: str = ""
    worth: Mapping[str, WorthSources] = field(default_factory=dict)
    made: MeasuredSpaces | None = None
    work: Work | None = None
    problem: LpdError | None = None
    seeds: int = 1
    unknown: str = ""

    @property
    def evaluations(self) -> list[Mapping[str, RunEvaluation]]:
        """Of the model, or of every seed: list -> measures; empty without judgements."""
        return [one.evaluations for one in self.worth.values() if one.evaluations]

    @property
    def digests(self) -> str:
        """Which model it is: `lpd 3f9a1c`."""
        if self.seeds == 1:
            return f"{self.name} {self.card.digest[:6]}"
        return f"{self.name}, {counted(self.seeds, 'seed')}"


def compare_model(
    workspace: Workspace, name: str, over: Over, *, extra: Sequence[str], leave_out: bool
) -> ComparedModel:
    """Returns a model with an index; what takes long is begun in the background.

    Args:
        workspace: of the model.
        name: of the model.
        over: topics or one query.
        extra: lists beside the spaces, see `app.diversity.comparison.EXTRA_LISTS`.
        leave_out: whether the worth of each space to the fused lists is asked for.
    """
    card = workspace.model_card(name)
    reranked = tuple(one for one in extra if one != FUSED)
    try:
        runs = dict(lists_of.list_runs(workspace, name, over))
        check_found(runs[FUSED], over)
        exactness = lists_of.list_exactness(workspace, name, over)
        evaluations = dict(lists_of.list_evaluations(workspace, name, over))
        wanted = SpacesToMeasure(over, reranked, leave_out and over.qrels is not None)
        work = _begun(workspace, name, wanted) if reranked or wanted.leave_out else None
    except LpdError as error:
        return ComparedModel(name, card, problem=error)
    made = None if work is None else work.made
    if made is not None:
        runs |= made.runs
        evaluations |= made.evaluations
    overlap = _overlap(workspace, card, over, runs=runs, extra=extra)
    worth = WorthSources(
        runs=runs,
        evaluations=evaluations,
        without={} if made is None else made.without,
        covered=lists_of.list_coverage(workspace, name, over, runs=runs),
        qrels=over.qrels,
    )
    overlap = replace(overlap, source=f"{overlap.source}, lists {exactness}")
    found = ComparedModel(name, card, {name: runs}, overlap, exactness, worth={name: worth})
    return replace(found, made=made, work=work, unknown=_unknown_words(workspace, card, over))


def _unknown_words(workspace: Workspace, card: ModelCard, over: Over) -> str:
    unknown = lists_of.unknown_words(workspace, card.name, over)
    texts = [] if over.whole else [over.edition.topics[0].text]
    return unknown_sentence(texts, unknown, list(card.text_features)) if texts else ""


def _overlap(
    workspace: Workspace, card: ModelCard, over: Over, *, runs: lists_of.Lists, extra: Sequence[str]
) -> ModelOverlap:
    """The overlap of the spaces and of the lists beside them, as far as these are made."""
    rows = rows_of(card, [one for one in extra if one in runs])
    shown = {row.name: runs[row.name] for row in rows}
    curve = lists_of.list_overlap(workspace, card.name, over, runs=shown, cutoffs=K_STEPS)
    source = f"{card.name} {card.digest[:6]}, {over.words}"
    return ModelOverlap(card.name, rows, len(card.spaces), {card.seed or 0: curve}, source)


def check_found(run: Run, over: Over) -> None:
    """Raises an LpdError where no topic brought a shot; two empty lists would count as the same one."""
    if not any(ranked.shot_ids for ranked in run.topics.values()):
        subset = over.edition.subset
        raise LpdError(
            "no shots were searched",
            where=over.edition.collection if subset is None else f"subset {subset}",
            next_step="choose other shots in the sidebar",
        )


def _begun(workspace: Workspace, name: str, wanted: SpacesToMeasure) -> BackgroundWork[MeasuredSpaces]:
    work = lists_of.spaces_work(workspace, name, wanted)
    work.start()
    work.wait(GRACE_S)
    return work


def compare_seeds(workspace: Workspace, name: str, over: Over, *, seeds: Mapping[int, str]) -> ComparedModel:
    """Returns the seeds of a reproduced model, together: at every cut-off once their lists were made, before
    that at the one that `lpd reproduce` measured.

    Args:
        workspace: of the models.
        name: of the family.
        over: a whole edition; of one query nothing is known.
        seeds: seed -> name of the model.
    """
    card = workspace.model_card(next(iter(seeds.values())))
    if not over.whole:
        return replace(_unknown(name, card, seeds), problem=_needs_an_edition(name))
    work = reproduced.seeds_work(workspace, seeds, edition=over.edition.name)
    seen = replace(_unknown(name, card, seeds), exactness="exact", work=work)
    if work.made is None:
        return replace(seen, overlap=seeds_of_model(workspace, name, over, seeds=seeds))
    models = {seeds[seed]: runs for seed, runs in work.made.items()}
    rows = rows_of(card)
    curves, worth = {}, {}
    for seed, runs in work.made.items():
        name_of_seed, shown = seeds[seed], {row.name: runs[row.name] for row in rows}
        curves[seed] = lists_of.list_overlap(workspace, name_of_seed, over, runs=shown, cutoffs=K_STEPS)
        worth[name_of_seed] = _worth_of_seed(workspace, name_of_seed, over, runs)
    source = f"mean of {counted(len(seeds), 'seed')} of {name}, {over.words}, lists exact"
    overlap = ModelOverlap(name, rows, len(rows), curves, source)
    return replace(seen, models=models, overlap=overlap, worth=worth)


def _worth_of_seed(workspace: Workspace, name: str, over: Over, runs: lists_of.Lists) -> WorthSources:
    """What the lists of a seed are worth; no space is left out of them, which needs an index."""
    return WorthSources(
        runs=runs,
        evaluations=lists_of.seed_evaluations(workspace, name, over, runs=runs),
        without={},
        covered=lists_of.list_coverage(workspace, name, over, runs=runs),
        qrels=over.qrels,
    )


def _unknown(name: str, card: ModelCard, seeds: Mapping[int, str]) -> ComparedModel:
    return ComparedModel(name, card, seeds=len(seeds))


def _needs_an_edition(name: str) -> LpdError:
    return LpdError(
        "these seeds have no index to search a query with",
        where=name,
        next_step=f"choose the edition mean, or index one of them: lpd index --model {name}-s0",
    )


def seeds_of_model(
    workspace: Workspace, name: str, over: Over, *, seeds: Mapping[int, str]
) -> ModelOverlap | None:
    """Returns what `lpd reproduce` measured of the seeds of a model; None where that is not so or no longer
    true.

    Args:
        workspace: of the models.
        name: of the family.
        over: a whole edition.
        seeds: seed -> name of the model.
    """
    measured = reproduced.measured_seeds(workspace, seeds, edition=over.edition.name)
    if not measured:
        return None
    card = workspace.model_card(next(iter(seeds.values())))
    rows = rows_of(card)
    curves = {}
    for seed, one in measured.items():
        if sorted(one.spaces) != sorted(row.name for row in rows):
            continue
        places = [one.spaces.index(row.name) for row in rows]
        matrix = one.iou[np.ix_(places, places)]
        curves[seed] = OverlapCurve((reproduced.MEASURED_AT,), matrix[None])
    source = f"mean of {counted(len(curves), 'seed')} of {name}, {over.words}, measured by lpd reproduce"
    return ModelOverlap(name, rows, len(rows), curves, source) if curves else None
