"""Verdicts as qrels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lpd.errors import LpdError, MismatchError, NotFoundError, name_some
from lpd.judging.needs import Need
from lpd.judging.store import latest_of_needs
from lpd.judging.verdicts import CONFLICT, RELEVANT, ShotVerdict, combine_verdicts
from lpd.trec.qrels import ONLY_STRATUM, Qrels

__all__ = ["CONFLICT_RULES", "VerdictQrels", "conflict_rule", "verdict_qrels"]


def _majority(said: ShotVerdict) -> int | None:
    for_it, against = len(said.relevant), len(said.not_relevant)
    return None if for_it == against else int(for_it > against)


CONFLICT_RULES: dict[str, Callable[[ShotVerdict], int | None]] = {
    "leave out": lambda said: None,
    "majority": _majority,
    "relevant": lambda said: 1,
}
"""Name -> the relevance of a shot on which judges contradict each other; None leaves it out."""


@dataclass(frozen=True)
class VerdictQrels:
    """Qrels made of verdicts.

    Args:
        qrels: every judged shot, in the one stratum that is judged fully.
        left_out: topic and shot of conflicts that the rule leaves out.
    """

    qrels: Qrels
    left_out: tuple[tuple[str, str], ...]


def verdict_qrels(
    path: Path, needs: Mapping[str, Need], *, judge: str | None = None, conflicts: str | None = None
) -> VerdictQrels:
    """Returns the latest verdicts as qrels, topics in the given order, shots sorted.

    A person who marks shots draws no sample of a pool, so that no other shots may be inferred from the marked
    ones: all rows are of one stratum, all of whose rows are judged. There infAP infers nothing, and what was
    not judged is not in the qrels; a topic without verdicts has no rows.

    Args:
        path: of the file of verdicts.
        needs: topic id -> need, as `edition_needs` returns them; for free queries the caller numbers them.
        judge: only what this one says; None for all judges.
        conflicts: what becomes of a shot on which judges contradict each other, one of `CONFLICT_RULES`
            (`majority` leaves a tie out); None refuses.

    Raises:
        NotFoundError: if there are no verdicts, or there is no such judge.
        MismatchError: naming the conflicts, if no rule is given or the rule leaves nothing.
        LpdError: for an unknown rule.

    Source: NIST's qrels of five columns; sample_eval.pl infers rows / judged rows relevant ones in a stratum
    for each judged one.
    """
    rule = conflict_rule(conflicts)
    by_need = latest_of_needs(path, list(needs.values()))
    _check_judges(path, {one for verdicts in by_need for one in verdicts}, judge=judge)
    rows: list[tuple[str, str, str, int]] = []
    undecided: list[tuple[str, str]] = []
    for topic_id, verdicts in zip(needs, by_need, strict=True):
        chosen = verdicts if judge is None else {judge: verdicts.get(judge, {})}
        for shot_id, said in combine_verdicts(chosen).items():
            relevance = rule(said) if said.verdict == CONFLICT else int(said.verdict == RELEVANT)
            if relevance is None:
                undecided.append((topic_id, shot_id))
            else:
                rows.append((topic_id, shot_id, ONLY_STRATUM, relevance))
    if undecided and (conflicts is None or not rows):
        raise _contradictions(path, undecided)
    return VerdictQrels(Qrels(rows), tuple(undecided))


def _contradictions(path: Path, undecided: Sequence[tuple[str, str]]) -> MismatchError:
    return MismatchError(
        "judges contradict each other",
        where=path,
        expected="one judge, or a rule for conflicts that leaves a verdict",
        found=name_some([" ".join(pair) for pair in undecided]),
        next_step=f"choose a judge, or a rule: {', '.join(CONFLICT_RULES)}",
    )


def conflict_rule(conflicts: str | None) -> Callable[[ShotVerdict], int | None]:
    """Returns the rule of a name, which gives a shot's relevance or None; no name leaves every conflict
    undecided, and the caller refuses then.

    Raises:
        LpdError: for an unknown rule.
    """
    name = "leave out" if conflicts is None else conflicts
    if name not in CONFLICT_RULES:
        known = ", ".join(CONFLICT_RULES)
        raise LpdError("unknown rule for conflicts", expected=f"one of {known}", found=repr(conflicts))
    return CONFLICT_RULES[name]


def _check_judges(path: Path, judges: set[str], *, judge: str | None) -> None:
    if not judges:
        raise NotFoundError("no verdicts yet for these needs", where=path, next_step="mark shots first")
    if judge is not None and judge not in judges:
        raise NotFoundError(
            "this judge has no verdicts for these needs",
            where=path,
            expected=f"one of {name_some(sorted(judges))}",
            found=repr(judge),
        )
