"""What the parts of a query do to its scores, against sums over single searches, over both kinds of index."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lpd.cards import FusionInfo
from lpd.collection import make_collection
from lpd.errors import LpdError, NotFoundError
from lpd.search import (
    FormResult,
    QueryForm,
    RocchioWeights,
    SearchEngine,
    SearchResult,
    open_engine,
    search_form,
    wording_scores,
)
from lpd.search.form_search import rocchio
from lpd.workspace import open_workspace
from tests.lpd.search.quantised_copies import quantise_index

WORDINGS = ("a red car", "two dogs running", "a boat at night")


@pytest.fixture(scope="module")
def exact(demo_workspace: Path) -> SearchEngine:
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


@pytest.fixture(scope="module")
def quantised(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    copy = tmp_path_factory.mktemp("quantised") / "w"
    shutil.copytree(demo_workspace, copy, ignore=shutil.ignore_patterns("media", "previews"))
    quantise_index(copy / "indexes" / "lpd@inland")
    return open_engine(open_workspace(copy), model="lpd", collection="inland")


@pytest.fixture(scope="module", params=["exact", "quantised"])
def engine(request: pytest.FixtureRequest) -> SearchEngine:
    return request.getfixturevalue(request.param)


def stretching(engine: SearchEngine) -> SearchEngine:
    """The same spaces, fused as DualTask does."""
    card = replace(engine.card, fusion=FusionInfo("minmax", (3, *(1,) * 8)))
    return SearchEngine(card, engine.collection, engine.index, engine.encoder)


def with_dots(engine: SearchEngine) -> SearchEngine:
    """The same spaces; of the second the model says that its score is a dot product of any vectors."""
    spaces = list(engine.card.spaces)
    spaces[1] = spaces[1]._replace(similarity="dot")
    card = replace(engine.card, spaces=tuple(spaces))
    return SearchEngine(card, engine.collection, engine.index, engine.encoder)


def all_scores(engine: SearchEngine, result: SearchResult) -> np.ndarray:
    """(1 + S, N): fused first."""
    return engine.similarities(result, np.arange(engine.index.shots))


def scores_of(engine: SearchEngine, text: str) -> np.ndarray:
    return all_scores(engine, engine.search(text))


def ends_of(engine: SearchEngine, shot: str) -> list[np.ndarray]:
    return [end[0] for end in engine.index.vectors(engine.collection.rows([shot]))]


def check_lists(found: FormResult, expected: np.ndarray, *, without: int | None = None) -> None:
    """The lists are those of the expected scores (1 + S, N) of all shots."""
    kept = np.array([row for row in range(expected.shape[1]) if row != without])
    for line, (name, hits) in zip(expected, found.result.lists.items(), strict=True):
        np.testing.assert_allclose(hits.scores, np.sort(line[kept])[::-1], atol=2e-6, err_msg=name)
        np.testing.assert_allclose(line[hits.rows], hits.scores, atol=2e-6, err_msg=name)
        assert sorted(hits.rows.tolist()) == kept.tolist()


def test_a_text_alone_and_a_shot_alone_are_as_ever(engine: SearchEngine) -> None:
    shot = engine.shot_ids[30]
    allowed = np.arange(engine.index.shots) % 4 > 0
    for found, ever in (
        (
            search_form(engine, QueryForm(("a red car",)), depth=7, allowed=allowed),
            engine.search("a red car", depth=7, allowed=allowed),
        ),
        (
            search_form(engine, QueryForm(shot=shot), depth=7, spaces=engine.spaces[2:4]),
            engine.search_shot(shot, depth=7, spaces=engine.spaces[2:4]),
        ),
    ):
        result = found.result
        assert (result.query, result.shots_searched, found.steps) == (ever.query, ever.shots_searched, None)
        assert list(result.lists) == list(ever.lists)
        for name, hits in ever.lists.items():
            np.testing.assert_array_equal(result.lists[name].rows, hits.rows)
            np.testing.assert_array_equal(result.lists[name].scores, hits.scores)
        assert result.unknown_words == ever.unknown_words
        assert result.exactness == ever.exactness
        assert set(result.timings_ms) == set(ever.timings_ms)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_several_wordings_score_their_mean(engine: SearchEngine, count: int) -> None:
    found = search_form(engine, QueryForm(WORDINGS[:count]))
    check_lists(found, np.mean([scores_of(engine, text) for text in WORDINGS[:count]], axis=0))
    assert found.result.query == " / ".join(WORDINGS[:count])


def test_a_wording_told_twice_counts_twice(engine: SearchEngine) -> None:
    found = search_form(engine, QueryForm((WORDINGS[0], WORDINGS[1], WORDINGS[0])))
    check_lists(found, (2 * scores_of(engine, WORDINGS[0]) + scores_of(engine, WORDINGS[1])) / 3)


@pytest.mark.parametrize("make", [lambda engine: engine, stretching], ids=["mean", "minmax"])
def test_which_wording_found_a_shot(
    engine: SearchEngine, make: Callable[[SearchEngine], SearchEngine]
) -> None:
    engine = make(engine)
    found = search_form(engine, QueryForm(WORDINGS), depth=20)
    rows = found.result.lists["fused"].rows
    scores = wording_scores(engine, found, rows)
    assert scores.similarities.shape == (3, 20)
    np.testing.assert_allclose(
        scores.similarities.mean(axis=0), found.result.lists["fused"].scores, atol=2e-6
    )
    for place, row in enumerate(rows.tolist()):
        alone = [one[place] for one in scores.similarities]
        assert scores.best[place] == alone.index(max(alone))
        if make is not stretching:
            plain = [scores_of(engine, text)[0][row] for text in WORDINGS]
            np.testing.assert_allclose(alone, plain, atol=2e-6)
    assert len(set(scores.best.tolist())) > 1
    same = wording_scores(engine, search_form(engine, QueryForm(("a car", "a car"))), rows)
    assert same.best.tolist() == [0] * 20, "the first of equal ones"


def test_a_query_without_wordings_has_none_that_found_it(engine: SearchEngine) -> None:
    found = search_form(engine, QueryForm(shot=engine.shot_ids[1]), depth=2)
    with pytest.raises(LpdError) as caught:
        wording_scores(engine, found, [0])
    label = engine.shot_ids[1]
    assert str(caught.value) == f"this query has no wordings; expected a query by texts; found {label}"


@pytest.mark.parametrize("strength", [0.0, 0.5, 2.0])
def test_what_is_to_be_avoided_is_taken_off(engine: SearchEngine, strength: float) -> None:
    form = QueryForm(WORDINGS[:2], without=("a tree", "a horse"), strength=strength)
    wanted = (scores_of(engine, WORDINGS[0]) + scores_of(engine, WORDINGS[1])) / 2
    avoided = scores_of(engine, "a tree") + scores_of(engine, "a horse")
    check_lists(search_form(engine, form), wanted - strength * avoided)


def test_half_of_what_is_to_be_avoided_where_nobody_says(engine: SearchEngine) -> None:
    found = search_form(engine, QueryForm((WORDINGS[0],), without=("a tree",)))
    check_lists(found, scores_of(engine, WORDINGS[0]) - 0.5 * scores_of(engine, "a tree"))
    assert found.result.query == "a red car; without a tree"


def test_a_shot_and_words_score_their_sum(engine: SearchEngine) -> None:
    shot = engine.shot_ids[17]
    like = all_scores(engine, engine.search_shot(shot))
    found = search_form(engine, QueryForm(WORDINGS[:2], shot=shot))
    words = (scores_of(engine, WORDINGS[0]) + scores_of(engine, WORDINGS[1])) / 2
    check_lists(found, words + like, without=17)
    assert found.result.shots_searched == engine.index.shots - 1


def test_a_stretching_model_stretches_the_scores_of_all_wordings_once(engine: SearchEngine) -> None:
    """Its fused score is no mean over the wordings, and that of a space still is."""
    engine = stretching(engine)
    found = search_form(engine, QueryForm(WORDINGS[:2], without=("a tree",)))
    one, other, avoided = (scores_of(engine, text) for text in (*WORDINGS[:2], "a tree"))
    spaces = ((one + other) / 2 - 0.5 * avoided)[1:]
    lowest, highest = spaces.min(axis=1, keepdims=True), spaces.max(axis=1, keepdims=True)
    shares = np.array([3] + [1] * 8) / 11
    fused = shares @ ((spaces - lowest) / (highest - lowest))
    exact = engine.index.kind == "exact"
    hits = found.result.lists["fused"]
    # the ranges of a quantised index are those of its codes
    np.testing.assert_allclose(fused[hits.rows], hits.scores, atol=1e-5 if exact else 2e-2)
    assert np.abs(fused - ((one + other) / 2 - 0.5 * avoided)[0]).max() > 0.1
    for line, name in zip(spaces, engine.spaces, strict=True):
        hits = found.result.lists[name]
        np.testing.assert_allclose(hits.scores, np.sort(line)[::-1], atol=2e-6)


def plain_rocchio(
    query: np.ndarray, relevant: list[np.ndarray], other: list[np.ndarray], weights: RocchioWeights
) -> np.ndarray:
    """Rocchio's sum, number by number."""
    moved = []
    for place in range(len(query)):
        good = sum(float(one[place]) for one in relevant) / len(relevant) if relevant else 0.0
        bad = sum(float(one[place]) for one in other) / len(other) if other else 0.0
        moved.append(weights.alpha * float(query[place]) + weights.beta * good - weights.gamma * bad)
    return np.array(moved)


