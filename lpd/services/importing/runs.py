"""Bringing runs made elsewhere into a workspace: TREC's six columns, and TRECVID's XML."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lpd.errors import FormatError, LpdError, MismatchError, name_some
from lpd.storage import writer_lock
from lpd.trec import Run, Topic, XmlRun, match_topic_numbers, read_run, read_xml_runs, write_run
from lpd.workspace import Workspace

__all__ = ["import_all_runs", "import_run"]


def import_run(
    workspace: Workspace,
    edition: str,
    source: Path,
    *,
    tag: str | None = None,
    pid: str | None = None,
    priority: int | None = None,
) -> str:
    """Returns the tag under which a run was taken into the workspace.

    A file that ends in `.xml` is TRECVID's XML; its scores are made of the ranks.

    Args:
        workspace: that takes it.
        edition: whose topics it searched.
        source: the file.
        tag: to keep it under, in place of its own.
        pid: participant of the run that is meant, where the XML holds several.
        priority: priority of the run that is meant, where the XML holds several.

    Raises:
        FormatError: if the run is not a valid one (six columns or XML, at most 1000 rows a topic, no shot
            twice), or not exactly one run is meant.
        MismatchError: if it has topics or shots that the edition has not.
        LpdError: if there is a run of this tag.
    """
    runs = _read_runs(workspace, edition, source, pid=pid, priority=priority)
    if len(runs) != 1:
        raise FormatError(
            "several runs in one file" if runs else "no such run in the file",
            where=source,
            expected="one",
            found=name_some(run.tag for run in runs) if runs else f"none of pid {pid}, priority {priority}",
            next_step="name one with --pid and --priority, or import them with --all",
        )
    return _take_runs(workspace, edition, source, [replace(runs[0], tag=tag or runs[0].tag)])[0]


def import_all_runs(workspace: Workspace, edition: str, source: Path) -> list[str]:
    """Returns the tags under which all runs of a file were taken into the workspace; none if one cannot be.

    Raises:
        LpdError: as `import_run`, and if two of them have one tag.
    """
    runs = _read_runs(workspace, edition, source, pid=None, priority=None)
    return _take_runs(workspace, edition, source, runs)


def _read_runs(
    workspace: Workspace, edition: str, source: Path, *, pid: str | None, priority: int | None
) -> list[Run]:
    if source.suffix != ".xml":
        if pid is not None or priority is not None:
            raise LpdError("only XML says participant and priority", where=source)
        return [read_run(source)]
    known = {topic.topic_id for topic in workspace.edition(edition).topics}
    return [
        _numbered_as(one, known)
        for one in read_xml_runs(source)
        if pid in (None, one.attributes["pid"]) and str(priority) in ("None", one.attributes["priority"])
    ]


def _numbered_as(one: XmlRun, known_topics: set[str]) -> Run:
    """Returns the run, whose topics take the leading 1 where they match only with it."""
    topics = match_topic_numbers([Topic(number, "") for number in one.run.topics], known_topics)
    lists = zip(topics, one.run.topics.values(), strict=True)
    return replace(one.run, topics={topic.topic_id: ranked for topic, ranked in lists})


def _take_runs(workspace: Workspace, edition: str, source: Path, runs: Sequence[Run]) -> list[str]:
    """Checks all runs, then writes them, and returns their tags."""
    opened = workspace.edition(edition)
    known_topics = {topic.topic_id for topic in opened.topics}
    shots = set(workspace.collection(opened.collection).shot_ids)
    for run in runs:
        _check_run(run, edition, source, known_topics=known_topics, collection=opened.collection, shots=shots)
    tags = [run.tag for run in runs]
    taken = [tag for tag in tags if workspace.run_path(edition, tag).exists() or tags.count(tag) > 1]
    if taken:
        raise LpdError(
            "there is a run of this tag",
            where=workspace.run_path(edition, taken[0]),
            next_step="choose another with --tag",
        )
    with writer_lock(workspace.path):
        for run in runs:
            write_run(workspace.run_path(edition, run.tag), run)
    return tags


def _check_run(
    run: Run, edition: str, source: Path, *, known_topics: set[str], collection: str, shots: set[str]
) -> None:
    unknown = sorted(set(run.topics) - known_topics)
    if unknown:
        raise MismatchError(
            "unknown topics", where=source, expected=f"topics of {edition}", found=name_some(unknown)
        )
    foreign = sorted({shot for ranked in run.topics.values() for shot in ranked.shot_ids} - shots)
    if foreign:
        raise MismatchError(
            f"{len(foreign)} unknown shots",
            where=source,
            expected=f"shots of {collection}",
            found=name_some(foreign),
        )
