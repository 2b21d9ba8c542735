import pytest

from app.compare.topics import differences_table, mean_difference, ordered_topics
from lpd.rank_overlap import RankBiasedOverlap
from lpd.services.topic_differences import TopicDifference, TopicDifferences
from lpd.tables import to_latex


def topic(topic_id, first, second, rbo):
    return TopicDifference(topic_id, first, second, RankBiasedOverlap(rbo, rbo - 0.1, rbo + 0.1), 0.5)


TOPICS = (topic("1", 0.5, 0.4, 0.9), topic("2", None, None, 0.2), topic("3", 0.1, 0.6, 0.6))
FOUND = TopicDifferences("infAP", 20, 0.9, TOPICS, ("8",), ())


def test_topics_that_differ_most_come_first():
    assert [one.topic_id for one in ordered_topics(FOUND, "infAP")] == ["3", "1", "2"]
    assert [one.topic_id for one in ordered_topics(FOUND, "RBO")] == ["2", "3", "1"]


def test_without_judgements_the_lists_decide():
    found = TopicDifferences(
        "infAP", 20, 0.9, (topic("1", None, None, 0.9), topic("2", None, None, 0.2)), (), ()
    )
    assert [one.topic_id for one in ordered_topics(found, "infAP")] == ["2", "1"]
    assert mean_difference(found) is None


def test_the_mean_is_over_what_is_judged():
    assert mean_difference(FOUND) == pytest.approx((0.3, 0.5))


def test_the_table_has_every_topic_and_the_means():
    table = differences_table(FOUND, texts={"3": "a & b"}, labels=("lpd, fused", "run x"), by="infAP")
    assert [row.label for row in table.rows] == ["3", "1", "2", "mean"]
    assert table.rows[0].cells[0].text == "a & b"
    assert table.rows[0].cells[3].mean == pytest.approx(-0.5)
    assert table.rows[2].cells[1].mean is None
    assert table.notes == ("A: lpd, fused", "B: run x", "B has no list of 8")
    assert r"a \& b" in to_latex(table)