WEIGHTS = {"of the book": RocchioWeights(), "others": RocchioWeights(0.5, 2.0, 1.0)}
MARKS = {"both": ((3, 40), (7,)), "relevant": ((5,), ()), "not relevant": ((), (9, 60, 2))}


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("marks", MARKS)
def test_feedback_moves_the_query_in_every_space(engine: SearchEngine, marks: str, weights: str) -> None:
    ids = engine.shot_ids
    relevant, other = ([ids[row] for row in rows] for rows in MARKS[marks])
    engine = with_dots(engine)
    form = QueryForm(
        WORDINGS[:2],
        relevant=tuple(relevant),
        not_relevant=tuple(other),
        without=("a tree",),
        rocchio=WEIGHTS[weights],
    )
    found = search_form(engine, form)
    texts = [engine.encode([text]) for text in (*WORDINGS[:2], "a tree")]
    ends = engine.index.vectors(np.arange(engine.index.shots))
    lines = []
    for space, name in enumerate(engine.spaces):
        query = (texts[0][space][0].astype(np.float64) + texts[1][space][0]) / 2
        good, bad = ([ends_of(engine, shot)[space] for shot in ids] for ids in (relevant, other))
        moved = plain_rocchio(query, good, bad, WEIGHTS[weights])
        if space != 1:
            moved /= np.sqrt(sum(one * one for one in moved))
        else:
            assert name == engine.card.spaces[1].name
            assert abs(np.linalg.norm(moved) - 1) > 0.01, "a dot product keeps its length"
        moved = moved - 0.5 * texts[2][space][0]
        np.testing.assert_allclose(found.result.vectors[space], moved, atol=1e-6)
        lines.append(ends[space].astype(np.float64) @ moved)
    check_lists(found, np.stack([np.mean(lines, axis=0), *lines]))
    assert "feedback: " in found.result.query
    assert found.form.is_feedback


