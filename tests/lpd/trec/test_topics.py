"""Topic files: literal text in and out, malformed lines, the leading 1."""

from pathlib import Path

import pytest

from lpd.errors import FormatError
from lpd.trec import Topic, match_topic_numbers, read_topics, write_topics

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
        (["1661"], ["661", "662"]),
        (["661", "1661", "1662"], ["661", "662"]),
        (["700"], ["661", "662"]),
    ],
    ids=["all match with it", "only some match", "some match without it", "none match"],
)
def test_the_leading_one_is_added_only_when_all_match_with_it_and_none_without(
    known: list[str], expected: list[str]
) -> None:
    assert [topic.topic_id for topic in match_topic_numbers(TOPICS, known)] == expected


def test_the_real_topic_files_are_read(shared_data: Path) -> None:
    for edition, count in (("tv16", 30), ("tv20", 20), ("tv21", 20)):
        topics = read_topics(shared_data / "trecvid" / f"{edition}.avs.txt")
        assert len(topics) == count
        assert all(topic.text == topic.text.strip() for topic in topics)
