"""Recipes of numbers: overlap and worth of spaces, tables, curves, a judging plan, places on a map."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "CurvesAgain",
    "DiversityAgain",
    "DiversityModel",
    "JudgeAgain",
    "Kept",
    "MapAgain",
    "MapPanel",
    "TableAgain",
    "TopicsAgain",
]


@dataclass(frozen=True)
class DiversityModel:
    """A model whose heatmap was shown.

    Args:
        rows: its spaces and the lists beside them (`fused`, `mmr@0.5`), in the order shown.
        seeds: models whose mean was shown, embedded in memory; none for the model itself, with its index.
    """

    rows: tuple[str, ...]
    seeds: tuple[str, ...] = ()


@dataclass(frozen=True)
class DiversityAgain:
    """Overlap of lists, and what spaces are worth. Makes `overlap`: model -> {`iou`: matrix in the order of
    the rows, `mean`: off the diagonal of the spaces, None for one space}; `worth`: list -> {`inf_ap`, `found`
    (relevant shots that it alone has in its first k), `without`: fused or re-ranked list -> infAP without
    this space}.

    Args:
        models: name -> what was shown.
        collection: whose shots.
        k: the cut-off.
        edition: a whole one, or that of the topic.
        topic: of it; None for all its topics, or for a query that is none.
        query: text of the one query; None for a whole edition.
        subset: that the query is searched in; a whole edition has its own.
        qrels: name of the edition's judgements, None without.
        worth: the model, or seed, whose lists were measured; None without.
        beside: `fused` and re-ranked lists that were measured or shown beside its spaces.
        leave_out: whether each space was left out of its fused lists.
    """

    models: Mapping[str, DiversityModel]
    collection: str
    k: int
    edition: str | None = None
    topic: str | None = None
    query: str | None = None
    subset: str | None = None
    qrels: str | None = None
    worth: str | None = None
    beside: tuple[str, ...] = ()
    leave_out: bool = False


@dataclass(frozen=True)
class TopicsAgain:
    """The table of topics. Makes `columns`; `topics`: [{`topic_id`, `values`}, ...]; `means`; `differences`:
    column -> {`difference`, `p`} against the baseline.

    Args:
        edition, qrels: names.
        columns: in order: `fused`, spaces, `without <space>`, `best space` of a model; or tags of runs.
        measure: of the cells.
        k: cut-off of the share of judged shots.
        model: whose lists; None for runs.
        baseline: the column that others are compared with; None without.
        test, correction, tie: as `lpd.evaluation.ComparisonSettings`.
    """

    edition: str
    qrels: str
    columns: tuple[str, ...]
    measure: str = "infAP"
    k: int = 100
    model: str | None = None
    baseline: str | None = None
    test: str = "randomization"
    correction: str = "holm"
    tie: float = 0.0


@dataclass(frozen=True)
class CurvesAgain:
    """Validation measure of trainings per epoch. Makes `curves`: line -> {`epoch`, `mean`, `low`, `high`,
    `seeds`}, each a list.

    Args:
        lines: name of a line -> its models, one per seed.
        measure: of the validation captions.
    """

    lines: Mapping[str, tuple[str, ...]]
    measure: str


@dataclass(frozen=True)
class TableAgain:
    """A table that `lpd reproduce` wrote into the workspace. Makes recipe -> cells, read from its files;
    training it anew is the command `lpd reproduce`.

    Args:
        name: `table4`, `table5`, `table6`.
        recipes: of the tables shown.
    """

    name: str
    recipes: tuple[str, ...]


@dataclass(frozen=True)
class JudgeAgain:
    """The live table of a judging plan, from the verdicts as they stand now. Makes `runs`: tag -> {`inf_ap`,
    `low`, `high`}; `judged` and `pool`: rows with a verdict, and in all.

    Args:
        plan: its name.
        runs: tags of the runs measured; none for those that filled the pool.
        judge, conflicts: whose verdicts count, as `lpd.judging.plan_qrels`.
        level, replicates, seed, missing: as `lpd.services.judging.LiveMeasures`; a page says them, since
            other defaults would be other intervals.
    """

    plan: str
    runs: tuple[str, ...] = ()
    judge: str | None = None
    conflicts: str = "leave out"
    level: float = 0.95
    replicates: int = 200
    seed: int = 0
    missing: str = "skip"


@dataclass(frozen=True)
class MapPanel:
    """One map.

    Args:
        model: its name.
        space: of it, or `fused`.
        method: `pca` or `umap`.
        built: whether it was opened as `lpd map` made it; else PCA was done at once.
    """

    model: str
    space: str
    method: str = "pca"
    built: bool = True


@dataclass(frozen=True)
class MapAgain:
    """Places of chosen shots on maps. Makes `places`: `<model>/<space>.<method>` -> shot -> [x, y].

    Args:
        collection: whose shots.
        panels: the maps side by side.
        shots: whose places were kept (those of the lasso; no more than a thousand).
    """

    collection: str
    panels: tuple[MapPanel, ...]
    shots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """Nothing to make again; the kept numbers are shown.

    Args:
        why: a sentence: `What a workspace holds is told as it was then.`
    """

    why: str