def test_a_hand_computed_feedback() -> None:
    query, good, bad = np.array([1.0, 0.0]), np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[1.0, 1.0]])
    weights = RocchioWeights(alpha=1, beta=2, gamma=0.5)
    plain = rocchio(query, good, bad, weights=weights, unit=False)
    assert plain.tolist() == [0.5, 0.5]
    unit = rocchio(query, good, bad, weights=weights, unit=True)
    np.testing.assert_allclose(unit, [np.sqrt(0.5)] * 2, rtol=1e-6)
    nothing = rocchio(query, np.empty((0, 2)), query[None], weights=RocchioWeights(1, 1, 1), unit=True)
    assert nothing.tolist() == [0, 0]


def test_feedback_brings_marked_shots_forward(engine: SearchEngine) -> None:
    """The defaults: marked shots stay in the list, relevant ones climb and others fall, in every space."""
    before = search_form(engine, QueryForm((WORDINGS[0],))).result.lists
    last, first = before["fused"].rows[-1], before["fused"].rows[0]
    ids = engine.shot_ids
    form = QueryForm((WORDINGS[0],), relevant=(ids[last],), not_relevant=(ids[first],))
    after = search_form(engine, form).result.lists
    for name, hits in after.items():
        rows = before[name].rows.tolist()
        assert hits.rows.tolist().index(last) <= rows.index(last), name
        assert set(hits.rows.tolist()) == set(rows)
    assert after["fused"].rows.tolist().index(last) < 5


