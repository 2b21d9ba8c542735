from app.search.asked_queries import MOST, AskedQueries


def test_the_newest_stands_first_and_each_query_once():
    asked = AskedQueries()
    for label in ("a", "b", "a"):
        asked.note(label, {"q": label})
    assert [one.label for one in asked.newest()] == ["a", "b"]
    assert asked.newest()[0].parameters == (("q", "a"),)


def test_the_oldest_make_room():
    asked = AskedQueries()
    for number in range(MOST + 3):
        asked.note(str(number), {})
    assert len(asked.newest()) == MOST
    assert asked.newest()[-1].label == "3"
