import pytest

from app.charts.ranks import DARK_RANKS, KINDS, RankPoint, last_rank, rank_chart, rank_table

POINTS = [
    RankPoint("s1", 1, 3, "relevant"),
    RankPoint("s2", 2, None, "not"),
    RankPoint("s3", None, 1, "outside"),
]


def test_a_shot_that_one_list_lacks_stands_behind_its_last_rank():
    table = rank_table(POINTS)
    assert table["x"].tolist()[:2] == [1, 2]
    assert table["y"][1] > 3
    assert table["x"][2] > 3
    assert table["rank_b"].tolist() == ["3", "not listed", "1"]


def test_every_judgement_has_its_own_shape():
    chart = rank_chart(POINTS, k=2, labels=("a", "b"), colours=DARK_RANKS).to_dict()
    shape = chart["layer"][-1]["encoding"]["shape"]["scale"]
    assert shape["domain"] == ["relevant", "not relevant", "not in the pool"]
    assert len(set(shape["range"])) == 3
    assert len({shape for _, shape in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("points", [[], [RankPoint("s", 1, 1)]], ids=["none", "one without judgements"])
def test_few_points_make_a_chart(points):
    chart = rank_chart(points, k=5, labels=("a", "b")).to_dict()
    assert chart["layer"][-1]["encoding"]["shape"]["legend"] is None


@pytest.mark.parametrize(("ranks", "last"), [((1, 2), 3), ((30, 31), 100), ((4, 20_000), 20_000)])
def test_the_axes_end_where_no_shot_stands_any_more(ranks, last):
    points = [RankPoint("s", *ranks), RankPoint("t", 1, None)]
    assert last_rank(points) == last
    encoding = rank_chart(points, k=2, labels=("a", "b")).to_dict()["layer"][-1]["encoding"]
    assert max(encoding["x"]["axis"]["values"]) <= last  # A has both shots
    assert max(encoding["y"]["axis"]["values"]) > last  # B lacks one


def test_both_ranks_grow_from_the_upper_left():
    chart = rank_chart(POINTS, k=2, labels=("a", "b")).to_dict()
    encoding = chart["layer"][-1]["encoding"]
    assert encoding["x"]["scale"]["type"] == encoding["y"]["scale"]["type"] == "log"
    assert encoding["y"]["scale"]["reverse"]
    assert not encoding["x"]["scale"]["reverse"]
