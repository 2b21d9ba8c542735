from app.lanes import Judged, judgement_kind, list_title, only_in, picture_finder, ranks_of, space_bars
from tests.app.search_cases import CARD, hits, make_result, small_collection


def test_only_here_means_in_no_other_space_and_the_fused_list_does_not_count():
    lists = make_result().lists
    assert only_in(lists, 2) == {"text:bow": {3}, "video:colour": set(), "head:1": set()}
    assert only_in(lists, 3) == {"text:bow": {3}, "video:colour": {5}, "head:1": {4}}


def test_one_space_is_compared_with_nothing():
    assert only_in({"fused": hits(2, 0), "common": hits(2, 0)}, 2) == {"common": set()}


def test_pictures_are_here_elsewhere_or_absent():
    picture = picture_finder(small_collection())
    assert [picture(row, "thumbnail") for row in range(3)] == [True, False, "https://m/s2.jpg"]
    assert picture(0, "preview") is False


def test_kinds_of_judgement():
    judged = Judged({"a": 1, "b": 0, "c": -1}, {})
    assert [judgement_kind(shot, judged) for shot in "abcd"] == ["relevant", "not", "unjudged", "outside"]
    assert judgement_kind("a", None) is None


def test_lists_have_names_and_ends():
    assert list_title(CARD, "fused") == ("Fused", "fused")
    assert list_title(CARD, "video:colour") == ("colour", "video")
    assert list_title(CARD, "head:1") == ("head 1", "head")


def test_bars_stand_for_the_spaces_asked():
    assert [bar.label for bar in space_bars(CARD)] == ["bow", "colour", "head 1"]
    assert [bar.label for bar in space_bars(CARD, ["head:1", "text:bow"])] == ["bow", "head 1"]


def test_ranks_begin_at_one():
    assert ranks_of(hits(4, 2)) == {4: 1, 2: 2}
