import random
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lpd.errors import FormatError, LpdError
from lpd.judging import (
    NOT_RELEVANT,
    RELEVANT,
    WITHDRAWN,
    GivenVerdict,
    Need,
    NeedCounts,
    VerdictCounts,
    damaged_verdicts,
    give_verdicts,
    judged_needs,
    keep_damaged_aside,
    latest_verdicts,
    query_need,
    verdict_counts,
    verdict_history,
    withdraw_verdicts,
)
from tests.file_rights import modes_obeyed

TOPIC = Need("v3c1", "1661", "tv21")
QUERY = query_need("v3c1", "a hang glider")

WRITTEN = """
CREATE TABLE verdicts (
            verdict_id INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL, edition TEXT NOT NULL,
            need TEXT NOT NULL, shot_id TEXT NOT NULL, judge TEXT NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('relevant', 'not relevant', 'withdrawn')),
            view TEXT NOT NULL, given TEXT NOT NULL);
CREATE INDEX verdicts_of_need ON verdicts (collection, edition, need, shot_id, judge, verdict);
INSERT INTO verdicts VALUES
    (1, 'v3c1', 'tv21', '1661', 's1', 'Ada', 'relevant', 'search', '2026-01-31T12:00:00.000000+00:00'),
    (2, 'v3c1', 'tv21', '1661', 's1', 'Ada', 'not relevant', 'judge', '2026-01-31T11:00:00.000000+00:00'),
    (3, 'v3c1', '', 'a hang glider', 's1', 'Ada', 'withdrawn', 'judge', '2026-01-31T12:00:00.000000+00:00');
PRAGMA application_id = 1280328778;
PRAGMA user_version = 1;
"""
"""Verdicts of version 1, as they must stay readable; the clock was set back between the first two."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "judgements.sqlite"


def give(path: Path, need: Need, judge: str, **verdicts: str) -> None:
    give_verdicts(path, need, verdicts=verdicts, judge=judge, view="search")


def withdraw(path: Path, need: Need, judge: str, *shot_ids: str) -> list[str]:
    return withdraw_verdicts(path, need, shot_ids=shot_ids, judge=judge, view="judge")


def test_no_file_is_no_verdicts_and_stays_no_file(path: Path) -> None:
    assert latest_verdicts(path, TOPIC) == {}
    assert verdict_history(path, TOPIC) == judged_needs(path) == []
    assert verdict_counts(path) == VerdictCounts(0, 0, 0, 0, 0)
    assert withdraw(path, TOPIC, "Ada", "s1") == []
    give(path, TOPIC, "Ada")
    assert not path.exists()


def test_a_file_of_version_1_is_read(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(WRITTEN)
    noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert latest_verdicts(path, TOPIC) == {"Ada": {"s1": NOT_RELEVANT}}
    assert latest_verdicts(path, QUERY) == {}
    assert verdict_history(path, TOPIC) == [
        GivenVerdict("s1", RELEVANT, "Ada", "search", noon),
        GivenVerdict("s1", NOT_RELEVANT, "Ada", "judge", noon - timedelta(hours=1)),
    ]
    assert verdict_counts(path) == VerdictCounts(3, 1, 1, 1, 0)


def test_what_is_written_is_what_version_1_holds(path: Path, tmp_path: Path) -> None:
    give_verdicts(path, TOPIC, verdicts={"s1": RELEVANT}, judge=" Ada ", view="search")
    withdraw(path, TOPIC, "Ada", "s1")
    give_verdicts(path, QUERY, verdicts={"s2": NOT_RELEVANT}, judge="Ada", view="judge")
    with closing(sqlite3.connect(tmp_path / "literal.sqlite")) as literal:
        literal.executescript(WRITTEN)
        schema = literal.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall() == schema
        rows = connection.execute("SELECT * FROM verdicts ORDER BY verdict_id").fetchall()
    assert [row[:-1] for row in rows] == [
        (1, "v3c1", "tv21", "1661", "s1", "Ada", "relevant", "search"),
        (2, "v3c1", "tv21", "1661", "s1", "Ada", "withdrawn", "judge"),
        (3, "v3c1", "", "a hang glider", "s2", "Ada", "not relevant", "judge"),
    ]
    assert all(
        abs(datetime.now(UTC) - datetime.fromisoformat(row[-1])) < timedelta(minutes=1) for row in rows
    )


def test_the_latest_counts_and_all_are_kept(path: Path) -> None:
    give(path, TOPIC, "Bob", s1=RELEVANT, s2=RELEVANT)
    give(path, TOPIC, "Ada", s2=NOT_RELEVANT, s1=RELEVANT)
    give(path, TOPIC, "Bob", s1=NOT_RELEVANT)
    assert latest_verdicts(path, TOPIC) == {
        "Ada": {"s1": RELEVANT, "s2": NOT_RELEVANT},
        "Bob": {"s1": NOT_RELEVANT, "s2": RELEVANT},
    }
    assert withdraw(path, TOPIC, "Bob", "s9", "s2", "s1", "s2") == ["s2", "s1"]
    assert withdraw(path, TOPIC, "Bob", "s2", "s1") == [], "nothing stands that could be withdrawn"
    assert latest_verdicts(path, TOPIC) == {"Ada": {"s1": RELEVANT, "s2": NOT_RELEVANT}}
    give(path, TOPIC, "Bob", s2=RELEVANT)
    assert latest_verdicts(path, TOPIC)["Bob"] == {"s2": RELEVANT}
    assert [entry[:4] for entry in verdict_history(path, TOPIC, shot_id="s2")] == [
        ("s2", RELEVANT, "Bob", "search"),
        ("s2", NOT_RELEVANT, "Ada", "search"),
        ("s2", WITHDRAWN, "Bob", "judge"),
        ("s2", RELEVANT, "Bob", "search"),
    ]
    assert len(verdict_history(path, TOPIC)) == 8


def test_needs_do_not_mix(path: Path) -> None:
    needs = [TOPIC, QUERY, Need("v3c2", "1661", "tv21"), Need("v3c1", "1661", "tv22"), Need("v3c1", "1661")]
    for number, need in enumerate(needs):
        give(path, need, "Ada", **{f"s{number}": RELEVANT})
    for number, need in enumerate(needs):
        assert latest_verdicts(path, need) == {"Ada": {f"s{number}": RELEVANT}}
    withdraw(path, TOPIC, "Ada", "s0", "s1")
    assert latest_verdicts(path, QUERY) == {"Ada": {"s1": RELEVANT}}


def test_counts_by_hand(path: Path) -> None:
    give(path, TOPIC, "Ada", s1=RELEVANT, s2=RELEVANT, s3=NOT_RELEVANT, s4=RELEVANT)
    give(path, TOPIC, "Bob", s1=RELEVANT, s2=NOT_RELEVANT, s4=NOT_RELEVANT)
    withdraw(path, TOPIC, "Bob", "s4")
    give(path, QUERY, "Cy", s1=NOT_RELEVANT)
    give(path, Need("a", "9", "tv22"), "Dan", s1=RELEVANT)
    withdraw(path, Need("a", "9", "tv22"), "Dan", "s1")
    assert judged_needs(path) == [NeedCounts(TOPIC, 2, 2, 1, 1), NeedCounts(QUERY, 1, 0, 1, 0)]
    assert judged_needs(path)[0].shots == 4
    assert verdict_counts(path) == VerdictCounts(entries=11, standing=7, judges=3, needs=2, conflicting=1)


def test_a_random_history_gives_what_replaying_it_gives(path: Path) -> None:
    draw = random.Random(5)
    needs = [TOPIC, QUERY, Need("v3c1", "1662", "tv21")]
    standing: dict[tuple[Need, str, str], str] = {}
    entries = 0
    for _ in range(120):
        need, judge, shot = draw.choice(needs), draw.choice(["Ada", "Bob", "Cy"]), f"s{draw.randrange(4)}"
        verdict = draw.choice([RELEVANT, NOT_RELEVANT, WITHDRAWN])
        if verdict == WITHDRAWN:
            was = standing.pop((need, judge, shot), None)
            assert withdraw(path, need, judge, shot) == ([shot] if was else [])
            entries += was is not None
        else:
            give(path, need, judge, **{shot: verdict})
            standing[need, judge, shot] = verdict
            entries += 1
    for need in needs:
        expected: dict[str, dict[str, str]] = {}
        for (one, judge, shot), verdict in standing.items():
            if one == need:
                expected.setdefault(judge, {})[shot] = verdict
        assert latest_verdicts(path, need) == expected
    counts = verdict_counts(path)
    assert (counts.entries, counts.standing) == (entries, len(standing))
    pairs = {(need, shot) for need, _, shot in standing}
    assert sum(one.shots for one in judged_needs(path)) == len(pairs)


@pytest.mark.parametrize(
    "text",
    [
        "a\0b",
        "a\0c",
        "😀 👩‍👩‍👧",
        "\u202eשלום عالم\u202c",
        "'); DROP TABLE verdicts; --",
        "<b>x</b>",
        "x" * 199,
    ],
    ids=["nul", "nul again", "emoji", "right to left", "sql", "html", "long"],
)
def test_any_text_comes_back_as_it_was(path: Path, text: str) -> None:
    need = Need(text, text, text)
    give(path, need, "Ada", a=RELEVANT)
    give_verdicts(path, need, verdicts={text: RELEVANT, f"{text} ": NOT_RELEVANT}, judge=text, view=text)
    give(path, query_need(text, text), text, **{text: NOT_RELEVANT})
    assert latest_verdicts(path, need)[text] == {text: RELEVANT, f"{text} ": NOT_RELEVANT}
    assert latest_verdicts(path, query_need(text, text)) == {text: {text: NOT_RELEVANT}}
    (entry,) = verdict_history(path, need, shot_id=text)
    assert entry[:4] == (text, RELEVANT, text, text)
    assert {one.need for one in judged_needs(path)} == {need, query_need(text, text)}


def test_a_judge_is_one_judge_however_the_name_is_typed(path: Path) -> None:
    give(path, TOPIC, "Zo\u0065\u0308  K", s1=RELEVANT)
    give(path, TOPIC, " Zo\u00eb K ", s1=NOT_RELEVANT)
    assert latest_verdicts(path, TOPIC) == {"Zo\u00eb K": {"s1": NOT_RELEVANT}}
    assert withdraw(path, TOPIC, "Zo\u0065\u0308 K", "s1") == ["s1"]


def test_what_cannot_be_kept_is_named_and_nothing_is_kept(path: Path) -> None:
    with pytest.raises(
        FormatError, match=r"expected `relevant` or `not relevant`; found 'maybe', 'withdrawn'"
    ):
        give(path, TOPIC, "Ada", s1=RELEVANT, s2="maybe", s3=WITHDRAWN)
    long = "s" * 1_001
    with pytest.raises(FormatError, match=r"shot ids that cannot be kept.* found '', 's{40}', '\\ud800'"):
        give(path, TOPIC, "Ada", **{"": RELEVANT, "s1": RELEVANT, long: RELEVANT, "\ud800": RELEVANT})
    for judge in ("", " ", "j" * 201, "\ud800"):
        with pytest.raises(FormatError, match="name of a judge"):
            give(path, TOPIC, judge, s1=RELEVANT)
        with pytest.raises(FormatError, match="name of a judge"):
            withdraw(path, TOPIC, judge, "s1")
    with pytest.raises(FormatError, match="view of a verdict"):
        give_verdicts(path, TOPIC, verdicts={"s1": RELEVANT}, judge="Ada", view="")
    for need in (Need("", "a"), Need("c", "\ud800"), Need("c", "1", "")):
        for ask in (latest_verdicts, verdict_history):
            with pytest.raises(FormatError):
                ask(path, need)
        with pytest.raises(FormatError):
            give(path, need, "Ada", s1=RELEVANT)
    assert not path.exists()


DAMAGES = {
    "verdict": "UPDATE verdicts SET verdict = 'maybe' WHERE verdict_id = 2",
    "judge": "UPDATE verdicts SET judge = x'ff' WHERE verdict_id = 2",
    "shot": "UPDATE verdicts SET shot_id = x'00' WHERE verdict_id = 2",
    "letters": "UPDATE verdicts SET shot_id = CAST(x'73ff32' AS TEXT) WHERE verdict_id = 2",
    "time": "UPDATE verdicts SET given = 'yesterday' WHERE verdict_id = 2",
    "need": "UPDATE verdicts SET need = x'ff' WHERE verdict_id = 2",
}


@pytest.mark.parametrize("statement", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_entry_is_left_out_and_the_others_are_read(path: Path, statement: str) -> None:
    give(path, TOPIC, "Ada", s1=RELEVANT)
    give(path, TOPIC, "Ada", s2=RELEVANT)
    give(path, TOPIC, "Bob", s2=NOT_RELEVANT)
    assert damaged_verdicts(path) == ()
    assert keep_damaged_aside(path) is None
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement)
        connection.commit()
    assert latest_verdicts(path, TOPIC) == {"Ada": {"s1": RELEVANT}, "Bob": {"s2": NOT_RELEVANT}}
    assert [said.judge for said in verdict_history(path, TOPIC)] == ["Ada", "Bob"]
    assert verdict_counts(path) == VerdictCounts(3, 2, 2, 1, 0, damaged=1)
    assert [row.row_id for row in damaged_verdicts(path)] == [2]
    sentence = keep_damaged_aside(path)
    assert sentence is not None
    assert "1 damaged row of this file of verdicts left out (verdicts 2: " in sentence
    assert len((path.parent / "judgements.damaged.jsonl").read_text().splitlines()) == 1
    give(path, TOPIC, "Ada", s2=RELEVANT)
    assert latest_verdicts(path, TOPIC)["Ada"] == {"s1": RELEVANT, "s2": RELEVANT}
    assert len(damaged_verdicts(path)) == 1, "it stays where it is"


def test_a_notebook_in_its_place_and_a_newer_file_are_refused(path: Path) -> None:
    give(path, TOPIC, "Ada", s1=RELEVANT)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(FormatError, match="file of verdicts written by a newer lpd"):
        give(path, TOPIC, "Ada", s1=RELEVANT)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 1280328782")
    with pytest.raises(FormatError, match="not a file of verdicts"):
        verdict_counts(path)


def test_verdicts_that_may_not_be_written(path: Path) -> None:
    give(path, TOPIC, "Ada", s1=RELEVANT)
    path.parent.chmod(0o555)
    try:
        with modes_obeyed():
            with pytest.raises(LpdError, match="cannot be written"):
                give(path, TOPIC, "Ada", s1=NOT_RELEVANT)
            with pytest.raises(LpdError, match="cannot be written"):
                withdraw(path, TOPIC, "Ada", "s1")
            assert latest_verdicts(path, TOPIC) == {"Ada": {"s1": RELEVANT}}
    finally:
        path.parent.chmod(0o755)


def test_four_processes_judge_fifty_shots_each(path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom tests.lpd.judging.test_store import *\n"
        "for number in range(50):\n"
        "    verdict = [RELEVANT, NOT_RELEVANT][number % 2]\n"
        "    give(Path(sys.argv[1]), TOPIC, sys.argv[2], **{f's{number}': verdict})\n"
    )
    root = Path(__file__).resolve().parents[3]
    processes = [subprocess.Popen([sys.executable, "-c", code, str(path), name], cwd=root) for name in "abcd"]
    assert [process.wait() for process in processes] == [0] * 4
    expected = {f"s{number}": [RELEVANT, NOT_RELEVANT][number % 2] for number in range(50)}
    assert latest_verdicts(path, TOPIC) == dict.fromkeys("abcd", expected)
    assert verdict_counts(path) == VerdictCounts(200, 200, 4, 1, 0)


def test_a_verdict_is_withdrawn_once_by_threads_that_race(path: Path) -> None:
    shots = {f"s{number}": RELEVANT for number in range(20)}
    give_verdicts(path, TOPIC, verdicts=shots, judge="Ada", view="search")
    withdrawn: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: withdrawn.append(withdraw(path, TOPIC, "Ada", *shots)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, withdrawn)) == [0, 0, 0, 0, 0, 20]
    assert verdict_counts(path) == VerdictCounts(40, 0, 0, 0, 0)
