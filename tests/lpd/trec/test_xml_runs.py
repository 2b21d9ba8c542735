"""Runs as TRECVID's XML: literal text out, what is refused, the strict reader, no entity expanded."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from defusedxml import ElementTree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lpd.errors import FormatError, MismatchError, NotFoundError
from lpd.trec import (
    RankedList,
    Run,
    XmlSubmission,
    has_leading_ones,
    make_run,
    read_xml_runs,
    write_xml_run,
)

RUN = make_run("lpd", {"661": (["shot1_1", "shot2_1"], np.array([0.2, 0.9])), "662": ([], np.array([]))})
SHOTS = {"shot1_1", "shot1_2", "shot2_1"}

TV2018 = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE videoAdhocSearchResults SYSTEM "https://www-nlpir.nist.gov/projects/tv2018/dtds/videoAdhocSearchResults.dtd">
<videoAdhocSearchResults>
<videoAdhocSearchRunResult trType="D" class="F" pid="RUCMM" priority="1" desc="">
<videoAdhocSearchTopicResult tNum="661" elapsedTime="1">
<item seqNum="1" shotId="shot2_1"/>
<item seqNum="2" shotId="shot1_1"/>
</videoAdhocSearchTopicResult>
<videoAdhocSearchTopicResult tNum="662" elapsedTime="1">
</videoAdhocSearchTopicResult>
</videoAdhocSearchRunResult>
</videoAdhocSearchResults>
"""

TV2019 = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE videoAdhocSearchResults SYSTEM "https://example.org/a.dtd?b&amp;c">
<!--
  model: lpd - -> & done
