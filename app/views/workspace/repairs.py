"""What is wrong or missing, with the button that makes it where the command is whole."""

from collections.abc import Sequence

import streamlit as st

from app.components import note
from app.components.findings import FindingLine, finding_lines
from app.views.workspace.view import start
from app.words import plain
from app.workspace.words import LEVEL_MARKS, LEVEL_WORDS, runnable
from lpd.services.health.findings import Finding
from lpd.services.jobs.job_states import RUNNING
from lpd.services.jobs.work_files import WorkRequest
from lpd.services.jobs.workspace_jobs import work_states
from lpd.workspace import Workspace

__all__ = ["draw_findings", "draw_repairs"]


def draw_repairs(workspace: Workspace, findings: Sequence[Finding]) -> None:
    """Draws findings that are made good by a button each, under a heading; nothing where there are none."""
    made = [(one, runnable(one)) for one in findings]
    whole = [(one, request) for one, request in made if request is not None]
    if not whole:
        return
    with st.container(border=True, key="card_repairs"):
        note("To be made, or made again", "title")
        for number, (one, request) in enumerate(whole):
            _draw_repair(workspace, one, request, key=f"repair_{number}")


def draw_findings(workspace: Workspace, findings: Sequence[Finding], *, key: str) -> None:
    """Draws findings, with a button beside those that can be made good at once.

    Args:
        workspace: that was examined.
        findings: in order.
        key: before those of the buttons.
    """
    together: list[FindingLine] = []
    for number, one in enumerate(findings):
        request = runnable(one)
        if request is None:
            together.append(_line(one))
            continue
        if together:
            finding_lines(together)
            together = []
        _draw_repair(workspace, one, request, key=f"{key}_{number}")
    if together:
        finding_lines(together)


def _draw_repair(workspace: Workspace, one: Finding, request: WorkRequest, *, key: str) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="top", key=f"row_{key}"):
        finding_lines([_line(one)])
        running = [work.title for work in work_states(workspace) if work.state == RUNNING]
        words = f"{running[0]} is under way" if running else request.typed
        arguments = (workspace, request)
        st.button(
            "Make it", key=key, help=plain(words), disabled=bool(running), on_click=start, args=arguments
        )


def _line(one: Finding) -> FindingLine:
    return FindingLine(
        one.level,
        LEVEL_MARKS[one.level],
        LEVEL_WORDS[one.level],
        one.subject,
        one.sentence,
        one.command or "",
    )
