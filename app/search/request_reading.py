"""Reading what the Search page asks from the parameters of an address, which may hold anything."""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from app.parameters import PARAMETERS, Value
from app.search.request import ALL_SPACES, HIDDEN, LAYOUTS, Fold, Rerank, SearchRequest
from app.systems import own_weights, read_weights
from app.words import shortened
from lpd.cards import ModelCard
from lpd.errors import LpdError
from lpd.search.result import FUSED

__all__ = ["SEARCH_NAMES", "ReadRequest", "read_request"]


class ReadRequest(NamedTuple):
    """What an address asks, and a sentence for everything in it that cannot be asked."""

    request: SearchRequest
    notices: tuple[str, ...]


def read_request(given: Mapping[str, Value | None], card: ModelCard | None) -> ReadRequest:
    """Returns what the parameters of an address ask; whatever cannot be asked is left out and told.

    Args:
        given: name -> value of the parameters that are there.
        card: of the model that is searched, whose spaces the address may name; None where there is none.
    """
    found: dict[str, Any] = {}
    notices = []
    for name, part in _PARTS.items():
        value = given.get(name)
        if value is None or value in ("", ()):
            continue
        try:
            found |= part(value, card)
        except (ValueError, LpdError) as error:
            notices.append(f"This view asked for {PARAMETERS[name].words} {_told(value)}: {error}.")
    both = set(found.get("relevant", ())) & set(found.get("not_relevant", ()))
    if both:
        notices.append("This view asked for shots marked both relevant and not: they move the query no way.")
        for name in ("relevant", "not_relevant"):
            found[name] = tuple(shot for shot in found[name] if shot not in both)
    return ReadRequest(SearchRequest(**found), tuple(notices))


def _told(value: Value) -> str:
    return shortened(", ".join(value) if isinstance(value, tuple) else str(value))


_Part = Callable[[Any, ModelCard | None], dict[str, Any]]
"""Value of a parameter and the model -> fields of the request; raises ValueError or LpdError."""


def _text(field: str) -> _Part:
    return lambda value, card: {field: str(value).strip()}


def _texts(field: str) -> _Part:
    return lambda value, card: {field: tuple(dict.fromkeys(one.strip() for one in value if one.strip()))}


def _lines(field: str) -> _Part:
    return lambda value, card: _texts(field)(str(value).splitlines(), card)


def _number_part(field: str, least: float = -math.inf) -> _Part:
    return lambda value, card: {field: _number(value, least)}


def _number(text: object, least: float = -math.inf, most: float = math.inf) -> float:
    try:
        value = float(str(text))
    except ValueError:
        raise ValueError("that is no number") from None
    if not math.isfinite(value) or not least <= value <= most:
        bounds = f"from {least:g}" + (f" to {most:g}" if math.isfinite(most) else "")
        raise ValueError(f"expected a number {bounds}" if math.isfinite(least) else "that is no number")
    return value


def _within(value: int, card: ModelCard | None) -> dict[str, Any]:
    return {"within_s": int(_number(value, 0))}


def _like(value: str, card: ModelCard | None) -> dict[str, Any]:
    """A shot's id may hold the sign that a space stands behind."""
    shot, _, space = str(value).strip().rpartition("@")
    if shot and card is not None and space in _spaces(card):
        return {"like": shot, "like_space": space}
    return {"like": str(value).strip()}


def _weights(value: str, card: ModelCard | None) -> dict[str, Any]:
    return {"weights": read_weights(str(value), own_weights(card))} if card is not None else {}


def _some_of(field: str, known: Callable[[ModelCard], tuple[str, ...]]) -> _Part:
    """Names that the model must have; they are put into its order."""

    def read(value: tuple[str, ...], card: ModelCard | None) -> dict[str, Any]:
        if card is None:
            return {}
        names = known(card)
        unknown = [shortened(one) for one in value if one not in names]
        if unknown:
            raise ValueError(f"model {card.name} has no {', '.join(unknown)}")
        chosen = tuple(name for name in names if name in value)
        return {field: () if field == "spaces" and chosen == names else chosen}

    return read


def _spaces(card: ModelCard) -> tuple[str, ...]:
    return tuple(space.name for space in card.spaces)


def _lists(card: ModelCard) -> tuple[str, ...]:
    return (FUSED, *_spaces(card))


def _one_of(field: str, known: Mapping[str, object]) -> _Part:
    def read(value: str, card: ModelCard | None) -> dict[str, Any]:
        if value not in known:
            raise ValueError(f"expected one of {', '.join(known)}")
        return {field: value}

    return read


def _hide(value: tuple[str, ...], card: ModelCard | None) -> dict[str, Any]:
    if any(one not in HIDDEN for one in value):
        raise ValueError(f"expected of {', '.join(HIDDEN)}")
    return {"hide": tuple(one for one in HIDDEN if one in value)}


def _fold(value: str, card: ModelCard | None) -> dict[str, Any]:
    by, _, threshold = str(value).rpartition("@")
    number = _number(threshold, 0, 1) if by else 0.0
    if not number:
        raise ValueError("expected REPRESENTATION@COSINE, the cosine above 0 and at most 1")
    return {"fold": Fold(by, number)}


def _rerank(value: str, card: ModelCard | None) -> dict[str, Any]:
    method, _, rest = str(value).partition("@")
    trade_off, _, by = rest.partition("@")
    if method not in ("mmr", "xquad"):
        raise ValueError("expected mmr or xquad")
    return {"rerank": Rerank(method, _number(trade_off, 0, 1), by or ALL_SPACES)}


def _best(value: str, card: ModelCard | None) -> dict[str, Any]:
    if value != "video":
        raise ValueError("expected video")
    return {"best_per_video": True}


_PARTS: dict[str, _Part] = {
    "q": _text("query"),
    "also": _texts("also"),
    "without": _lines("without"),
    "strength": _number_part("strength", 0),
    "like": _like,
    "then": _text("then"),
    "within": _within,
    "rel": _texts("relevant"),
    "nrel": _texts("not_relevant"),
    "weights": _weights,
    "spaces": _some_of("spaces", _spaces),
    "videos": _texts("videos"),
    "from": _number_part("from_s"),
    "to": _number_part("to_s"),
    "min": _number_part("minimum"),
    "hide": _hide,
    "fold": _fold,
    "best": _best,
    "rerank": _rerank,
    "layout": _one_of("layout", LAYOUTS),
    "lane": _some_of("lanes", _lists),
}
"""Parameter -> what reads it."""

SEARCH_NAMES = tuple(_PARTS)
"""The parameters that a request consists of."""
