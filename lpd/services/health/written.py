"""Whether what persons wrote can be read: judging plans, verdicts, the notebook."""

from lpd.services.health.findings import Examined, Findings
from lpd.services.written_states import written_states

__all__ = ["examine_written"]


def examine_written(seen: Examined, found: Findings) -> None:
    """Adds a finding for each judging plan, the verdicts and the notebook; nothing where there are none."""
    for one in written_states(seen.workspace):
        subject = f"{one.kind} {one.name}" if one.kind == "judging plan" else one.name
        if one.state == "ok":
            found.ok(subject, one.sentence)
        elif one.readable:
            found.advise(subject, one.sentence, None)
        else:
            found.warn(subject, one.sentence, None)
