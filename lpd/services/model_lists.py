"""Every list of a model over an edition: its spaces, the fused one, that re-ranked, each without a space."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lpd.editions import Edition
from lpd.progress import Progress, no_progress
from lpd.search import SearchEngine
from lpd.search.result import FUSED
from lpd.services.editions import edition_results, result_runs
from lpd.services.found_alone import found_by_one, relevant_in_top
from lpd.services.live_reranking import LiveReranking
from lpd.services.space_worth import SpaceLists, left_out_runs, rerank_space_lists, search_space_lists
from lpd.trec import Qrels, Run

__all__ = ["ModelLists", "found_alone_counts", "model_lists", "named_reranking"]


@dataclass(frozen=True)
class ModelLists:
    """What was made.

    Args:
        runs: `fused`, space, or name of a re-ranked list -> its run.
        labels: re-ranked list -> what was done, in words.
        without: `fused` or re-ranked list -> space -> run of the list in which the space has no share; empty
            where spaces were not left out.
    """

    runs: dict[str, Run]
    labels: dict[str, str] = field(default_factory=dict)
    without: dict[str, dict[str, Run]] = field(default_factory=dict)


def named_reranking(name: str) -> LiveReranking:
    """Returns what makes a re-ranked list from the fused one, by its name: `mmr@0.5`, `xquad@0.3`."""
    method, _, trade_off = name.partition("@")
    return LiveReranking(method, float(trade_off))


def model_lists(
    engine: SearchEngine,
    edition: Edition,
    *,
    reranked: Sequence[str] = (),
    leave_out: bool = False,
    progress: Progress = no_progress,
) -> ModelLists:
    """Returns the lists of a model over an edition's topics.

    Args:
        engine: the model over the edition's collection.
        edition: its topics and subset.
        reranked: names of re-ranked lists, see `named_reranking`.
        leave_out: whether the fused and re-ranked lists are also made without each space.
        progress: called for every topic or space; it may raise to stop.

    Raises:
        LpdError: if a topic cannot be encoded.
    """
    if leave_out:
        lists = search_space_lists(engine, edition, progress=progress)
    else:
        lists = SpaceLists(tuple(edition_results(engine, edition)), {})
    made: dict[str, SpaceLists] = {FUSED: lists}
    for name in reranked:
        made[name] = rerank_space_lists(engine, lists, request=named_reranking(name), progress=progress)
    runs = result_runs(engine, edition, lists.results)
    runs |= {name: result_runs(engine, edition, made[name].results)[FUSED] for name in reranked}
    without = {name: left_out_runs(engine, edition, one) for name, one in made.items()} if leave_out else {}
    return ModelLists(runs, {name: made[name].label for name in reranked}, without)


def found_alone_counts(
    spaces: Mapping[str, Run], beside: Mapping[str, Run], *, qrels: Qrels, k: int
) -> tuple[dict[str, int], dict[str, int]]:
    """Returns list -> relevant shots that it alone has in its first k, and list -> all relevant shots there,
    both summed over the judged topics.

    Spaces are compared with each other; a list beside them with the spaces, and not the spaces with it.

    Args:
        spaces: space -> its run.
        beside: `fused` or re-ranked list -> its run.
        qrels: the judgements.
        k: the cut-off.
    """
    found = dict(found_by_one(spaces, qrels, k=k))
    for name, run in beside.items():
        found[name] = found_by_one({**spaces, name: run}, qrels, k=k)[name]
    return found, dict(relevant_in_top({**spaces, **beside}, qrels, k=k))
