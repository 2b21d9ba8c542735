"""What there is to choose from: the lists that may be columns, the measures, the other editions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app import resources
from app.resources.compare import run_digest
from app.state import Selection
from app.topics.choices import SPACES, measure_options
from app.topics.lists import ListFacts, default_runs, default_spaces, run_lists, space_lists
from lpd.cards import ModelCard
from lpd.evaluation import judged_completely
from lpd.search.result import FUSED
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["Offered", "listed", "offer"]


@dataclass(frozen=True)
class Offered:
    """What there is to choose from.

    Args:
        lists: that may be columns; none where there is nothing to show.
        default: names of the columns where nobody chose.
        measures: of the columns.
        baseline: the one where nobody chose, None for none.
        editions: others that have judgements.
        topics: judged topics with their texts (None for one that the edition does not list), in its order.
        unjudged: topics of the edition that have no judgements.
    """

    lists: Sequence[ListFacts]
    default: tuple[str, ...]
    measures: Sequence[str]
    baseline: str | None
    editions: Sequence[str]
    topics: dict[str, str | None] = field(default_factory=dict)
    unjudged: tuple[str, ...] = ()

    def label(self, name: str) -> str:
        """Returns a column's name as it is printed."""
        return next((one.label for one in self.lists if one.name == name), name)

    @property
    def judged_words(self) -> str:
        """How many topics are judged: `19 of 20 topics`."""
        return f"{len(self.topics)} of {counted(len(self.topics) + len(self.unjudged), 'topic')}"


def offer(workspace: Workspace, selection: Selection, *, kind: str) -> Offered:
    """Returns what the page can show of an edition with judgements.

    Raises:
        LpdError: if the judgements cannot be read.
    """
    assert selection.edition is not None, "its topics are shown"
    assert selection.qrels is not None, "they are judged"
    edition = workspace.edition(selection.edition)
    judged = resources.qrels(workspace, edition.name, selection.qrels)
    texts: dict[str, str | None] = {topic.topic_id: topic.text for topic in edition.topics}
    known = set(judged.topic_ids)
    topics = {one: text for one, text in texts.items() if one in known}
    topics |= {one: None for one in judged.topic_ids if one not in texts}
    lists, default, baseline = _lists(workspace, selection, kind)
    return Offered(
        lists=lists,
        default=default,
        measures=measure_options(judged_completely(judged)),
        baseline=baseline,
        editions=_other_editions(workspace, edition.name),
        topics=topics,
        unjudged=tuple(one for one in texts if one not in known),
    )


def _other_editions(workspace: Workspace, edition: str) -> list[str]:
    """The other editions that have judgements."""
    names = [name for name in workspace.edition_names() if name != edition]
    return [name for name in names if workspace.edition(name).default_qrels is not None]


def _lists(
    workspace: Workspace, selection: Selection, kind: str
) -> tuple[list[ListFacts], tuple[str, ...], str | None]:
    """The lists, the columns where nobody chose, and their baseline."""
    if kind == SPACES:
        if selection.model is None:
            return [], (), None
        lists = space_lists(workspace.model_card(selection.model))
        return lists, default_spaces(lists), FUSED
    tags = workspace.run_tags(str(selection.edition))
    cards = [
        workspace.model_card(model)
        for model in workspace.model_names()
        if selection.collection in workspace.index_names(model)
    ]
    default = default_runs(tags, cards)
    baseline = selection.model if selection.model in default else None
    return run_lists(tags, {}, models={}), default, baseline


def listed(
    workspace: Workspace, selection: Selection, *, offered: Offered, shown: Sequence[str]
) -> list[ListFacts]:
    """Returns the lists shown with all that is known of them: of runs, the digests of their files, which are
    read for those alone."""
    facts = [one for one in offered.lists if one.name in shown]
    if any(one.model is not None for one in facts):
        return facts
    tags = [one.name for one in facts]
    digests = {tag: run_digest(workspace, str(selection.edition), tag) for tag in tags}
    names = set(workspace.model_names())
    made_by = {tag if tag in names else tag.replace(".", "-") for tag in tags}
    models: dict[str, ModelCard] = {name: workspace.model_card(name) for name in sorted(made_by & names)}
    return run_lists(tags, digests, models=models)
