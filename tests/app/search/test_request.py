"""A request and its address: what is written is read back, and what cannot be asked is told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.parameters import PARAMETERS, link, parse_link
from app.search.request import HIDDEN, LAYOUTS, Fold, Rerank, SearchRequest
from app.search.request_reading import SEARCH_NAMES, read_request
from lpd.cards import FusionInfo
from lpd.errors import LpdError
from tests.app.search_cases import CARD

SPACES = [space.name for space in CARD.spaces]
TEXTS = (
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
SHOTS = st.from_regex(r"[a-z0-9_@.]{1,12}", fullmatch=True)
SHARES = st.integers(0, 1000).map(lambda number: number / 1000)


def some(values):
    return st.lists(values, unique=True, max_size=3).map(tuple)


def in_order(names):
    return st.sets(st.sampled_from(names)).map(lambda chosen: tuple(one for one in names if one in chosen))


REQUESTS = st.builds(
    SearchRequest,
    query=TEXTS,
    also=some(TEXTS),
    without=some(TEXTS),
    like=st.none() | SHOTS.filter(lambda shot: shot.rpartition("@")[2] not in SPACES),
    then=TEXTS | st.just(""),
    relevant=some(SHOTS.map("r{}".format)),
    not_relevant=some(SHOTS.map("n{}".format)),
    weights=st.lists(st.tuples(st.sampled_from(SPACES), SHARES.filter(lambda w: 0 < w < 1)), max_size=3).map(
        lambda pairs: tuple((name, dict(pairs)[name]) for name in SPACES if name in dict(pairs))
    ),
    spaces=in_order(SPACES).filter(lambda chosen: len(chosen) < len(SPACES)),
    videos=some(SHOTS),
    from_s=st.none() | SHARES,
    to_s=st.none() | SHARES,
    minimum=st.none() | SHARES,
    hide=in_order(list(HIDDEN)),
    fold=st.none() | st.builds(Fold, st.sampled_from(["spaces", "text:bow", "colour"]), SHARES.filter(bool)),
    best_per_video=st.booleans(),
    rerank=st.none()
    | st.builds(Rerank, st.just("mmr"), SHARES, st.sampled_from(["spaces", "colour@2"]))
    | st.builds(Rerank, st.just("xquad"), SHARES, st.just("spaces")),
    layout=st.sampled_from(list(LAYOUTS)),
    lanes=in_order(["fused", *SPACES]),
)


@given(REQUESTS)
def test_what_is_written_is_read_back(request):
    if not request.without:
        request = replace(request, strength=0.5)
    asked = {name: entry for name, entry in request.parameters().items() if entry is not None}
    page, parameters = parse_link(link("", asked))
    assert page == ""
    assert read_request(parameters, CARD) == (request, ())


def test_every_part_has_a_parameter():
    assert set(SearchRequest().parameters()) == set(SEARCH_NAMES) <= set(PARAMETERS)
    assert all(entry is None for entry in SearchRequest().parameters().values())
    assert read_request({}, CARD) == (SearchRequest(), ())


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"strength": "much"}, "no number"),
        ({"strength": "-1"}, "expected a number from 0"),
        ({"within": -5}, "expected a number from 0"),
        ({"from": "nan"}, "no number"),
        ({"to": "inf"}, "no number"),
        ({"min": "<b>"}, "no number"),
        ({"weights": "text:bow"}, "not weights of this model"),
        ({"weights": "gone=1"}, "not weights of this model"),
        ({"weights": "text:bow=0,video:colour=0,head:1=0"}, "no space has a weight"),
        ({"spaces": ("text:bow", "text:gone")}, "model lpd has no text:gone"),
        ({"lane": ("nothing",)}, "model lpd has no nothing"),
        ({"hide": ("everything",)}, "expected of judged, seen"),
        ({"fold": "spaces"}, "expected REPRESENTATION@COSINE"),
        ({"fold": "spaces@0"}, "expected REPRESENTATION@COSINE"),
        ({"fold": "spaces@1.5"}, "expected a number from 0 to 1"),
        ({"rerank": "magic@.5"}, "expected mmr or xquad"),
        ({"rerank": "mmr@2"}, "expected a number from 0 to 1"),
        ({"rerank": "mmr"}, "no number"),
        ({"best": "shot"}, "expected video"),
        ({"layout": "table"}, "expected one of lanes, grid, two"),
        ({"rel": ("a", "b"), "nrel": ("b",)}, "both relevant and not"),
    ],
    ids=lambda case: "-".join(case) if isinstance(case, dict) else None,
)
def test_what_cannot_be_asked_is_told_and_left_out(parameters, told):
    request, (notice,) = read_request({"q": "a dog", **parameters}, CARD)
    assert told in notice
    if "rel" not in parameters:
        assert request == SearchRequest(query="a dog")


def test_shots_marked_both_ways_move_the_query_no_way():
    request, _ = read_request({"rel": ("a", "b"), "nrel": ("b", "c")}, CARD)
    assert (request.relevant, request.not_relevant) == (("a",), ("c",))


def test_a_notice_is_short_and_on_one_line():
    _, (notice,) = read_request({"layout": "x\x00\n" * 1000}, CARD)
    assert len(notice) < 250
    assert notice.isprintable()


def test_a_shot_can_be_searched_with_in_one_space():
    assert read_request({"like": "s1@text:bow"}, CARD).request.searched_spaces == ("text:bow",)
    request = read_request({"like": "odd@name", "spaces": ("head:1",)}, CARD).request
    assert (request.like, request.like_space) == ("odd@name", None)
    assert request.searched_spaces == ("head:1",)


def test_without_a_model_spaces_wait():
    given = {"q": "a dog", "weights": "text:bow=2", "spaces": ("text:bow",), "lane": ("fused",)}
    assert read_request(given, None) == (SearchRequest(query="a dog"), ())


def test_all_spaces_are_no_choice():
    assert read_request({"spaces": tuple(SPACES)}, CARD).request.spaces == ()


def test_the_query_in_all_its_parts():
    request = SearchRequest(
        query="a car",
        also=("an automobile", " "),
        without=("a dog",),
        strength=0.3,
        then="a boat",
        within_s=10,
        relevant=("s1",),
    )
    form = request.form
    assert form.wordings == ("a car", "an automobile")
    assert (form.without, form.strength, form.then, form.within_s) == (("a dog",), 0.3, "a boat", 10)
    assert form.run_class == "R"
    assert request.need == "a car; without a dog; then a boat within 30 s"
    assert SearchRequest(query="a car", also=("x",), relevant=("s",)).need == "a car"
    assert SearchRequest(like="s1").need == "s1"


def test_nothing_to_search_with():
    assert SearchRequest(query=" ").is_empty
    assert not SearchRequest(like="s1").is_empty
    with pytest.raises(LpdError, match="the query is empty"):
        SearchRequest().form  # noqa: B018


def test_weights_of_all_spaces():
    request = SearchRequest(weights=(("video:colour", 0.25),))
    assert request.all_weights(CARD) == (1, 0.25, 1)
    assert SearchRequest().all_weights(CARD) is None
    own = replace(CARD, fusion=FusionInfo("mean", (0.5, 0.25, 0.25)))
    assert request.all_weights(own) == (1, 0.25, 0.5)


@pytest.mark.parametrize(
    ("layout", "lanes", "shown"),
    [
        ("lanes", (), ("fused", "a", "b")),
        ("lanes", ("b",), ("b",)),
        ("lanes", ("gone",), ("fused", "a", "b")),
        ("grid", (), ("fused",)),
        ("grid", ("b", "a"), ("a",)),
        ("two", (), ("fused", "a")),
        ("two", ("b",), ("b", "fused")),
    ],
)
def test_each_layout_shows_its_lists(layout, lanes, shown):
    assert SearchRequest(layout=layout, lanes=lanes).shown_lists(("fused", "a", "b")) == shown


def test_something_else_keeps_how_it_is_looked_for():
    kept = {"videos": ("v",), "layout": "grid"}
    request = SearchRequest("a", also=("b",), like="s", then="t", relevant=("r",), **kept)
    other = request.for_need("c", like="s2", like_space="head:1")
    assert other == SearchRequest("c", like="s2", like_space="head:1", **kept)


def test_filters_become_a_choice_of_shots():
    request = SearchRequest(videos=("v",), from_s=1.0, hide=("seen",))
    choice = request.choice({"s1"})
    assert (choice.videos, choice.from_s, choice.to_s, choice.hidden) == (("v",), 1.0, None, {"s1"})
    assert request.filters
    assert not SearchRequest(minimum=0.1).filters
    assert SearchRequest().choice(()).videos is None
