"""The lists that may be columns of the table of topics: those of a model, or runs."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.space_words import fusion_words, two_ends
from lpd.cards import ModelCard
from lpd.evaluation import BEST
from lpd.search.result import FUSED
from lpd.services.editions import space_run_tag
from lpd.services.model_columns import without_name

__all__ = [
    "ListFacts",
    "default_runs",
    "default_spaces",
    "judging_lists",
    "needs_left_out",
    "run_lists",
    "space_lists",
]

SHOWN_RUNS = 8
"""How many runs are shown where nobody chose."""

_REPRODUCED = "rep."
"""Before the tags of the runs that `lpd reproduce` writes: many, and shown where somebody asks for them."""


class ListFacts(NamedTuple):
    """A list.

    Args:
        name: of its column.
        label: as it is printed.
        end: `fused`, `text`, `video`, `head`, or empty for a run; it decides the colour.
        words: where its numbers come from.
        digest: of the weights of the model that made it, or of the file of the run.
        model: whose list it is, None for a run of no model at hand.
    """

    name: str
    label: str
    end: str
    words: str
    digest: str
    model: str | None


def space_lists(card: ModelCard) -> list[ListFacts]:
    """Returns the lists of a model: fused, each space, the best space, fused without each space.

    Args:
        card: the model's facts.
    """
    origin = f"model {card.name}, weights {card.digest}"
    found = [ListFacts(FUSED, "fused", FUSED, f"{fusion_words(card)}; {origin}", card.digest, card.name)]
    for space in card.spaces:
        words = f"space {space.name}, {two_ends(space, card)}; {origin}"
        found.append(ListFacts(space.name, space.label, space.end, words, card.digest, card.name))
    if len(card.spaces) > 1:
        best = "in each topic the best space, chosen by the judgements themselves: a bound, no system"
        found.append(ListFacts(BEST, BEST, "head", f"{best}; {origin}", card.digest, card.name))
        for space in card.spaces:
            words = f"fused from the other spaces, without {space.name}; {origin}"
            found.append(
                ListFacts(
                    without_name(space.name),
                    f"w/o {space.label}",
                    FUSED,
                    words,
                    card.digest,
                    card.name,
                )
            )
    return found


def default_spaces(lists: Sequence[ListFacts]) -> tuple[str, ...]:
    """Returns the columns of a model where nobody chose: all but those without a space, which take longer."""
    return tuple(one.name for one in lists if not needs_left_out([one.name]))


def needs_left_out(names: Sequence[str]) -> bool:
    """Returns whether fused lists without a space are among the columns."""
    return any(name.startswith(without_name("")) for name in names)


def judging_lists(lists: Sequence[ListFacts]) -> tuple[list[str], str]:
    """Returns the columns that say how hard a topic is, and these in words: of a model its fused list, for a
    space alone is no system; of runs all of them.

    Args:
        lists: the columns shown.
    """
    if any(one.name == FUSED and one.end == FUSED for one in lists):  # a run may have the name
        return [FUSED], "fused"
    names = [one.name for one in lists]
    if len(names) == 1:
        return names, lists[0].label
    return names, f"all {len(names)} {'columns' if any(one.end for one in lists) else 'runs'}"


def run_lists(
    tags: Sequence[str], digests: Mapping[str, str], *, models: Mapping[str, ModelCard]
) -> list[ListFacts]:
    """Returns the runs of an edition.

    Args:
        tags: of the runs, in order.
        digests: tag -> digest of its file, where it is known.
        models: name -> card of the models at hand; a run whose tag is a model's name is that model's.
    """
    found = []
    for tag in tags:
        digest = digests.get(tag, "")
        name = tag if tag in models else tag.replace(".", "-")
        model = name if name in models else None
        made = f"; made by model {model}" if model else ""
        found.append(ListFacts(tag, tag, "", f"run {tag}, file {digest}{made}", digest, model))
    return found


def default_runs(tags: Sequence[str], cards: Sequence[ModelCard]) -> tuple[str, ...]:
    """Returns the runs shown where nobody chose: the first ones that are neither of a single space nor of a
    reproduced table; if there are no others, the first ones.

    Args:
        tags: of the runs, in order.
        cards: of the models at hand, whose spaces may have runs.
    """
    of_spaces = {space_run_tag(card.name, space.name) for card in cards for space in card.spaces}
    whole = [tag for tag in tags if tag not in of_spaces and not tag.startswith(_REPRODUCED)]
    return tuple((whole or list(tags))[:SHOWN_RUNS])
