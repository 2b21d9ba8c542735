"""Every URL parameter of the app, and the addresses that are built from them; no session, no widgets.

A view is described by its page and a few parameters, so its address can be pasted to a colleague and opens
the same. What a text of several parts consists of stands in the words of its parameter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

__all__ = ["PARAMETERS", "Parameter", "Value", "full_address", "link", "parse_link", "whole"]

Value = str | int | tuple[str, ...]

WHOLE = re.compile(r"-?[0-9]{1,15}")
"""Longer ones are no number of shots, and Python refuses to read very long ones."""


@dataclass(frozen=True)
class Parameter:
    """One URL parameter: how its text becomes a value, and what it is for.

    `kind` is `text`, `whole` (a whole number) or `texts` (repeated in the URL).
    """

    name: str
    kind: str
    words: str


SIDEBAR = (
    Parameter("workspace", "text", "workspace"),
    Parameter("collection", "text", "collection"),
    Parameter("edition", "text", "topic edition"),
    Parameter("subset", "text", "subset searched"),
    Parameter("qrels", "text", "qrels"),
    Parameter("model", "text", "model"),
    Parameter("k", "whole", "k"),
)
SEARCH = (
    Parameter("q", "text", "query"),
    Parameter("topic", "text", "topic the query was taken from"),
    Parameter("also", "texts", "further wording of the query"),
    Parameter("without", "text", "words to stay away from"),
    Parameter("like", "text", "shot searched with, `SHOT` or `SHOT@SPACE`"),
    Parameter("then", "text", "second step of the query"),
    Parameter("within", "whole", "seconds between the two steps"),
    Parameter("rel", "texts", "shot marked relevant"),
    Parameter("nrel", "texts", "shot marked not relevant"),
    Parameter("strength", "text", "strength of the feedback or of the words to stay away from"),
    Parameter("weights", "text", "space weights, `SPACE=WEIGHT,...` where they differ from the model's own"),
    Parameter("spaces", "texts", "space searched in"),
    Parameter("videos", "texts", "video searched in"),
    Parameter("from", "text", "earliest second of a video"),
    Parameter("to", "text", "latest second of a video"),
    Parameter("min", "text", "least similarity"),
    Parameter("hide", "texts", "kind of shots hidden"),
    Parameter("fold", "text", "near-duplicates folded, `REPRESENTATION@SIMILARITY`"),
    Parameter("best", "text", "best shot of each"),
    Parameter("rerank", "text", "re-ranking, `NAME@TRADE-OFF` or `NAME@TRADE-OFF@FEATURE`"),
    Parameter("layout", "text", "layout of the lists"),
    Parameter("lane", "texts", "list shown"),
    Parameter("shot", "text", "shot whose detail is open"),
)
COMPARE = (
    Parameter("a", "text", "first system, `model:MODEL/LIST` or `run:TAG`"),
    Parameter("b", "text", "second system, `model:MODEL/LIST` or `run:TAG`"),
    Parameter("wa", "text", "space weights of the first system"),
    Parameter("wb", "text", "space weights of the second system"),
    Parameter("p", "text", "persistence of rank-biased overlap"),
    Parameter("by", "text", "difference that the topics are ordered by"),
)
DIVERSITY = (
    Parameter("models", "texts", "model"),
    Parameter("over", "text", "edition mean or one query"),
    Parameter("pair_model", "text", "model of the two lists"),
    Parameter("pair_a", "text", "first space of the two lists"),
    Parameter("pair_b", "text", "second space of the two lists"),
    Parameter("pair_topic", "text", "topic of the two lists"),
    Parameter("space_order", "text", "order of the spaces"),
    Parameter("post", "texts", "list beside the spaces, `fused` or `NAME@TRADE-OFF`"),
)
TOPICS = (
    Parameter("table", "text", "spaces of one model or runs"),
    Parameter("measure", "text", "measure shown"),
    Parameter("order", "text", "order of the topics"),
    Parameter("baseline", "text", "baseline of the differences"),
    Parameter("test", "text", "significance test"),
    Parameter("correction", "text", "correction for many comparisons"),
    Parameter("tie", "text", "largest difference that is a tie"),
    Parameter("low", "text", "mean below which a topic is hard"),
    Parameter("high", "text", "mean from which a topic is easy"),
    Parameter("editions", "texts", "edition of the means"),
    Parameter("case", "text", "topic of the case study"),
    Parameter("show", "texts", "run or space shown"),
    Parameter("facts", "text", "relevant and judged shots shown or hidden"),
)
TRAINING = (
    Parameter("series", "text", "curves shown"),
    Parameter("job", "text", "training watched"),
    Parameter("tab", "text", "part of the page"),
)
WORKSPACE = (
    Parameter("part", "text", "part of the Workspace page"),
    Parameter("bring", "text", "kind of file brought in"),
)
MAP = (
    Parameter("planes", "texts", "space whose map is shown"),
    Parameter("method", "text", "method of the map"),
    Parameter("colour", "text", "what the colours say"),
    Parameter("lasso", "text", "lasso on a map, `SPACE@X.Y_X.Y_...` in ten-thousandths"),
    Parameter("sheet", "whole", "page of the shots of the lasso"),
    Parameter("at", "text", "shot looked for on the map"),
)
JUDGE = (
    Parameter("plan", "text", "judging plan"),
    Parameter("judge", "text", "name of the judge"),
    Parameter("judged", "text", "topic judged"),
    Parameter("way", "text", "way to judge"),
    Parameter("task", "text", "part of the Judge page"),
)
NOTEBOOK = (
    Parameter("view", "whole", "pinned view"),
    Parameter("find", "text", "words that pinned views are looked for by"),
    Parameter("of", "text", "page whose pinned views are listed"),
)

PARAMETERS: dict[str, Parameter] = {
    parameter.name: parameter
    for parameter in (
        *SIDEBAR,
        *SEARCH,
        *COMPARE,
        *DIVERSITY,
        *TOPICS,
        *TRAINING,
        *WORKSPACE,
        *MAP,
        *JUDGE,
        *NOTEBOOK,
    )
}


def link(page: str, parameters: Mapping[str, Value]) -> str:
    """Returns the address of a view, relative to the app: `diversity?model=lpd&k=20`; the first page is `./`.

    Raises:
        KeyError: if a parameter is not one of `PARAMETERS`.
    """
    pairs: list[tuple[str, str]] = []
    for name, entry in parameters.items():
        kind = PARAMETERS[name].kind
        pairs += (
            [(name, one) for one in entry]
            if kind == "texts" and not isinstance(entry, str | int)
            else [(name, str(entry))]
        )
    return f"{page or './'}?{urlencode(pairs)}" if pairs else page or "./"


def parse_link(address: str) -> tuple[str, dict[str, Value]]:
    """Returns page and parameters of an address made by `link`; what is not a parameter of ours is left
    out."""
    page, _, query = address.partition("?")
    found: dict[str, Value] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        kind = PARAMETERS[name].kind if name in PARAMETERS else None
        number = whole(text) if kind == "whole" else None
        if kind == "texts":
            found[name] = (*_texts(found.get(name)), text)
        elif number is not None:
            found[name] = number
        elif kind == "text":
            found[name] = text
    return "" if page == "./" else page, found


def _texts(before: Value | None) -> tuple[str, ...]:
    return before if isinstance(before, tuple) else ()


def whole(text: str) -> int | None:
    """Returns the whole number that an address holds as a text, None if it is none."""
    return int(text) if WHOLE.fullmatch(text) else None


def full_address(here: str, page: str, parameters: Mapping[str, Value]) -> str:
    """Returns the full address of a view of the page that is open at `here`, the browser's address now."""
    app = here.partition("?")[0].rstrip("/")
    if page:
        app = app.removesuffix(f"/{page}")
    return f"{app}/{link(page, parameters).removeprefix('./')}" if app else link(page, parameters)
