"""What a health check says: findings in plain sentences, collected so that none of them hides another."""

from collections.abc import Collection as Sized
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from lpd.cards import ModelCard
from lpd.collection import Collection
from lpd.errors import LpdError, name_some
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = [
    "ADVICE",
    "LEVELS",
    "OK",
    "PROBLEM",
    "Examined",
    "Finding",
    "Findings",
    "InputFacts",
    "outside_words",
]

OK = "ok"
"""What fits."""

ADVICE = "advice"
"""What is missing or could be better."""

PROBLEM = "problem"
"""What is wrong."""

LEVELS = (PROBLEM, ADVICE, OK)
"""What is wrong, what is missing or could be better, what fits; the worst first."""

MUCH_OUTSIDE = 0.1
"""A larger share of foreign shots says that judgements or a run are those of another collection."""


class Finding(NamedTuple):
    """One thing that was looked at.

    Args:
        level: one of LEVELS.
        subject: what it is about: `feature inland/colour`.
        sentence: what was found, without a full stop.
        command: that mends it; words in capitals stand for what only the person knows.
    """

    level: str
    subject: str
    sentence: str
    command: str | None = None


class InputFacts(NamedTuple):
    """What decides whether a model can read a video feature, and whether that is still the same one."""

    dimension: int
    digest: str


@dataclass
class Examined:
    """A workspace under examination: what several checks need is read once.

    Args:
        workspace: which.
    """

    workspace: Workspace
    _collections: dict[str, Collection] = field(default_factory=dict)
    _cards: dict[str, ModelCard] = field(default_factory=dict)
    _inputs: dict[tuple[str, str], InputFacts | None] = field(default_factory=dict)

    def collection(self, name: str) -> Collection:
        """Returns a collection.

        Raises:
            LpdError: if it is not there, or damaged.
        """
        if name not in self._collections:
            self._collections[name] = self.workspace.collection(name)
        return self._collections[name]

    def card(self, model: str) -> ModelCard:
        """Returns the card of a model.

        Raises:
            LpdError: if it is not there, or damaged.
        """
        if model not in self._cards:
            self._cards[model] = self.workspace.model_card(model)
        return self._cards[model]

    def input_facts(self, collection: str, name: str) -> InputFacts | None:
        """Returns the facts of what a model reads of a collection; None where that is absent or damaged."""
        key = (collection, name)
        if key not in self._inputs:
            try:
                one = self.workspace.video_input(collection, name)
                self._inputs[key] = InputFacts(one.dimension, str(one.digest))
            except LpdError:
                self._inputs[key] = None
        return self._inputs[key]


class Findings:
    """Findings of one goal, in the order in which they were made.

    Args:
        seen: the workspace; its path is left out of the sentences.
    """

    def __init__(self, seen: Examined) -> None:
        self._path = f"{seen.workspace.path}/"
        self.rows: list[Finding] = []

    def ok(self, subject: str, sentence: str) -> None:
        """Keeps what fits."""
        self._keep(OK, subject, sentence, None)

    def advise(self, subject: str, sentence: str, command: str | None) -> None:
        """Keeps what is missing or could be better."""
        self._keep(ADVICE, subject, sentence, command)

    def warn(self, subject: str, sentence: str, command: str | None) -> None:
        """Keeps what is wrong."""
        self._keep(PROBLEM, subject, sentence, command)

    @contextmanager
    def examining(self, subject: str, command: str | None = None) -> Iterator[None]:
        """Turns an error of the block into a problem.

        Args:
            subject: what the block looks at.
            command: that mends it; None takes what the error says, if that is a command.
        """
        try:
            yield
        except LpdError as error:
            said = error.next_step or ""
            sentence = str(error).removesuffix(f". Next: {said}") if said else str(error)
            own = said if said.startswith("lpd ") else None
            if said and own is None and command is None:
                sentence = f"{sentence}; {said}"
            self.warn(subject, sentence, command or own)
        except OSError as error:
            self.warn(subject, f"it cannot be read ({error})", command)

    def _keep(self, level: str, subject: str, sentence: str, command: str | None) -> None:
        self.rows.append(Finding(level, subject, sentence.replace(self._path, ""), command))

    @property
    def well(self) -> bool:
        """Whether nothing is wrong so far."""
        return all(row.level != PROBLEM for row in self.rows)


def outside_words(shots: Sized[str], known: Sized[str], *, where: str) -> tuple[str, str]:
    """Returns the level of a list of shots, part of which may be no shots of a collection, and what to say;
    nothing to say of one that lies inside.

    Args:
        shots: each once.
        known: shots of the collection, or of the subset that is searched.
        where: their name.
    """
    foreign = sorted(set(shots) - set(known))
    if not foreign:
        return OK, ""
    share = len(foreign) / len(shots)
    told = f"{len(foreign):,} of {counted(len(shots), 'shot')} ({share:.1%}) are not in {where}"
    sentence = f"{told}, {name_some(foreign, 3)}"
    if share > MUCH_OUTSIDE:
        return PROBLEM, f"{sentence}; was another collection or subset meant?"
    return ADVICE, sentence
