"""A query in all its parts: wordings, words to avoid, shots like it, shots marked, and what comes next."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from lpd.errors import FormatError, LpdError, name_some

__all__ = ["QueryForm", "RocchioWeights", "read_query_form"]

MOST_TEXTS = 32
MOST_MARKED = 1000


class RocchioWeights(NamedTuple):
    """How much the query, the shots marked relevant and those marked not relevant weigh in feedback.

    Source: Manning, Raghavan and Schuetze, Introduction to Information Retrieval, section 9.1.1, which calls
    these values reasonable.
    """

    alpha: float = 1.0
    beta: float = 0.75
    gamma: float = 0.15


ROCCHIO = RocchioWeights()


@dataclass(frozen=True)
class QueryForm:
    """All that a query says; what its parts do to the scores is told by `lpd.search.form_search`.

    Args:
        wordings: of one need; any text, as the person wrote it.
        shot: id of a shot to search with, alone or together with wordings.
        without: what the shots should not show.
        strength: share of the similarity with each text of `without` that is taken off.
        relevant, not_relevant: ids of shots marked as feedback.
        rocchio: weights of the feedback.
        then: what a later shot of the same video shows; None for a query in one step.
        within_s: by how many seconds that shot may begin after the end of the first.

    Raises:
        LpdError: if it has neither wordings nor a shot, a text is empty, a number is negative or not finite,
            a shot is marked both ways, or it has more texts or marked shots than a query may have.
    """

    wordings: tuple[str, ...] = ()
    shot: str | None = None
    without: tuple[str, ...] = ()
    strength: float = 0.5
    relevant: tuple[str, ...] = ()
    not_relevant: tuple[str, ...] = ()
    rocchio: RocchioWeights = ROCCHIO
    then: str | None = None
    within_s: float = 30.0

    def __post_init__(self) -> None:
        if not all(text.strip() for text in self.texts) or (not self.wordings and self.shot is None):
            hint = "type what the shots should show"
            raise LpdError("the query is empty", expected="at least one word", next_step=hint)
        for name, number in self._numbers().items():
            if not (math.isfinite(number) and number >= 0):
                raise LpdError(f"{name} of the query", expected="a number from 0", found=number)
        both = [shot for shot in dict.fromkeys(self.relevant) if shot in set(self.not_relevant)]
        if both:
            raise LpdError("shots are marked relevant and not relevant", found=name_some(both))
        counts = {"texts": len(self.texts), "marked shots": len(self.relevant) + len(self.not_relevant)}
        for what, most in (("texts", MOST_TEXTS), ("marked shots", MOST_MARKED)):
            if counts[what] > most:
                raise LpdError(f"too many {what} in a query", expected=f"at most {most}", found=counts[what])

    def _numbers(self) -> dict[str, float]:
        return {"strength": self.strength, "within_s": self.within_s} | self.rocchio._asdict()

    @property
    def texts(self) -> tuple[str, ...]:
        """All its texts: wordings, then what is to be avoided, then the second step."""
        return (*self.wordings, *self.without, *(() if self.then is None else (self.then,)))

    @property
    def is_feedback(self) -> bool:
        """Whether shots were marked: lists of such a query are relevance feedback."""
        return bool(self.relevant or self.not_relevant)

    @property
    def run_class(self) -> str:
        """The class of a TRECVID run made of such queries: R with relevance feedback, F where each is one
        text alone (and that is the topic's own), M where a person formed it otherwise.

        Source: TRECVID guidelines of ad-hoc video search, submission types; `class` of its run files.
        """
        if self.is_feedback:
            return "R"
        return "F" if len(self.texts) == 1 and self.shot is None else "M"

    @property
    def label(self) -> str:
        """The query in words: `a red car / a crimson automobile; without a dog; then a boat within 30 s`.

        A text or a shot alone is its own label.
        """
        parts = [" / ".join(self.wordings)] if self.wordings else []
        if self.shot is not None:
            parts.append(f"like {self.shot}" if self.wordings else self.shot)
        parts += [f"without {text}" for text in self.without]
        if self.is_feedback:
            marked = ((self.relevant, "relevant"), (self.not_relevant, "not relevant"))
            parts.append(f"feedback: {', '.join(f'{len(ids)} {word}' for ids, word in marked if ids)}")
        if self.then is not None:
            parts.append(f"then {self.then} within {self.within_s:g} s")
        return "; ".join(parts)

    def to_json(self) -> dict[str, Any]:
        """Returns it as plain JSON values, without what has its default; `read_query_form` takes it back."""
        plain = {name: _plain(getattr(self, name)) for name in _READ}
        return {name: value for name, value in plain.items() if value != _plain(_DEFAULTS[name])}


def _plain(value: Any) -> Any:
    """Returns a part as JSON has it; whole numbers become floats, as those read are."""
    if isinstance(value, RocchioWeights):
        return {name: float(weight) for name, weight in value._asdict().items()}
    if isinstance(value, tuple):
        return list(value)
    return float(value) if isinstance(value, int) else value


def read_query_form(document: object) -> QueryForm:
    """Returns the query of plain JSON values, as `QueryForm.to_json` makes them; they may come from anywhere.

    Raises:
        FormatError: naming the keys that no query has, or a value of another type.
        LpdError: as `QueryForm`.
    """
    given = _mapping(document, tuple(_READ), "a query")
    return QueryForm(**{name: _READ[name](value, name) for name, value in given.items()})


def _mapping(document: object, keys: Sequence[str], what: str) -> dict[str, object]:
    if not isinstance(document, dict):
        raise FormatError(f"not {what}", expected="a JSON object", found=type(document).__name__)
    unknown = [str(name) for name in document if name not in keys]
    if unknown:
        raise FormatError(f"not {what}", expected=f"keys of {', '.join(keys)}", found=name_some(unknown))
    return document


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise FormatError(f"{name} of a query", expected="a text", found=type(value).__name__)
    try:
        value.encode()
    except UnicodeEncodeError as error:  # half of a pair of surrogates: nothing can print or encode it
        raise FormatError(f"{name} of a query", expected="Unicode text", found=ascii(value)) from error
    return value


def _texts(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise FormatError(f"{name} of a query", expected="a list of texts", found=type(value).__name__)
    return tuple(_text(one, name) for one in value)


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FormatError(f"{name} of a query", expected="a number", found=type(value).__name__)
    try:
        return float(value)
    except OverflowError as error:
        raise FormatError(f"{name} of a query", expected="a number", found=error) from error


def _rocchio(value: object, name: str) -> RocchioWeights:
    given = _mapping(value, RocchioWeights._fields, name)
    return RocchioWeights(**{key: _number(one, key) for key, one in given.items()})


_READ: dict[str, Callable[[object, str], Any]] = {
    "wordings": _texts,
    "shot": _text,
    "without": _texts,
    "strength": _number,
    "relevant": _texts,
    "not_relevant": _texts,
    "rocchio": _rocchio,
    "then": _text,
    "within_s": _number,
}
"""Name of a part -> what reads its value; in the order of `QueryForm`."""

_DEFAULTS = {one.name: one.default for one in fields(QueryForm)}
