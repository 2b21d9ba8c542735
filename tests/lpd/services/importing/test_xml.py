"""Runs in TRECVID's XML: taken into a workspace as other runs are."""

from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.services.importing.runs import import_all_runs, import_run
from lpd.services.importing.shots import import_shots
from lpd.services.importing.trec import import_qrels, import_topics
from lpd.trec import XmlSubmission, make_run, write_xml_run
from lpd.workspace import Workspace, create_workspace

SHOTS = ["shot1_1", "shot1_2", "shot2_1"]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = create_workspace(tmp_path / "w")
    import_shots(made, "c", written(tmp_path / "ids.txt", "\n".join(SHOTS)))
    import_topics(made, "tv", written(tmp_path / "topics.txt", "661 a dog\n662 a cat\n"), collection="c")
    return made


def xml(tmp_path: Path, *, shots: tuple[str, ...] = ("shot2_1", "shot1_1"), topic: str = "661") -> Path:
    path = tmp_path / "team.xml"
    run = make_run("x", {topic: (list(shots), np.arange(len(shots))[::-1])})
    write_xml_run(path, run, submission=XmlSubmission("TEAM"), topic_ids=[topic], known_shots=set(shots))
    return path


def test_a_submitted_run_is_imported_by_its_ranks(workspace: Workspace, tmp_path: Path) -> None:
    assert import_run(workspace, "tv", xml(tmp_path)) == "F_D_TEAM_1"
    ranked = workspace.run("tv", "F_D_TEAM_1").topics["661"]
    assert ranked.shot_ids == ["shot2_1", "shot1_1"]
    assert ranked.scores.tolist() == [9999.0, 9998.0]


def test_its_topics_take_the_leading_1_of_the_edition(workspace: Workspace, tmp_path: Path) -> None:
    judged = "1661 0 shot1_1 1 1\n1662 0 shot1_2 1 0\n"
    import_qrels(workspace, "tv", written(tmp_path / "q", judged), name="q")
    assert import_run(workspace, "tv", xml(tmp_path), tag="theirs") == "theirs"
    assert list(workspace.run("tv", "theirs").topics) == ["1661"]


def test_foreign_topics_and_shots_are_named(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(MismatchError, match=r"unknown topics.*'701'"):
        import_run(workspace, "tv", xml(tmp_path, topic="701"))
    with pytest.raises(MismatchError, match=r"1 unknown shots.*'shot9_9'"):
        import_run(workspace, "tv", xml(tmp_path, shots=("shot9_9", "shot1_1")))
    assert workspace.run_tags("tv") == []


def test_several_runs_in_a_file_are_named(workspace: Workspace, tmp_path: Path) -> None:
    path = xml(tmp_path)
    text = path.read_text()
    start, end = text.index("<videoAdhocSearchRunResult"), text.index("</videoAdhocSearchResults>")
    path.write_text(text[:end] + text[start:end].replace('priority="1"', 'priority="2"') + text[end:])
    with pytest.raises(FormatError, match=r"several runs in one file.*'F_D_TEAM_1', 'F_D_TEAM_2'"):
        import_run(workspace, "tv", path)


@pytest.fixture
def several(workspace: Workspace, tmp_path: Path) -> Path:
    """Runs of priority 1 and 2, and one of another participant."""
    path = xml(tmp_path)
    text = path.read_text()
    start, end = text.index("<videoAdhocSearchRunResult"), text.index("</videoAdhocSearchResults>")
    more = text[start:end].replace('priority="1"', 'priority="2"') + text[start:end].replace("TEAM", "OTHER")
    path.write_text(text[:end] + more + text[end:])
    return path


def test_one_of_several_runs_is_taken_by_participant_and_priority(
    workspace: Workspace, several: Path
) -> None:
    assert import_run(workspace, "tv", several, pid="OTHER") == "F_D_OTHER_1"
    assert import_run(workspace, "tv", several, priority=2, tag="mine") == "mine"
    assert workspace.run_tags("tv") == ["F_D_OTHER_1", "mine"]
    with pytest.raises(FormatError, match=r"several runs.*--pid and --priority"):
        import_run(workspace, "tv", several, pid="TEAM")
    with pytest.raises(FormatError, match=r"no such run in the file.*none of pid TEAM, priority 7"):
        import_run(workspace, "tv", several, pid="TEAM", priority=7)


def test_all_of_several_runs_are_taken_or_none(workspace: Workspace, several: Path) -> None:
    tags = ["F_D_TEAM_1", "F_D_TEAM_2", "F_D_OTHER_1"]
    assert import_all_runs(workspace, "tv", several) == tags
    assert workspace.run_tags("tv") == sorted(tags)
    workspace.run_path("tv", "F_D_TEAM_1").unlink()
    with pytest.raises(LpdError, match="there is a run of this tag"):
        import_all_runs(workspace, "tv", several)
    assert "F_D_TEAM_1" not in workspace.run_tags("tv")


def test_participant_and_priority_are_asked_of_xml_alone(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path / "a.run", "661 0 shot1_1 1 1 a\n")
    with pytest.raises(LpdError, match="only XML says"):
        import_run(workspace, "tv", path, priority=1)
    assert import_all_runs(workspace, "tv", path) == ["a"]


def test_several_files_of_topics_and_of_judgements(workspace: Workspace, tmp_path: Path) -> None:
    main = written(tmp_path / "main.txt", "661 a dog\n662 a cat\n")
    progress = written(tmp_path / "progress.txt", "662 a cat\n591 a boat\n592 a car\n")
    made = import_topics(workspace, "tv19", [main, progress], collection="c")
    assert [topic.topic_id for topic in made.topics] == ["661", "662", "591", "592"]
    judged = written(tmp_path / "q.main", "1661 0 shot1_1 1 1\n1662 0 shot1_2 1 0\n")
    half = written(tmp_path / "q.progress", "1591 0 shot1_1 2 1\n")
    notes = import_qrels(workspace, "tv19", [judged, half], name="q")
    assert notes == [
        "the topics of tv19 took the leading 1 of the qrels: 1661 ...",
        "1 of 4 topics are not judged: '1592'",
    ]
    assert workspace.qrels("tv19").topic_ids == ["1661", "1662", "1591"]


def test_two_files_must_not_judge_a_topic_differently(workspace: Workspace, tmp_path: Path) -> None:
    one = written(tmp_path / "one", "661 0 shot1_1 1 1\n")
    same = written(tmp_path / "same", "661 0 shot1_1 1 1\n662 0 shot1_1 1 1\n")
    other = written(tmp_path / "other", "661 0 shot1_1 1 0\n")
    import_qrels(workspace, "tv", [one, same], name="q")
    with pytest.raises(FormatError, match=r"other: two files judge one topic differently.*topic 661"):
        import_qrels(workspace, "tv", [one, other], name="q2")