-->
<videoAdhocSearchResults>
<videoAdhocSearchRunResult trType="E" class="R" task="P" novelty="N" pid="X" priority="10" desc='"&lt;&amp;'>
<videoAdhocSearchTopicResult tNum="661" elapsedTime="4">
<item seqNum="1" shotId="shot2_1"/>
<item seqNum="2" shotId="shot1_1"/>
</videoAdhocSearchTopicResult>
<videoAdhocSearchTopicResult tNum="662" elapsedTime="3">
</videoAdhocSearchTopicResult>
</videoAdhocSearchRunResult>
</videoAdhocSearchResults>
"""

FEEDBACK = XmlSubmission(
    "X",
    processing="R",
    training_type="E",
    priority=10,
    desc='"<&',
    year=2019,
    task="P",
    novelty="N",
    dtd="https://example.org/a.dtd?b&c",
    elapsed_s=2.5,
    elapsed_by_topic={"661": 4},
    comment=("model: lpd --> & done",),
)


def written(path: Path, run: Run = RUN, **more: Any) -> str:
    defaults: dict[str, Any] = {
        "submission": XmlSubmission("RUCMM"),
        "topic_ids": ["661", "662"],
        "known_shots": SHOTS,
    }
    write_xml_run(path, run, **(defaults | more))
    return path.read_text(encoding="utf-8")


def test_a_run_of_2018_is_this_text(tmp_path: Path) -> None:
    assert written(tmp_path / "a.xml") == TV2018


def test_a_novelty_run_with_feedback_is_this_text_with_everything_escaped(tmp_path: Path) -> None:
    assert written(tmp_path / "a.xml", submission=FEEDBACK) == TV2019
    tree = ElementTree.fromstring(TV2019.split("\n", 2)[2])
    assert tree[0].get("desc") == '"<&'
    assert [len(topic) for topic in tree[0]] == [2, 0]


@pytest.mark.parametrize("year", [2016, 2018, 2024])
def test_the_doctype_and_the_attributes_follow_the_year(tmp_path: Path, year: int) -> None:
    text = written(tmp_path / "a.xml", submission=XmlSubmission("RUCMM", year=year))
    assert f'"https://www-nlpir.nist.gov/projects/tv{year}/dtds/videoAdhocSearchResults.dtd"' in text
    assert ('task="M" novelty="C"' in text) == (year >= 2019)


def test_the_leading_1_of_the_qrels_is_dropped_when_asked(tmp_path: Path) -> None:
    run = make_run("a", {"1661": (["shot1_1"], np.array([1.0]))})
    text = written(
        tmp_path / "a.xml",
        run,
        submission=XmlSubmission("X", drop_leading_one=True, elapsed_by_topic={"1661": 7}),
        topic_ids=["1661"],
    )
    assert 'tNum="661" elapsedTime="7"' in text
    with pytest.raises(MismatchError, match="topics without a leading 1 to drop: '661', '662'"):
        written(tmp_path / "b.xml", submission=XmlSubmission("X", drop_leading_one=True))


@pytest.mark.parametrize(
    ("topic_ids", "expected"),
    [(["1661", "1662"], True), (["1661", "662"], False), (["661"], False), ([], False), (["1٦٦١"], False)],
)
def test_qrels_numbers_are_four_digits_with_a_1(topic_ids: list[str], expected: bool) -> None:
    assert has_leading_ones(topic_ids) is expected


def test_all_problems_of_a_run_are_named_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    long = [f"s{number}" for number in range(1001)]
    run = Run(
        "bad",
        {
            "661": RankedList(["shot1_1", "shot9_9", "shot1_1"], np.array([1.0, 2.0, 0.5])),
            "664": RankedList(["a\u202eb"], np.array([np.nan])),
            "665": RankedList(long, np.arange(1001.0)[::-1]),
        },
    )
    with pytest.raises(MismatchError) as caught:
        written(tmp_path / "a.xml", run)
    assert caught.value.found == (
        "topics that the run does not have: '662'; "
        "topics that the edition does not have: '664', '665'; "
        "topics with more than 1000 shots: '665'; "
        "shots that the collection does not have: 'shot9_9', 'a\\u202eb', 's0', 's1', 's2' and 998 more; "
        "shots twice in a topic: '661 shot1_1'; "
        "topics whose scores rise or are no numbers: '661', '664'; "
        "ids that are not one printable word: 'a\\u202eb'"
    )
    assert list(tmp_path.iterdir()) == []


def test_all_problems_of_a_submission_are_named_at_once() -> None:
    with pytest.raises(FormatError) as caught:
        XmlSubmission(
            "two words",
            processing="R",
            training_type="B",
            priority=11,
            desc="a\x00b",
            year=2015,
            dtd='x" [<!ENTITY',
            elapsed_s=-1,
        )
    assert caught.value.found == (
        "trType 'B' is none of A, D, E, F; there was no ad-hoc video search in 2015; class R came in 2018; "
        "priority 11 is not from 1 to 10; pid 'two words' is not one printable word; "
        "desc has characters that cannot be printed; dtd 'x\" [<!ENTITY' is not an address; "
        "elapsed seconds are not all from 0 up"
    )
    with pytest.raises(FormatError, match="class 'X' is none of F, M, R; task '' is none of M, P"):
        XmlSubmission("a", processing="X", task="", year=2020)


def read_text_of(tmp_path: Path, text: str | bytes) -> Any:
    path = tmp_path / "a.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_xml_runs(path)


def test_a_run_is_read_with_scores_by_rank(tmp_path: Path) -> None:
    [read] = read_text_of(tmp_path, TV2019)
    assert read.run.tag == "R_P_N_E_X_10"
    assert read.run.topics["661"].shot_ids == ["shot2_1", "shot1_1"]
    assert read.run.topics["661"].scores.tolist() == [9999.0, 9998.0]
    assert read.run.topics["662"].shot_ids == []
    assert read.attributes["desc"] == '"<&'
    assert read.elapsed_s == {"661": 4.0, "662": 3.0}
    [older] = read_text_of(tmp_path, TV2018)
    assert older.run.tag == "F_D_RUCMM_1"


def test_several_runs_of_a_team_and_attributes_of_later_years(tmp_path: Path) -> None:
    second = TV2018.replace('priority="1"', 'priority="2" loc="Y"').replace('shotId="', 'frame="3" shotId="')
    body = second[second.index("<videoAdhocSearchRunResult") : second.index("</videoAdhocSearchResults>")]
    text = TV2018.replace("</videoAdhocSearchResults>", body + "</videoAdhocSearchResults>")
    assert [one.run.tag for one in read_text_of(tmp_path, text)] == ["F_D_RUCMM_1", "F_D_RUCMM_2"]


words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(words, unique=True, max_size=5), words, st.text(st.characters(exclude_categories=["C", "Z"])))
def test_what_is_written_is_read_whatever_the_words(
    tmp_path: Path, shots: list[str], pid: str, desc: str
) -> None:
    run = make_run("t", {"661": (shots, np.arange(len(shots), dtype=float))})
    path = tmp_path / "a.xml"
    submission = XmlSubmission(pid, desc=desc, comment=(desc, pid))
    write_xml_run(path, run, submission=submission, topic_ids=["661"], known_shots=set(shots))
    [read] = read_xml_runs(path)
    assert read.run.topics["661"].shot_ids == run.topics["661"].shot_ids
    assert (read.attributes["pid"], read.attributes["desc"]) == (pid, desc)


def test_a_comment_cannot_be_left(tmp_path: Path) -> None:
    lines = ("--><evil/><!--", "-", "---", "ends with -", "two\nlines\u2028three")
    text = written(tmp_path / "a.xml", submission=replace(FEEDBACK, comment=lines))
    inside = text[text.index("<!--") + 4 : text.index("-->")]
    assert "--" not in inside
    assert len(inside.strip("\n").split("\n")) == len(lines)
    assert len(read_xml_runs(tmp_path / "a.xml")) == 1


def test_one_message_names_every_problem_of_a_file(tmp_path: Path) -> None:
    text = (
        TV2018.replace('class="F"', 'class="X"')
        .replace(' priority="1"', "")
        .replace('seqNum="2"', 'seqNum="3"')
        .replace('shotId="shot1_1"', 'shotId="shot2_1"')
        .replace('tNum="662" elapsedTime="1"', 'tNum="661" elapsedTime="soon"')
    )
    with pytest.raises(FormatError) as caught:
        read_text_of(tmp_path, text)
    assert caught.value.found == (
        "run without attributes: 'priority'; values that the task does not know: 'class=X'; "
        "topics twice: '661'; topics without seconds: '661'; "
        "topics whose ranks are not 1, 2, 3 ...: '661'; shots twice in a topic: '661 shot2_1'"
    )


SHORT = (
    '<videoAdhocSearchResults><videoAdhocSearchRunResult trType="D" class="F" pid="a" priority="1" desc="">'
)
END = "</videoAdhocSearchRunResult></videoAdhocSearchResults>"
TOPIC = '<videoAdhocSearchTopicResult tNum="1" elapsedTime="1">{}</videoAdhocSearchTopicResult>'
BAD = {
    "not XML": ("nothing", r"a\.xml:1: not well-formed XML"),
    "empty": ("", r"a\.xml:1: not well-formed XML"),
    "cut short": (TV2018[:400], r"a\.xml:\d+: not well-formed XML"),
    "another root": (
        "<html/>",
        "out of place; expected <videoAdhocSearchResults>; found <html>",
    ),
    "item outside a topic": (
        SHORT + '<item seqNum="1" shotId="a"/>' + END,
        "expected <videoAdhocSearchTopicResult> inside <videoAdhocSearchRunResult>; found <item>",
    ),
    "something inside an item": (
        SHORT + TOPIC.format('<item seqNum="1" shotId="a"><b/></item>') + END,
        "expected nothing inside <item>; found <b>",
    ),
    "text between": (SHORT + "x" + TOPIC.format("") + END, "text between the elements"),
    "text after a topic": (SHORT + TOPIC.format("") + "x" + END, "text between the elements"),
    "text after a run": (
        SHORT + TOPIC.format("") + END.replace("><", ">x<"),
        "text between the elements",
    ),
    "text after a shot": (
        SHORT + TOPIC.format('<item seqNum="1" shotId="a"/>x') + END,
        "text between the shots: '1'",
    ),
    "text between the shots": (SHORT + TOPIC.format("x") + END, "text between the shots: '1'"),
    "no runs": ("<videoAdhocSearchResults/>", "found no run"),
    "no topics": (SHORT + END, "run without topics: 'a'"),
    "blank in an id": (
        SHORT + TOPIC.format('<item seqNum="1" shotId="a b"/>') + END,
        "not one printable word: 'a b'",
    ),
    "no id": (SHORT + TOPIC.format('<item seqNum="1"/>') + END, "not one printable word: ''"),
    "a long topic": (
        SHORT + TOPIC.format("".join(f'<item seqNum="{n}" shotId="s{n}"/>' for n in range(1, 1002))) + END,
        "topics with more than 1000 shots: '1'",
    ),
    "unknown entity": (TV2018.replace("shot2_1", "shot&foo;2_1"), r"a\.xml:6: .*undefined entity"),
    "encoding": ('<?xml version="1.0" encoding="klingon"?><a/>', "its encoding cannot be read"),
    "broken bytes": (TV2018.encode().replace(b"RUCMM", b"RUC\xff"), r"a\.xml:4: not well-formed XML"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_run_is_refused(tmp_path: Path, name: str) -> None:
    text, words = BAD[name]
    with pytest.raises(FormatError, match=words):
        read_text_of(tmp_path, text)


LAUGHS = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'


@pytest.mark.parametrize(
    "declared",
    [
        LAUGHS,
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;',
        '<!ATTLIST item shotId CDATA "shot1_1">',
        "",
    ],
    ids=["laughs", "file", "parameter", "default", "nothing"],
)
def test_a_doctype_may_only_name_its_dtd(tmp_path: Path, declared: str) -> None:
    text = TV2018.replace('.dtd">', f'.dtd" [{declared}]>').replace('desc=""', 'desc="&c;"')
    with pytest.raises(FormatError, match="the DOCTYPE declares more than the name of a DTD"):
        read_text_of(tmp_path, text)


@pytest.mark.parametrize(
    "doctype",
    [
        "",
        "<!DOCTYPE videoAdhocSearchResults>",
        "<!DOCTYPE videoAdhocSearchResults SYSTEM 'videoAdhocSearchResults.dtd'>",
        '<!DOCTYPE videoAdhocSearchResults PUBLIC "-//NIST//DTD" "a.dtd">',
        "<!-- <!DOCTYPE x> -->",
    ],
)
def test_a_doctype_may_be_absent_or_short(tmp_path: Path, doctype: str) -> None:
    lines = TV2018.split("\n")
    lines[1] = doctype
    assert read_text_of(tmp_path, "\n".join(lines))[0].run.tag == "F_D_RUCMM_1"


def test_a_missing_and_a_huge_file(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="file is missing"):
        read_xml_runs(tmp_path / "none.xml")
    with (tmp_path / "huge.xml").open("wb") as stream:
        stream.truncate((64 << 20) + 1)
    with pytest.raises(FormatError, match="too large for a run"):
        read_xml_runs(tmp_path / "huge.xml")
