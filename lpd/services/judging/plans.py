"""Judging plans of a workspace: made of runs of an edition, opened, extended, and what changed since."""

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass

from lpd.editions import Edition
from lpd.errors import LpdError, MismatchError, NotFoundError, name_some
from lpd.judging.plan import JudgingPlan, PlannedRun
from lpd.judging.plan_files import read_plan, update_plan, write_plan
from lpd.judging.plan_verdicts import TopicVerdicts, plan_verdicts
from lpd.judging.planning import extend_plan, make_plan
from lpd.judging.pooling import SAMPLINGS, Layer
from lpd.storage import digest_file, writer_lock
from lpd.trec import Run
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = [
    "MadePlan",
    "extend_judging_plan",
    "judging_plan",
    "judging_verdicts",
    "make_judging_plan",
    "plan_changes",
]

DEFAULT_LAYERS = SAMPLINGS["tv21"]


@dataclass(frozen=True)
class MadePlan:
    """A plan, and sentences about what it does not have: topics without a pool, shots that are not there."""

    plan: JudgingPlan
    notes: tuple[str, ...]


def make_judging_plan(
    workspace: Workspace,
    name: str,
    *,
    edition: str,
    runs: Sequence[str] = (),
    layers: Sequence[Layer] = DEFAULT_LAYERS,
    seed: int = 0,
    overlap: float = 0.1,
    topics: Collection[str] | None = None,
    exclude: Collection[str] = frozenset(),
    keep: bool = True,
) -> MadePlan:
    """Returns the plan of judging the pool of some runs, and keeps it under `judging/`.

    Shots that the collection, or the edition's subset, does not have are left out of the pool and told.

    Args:
        workspace: whose runs are pooled.
        name: of the plan.
        edition: whose topics are judged.
        runs: tags; none for all runs of the edition.
        layers: see `lpd.judging.pooling`.
        seed, overlap, topics, exclude: as `lpd.judging.make_plan`.
        keep: False only returns it, to show what it would be.

    Raises:
        NotFoundError: if the edition has no runs, or not these, or not these topics.
        MismatchError: if a run has no shot of the collection.
        LpdError: if there is such a plan already, another process writes to the workspace, or as `make_plan`.
    """
    opened = workspace.edition(edition)
    tags = list(dict.fromkeys(runs)) or workspace.run_tags(edition)
    if not tags:
        raise NotFoundError(
            "this edition has no runs, and a pool is made of runs",
            where=edition,
            next_step="lpd run, or lpd import run",
        )
    folder = workspace.judging_folder(name)
    if keep and folder.exists():
        raise LpdError(
            "there is a judging plan of this name already",
            where=folder,
            next_step="choose another name, or extend this one",
        )
    there = _searched_shots(workspace, opened)
    read = {tag: workspace.run(edition, tag) for tag in tags}
    gone = _gone(read, opened, there)
    lists = {
        _planned_run(workspace, edition, tag): {one: listed.shot_ids for one, listed in run.topics.items()}
        for tag, run in read.items()
    }
    plan = make_plan(
        name,
        opened,
        lists,
        layers=layers,
        seed=seed,
        overlap=overlap,
        topics=topics,
        exclude={*exclude, *gone},
    )
    if keep:
        with writer_lock(workspace.path):
            write_plan(folder, plan)
    return MadePlan(plan, tuple(_notes(plan, read, opened, topics=topics, gone=gone)))


def judging_plan(workspace: Workspace, name: str) -> JudgingPlan:
    """Returns a plan of the workspace.

    Raises:
        NotFoundError: if there is none of this name.
        FormatError, StaleError: if it is damaged, changed or of a newer version.
    """
    names = workspace.judging_plan_names()
    if name not in names:
        raise NotFoundError(
            "no such judging plan",
            expected=f"one of {', '.join(names) or '(none yet)'}",
            found=repr(name),
            next_step="lpd judge plan NAME --edition EDITION",
        )
    return read_plan(workspace.judging_folder(name))