def test_two_steps_of_a_form(engine: SearchEngine) -> None:
    shots = engine.collection.shots
    allowed = np.arange(len(shots)) % 2 == 0
    shot = engine.shot_ids[4]
    form = QueryForm(WORDINGS[:2], shot=shot, then="a dog", within_s=2.0)
    found = search_form(engine, form, depth=15, allowed=allowed)
    assert found.steps is not None
    first = scores_of(engine, WORDINGS[0]) / 2 + scores_of(engine, WORDINGS[1]) / 2
    first = first + all_scores(engine, engine.search_shot(shot))
    second = scores_of(engine, "a dog")
    table = shots[["video_id", "start_s", "end_s"]].to_numpy().tolist()
    for number, (name, hits) in enumerate(found.result.lists.items()):
        best: dict[int, tuple[float, int]] = {}
        for row, (video, start, end) in enumerate(table):
            for other, (other_video, other_start, _) in enumerate(table):
                if video == other_video and start < other_start <= end + 2 and allowed[row] and row != 4:
                    score = (first[number][row] + second[number][other]) / 2
                    best[row] = max(best.get(row, (-np.inf, 0)), (score, other))
        ranked = sorted((score for score, _ in best.values()), reverse=True)[:15]
        np.testing.assert_allclose(hits.scores, ranked, atol=2e-6, err_msg=name)
        pairs = found.steps.pairs[name]
        for row, partner, score in zip(hits.rows, pairs.partners, hits.scores, strict=True):
            assert (first[number][row] + second[number][partner]) / 2 == pytest.approx(score, abs=2e-6)
        assert pairs.exact
        assert pairs.hits is hits
    assert any(not allowed[partner] for partner in found.steps.pairs["fused"].partners)
    assert found.steps.result is found.result
    assert found.result.query == f"a red car / two dogs running; like {shot}; then a dog within 2 s"
    assert found.result.timings_ms["encode"] > 0
    assert found.steps.untimed == 0


def test_unknown_words_of_all_texts_are_told(engine: SearchEngine) -> None:
    form = QueryForm(("a zyx dog", "a zyx boat"), without=("a wvu",), then="a tsr dog")
    told = search_form(engine, form, depth=2).result.unknown_words
    assert told["bow"] == ["zyx", "wvu", "tsr"]
    assert set(told) == set(engine.search("zyx").unknown_words)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "'; DROP TABLE --", "\x00\x1b[31m \u202e"])
def test_hostile_text_is_searched_as_text(engine: SearchEngine, text: str) -> None:
    result = search_form(engine, QueryForm((text,)), depth=3).result
    assert result.query == text
    expected = engine.search(text, depth=3)
    assert result.lists["fused"].rows.tolist() == expected.lists["fused"].rows.tolist()


def test_what_cannot_be_searched(engine: SearchEngine) -> None:
    for form in (
        QueryForm(shot="shot0"),
        QueryForm(("a",), relevant=("shot0",)),
        QueryForm(("a",), not_relevant=(engine.shot_ids[0], "shot0")),
    ):
        with pytest.raises(NotFoundError) as caught:
            search_form(engine, form)
        assert str(caught.value) == (
            "shots are not in collection inland; expected known shot ids; found 'shot0'"
        )
    untimed = engine.collection.shots.assign(start_s=np.nan)
    plain = SearchEngine(engine.card, make_collection("plain", untimed), engine.index, engine.encoder)
    with pytest.raises(LpdError, match="collection plain does not know when its shots begin and end"):
        search_form(plain, QueryForm(("a",), then="b"))
    assert search_form(plain, QueryForm(("a",)), depth=2).steps is None
    with pytest.raises(NotFoundError, match="no such space"):
        search_form(engine, QueryForm(("a",)), spaces=["x"])
