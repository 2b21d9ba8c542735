import pytest

from app.search.marks import Marks, default_judge, keep_mark, need_of, standing_marks
from app.search.request import SearchRequest
from lpd.editions import Edition
from lpd.errors import FormatError
from lpd.judging import Need, verdict_history
from lpd.trec import Topic

TOPIC = Topic("1", "a dog")
EDITION = Edition("tv21", "c", None, (TOPIC,), (), None)


@pytest.mark.parametrize(
    ("request_", "need"),
    [
        (SearchRequest("a dog"), Need("c", "1", "tv21")),
        (SearchRequest("a dog", also=("a hound",), relevant=("s",)), Need("c", "1", "tv21")),
        (SearchRequest("a dog", without=("grass",)), Need("c", "a dog; without grass")),
        (SearchRequest("a dog", then="a cat"), Need("c", "a dog; then a cat within 30 s")),
        (SearchRequest(like="s1"), Need("c", "s1")),
    ],
    ids=["topic", "moved", "without", "then", "like"],
)
def test_what_shots_are_judged_for(request_, need):
    assert need_of(request_, "c", edition=EDITION, topic=TOPIC if request_.query else None) == need


def test_a_text_that_is_no_topic_is_its_own_need():
    assert need_of(SearchRequest("a  dog"), "c", edition=EDITION, topic=None) == Need("c", "a dog")
    with pytest.raises(FormatError, match="too long"):
        need_of(SearchRequest("x" * 20_000), "c", edition=None, topic=None)


def test_marks_are_kept_and_taken_back(tmp_path):
    path, need = tmp_path / "judgements.sqlite", Need("c", "a dog")
    assert standing_marks(path, need, judge="me") == Marks({}, frozenset())
    assert not path.exists()
    keep_mark(path, need, shot="s1", mark="relevant", judge="me")
    keep_mark(path, need, shot="s2", mark="not", judge="me")
    keep_mark(path, need, shot="s3", mark="relevant", judge="other")
    marks = standing_marks(path, need, judge="me")
    assert marks.own == {"s1": "relevant", "s2": "not"}
    assert marks.judged == {"s1", "s2", "s3"}
    assert (marks.relevant, marks.not_relevant) == (("s1",), ("s2",))
    keep_mark(path, need, shot="s1", mark="none", judge="me")
    assert standing_marks(path, need, judge="me").own == {"s2": "not"}
    assert [one.verdict for one in verdict_history(path, need, shot_id="s1")] == ["relevant", "withdrawn"]
    assert {one.view for one in verdict_history(path, need)} == {"search"}


def test_marks_that_no_file_keeps_are_put_over_those_it_does():
    marks = Marks({"a": "relevant", "b": "not"}, frozenset({"a", "b"}))
    assert marks.with_marks({}) is marks
    changed = marks.with_marks({"a": "none", "c": "relevant"})
    assert changed.own == {"b": "not", "c": "relevant"}
    assert changed.judged == {"a", "b", "c"}


def test_another_mark_is_a_mistake_of_ours(tmp_path):
    with pytest.raises(KeyError):
        keep_mark(tmp_path / "j.sqlite", Need("c", "a dog"), shot="s", mark="maybe", judge="me")


@pytest.mark.parametrize("problem", [KeyError("no name"), OSError("no name")], ids=["key", "os"])
def test_an_account_without_a_name(monkeypatch, problem):
    def refuse() -> str:
        raise problem

    monkeypatch.setattr("getpass.getuser", refuse)
    assert default_judge() == "person"
