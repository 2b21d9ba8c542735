"""What the desk is given."""

import pytest

from app.components.judge import BesideShot, DeskShot, DeskState, DeskTopic, desk_payload

TOPICS = (
    DeskTopic("1", "<b>a dog", 3, 3),
    DeskTopic("2", "a car", 1, 4),
    DeskTopic("3", "a cat", 2, 2),
    DeskTopic("4", "a bird", 0, 5),
)
SHOT = DeskShot(
    "s1", True, "https://m/p.webp", "shot 1 of 2 in v", (BesideShot("s1", "1", True, True),), ("a dog",)
)


def payload(topic: str = "2", **changed: object) -> dict:
    given = {"plan": "p", "judge": "ann", "way": "grid", "topics": TOPICS, "relevant": 1, "not_relevant": 0}
    return desk_payload(DeskState(topic=topic, **{**given, **changed}), [SHOT], media="shots/w/c")


def test_neither_rank_nor_score_reaches_the_judge() -> None:
    (shot,) = payload()["queue"]
    assert set(shot) == {
        "shot",
        "thumbnail",
        "preview",
        "alt",
        "place",
        "captions",
        "skipped",
        "verdict",
        "near",
    }
    assert shot["near"][0]["here"]
    assert payload()["counts"] == {"done": 1, "total": 4, "relevant": 1, "not": 0}


@pytest.mark.parametrize(("topic", "after", "before"), [("1", "2", "4"), ("2", "4", "1"), ("4", "2", "3")])
def test_on_goes_to_what_is_not_done_and_back_to_what_lies_before(topic, after, before) -> None:
    made = payload(topic)
    assert (made["next"], made["previous"]) == (after, before)


def test_the_last_unfinished_topic_has_no_next() -> None:
    topics = tuple(one._replace(done=one.total) for one in TOPICS[:3])
    assert payload("1", topics=topics)["next"] is None
    assert payload("1", topics=topics[:1])["previous"] is None


def test_unknown_ways_and_topics_are_mistakes() -> None:
    with pytest.raises(ValueError, match="way 'list'"):
        payload(way="list")
    with pytest.raises(ValueError, match="topic '9'"):
        payload("9")
