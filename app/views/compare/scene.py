"""What the parts of the Compare page are drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass

from app import resources, state
from app.compare.exports import compared_provenance
from app.compare.topics import ORDERS
from app.parameters import Value
from app.resources.compare import Need
from app.systems import MODEL, System, system_end, system_label, weights_text
from app.views.compare.choices import Query
from lpd.cards import ModelCard
from lpd.collection import Collection
from lpd.editions import Edition
from lpd.exports import Provenance
from lpd.workspace import Workspace

__all__ = ["LAYOUTS", "LINES", "RANKS", "SETS", "Scene"]

LINES, SETS, RANKS = "lines", "sets", "ranks"
LAYOUTS = (LINES, SETS, RANKS)


@dataclass(frozen=True)
class Scene:
    """One run of the page.

    Args:
        workspace: that is open.
        selection: the sidebar's choices.
        edition: its topics, None where none fits.
        cards: facts of the models that can be searched.
        systems: A and B.
        query: what they are asked.
        p: of RBO.
    """

    workspace: Workspace
    selection: state.Selection
    edition: Edition | None
    cards: Mapping[str, ModelCard]
    systems: tuple[System, System]
    query: Query
    p: float

    @property
    def need(self) -> Need:
        """What the two lists are wanted for; a topic is searched in its edition's subset."""
        topic = self.query.topic
        if topic is None or self.edition is None:
            return Need(self.selection.collection, self.query.text, self.selection.subset)
        edition = self.edition
        return Need(edition.collection, topic.text, edition.subset, edition.name, topic.topic_id)

    @property
    def collection(self) -> Collection:
        """Whose shots are compared."""
        return resources.collection(self.workspace, self.selection.collection)

    @property
    def models(self) -> list[str]:
        """The models among the systems, each once."""
        return list(dict.fromkeys(system.name for system in self.systems if system.kind == MODEL))

    @property
    def labels(self) -> tuple[str, str]:
        """The systems in words."""
        first, second = (system_label(system, self.cards) for system in self.systems)
        return first, second

    @property
    def ends(self) -> tuple[str, str]:
        """The roles of the systems' colours."""
        first, second = (system_end(system, self.cards) for system in self.systems)
        return first, second

    @property
    def relevance(self) -> Mapping[str, int] | None:
        """Shot -> judgement of the topic, None where there are none."""
        topic, qrels_name = self.query.topic, self.selection.qrels
        if topic is None or self.edition is None or qrels_name is None:
            return None
        qrels = resources.qrels(self.workspace, self.edition.name, qrels_name)
        if topic.topic_id not in qrels.topic_ids:
            return None
        # grades above 1 are relevant too
        return {shot: min(grade, 1) for shot, grade in qrels.judgements(topic.topic_id).items()}

    @property
    def parameters(self) -> dict[str, Value]:
        """All that leads back to the view."""
        first, second = self.systems
        topic = self.query.topic
        asked: dict[str, Value] = {
            "q": self.query.text,
            "topic": topic.topic_id if topic else "",
            "a": first.text,
            "b": second.text,
            "wa": weights_text(first.weights),
            "wb": weights_text(second.weights),
            "p": f"{self.p:g}",
        }
        for name, known in (("by", ORDERS), ("layout", LAYOUTS)):
            chosen = state.value(name)
            asked[name] = chosen if chosen in known else ""
        asked["shot"] = state.shot() or ""
        return {**self.selection.parameters(), **{name: one for name, one in asked.items() if one}}

    def provenance(self, *, topics: bool = False, exactness: str | None = None) -> Provenance:
        """Returns what the two lists were made from, or with `topics` the table over the edition.

        Raises:
            NotFoundError: if a model or a run is not there.
        """
        need = None if topics else self.need
        return compared_provenance(
            self.workspace, self.selection, self.systems, need=need, exactness=exactness
        )
