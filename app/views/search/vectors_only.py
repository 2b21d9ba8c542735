"""What the Search page says of a model of which only vectors are here: what can be searched, and what free
text would need."""

from app.components import note
from app.views.search.first import offer_topics
from lpd.cards import ModelCard
from lpd.editions import Edition
from lpd.errors import LpdError
from lpd.search.precomputed import free_text_needs
from lpd.workspace import Workspace

__all__ = ["offer_searchable_topics", "tell_what_is_searchable"]


def tell_what_is_searchable(workspace: Workspace, card: ModelCard, edition: Edition | None) -> None:
    """Draws, under the query box, what a model without weights can be asked; nothing for one with them."""
    if card.has_weights:
        return
    brought = _editions(workspace, card)
    topics = f"topics of {', '.join(brought)}" if brought else "no topics"
    note(
        f"Model {card.name} is here as vectors only: {topics} can be searched, by text or number, and more "
        f"shots like a given one; {free_text_needs(card)}.",
        "hint",
    )
    if edition is not None and edition.name not in brought:
        command = (
            f"lpd import embeddings FOLDER --model {card.name} --collection {edition.collection} "
            f"--edition {edition.name}"
        )
        note(f"It has no vectors of the topics of {edition.name}: {command}", "warn")


def offer_searchable_topics(workspace: Workspace, card: ModelCard, edition: Edition | None) -> None:
    """Draws topics that have vectors as buttons, where a text could not be searched."""
    if edition is not None and edition.name in _editions(workspace, card):
        note("These can be searched:", "hint")
        offer_topics(edition.topics, card)


def _editions(workspace: Workspace, card: ModelCard) -> list[str]:
    try:
        return list(workspace.embeddings(card.name).topics)
    except LpdError:  # told where they are searched
        return []
