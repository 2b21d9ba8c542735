"""Topic files: literal text in and out, malformed lines, the leading 1."""

from pathlib import Path

import pytest

from lpd.errors import FormatError
from lpd.trec import Topic, match_topic_numbers, merge_topics, read_topics, write_topics

TEXT = "661  a hang glider floating in the sky\n\n 662 a woman wearing  sleeveless top \n"
TOPICS = [Topic("661", "a hang glider floating in the sky"), Topic("662", "a woman wearing  sleeveless top")]


def test_number_and_text_are_split_at_the_first_blanks(tmp_path: Path) -> None:
    path = tmp_path / "topics.txt"
    path.write_text(TEXT)
    assert read_topics(path) == TOPICS


def test_topics_are_written_one_per_line(tmp_path: Path) -> None:
    path = tmp_path / "topics.txt"
    write_topics(path, TOPICS)
    assert path.read_text() == "661 a hang glider floating in the sky\n662 a woman wearing  sleeveless top\n"
    assert read_topics(path) == TOPICS


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("661 a\n662\n", ":2", "expected a topic number, a blank and a text; found '662'"),
        ("661 a\n661 b\n", "", "more than once; expected one line per topic; found '661'"),
        ("\n", "", "no topics"),
    ],
)
def test_malformed_topics_are_named(tmp_path: Path, text: str, place: str, words: str) -> None:
    path = tmp_path / "topics.txt"
    path.write_text(text)
    with pytest.raises(FormatError) as caught:
        read_topics(path)
    assert str(caught.value).startswith(f"{path}{place}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize("topic", [Topic("6 1", "a"), Topic("", "a"), Topic("1", " "), Topic("1", "a\nb")])
def test_topics_that_could_not_be_read_again_are_not_written(tmp_path: Path, topic: Topic) -> None:
    path = tmp_path / "topics.txt"
    with pytest.raises(FormatError, match="do not fit on one line"):
        write_topics(path, [topic])
    assert not path.exists()


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (["1661", "1662", "1663"], ["1661", "1662"]),
        (["1661"], ["1661", "1662"]),
        (["661", "1661", "1662"], ["661", "662"]),
        (["700"], ["661", "662"]),
    ],
    ids=["all match with it", "only some match", "some match without it", "none match"],
)
def test_the_leading_one_is_added_when_some_match_with_it_and_none_without(
    known: list[str], expected: list[str]
) -> None:
    assert [topic.topic_id for topic in match_topic_numbers(TOPICS, known)] == expected


def test_only_numbers_of_three_digits_take_the_leading_one() -> None:
    topics = [Topic("661", "a"), Topic("1662", "b"), Topic("vbs-1", "c")]
    assert [one.topic_id for one in match_topic_numbers(topics, ["1661"])] == ["1661", "1662", "vbs-1"]
    assert match_topic_numbers([Topic("66", "a")], ["166"]) == [Topic("66", "a")]


REAL = {"tv16": 30, "tv17": 30, "tv18": 30, "tv19": 30, "tv20": 20, "tv21": 20}


def test_the_real_topic_files_are_read(shared_data: Path) -> None:
    first = {"tv16": 501, "tv17": 531, "tv18": 561, "tv19": 611, "tv20": 641, "tv21": 661}
    parts = []
    for edition, count in REAL.items():
        path = shared_data / "trecvid" / f"{edition}.avs.txt"
        topics = read_topics(path)
        assert [int(topic.topic_id) for topic in topics] == list(
            range(first[edition], first[edition] + count)
        )
        assert all(topic.text == topic.text.strip() for topic in topics)
        parts.append((path, topics))
    assert len(merge_topics(parts + parts)) == sum(REAL.values())


def test_latin_1_is_read(tmp_path: Path) -> None:
    path = tmp_path / "topics.txt"
    path.write_bytes("661 a caf\xe9 at night".encode("latin-1"))
    assert read_topics(path) == [Topic("661", "a caf\xe9 at night")]


def test_files_are_merged_and_equal_topics_are_one() -> None:
    main, progress = Path("main.txt"), Path("progress.txt")
    more = [Topic("591", "a boat"), Topic("661", "A hang glider  floating in the sky")]
    assert merge_topics([(main, TOPICS), (progress, more)]) == [*TOPICS, more[0]]
    with pytest.raises(FormatError) as caught:
        merge_topics([(main, TOPICS), (progress, [Topic("662", "another")])])
    assert str(caught.value).startswith("progress.txt: topic 662 has two texts; expected 'a woman wearing")
    assert "as in main.txt; found 'another'" in str(caught.value)


XML = {
    "of NIST": (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<!DOCTYPE videoTopics SYSTEM "videoTopics.dtd">\n'
        '<videoTopics><!-- a -->\n<videoTopic num="0661">\n'
        '<textDescription text="a hang\n glider &amp; sky"/>\n<imageExample src="a.jpg"/></videoTopic>'
        '<videoTopic num="0662"><textDescription text="b"/></videoTopic></videoTopics>',
        [("0661", "a hang glider & sky"), ("0662", "b")],
    ),
    "several documents": (
        '<!DOCTYPE videoTopic SYSTEM "a.dtd">\n<videoTopic num="1"><textDescription text="a"/></videoTopic>'
        '<!DOCTYPE videoTopic SYSTEM "a.dtd">\n<videoTopic num="2"><textDescription text="b"/></videoTopic>',
        [("1", "a"), ("2", "b")],
    ),
    "children": (
        "<videoAdhocSearchTopics><videoAdhocSearchTopic><num> 661 </num><textTopic>a <b>dog</b></textTopic>"
        "</videoAdhocSearchTopic></videoAdhocSearchTopics>",
        [("661", "a dog")],
    ),
    "queries": (
        '<queries><query id="1"><title>a</title></query><query id="2">\n<text>b</text></query></queries>',
        [("1", "a"), ("2", "b")],
    ),
    "attributes": ('<topics><topic number="7" query="a cat"/></topics>', [("7", "a cat")]),
}


@pytest.mark.parametrize("name", XML)
def test_topics_in_xml(tmp_path: Path, name: str) -> None:
    text, expected = XML[name]
    path = tmp_path / "topics.xml"
    path.write_text(text, encoding="utf-8")
    assert read_topics(path) == [Topic(*one) for one in expected]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<topics/>", "no topics"),
        ('<a><topic num="1"/></a>', r"topics without a number or a text.*found 'topic 1: 1'"),
        ("<a><topic><text>x</text></topic></a>", r"topics without a number or a text.*found 'topic 1:  x'"),
        ('<a><topic num="1 2" text="x"/></a>', "topics without a number or a text"),
        ("<a>\n<topic>", r"topics\.xml:2: not well-formed XML"),
        ('<a><topic num="1" text="&foo;"/></a>', r"topics\.xml:1: not well-formed XML \(undefined entity"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a><topic num="1" text="&b;"/></a>', r"topics\.xml"),
        ('<a><topic num="1" text="x"/><topic num="1" text="y"/></a>', "more than once"),
    ],
)
def test_malformed_xml_is_named(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "topics.xml"
    path.write_text(text)
    with pytest.raises(FormatError, match=words):
        read_topics(path)
