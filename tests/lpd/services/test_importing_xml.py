"""Runs in TRECVID's XML: taken into a workspace as other runs are."""

from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, MismatchError
from lpd.services.importing import import_qrels, import_run, import_shots, import_topics
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
