"""Systems that can be compared: the fused list of a model, also with weights of one's own, the list of one of
its spaces, or a kept run.

In the address a system is `model:lpd/fused`, `model:lpd/text:bow` or `run:sea`; weights stand in a parameter
of their own, `text:bow=0.5,video:clip=0`, and name only the spaces whose weight is not the model's own.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lpd.cards import ModelCard, SpaceInfo
from lpd.errors import FormatError, LpdError
from lpd.search.result import FUSED

__all__ = [
    "MODEL",
    "RUN",
    "System",
    "default_pair",
    "model_weights",
    "own_weights",
    "read_system",
    "read_weights",
    "space_words",
    "system_end",
    "system_label",
    "system_options",
    "weights_text",
    "with_weights",
]

MODEL, RUN = "model", "run"

ADDRESS = "`model:NAME/LIST` or `run:TAG`"


@dataclass(frozen=True)
class System:
    """What makes a ranked list for a text or a topic.

    Args:
        kind: `model` or `run`.
        name: of the model, or tag of the run.
        list_name: `fused`, or a space of the model.
        weights: (space, weight) where the weight is not the model's own; of a fused list only.
    """

    kind: str
    name: str
    list_name: str = FUSED
    weights: tuple[tuple[str, float], ...] = ()

    @property
    def text(self) -> str:
        """The system as it stands in the address, without its weights."""
        return f"{RUN}:{self.name}" if self.kind == RUN else f"{MODEL}:{self.name}/{self.list_name}"

    @property
    def words(self) -> str:
        """The system with its weights, for the place where an export says what it was made from."""
        return f"{self.text} with {weights_text(self.weights)}" if self.weights else self.text


def read_system(text: str) -> System:
    """Returns the system of a text of the address, without weights.

    Raises:
        FormatError: if it is none.
    """
    kind, _, rest = text.partition(":")
    if kind == RUN and rest:
        return System(RUN, rest)
    name, _, list_name = rest.partition("/")  # the name of a model has no slash
    if kind == MODEL and name and list_name:
        return System(MODEL, name, list_name)
    raise FormatError("not a system", expected=ADDRESS, found=repr(text))


def own_weights(card: ModelCard) -> dict[str, float]:
    """Returns space -> its weight in the model's own fused score, the largest of them 1."""
    shares = card.fusion.weights or (1.0,) * len(card.spaces)
    largest = max(shares)
    return {space.name: share / largest for space, share in zip(card.spaces, shares, strict=True)}


def weights_text(weights: Sequence[tuple[str, float]]) -> str:
    """Returns weights as they stand in the address: `text:bow=0.5,video:clip=0`."""
    return ",".join(f"{space}={weight:.4g}" for space, weight in weights)


def read_weights(text: str, own: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Returns (space, weight) of a text of the address where it is not the model's own, in the model's order.

    Args:
        text: `text:bow=0.5,video:clip=0`; names of features may hold commas and equals signs, so the spaces
            are looked up, the longest name first.
        own: space -> weight of the model itself.

    Raises:
        FormatError: for a space that the model does not have, or a weight that is no number from 0.
        LpdError: if no space has a weight above 0.
    """
    weights, rest = dict(own), text
    longest_first = sorted(own, key=len, reverse=True)
    while rest:
        space = next((name for name in longest_first if rest.startswith(f"{name}=")), None)
        if space is None:
            expected = f"SPACE=NUMBER with a space of {', '.join(own)}"
            raise FormatError("not weights of this model", expected=expected, found=repr(rest))
        number, _, rest = rest[len(space) + 1 :].partition(",")
        weights[space] = _weight(number, space)
    if not any(weights.values()):
        raise LpdError("no space has a weight", expected="at least one above 0", found=repr(text))
    return tuple((name, weight) for name, weight in weights.items() if weight != own[name])


def _weight(number: str, space: str) -> float:
    try:
        weight = float(number)
    except ValueError:
        weight = math.nan
    if not (math.isfinite(weight) and weight >= 0):
        raise FormatError(
            "not a weight", where=f"space {space}", expected="a number from 0", found=repr(number)
        )
    return weight


def with_weights(system: System, text: str, card: ModelCard) -> System:
    """Returns a fused list with the weights of a text of the address; see `read_weights`."""
    return replace(system, weights=read_weights(text, own_weights(card)))


def model_weights(system: System, card: ModelCard) -> tuple[float, ...] | None:
    """Returns the weights of all spaces in the model's order, None where they are the model's own."""
    if not system.weights:
        return None
    return tuple((own_weights(card) | dict(system.weights)).values())


def system_options(cards: Mapping[str, ModelCard], runs: Sequence[str]) -> list[System]:
    """Returns what can be chosen: of each model the fused list and every space, then the runs.

    Args:
        cards: model -> its facts.
        runs: tags.
    """
    found = []
    for name, card in cards.items():
        found.append(System(MODEL, name))
        if len(card.spaces) > 1:  # the fused list of one space is that space
            found += [System(MODEL, name, space.name) for space in card.spaces]
    return found + [System(RUN, tag) for tag in runs]


def default_pair(options: Sequence[System], model: str | None) -> tuple[System, System]:
    """Returns the two systems that are compared where nobody chose: the fused list of a model, and that of
    another one, else a run, else the model's first space.

    Args:
        options: as `system_options`, not empty.
        model: the one of the sidebar.
    """
    first = next((one for one in options if one == System(MODEL, str(model))), options[0])
    fused = [one for one in options if one.kind == MODEL and one.list_name == FUSED]
    runs = [one for one in options if one.kind == RUN]
    others = [one for one in [*fused, *runs, *options] if one != first]
    return first, others[0] if others else first


def space_words(space: SpaceInfo) -> str:
    """Returns a space with its end, for places without its colour: `bow (text)`, `head 1`."""
    return space.label if space.feature is None else f"{space.feature} ({space.end})"


def system_label(system: System, cards: Mapping[str, ModelCard]) -> str:
    """Returns a system as people read it: `lpd, bow (text)`, `lpd, fused, 2 weights set`, `run sea`."""
    if system.kind == RUN:
        return f"run {system.name}"
    card = cards[system.name]
    if system.list_name != FUSED:
        return f"{card.name}, {space_words(_space(system, card))}"
    fused = "fused" if len(card.spaces) > 1 else space_words(card.spaces[0])
    if not system.weights:
        return f"{card.name}, {fused}"
    labels = {space.name: space.label for space in card.spaces}
    if len(system.weights) > 2:
        return f"{card.name}, {fused}, {len(system.weights)} weights set"
    return f"{card.name}, {fused}, " + ", ".join(f"{labels[one]} × {to:.3g}" for one, to in system.weights)


def system_end(system: System, cards: Mapping[str, ModelCard]) -> str:
    """Returns the role of a system's colour: `fused`, `text`, `video`, `head`, or `plain` for a run."""
    if system.kind == RUN:
        return "plain"
    return FUSED if system.list_name == FUSED else _space(system, cards[system.name]).end


def _space(system: System, card: ModelCard) -> SpaceInfo:
    return next(space for space in card.spaces if space.name == system.list_name)
