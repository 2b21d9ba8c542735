"""Bringing TRECVID's topics and qrels, and the Video Browser Showdown's verdicts, into a workspace."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lpd.editions import ROLES, Edition, read_edition, write_edition
from lpd.errors import LpdError, MismatchError, name_some
from lpd.storage import writer_lock
from lpd.trec import (
    Qrels,
    collapse_verdicts,
    match_topic_numbers,
    merge_qrels,
    merge_topics,
    place_rows,
    read_dres,
    read_qrels,
    read_topics,
    write_qrels,
)
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["import_dres", "import_qrels", "import_topics"]


def import_topics(
    workspace: Workspace,
    edition: str,
    source: Path | Sequence[Path],
    *,
    collection: str,
    subset: str | None = None,
    role: str | None = None,
) -> Edition:
    """Returns the edition made from topic files; qrels that it had stay, and so does its role without a new
    one.

    Args:
        workspace: that takes it.
        edition: its name.
        source: the topic file, or several, such as main and progress topics; what several have is taken once.
        collection: that its runs search.
        subset: of the collection, None for all shots.
        role: `development` or `test`, see `lpd.editions.ROLES`.

    Raises:
        LpdError: if a caption set has this name; both keep their text features in one place. Or for another
            role.
        FormatError: if two files give a topic different texts.
    """
    if edition in workspace.caption_sets():
        raise LpdError("a caption set has this name", found=repr(edition), next_step="choose another name")
    if role is not None and role not in ROLES:
        raise LpdError("unknown role of an edition", expected=" or ".join(ROLES), found=repr(role))
    topics = merge_topics([(path, read_topics(path)) for path in _paths(source)])
    opened = workspace.collection(collection)
    if subset is not None:
        opened.subset_rows(subset)
    folder = workspace.edition_folder(edition)
    if role is None and edition in workspace.edition_names():
        role = workspace.edition(edition).role
    with writer_lock(workspace.path):
        write_edition(folder, Edition(edition, collection, subset, tuple(topics), (), None, role))
    return read_edition(folder)


def import_qrels(
    workspace: Workspace,
    edition: str,
    source: Path | Sequence[Path],
    *,
    name: str,
    default: bool = False,
) -> list[str]:
    """Returns sentences about what was done besides copying: topic ids that got the leading 1, unjudged
    topics.

    Topic 661 of a topic file is topic 1661 of the qrels: where topics match with the leading 1 and none
    without, the edition's topics take it.

    Args:
        workspace: that takes them.
        edition: its name.
        source: the file, or several with topics of their own.
        name: under which they are kept.
        default: whether pages open them first.

    Raises:
        MismatchError: if topics and qrels have nothing in common.
        FormatError: if two files judge one topic differently.
    """
    paths = _paths(source)
    qrels = merge_qrels([(path, read_qrels(path)) for path in paths])
    return _take_qrels(workspace, edition, qrels, where=paths[0], name=name, default=default)


def import_dres(
    workspace: Workspace,
    edition: str,
    source: Path | Sequence[Path],
    *,
    name: str,
    default: bool = False,
    rule: str = "any",
) -> list[str]:
    """Returns sentences about what was done with the verdicts of a Video Browser Showdown besides copying:
    how many lie in no shot, how many shots were judged differently.

    Args:
        workspace: that takes them; stretches of videos are laid over its shots' times.
        edition: its name; its topics are the tasks, such as vbs22-avs-01.
        source: the file, or several.
        name: under which they are kept.
        default: whether pages open them first.
        rule: how several verdicts on a shot become one, see `collapse_verdicts`.

    Raises:
        MismatchError: if no verdict lies in a shot of the collection, or topics and tasks have nothing in
            common.
        LpdError: for another rule.
    """
    paths = _paths(source)
    rows = [row for path in paths for row in read_dres(path)]
    shots = workspace.collection(workspace.edition(edition).collection).shots
    placed, outside = place_rows(rows, shots)
    qrels, contradictory = collapse_verdicts(placed, rule=rule)
    if not placed:
        raise MismatchError(
            f"none of {counted(len(rows), 'verdict')} lies in a shot",
            where=paths[0],
            expected="videos and times of the collection",
            found=name_some(dict.fromkeys(row.shot_id or str(row.video_id) for row in rows)),
            next_step="import the shots with their times: lpd import shots, from the master shot reference",
        )
    judged = sum(len(qrels.topic(topic_id).shot_ids) for topic_id in qrels.topic_ids)
    notes = [f"{counted(len(placed), 'verdict')} on {counted(judged, 'shot')}"]
    if outside:
        notes.append(f"{counted(outside, 'verdict')} left out, since they lie in no shot")
    if contradictory:
        notes.append(f"{counted(contradictory, 'shot')} judged differently, settled by the rule `{rule}`")
    return notes + _take_qrels(workspace, edition, qrels, where=paths[0], name=name, default=default)


def _paths(source: Path | Sequence[Path]) -> list[Path]:
    return [source] if isinstance(source, Path) else list(source)


def _take_qrels(
    workspace: Workspace, edition: str, qrels: Qrels, *, where: Path, name: str, default: bool
) -> list[str]:
    """Writes judgements and, where they take the leading 1, the topics, and returns sentences about it."""
    opened = workspace.edition(edition)
    notes: list[str] = []
    judged = set(qrels.topic_ids)
    topics = match_topic_numbers(opened.topics, judged)
    if topics != list(opened.topics):
        notes.append(f"the topics of {edition} took the leading 1 of the qrels: {topics[0].topic_id} ...")
    if not any(topic.topic_id in judged for topic in topics):
        raise MismatchError(
            "no topic in common",
            where=where,
            expected=f"judgements of {name_some(topic.topic_id for topic in opened.topics)}",
            found=f"judgements of {name_some(qrels.topic_ids)}",
        )
    unjudged = [topic.topic_id for topic in topics if topic.topic_id not in judged]
    if unjudged:
        notes.append(f"{len(unjudged)} of {len(topics)} topics are not judged: {name_some(unjudged)}")
    with writer_lock(workspace.path):
        write_qrels(workspace.qrels_path(edition, name), qrels)
        chosen = name if default or opened.default_qrels is None else opened.default_qrels
        write_edition(
            workspace.edition_folder(edition), replace(opened, topics=tuple(topics), default_qrels=chosen)
        )
    return notes
