"""What the person at the screen says of shots: kept as verdicts of the workspace, for the need at hand."""

import getpass
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.search.request import SearchRequest
from lpd.editions import Edition
from lpd.judging import (
    NOT_RELEVANT,
    RELEVANT,
    Need,
    edition_needs,
    give_verdicts,
    judged_shots,
    latest_verdicts,
    query_need,
    withdraw_verdicts,
)
from lpd.trec import Topic

__all__ = ["MARKS", "Marks", "default_judge", "keep_mark", "need_of", "standing_marks"]

MARKS = {"relevant": RELEVANT, "not": NOT_RELEVANT}
"""Mark of a tile -> the verdict that is kept; `none` takes it back."""

NAMELESS = "person"
VIEW = "search"


@dataclass(frozen=True)
class Marks:
    """What was said of shots for one need.

    Args:
        own: shot -> `relevant` or `not`, of the person at the screen.
        judged: shots that anybody has judged.
    """

    own: Mapping[str, str]
    judged: frozenset[str]

    @property
    def relevant(self) -> tuple[str, ...]:
        """The shots that the person finds relevant, in the order of their ids."""
        return tuple(sorted(shot for shot, mark in self.own.items() if mark == "relevant"))

    @property
    def not_relevant(self) -> tuple[str, ...]:
        """The shots that the person does not."""
        return tuple(sorted(shot for shot, mark in self.own.items() if mark == "not"))

    def with_marks(self, marks: Mapping[str, str]) -> "Marks":
        """Returns them with marks that no file keeps; `none` takes one away."""
        if not marks:
            return self
        own = {shot: mark for shot, mark in {**self.own, **marks}.items() if mark != "none"}
        return Marks(own, self.judged | frozenset(own))


def need_of(request: SearchRequest, collection: str, *, edition: Edition | None, topic: Topic | None) -> Need:
    """Returns what shots are judged for: the topic whose text is all that is asked, else the query.

    Raises:
        FormatError: if the query is longer than a file of verdicts keeps.
    """
    if edition is not None and topic is not None and not request.is_refined:
        return edition_needs(edition)[topic.topic_id]
    return query_need(collection, request.need)


def standing_marks(path: Path, need: Need, *, judge: str) -> Marks:
    """Returns what stands in a file of verdicts, which may be absent.

    Raises:
        FormatError: if the file is damaged or of a newer version.
    """
    verdicts = latest_verdicts(path, need)
    marks = {verdict: mark for mark, verdict in MARKS.items()}
    own = {shot: marks[verdict] for shot, verdict in verdicts.get(judge, {}).items()}
    everybody = judged_shots(verdicts)
    return Marks(own, everybody.relevant | everybody.not_relevant | everybody.conflicting)


def keep_mark(path: Path, need: Need, *, shot: str, mark: str, judge: str) -> None:
    """Keeps a mark: `relevant`, `not`, or `none`, which takes an earlier one back.

    Raises:
        KeyError: for another mark.
        LpdError: if the file cannot be written.
    """
    if mark == "none":
        withdraw_verdicts(path, need, shot_ids=[shot], judge=judge, view=VIEW)
    else:
        give_verdicts(path, need, verdicts={shot: MARKS[mark]}, judge=judge, view=VIEW)


def default_judge() -> str:
    """Returns the name that marks are kept under until the person says another: that of the account."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        return NAMELESS
