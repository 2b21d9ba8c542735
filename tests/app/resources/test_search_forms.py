"""Queries in all their parts: the same again is not searched again, another question is."""

from dataclasses import replace

import pytest

from app.resources import search_forms
from app.resources.search_forms import AskedForm
from app.search.request import Fold, Rerank
from app.search.shown_lists import Shape
from lpd.errors import LpdError, NotFoundError
from lpd.evaluation import evaluate_run
from lpd.search import QueryForm, open_engine, search_form
from lpd.trec import Run, make_run
from lpd.workspace import open_workspace


@pytest.fixture(scope="module")
def workspace(demo_workspace):
    return open_workspace(demo_workspace)


@pytest.fixture(scope="module")
def engine(workspace):
    return open_engine(workspace, model="lpd", collection="inland")


ASKED = AskedForm("lpd", "inland", None, QueryForm(("a dog",)))


def test_a_query_is_searched_once(workspace):
    first = search_forms.found_lists(workspace, ASKED)
    assert search_forms.found_lists(workspace, ASKED) is first
    same = AskedForm("lpd", "inland", None, QueryForm(("a dog",)), hidden=frozenset())
    assert search_forms.found_lists(workspace, same) is first


@pytest.mark.parametrize(
    "other",
    [
        {"form": QueryForm(("a dog",), without=("grass",))},
        {"weights": (0.5, *(1.0,) * 8)},
        {"spaces": ("text:bow",)},
        {"from_s": 1.0},
        {"to_s": 9.0},
    ],
    ids=lambda one: next(iter(one)),
)
def test_another_question_is_another_search(workspace, other):
    assert search_forms.found_lists(workspace, ASKED._replace(**other)) is not search_forms.found_lists(
        workspace, ASKED
    )


def test_filters_act_inside_the_search(workspace, engine):
    first = engine.shot_ids[int(search_forms.found_lists(workspace, ASKED).result.lists["fused"].rows[0])]
    hidden = search_forms.found_lists(workspace, ASKED._replace(hidden=frozenset({first, "gone"})))
    rows = hidden.result.lists["fused"].rows.tolist()
    assert engine.collection.row(first) not in rows
    assert hidden.result.shots_searched == len(engine.shot_ids) - 1
    video = engine.collection.shots["video_id"].iat[3]
    of_video = search_forms.found_lists(workspace, ASKED._replace(videos=(video,)))
    videos = engine.collection.shots["video_id"].to_numpy()
    assert set(videos[of_video.result.lists["text:bow"].rows]) == {video}
    with pytest.raises(NotFoundError, match="no such video"):
        search_forms.found_lists(workspace, ASKED._replace(videos=("nothing",)))


def test_weights_fuse_anew_from_all_scores(workspace, engine):
    weights = tuple(float(number) for number in range(9))
    found = search_forms.found_lists(workspace, ASKED._replace(weights=weights)).result
    expected = search_form(engine, ASKED.form, weights=weights).result
    assert found.lists["fused"].rows.tolist() == expected.lists["fused"].rows.tolist()
    assert found.shares.tolist() == pytest.approx([number / 36 for number in range(9)])


def test_shaped_lists_are_made_once(workspace):
    shape = Shape(fold=Fold("colour", 0.9), rerank=Rerank("mmr", 0.5), depth=50)
    first = search_forms.shown_lists(workspace, ASKED, shape)
    assert search_forms.shown_lists(workspace, ASKED, shape) is first
    other = search_forms.shown_lists(workspace, ASKED, shape._replace(minimum=0.1))
    assert other is not first
    unshaped = search_forms.shown_lists(workspace, ASKED, None)
    assert unshaped["fused"].hits is search_forms.found_lists(workspace, ASKED).result.lists["fused"]


def test_the_wording_that_finds_a_shot_best(workspace, engine):
    form = QueryForm(("a dog", "a boat on a lake"))
    asked = ASKED._replace(form=form)
    rows = search_forms.found_lists(workspace, asked).result.lists["fused"].rows[:20].tolist()
    best = search_forms.found_by(workspace, asked, rows)
    alone = [engine.similarities(engine.search(text), rows)[0] for text in form.wordings]
    assert [best[row] for row in rows] == [int(b > a) for a, b in zip(*alone, strict=True)]


@pytest.mark.parametrize("shape", [None, Shape(rerank=Rerank("mmr", 0.3))], ids=["searched", "reranked"])
def test_lists_are_worth_what_a_run_of_them_is(workspace, engine, shape):
    edition = workspace.edition(str(workspace.defaults["edition"]))
    judged = workspace.qrels(edition.name, edition.default_qrels)
    topic = next(one for one in edition.topics if one.topic_id in judged.topic_ids)
    asked = AskedForm("lpd", "inland", edition.subset, QueryForm((topic.text,)))
    names = {"edition": edition.name, "qrels_name": edition.default_qrels, "topic": topic.topic_id}
    values = search_forms.list_inf_ap(workspace, asked, shape, **names)
    rows = search_forms.shown_lists(workspace, asked, shape)["text:bow"].hits.rows.tolist()
    ids = [engine.shot_ids[row] for row in rows]
    made = make_run("x", {topic.topic_id: (ids, list(range(len(ids), 0, -1)))})
    expected = evaluate_run(Run("x", made.topics), judged).topics[topic.topic_id]["infAP"]
    assert values["text:bow"] == pytest.approx(expected)


def test_weights_are_measured_in_the_background(workspace):
    edition = workspace.edition(str(workspace.defaults["edition"]))
    work = search_forms.edition_weighing(
        workspace,
        "lpd",
        edition=edition.name,
        qrels_name=edition.default_qrels,
        weights=(2.0, *(1.0,) * 8),
        spaces=None,
    )
    assert work.look().state == "idle"
    work.start()
    assert work.wait(60)
    assert work.made.edition == edition.name
    assert list(work.made.weights) == [space.name for space in workspace.model_card("lpd").spaces]


def test_an_impossible_question_is_told(workspace):
    with pytest.raises(LpdError, match="no space is chosen"):
        search_forms.found_lists(workspace, ASKED._replace(spaces=()))
    with pytest.raises(NotFoundError, match="no such space"):
        search_forms.found_lists(workspace, ASKED._replace(spaces=("gone",)))
    with pytest.raises(NotFoundError, match="shots are not in"):
        search_forms.found_lists(workspace, ASKED._replace(form=replace(ASKED.form, shot="gone")))


def test_videos_in_the_order_of_their_first_shots(workspace, engine):
    assert search_forms.video_ids(workspace, "inland") == tuple(
        dict.fromkeys(engine.collection.shots["video_id"].tolist())
    )


def test_queries_asked_are_shared_by_workspace():
    log = search_forms.asked_queries("/one")
    log.note("a dog", {"q": "a dog"})
    assert search_forms.asked_queries("/one") is log
    assert search_forms.asked_queries("/two").newest() == []
