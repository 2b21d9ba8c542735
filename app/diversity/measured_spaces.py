"""What every space of a model is worth on judged topics, and its lists re-ranked for diversity: the numbers
beside a heatmap. S spaces, T topics."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from app.charts import SpaceName
from app.diversity.comparison import Over
from lpd.evaluation import RunEvaluation, mean_measures, measure_subtopics
from lpd.progress import Progress
from lpd.search import SearchEngine
from lpd.search.result import FUSED
from lpd.services.editions import evaluate_edition
from lpd.services.found_alone import shots_found_by_one
from lpd.services.model_lists import found_alone_counts, model_lists
from lpd.trec import Qrels, Run

__all__ = [
    "COVERED_AT",
    "FoundShot",
    "MeasuredSpaces",
    "SpacesToMeasure",
    "Subtopics",
    "WorthRow",
    "WorthSources",
    "found_shots",
    "measure_spaces",
    "subtopic_means",
    "worth_rows",
]

Subtopics = Mapping[str, Mapping[str, AbstractSet[str]]]
"""Topic -> shot -> its subtopics."""

COVERED_AT = 20
"""The cut-off of alpha-nDCG and subtopic recall: about what a person looks at."""


@dataclass(frozen=True)
class SpacesToMeasure:
    """What is to be made.

    Args:
        over: topics and judgements.
        reranked: names of re-ranked lists, see `app.diversity.comparison.EXTRA_LISTS`.
        leave_out: whether the fused lists are also made without each space; needs judgements.
    """

    over: Over
    reranked: tuple[str, ...] = ()
    leave_out: bool = False


@dataclass(frozen=True)
class MeasuredSpaces:
    """What was made.

    Args:
        runs: re-ranked list -> its run.
        labels: re-ranked list -> what was done, in words.
        evaluations: re-ranked list -> its measures; empty without judgements.
        without: `fused` or re-ranked list -> space -> measures of the list in which the space has no share;
            empty where spaces were not left out.
    """

    runs: dict[str, Run]
    labels: dict[str, str]
    evaluations: dict[str, RunEvaluation]
    without: dict[str, dict[str, RunEvaluation]]


def measure_spaces(engine: SearchEngine, wanted: SpacesToMeasure, *, progress: Progress) -> MeasuredSpaces:
    """Returns the re-ranked lists of a model, and what its lists are worth without each space.

    Args:
        engine: the model over the collection.
        wanted: what is to be made.
        progress: called for every topic or space; it may raise to stop.

    Raises:
        LpdError: if a topic cannot be encoded.
    """
    edition, qrels = wanted.over.edition, wanted.over.qrels
    leave_out = wanted.leave_out and qrels is not None
    made = model_lists(engine, edition, reranked=wanted.reranked, leave_out=leave_out, progress=progress)
    runs = {name: made.runs[name] for name in wanted.reranked}
    if qrels is None:
        return MeasuredSpaces(runs, made.labels, {}, {})
    return MeasuredSpaces(
        runs=runs,
        labels=made.labels,
        evaluations=evaluate_edition(runs, qrels),
        without={name: evaluate_edition(left, qrels) for name, left in made.without.items()},
    )


def subtopic_means(run: Run, over: Over, subtopics: Subtopics | None) -> tuple[float, float] | None:
    """Returns alpha-nDCG@20 and subtopic recall@20 of a run; None where no topic's subtopics are known."""
    known = {one: subtopics[one] for one in over.topic_ids if one in subtopics} if subtopics else {}
    if not known:
        return None
    means = mean_measures(measure_subtopics(run, known, k=COVERED_AT))
    return means[f"alpha-nDCG@{COVERED_AT}"], means[f"S-recall@{COVERED_AT}"]


@dataclass(frozen=True)
class WorthRow:
    """What one list of a model is worth; what is not known is None.

    Args:
        row: the space, or the fused or a re-ranked list.
        inf_ap: of the list alone, mean over the judged topics.
        found: relevant shots in its first k and in no other space's, summed over topics.
        relevant: all relevant shots in its first k, summed over topics.
        without: `fused` or re-ranked list -> infAP of that list without this space.
        alpha_ndcg, subtopic_recall: at 20.
    """

    row: SpaceName
    inf_ap: float | None
    found: int | None
    relevant: int | None
    without: Mapping[str, float]
    alpha_ndcg: float | None = None
    subtopic_recall: float | None = None


@dataclass(frozen=True)
class WorthSources:
    """What the numbers of a model's lists come from.

    Args:
        runs: list -> run.
        evaluations: list -> measures; empty without judgements.
        without: see `MeasuredSpaces`.
        covered: list -> alpha-nDCG and subtopic recall; empty where subtopics are not known.
        qrels: the judgements.
    """

    runs: Mapping[str, Run]
    evaluations: Mapping[str, RunEvaluation]
    without: Mapping[str, Mapping[str, RunEvaluation]]
    covered: Mapping[str, tuple[float, float]]
    qrels: Qrels | None


def worth_rows(rows: Sequence[SpaceName], sources: WorthSources, *, k: int) -> list[WorthRow]:
    """Returns what each of some lists is worth.

    Args:
        rows: the lists; those whose end is `fused` are compared with the spaces, and not the spaces with
            them.
        sources: of all of them.
        k: the cut-off of the shots counted.
    """
    found, relevant = _counted(rows, sources, k)
    worth = []
    for row in rows:
        measured, covered = sources.evaluations.get(row.name), sources.covered.get(row.name)
        lists = [(name, spaces[row.name]) for name, spaces in sources.without.items() if row.name in spaces]
        worth.append(
            WorthRow(
                row,
                inf_ap=None if measured is None else measured.mean["infAP"],
                found=found.get(row.name),
                relevant=relevant.get(row.name),
                without={name: one.mean["infAP"] for name, one in lists},
                alpha_ndcg=None if covered is None else covered[0],
                subtopic_recall=None if covered is None else covered[1],
            )
        )
    return worth


def _counted(
    rows: Sequence[SpaceName], sources: WorthSources, k: int
) -> tuple[dict[str, int], dict[str, int]]:
    """Returns list -> relevant shots found by it only, and list -> all its relevant shots, in its first k."""
    if sources.qrels is None:
        return {}, {}
    spaces = {row.name: sources.runs[row.name] for row in rows if row.end != FUSED}
    beside = {row.name: sources.runs[row.name] for row in rows if row.end == FUSED}
    return found_alone_counts(spaces, beside, qrels=sources.qrels, k=k)


class FoundShot(NamedTuple):
    """A relevant shot that one space alone has in its first k: its topic, and its rank in that space."""

    shot_id: str
    topic_id: str
    rank: int


def found_shots(runs: Mapping[str, Run], qrels: Qrels, *, k: int) -> dict[str, list[FoundShot]]:
    """Returns space -> the relevant shots that only it has in its first k, those of the best ranks first.

    Args:
        runs: one per space.
        qrels: the judgements.
        k: the cut-off.
    """
    found = {}
    for name, topics in shots_found_by_one(runs, qrels, k=k).items():
        shots = [
            FoundShot(shot_id, topic_id, runs[name].topics[topic_id].shot_ids.index(shot_id) + 1)
            for topic_id, ids in topics.items()
            for shot_id in ids
        ]
        found[name] = sorted(shots, key=lambda one: (one.rank, one.topic_id, one.shot_id))
    return found
