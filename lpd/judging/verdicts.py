"""The verdicts of several judges put together: where they agree, where they contradict each other."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "CONFLICT",
    "NOT_RELEVANT",
    "RELEVANT",
    "WITHDRAWN",
    "JudgedShots",
    "ShotVerdict",
    "combine_verdicts",
    "judged_shots",
]

RELEVANT = "relevant"
"""What a judge says of a shot that answers the need."""
NOT_RELEVANT = "not relevant"
"""What a judge says of a shot that does not."""
WITHDRAWN = "withdrawn"
"""The entry by which a judge takes a verdict back."""
CONFLICT = "conflict"
"""Of several judges' verdicts: they contradict each other."""


@dataclass(frozen=True)
class ShotVerdict:
    """What the judges say of one shot for one need; a judge is in one of the two at most.

    Args:
        relevant: judges who find it relevant, sorted.
        not_relevant: judges who do not, sorted.
    """

    relevant: tuple[str, ...]
    not_relevant: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """`relevant` or `not relevant` where all who judged it say so, else `conflict`."""
        if self.relevant and self.not_relevant:
            return CONFLICT
        return RELEVANT if self.relevant else NOT_RELEVANT

    @property
    def judges(self) -> int:
        """How many judged it."""
        return len(self.relevant) + len(self.not_relevant)


@dataclass(frozen=True)
class JudgedShots:
    """The shots judged for a need; no shot is in two of the sets.

    Args:
        relevant: all who judged it find it relevant.
        not_relevant: all who judged it do not.
        conflicting: judges contradict each other.
    """

    relevant: frozenset[str]
    not_relevant: frozenset[str]
    conflicting: frozenset[str]


def combine_verdicts(verdicts: Mapping[str, Mapping[str, str]]) -> dict[str, ShotVerdict]:
    """Returns shot -> what its judges say, shots sorted.

    Args:
        verdicts: judge -> shot -> `relevant` or `not relevant`, as `latest_verdicts` returns them.
    """
    judges: dict[str, dict[str, list[str]]] = {}
    for judge in sorted(verdicts):
        for shot_id, verdict in verdicts[judge].items():
            judges.setdefault(shot_id, {RELEVANT: [], NOT_RELEVANT: []})[verdict].append(judge)
    return {
        shot_id: ShotVerdict(tuple(said[RELEVANT]), tuple(said[NOT_RELEVANT]))
        for shot_id, said in sorted(judges.items())
    }


def judged_shots(verdicts: Mapping[str, Mapping[str, str]], *, judge: str | None = None) -> JudgedShots:
    """Returns the sets of shots that feedback takes.

    Args:
        verdicts: judge -> shot -> `relevant` or `not relevant`, as `latest_verdicts` returns them.
        judge: only what this one says (nothing where there is no such judge); None for all judges.
    """
    chosen = verdicts if judge is None else {judge: verdicts.get(judge, {})}
    sets: dict[str, set[str]] = {RELEVANT: set(), NOT_RELEVANT: set(), CONFLICT: set()}
    for shot_id, said in combine_verdicts(chosen).items():
        sets[said.verdict].add(shot_id)
    return JudgedShots(*(frozenset(sets[verdict]) for verdict in (RELEVANT, NOT_RELEVANT, CONFLICT)))
