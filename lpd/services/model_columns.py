"""The lists of one model as columns of the table of topics: fused, every space, fused without each space."""

from lpd.editions import Edition
from lpd.evaluation import TopicColumn, measured_column
from lpd.search import SearchEngine
from lpd.services.editions import result_runs
from lpd.services.space_worth import SpaceLists, left_out_runs
from lpd.trec import Qrels, Run

__all__ = ["measured_runs", "model_runs", "without_name"]


def without_name(space: str) -> str:
    """Returns the name of the fused list in which a space has no share: `without text:bow`."""
    return f"without {space}"


def model_runs(engine: SearchEngine, edition: Edition, lists: SpaceLists) -> dict[str, Run]:
    """Returns `fused`, each space and each `without_name` -> run, in this order, from lists at hand.

    Args:
        engine: that made the lists.
        edition: that they were made for.
        lists: from `lpd.services.space_worth.search_space_lists`.
    """
    left = left_out_runs(engine, edition, lists)
    return result_runs(engine, edition, lists.results) | {
        without_name(space): run for space, run in left.items()
    }


def measured_runs(
    runs: dict[str, Run], qrels: Qrels, *, judged_at: int = 100, missing: str = "skip"
) -> list[TopicColumn]:
    """Returns the columns of several runs, named by the keys; see `lpd.evaluation.measured_column`.

    Raises:
        MismatchError: if a run and the qrels have no topic in common.
        LpdError: for a cut-off below 1, or another word than `skip` and `zero`.
    """
    return [
        measured_column(run, qrels, name=name, judged_at=judged_at, missing=missing)
        for name, run in runs.items()
    ]