def extend_judging_plan(
    workspace: Workspace, name: str, rates: Sequence[float], *, topics: Collection[str] | None = None
) -> JudgingPlan:
    """Returns a plan with larger samples, and keeps it; verdicts stay, and so does the order.

    Args:
        workspace: that has the plan.
        name: of the plan.
        rates, topics: as `lpd.judging.extend_plan`.

    Raises:
        NotFoundError: if there is no such plan or topic.
        LpdError: if nothing grows, another process writes to the workspace, or as `extend_plan`.
    """
    with writer_lock(workspace.path):
        plan = judging_plan(workspace, name)
        extended = extend_plan(plan, rates, topics=topics)
        if extended.sample == plan.sample:
            raise LpdError(
                "these rates add no shot to the sample",
                where=name,
                expected="a rate above the present one in a stratum that is not judged wholly",
                found=", ".join(map(str, rates)),
            )
        update_plan(workspace.judging_folder(name), extended)
    return extended


def judging_verdicts(
    workspace: Workspace, plan: JudgingPlan, *, topics: Collection[str] | None = None
) -> dict[str, TopicVerdicts]:
    """Returns topic_id -> what stands for it, see `lpd.judging.plan_verdicts`."""
    return plan_verdicts(workspace.judgements_path, plan, topics=topics)


def plan_changes(workspace: Workspace, plan: JudgingPlan) -> tuple[str, ...]:
    """Returns a sentence for each thing that is no longer as it was when the plan was made: runs, topics, the
    collection. The plan and the verdicts hold what they hold; only what is read now is another.
    """
    told = [_run_change(workspace, plan, run) for run in plan.runs]
    if plan.edition not in workspace.edition_names():
        told.append(f"edition {plan.edition} is gone; the topics' texts are in the plan")
    else:
        texts = {topic.topic_id: topic.text for topic in workspace.edition(plan.edition).topics}
        other = [one for one, topic in plan.topics.items() if texts.get(one) != topic.text]
        if other:
            told.append(f"topics of {plan.edition} were changed or removed: {name_some(other)}")
    if plan.collection not in workspace.collection_names():
        told.append(f"collection {plan.collection} is gone; its shots cannot be shown")
    return tuple(sentence for sentence in told if sentence)


def _run_change(workspace: Workspace, plan: JudgingPlan, run: PlannedRun) -> str | None:
    path = workspace.run_path(plan.edition, run.tag)
    if not path.is_file():
        return f"run {run.tag}, which filled the pool, is gone"
    if digest_file(path) != run.digest:
        return f"run {run.tag} was changed since the pool was made; shots new in it are not in the pool"
    return None


def _planned_run(workspace: Workspace, edition: str, tag: str) -> PlannedRun:
    return PlannedRun(tag, digest_file(workspace.run_path(edition, tag)))


def _searched_shots(workspace: Workspace, edition: Edition) -> Set[str]:
    collection = workspace.collection(edition.collection)
    ids = collection.shot_ids
    return {ids[row] for row in collection.subset_rows(edition.subset).tolist()}


def _gone(runs: dict[str, Run], edition: Edition, there: Set[str]) -> set[str]:
    """Returns the shots of the runs that are not there."""
    gone: set[str] = set()
    for tag, run in runs.items():
        listed = {shot_id for ranked in run.topics.values() for shot_id in ranked.shot_ids}
        if listed and not listed & there:
            raise MismatchError(
                "a run of another collection: none of its shots is here",
                where=f"run {tag}",
                expected=f"shots of {edition.collection}",
                found=name_some(sorted(listed)),
            )
        gone |= listed - there
    return gone


def _notes(
    plan: JudgingPlan,
    runs: dict[str, Run],
    edition: Edition,
    *,
    topics: Collection[str] | None,
    gone: Set[str],
) -> list[str]:
    wanted = [topic.topic_id for topic in edition.topics if topics is None or topic.topic_id in topics]
    told = []
    for tag, run in runs.items():
        absent = [one for one in wanted if not (one in run.topics and run.topics[one].shot_ids)]
        if absent:
            told.append(f"run {tag} lacks {counted(len(absent), 'topic')}: {name_some(absent)}")
    empty = [one for one in wanted if one not in plan.topics]
    if empty:
        told.append(f"no run has {name_some(empty)}; nothing can be judged there")
    if gone:
        where = edition.collection if edition.subset is None else f"{edition.subset} of {edition.collection}"
        told.append(
            f"{counted(len(gone), 'shot')} of the runs left out, not in {where}: {name_some(sorted(gone))}"
        )
    return told
