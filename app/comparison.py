"""The lists that the Diversity page compares: of every space of several models, over the topics of an
edition or for one query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app import resources
from app.lanes import FUSED
from app.state import Selection
from lpd.cards import ModelCard
from lpd.diversity import mean_iou
from lpd.editions import Edition
from lpd.search import SearchResult
from lpd.workspace import Workspace

__all__ = ["Comparison", "compare", "iou_over_topics", "shared_and_alone"]

Lists = Mapping[str, Sequence[Sequence[str]]]
"""Space -> one list of shot ids per topic, or the one list of a query."""


@dataclass(frozen=True)
class Comparison:
    """Models side by side.

    Args:
        workspace: it all comes from.
        selection: the sidebar's choices.
        cards: model -> its facts, in the order shown.
        lists: model -> space -> lists.
        edition: the topics compared over, None for one query.
        query: the one query, empty with an edition.
    """

    workspace: Workspace
    selection: Selection
    cards: Mapping[str, ModelCard]
    lists: Mapping[str, Lists]
    edition: Edition | None
    query: str

    @property
    def texts(self) -> list[str]:
        """The texts that were searched, in the order of the lists."""
        return [topic.text for topic in self.edition.topics] if self.edition else [self.query]

    def exactness(self, model: str) -> str:
        """Returns what the lists of a model call themselves: exact, or approximate with a measured recall."""
        if self.edition is not None:
            return resources.edition_exactness(self.workspace, model, self.edition.name).words
        return _query_result(self.workspace, self.selection, model, self.query).exactness.words


def compare(
    workspace: Workspace, selection: Selection, *, models: Sequence[str], edition: Edition | None, query: str
) -> Comparison:
    """Returns the lists of every space of the models, over an edition's topics or, without one, for a query.

    Raises:
        LpdError: if a model has no index of the collection, or cannot encode a text.
    """
    cards = {model: workspace.model_card(model) for model in models}
    if edition is not None:
        lists = {model: _edition_lists(workspace, model, edition) for model in models}
    else:
        lists = {model: _query_lists(workspace, selection, model, query) for model in models}
    return Comparison(workspace, selection, cards, lists, edition, query)


def _edition_lists(workspace: Workspace, model: str, edition: Edition) -> Lists:
    runs = resources.edition_lists(workspace, model, edition.name)
    ids = [topic.topic_id for topic in edition.topics]
    return {name: [run.topics[one].shot_ids for one in ids] for name, run in runs.items() if name != FUSED}


def _query_lists(workspace: Workspace, selection: Selection, model: str, query: str) -> Lists:
    result = _query_result(workspace, selection, model, query)
    shots = resources.engine(workspace, model, selection.collection).shot_ids
    spaces = ((name, hits) for name, hits in result.lists.items() if name != FUSED)
    return {name: [[shots[row] for row in hits.rows.tolist()]] for name, hits in spaces}


def _query_result(workspace: Workspace, selection: Selection, model: str, query: str) -> SearchResult:
    return resources.search(workspace, resources.Asked(model, selection.collection, query, selection.subset))


def iou_over_topics(lists: Lists, spaces: Sequence[str], k: int) -> np.ndarray:
    """Returns the (S, S) IoU@k of the spaces' lists, averaged over the topics.

    Source: LPD paper, section 4.3.1 and Fig. 3.
    """
    topics = len(next(iter(lists.values())))
    return mean_iou([[lists[space][number] for space in spaces] for number in range(topics)], k)


def shared_and_alone(
    first: Sequence[str], second: Sequence[str], k: int
) -> tuple[list[str], list[str], list[str]]:
    """Returns the shots of two top k: shared (in the order of the first), only in the first, only in the
    second."""
    in_first, in_second = set(first[:k]), set(second[:k])
    return (
        [shot for shot in first[:k] if shot in in_second],
        [shot for shot in first[:k] if shot not in in_second],
        [shot for shot in second[:k] if shot not in in_first],
    )
