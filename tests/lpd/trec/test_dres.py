"""Verdicts of the Video Browser Showdown: the exported forms, shots by time, and how verdicts become one."""

from pathlib import Path

import pandas as pd
import pytest

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.services.importing.shots import import_shots
from lpd.services.importing.trec import import_dres, import_topics
from lpd.trec import DresRow, collapse_verdicts, place_rows, read_dres
from lpd.workspace import Workspace, create_workspace

HEADER = "taskName\tjunk\titem\tstart_fr\tstart_s\tend_fr\tend_s\tstratum\tjudgement\n"
EXPORT = HEADER + (
    "vbs-1\t0\t00001\t10\t0.4\t30\t1.2\t1\t1\n"
    "vbs-1\t0\t00001\t10\t0.4\t30\t1.2\t1\t0\n"
    "vbs-1\t0\t00001\t100\t3.0\t100\t5.5\t1\t-1\n"
    "vbs-2\t0\t00002\t0\t1.0\t0\t1.0\t1\t0\n"
    "vbs-2\t0\t00009\t0\t1.0\t0\t2.0\t1\t1\n"
)
SUBMITTED = (
    "jid,verdict,stask,sitem,sstart,sending,sstatus\n"
    "a,CORRECT,vbs-1,00001,400,1200,WRONG\n"
    "b,UNDECIDABLE,vbs-2,00002,1000,1000,CORRECT\n"
)
SHOTS = pd.DataFrame(
    [
        ("shot00001_1", "00001", 0.0, 4.0),
        ("shot00001_2", "00001", 4.0, 6.0),
        ("shot00002_1", "shot00002", 0.0, 4.0),
    ],
    columns=["shot_id", "video_id", "start_s", "end_s"],
)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_archive_of_the_showdown(tmp_path: Path) -> None:
    read = read_dres(written(tmp_path / "a_dres.txt", EXPORT))
    assert read[0] == DresRow("vbs-1", "00001", None, 0.4, 1.2, 1)
    assert [row.relevance for row in read] == [1, 0, -1, 0, 1]


def test_submissions_with_milliseconds_and_words(tmp_path: Path) -> None:
    assert read_dres(written(tmp_path / "a.csv", SUBMITTED)) == [
        DresRow("vbs-1", "00001", None, 0.4, 1.2, 1),
        DresRow("vbs-2", "00002", None, 1.0, 1.0, -1),
    ]


def test_rows_as_in_qrels_may_repeat_and_lack_a_shot(tmp_path: Path) -> None:
    text = "vbs-1\t0\tshot1_1\t1\t1\nvbs-1\t0\t\t1\t1\nvbs-1\t0\tshot1_1\t1\t0\n"
    assert [(row.shot_id, row.relevance) for row in read_dres(written(tmp_path / "a.txt", text))] == [
        ("shot1_1", 1),
        ("shot1_1", 0),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no judgements"),
        (HEADER, "no judgements"),
        ("a\tb\n1\t2\n", r"a\.txt:1: wrong titles"),
        (HEADER.replace("end_s", "other"), r"a\.txt:1: wrong titles"),
        (HEADER + "vbs\t0\t1\t1\tsoon\t1\t2\t1\t1\n", r"a\.txt:2: malformed line"),
        (HEADER + "vbs\t0\t1\t1\t3\t1\t2\t1\t1\n", r"a\.txt:2: malformed line"),
        (HEADER + "vbs\t0\t1\t1\t1\t1\t2\t1\tMAYBE\n", r"a\.txt:2: malformed line"),
        (HEADER + "vbs\t0\t1\n", r"a\.txt:2: malformed line"),
    ],
)
def test_malformed_files_are_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        read_dres(written(tmp_path / "a.txt", text))


def test_a_stretch_belongs_to_the_shot_that_it_overlaps_longest(tmp_path: Path) -> None:
    placed, outside = place_rows(read_dres(written(tmp_path / "a.txt", EXPORT)), SHOTS)
    assert placed == [
        ("vbs-1", "shot00001_1", 1),
        ("vbs-1", "shot00001_1", 0),
        ("vbs-1", "shot00001_2", -1),  # from 3 to 5.5: one second in the first, one and a half in the second
        ("vbs-2", "shot00002_1", 0),
    ]
    assert outside == 1


def test_the_earlier_of_two_shots_alike_and_nothing_beside_them() -> None:
    def shot(start: float, end: float) -> list[str]:
        placed, _ = place_rows([DresRow("t", "00001", None, start, end, 1)], SHOTS)
        return [one[1] for one in placed]

    assert shot(3.5, 4.5) == ["shot00001_1"]
    assert shot(4.0, 4.0) == ["shot00001_1"]
    assert shot(6.0, 9.0) == []
    assert shot(7.0, 7.0) == []


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([1, 0, 0], {"any": 1, "majority": 0, "last": 0}),
        ([1, 0], {"any": 1, "majority": 1, "last": 0}),
        ([0, 1, -1], {"any": 1, "majority": 1, "last": 1}),
        ([0, -1], {"any": 0, "majority": 0, "last": 0}),
        ([-1, -1], {"any": -1, "majority": -1, "last": -1}),
    ],
)
def test_several_verdicts_become_one(verdicts: list[int], expected: dict[str, int]) -> None:
    for rule, relevance in expected.items():
        qrels, contradictory = collapse_verdicts([("t", "s", one) for one in verdicts], rule=rule)
        assert qrels.judgements("t") == {"s": relevance}
        assert contradictory == ({0, 1} <= set(verdicts))
    with pytest.raises(LpdError, match="any or majority or last"):
        collapse_verdicts([], rule="first")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = create_workspace(tmp_path / "w")
    SHOTS.to_csv(tmp_path / "shots.csv", index=False)
    import_shots(made, "c", tmp_path / "shots.csv")
    import_topics(made, "vbs", written(tmp_path / "t.txt", "vbs-1\ta dog\nvbs-2\ta cat\n"), collection="c")
    return made


def test_they_become_judgements_of_an_edition(workspace: Workspace, tmp_path: Path) -> None:
    notes = import_dres(workspace, "vbs", written(tmp_path / "a.txt", EXPORT), name="judged")
    assert notes == [
        "4 verdicts on 3 shots",
        "1 verdict left out, since they lie in no shot",
        "1 shot judged differently, settled by the rule `any`",
    ]
    assert workspace.qrels("vbs").judgements("vbs-1") == {"shot00001_1": 1, "shot00001_2": -1}


def test_verdicts_on_other_videos_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    text = HEADER + "vbs-1\t0\t77\t0\t1.0\t0\t2.0\t1\t1\n"
    with pytest.raises(MismatchError, match="none of 1 verdict lies in a shot"):
        import_dres(workspace, "vbs", written(tmp_path / "a.txt", text), name="judged")
