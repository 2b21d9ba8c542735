"""Two compared lists as the notebook keeps them, and as it can make them again."""

from collections.abc import Mapping
from typing import Any

from app.compare.lists import Compared, figures
from app.resources.compare import Need
from app.systems import RUN, System, model_weights
from lpd.cards import ModelCard
from lpd.notebook.recipes import CompareAgain, SystemAgain, recipe_document
from lpd.services.topic_differences import TopicDifferences

__all__ = ["compare_recipe", "shown_lists", "shown_topics"]


def shown_lists(compared: Compared) -> dict[str, Any]:
    """Returns the first k shots of both lists and the numbers above them, printed and as they are."""
    lists, (first, second) = compared.lists, compared.sides
    numbers: dict[str, Any] = {
        "iou": lists.iou,
        "rbo": lists.rbo.extrapolated,
        "kendall": lists.kendall,
        "spearman": lists.spearman,
    }
    if first.inf_ap is not None and second.inf_ap is not None:
        numbers["inf_ap"] = [first.inf_ap, second.inf_ap]
    return {
        "figures": [[one.name, one.value, one.words] for one in figures(compared)],
        "numbers": numbers,
        "lists": {side.letter: compared.top(side) for side in compared.sides},
    }


def shown_topics(found: TopicDifferences) -> list[list[Any]]:
    """Returns topic, measure of A, measure of B, and rank-biased overlap."""
    return [[one.topic_id, one.first, one.second, one.rbo.extrapolated] for one in found.topics]


def compare_recipe(
    systems: tuple[System, System],
    cards: Mapping[str, ModelCard],
    *,
    need: Need,
    qrels: str | None,
    k: int,
    p: float,
    depth: int,
    edition: str | None,
) -> dict[str, Any]:
    """Returns all that the lists and the table over the topics were made from, as plain JSON.

    Args:
        systems: A and B.
        cards: model -> its facts.
        need: what the lists are wanted for; a query without text where only the topics are shown.
        qrels: name of the edition's judgements.
        k: the cut-off.
        p: of rank-biased overlap.
        depth: length of the lists.
        edition: of the table over the topics; None where it is not shown.
    """
    first, second = (_system(one, cards) for one in systems)
    return recipe_document(
        CompareAgain(
            first=first,
            second=second,
            collection=need.collection,
            k=k,
            p=p,
            query=need.query or None,
            subset=need.subset,
            edition=need.edition or edition,
            topic=need.topic,
            qrels=qrels,
            depth=depth,
            over_topics=edition is not None,
        )
    )


def _system(system: System, cards: Mapping[str, ModelCard]) -> SystemAgain:
    if system.kind == RUN:
        return SystemAgain(run=system.name)
    weights = model_weights(system, cards[system.name])
    return SystemAgain(model=system.name, list_name=system.list_name, weights=weights)
