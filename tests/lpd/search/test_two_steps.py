"""Queries in two steps, against a plain search that scores every pair."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lpd.cards import FusionInfo, SpaceInfo
from lpd.collection import Collection, make_collection
from lpd.errors import LpdError
from lpd.search import ExactIndex, SearchEngine, SearchResult, TwoStepResult, open_engine
from lpd.search.filters import Scope
from lpd.search.quantised import QuantisedIndex
from lpd.search.two_steps import Deepening, Step, search_two_steps
from lpd.workspace import open_workspace
from tests.lpd.search.quantised_cases import Case, plain_case
from tests.lpd.search.test_quantised import in_memory
from tests.lpd.search.two_step_cases import best_partners, followers, timed_shots

SHOTS = 700
WIDTHS = (5, 70, 64)
FUSIONS = {"mean": FusionInfo("mean", (2, 1, 1)), "minmax": FusionInfo("minmax", (0.5, 0.3, 0.2))}
NAMES = ["fused", "space:0", "space:1", "space:2"]


@pytest.fixture(scope="module")
def demo(demo_workspace: Path) -> SearchEngine:
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


def engine_of(
    demo: SearchEngine, case: Case, collection: Collection, *, kind: str, fusion: str
) -> SearchEngine:
    """The demo's engine with other spaces: its own text side is of no use then."""
    spaces = tuple(SpaceInfo(f"space:{n}", "head", None, w, "cosine") for n, w in enumerate(WIDTHS))
    card = replace(demo.card, spaces=spaces, fusion=FUSIONS[fusion])
    vectors = tuple(one.astype(np.float32) for one in case.vectors())
    index = {
        "exact": lambda: ExactIndex(case.layout.spaces, vectors, tuple(case.shot_ids)),
        "quantised": lambda: QuantisedIndex(in_memory(case), recall=0.9),
    }[kind]()
    return SearchEngine(card, collection, index, demo.encoder)


@pytest.fixture(
    scope="module",
    params=[(kind, fusion) for kind in ("exact", "quantised") for fusion in FUSIONS],
    ids="-".join,
)
def engine(request: pytest.FixtureRequest, demo: SearchEngine) -> SearchEngine:
    kind, fusion = request.param
    collection = timed_shots(SHOTS, videos=20, untimed=40)
    subset = {"some": collection.shot_ids[50:450]}
    return engine_of(
        demo,
        plain_case(SHOTS, WIDTHS),
        make_collection("timed", collection.shots, subsets=subset),
        kind=kind,
        fusion=fusion,
    )


def step(engine: SearchEngine, seed: int, scope: Scope, *, length: float = 1.0) -> Step:
    draw = np.random.default_rng(seed)
    vectors = [draw.standard_normal(width).astype(np.float32) for width in engine.index.widths]
    return Step(f"step {seed}", [one * np.float32(length / np.linalg.norm(one)) for one in vectors], scope)


def masks(steps: tuple[Step, Step]) -> list[np.ndarray]:
    everything = np.ones(SHOTS, dtype=bool)
    return [everything if one.scope.allowed is None else one.scope.allowed for one in steps]


def scored(engine: SearchEngine, steps: tuple[Step, Step]) -> list[np.ndarray]:
    """The scores of all shots in all lists for either step, (1 + S, N) each."""
    rows = np.arange(engine.index.shots)
    found: list[SearchResult] = [
        engine.search_vectors(one.label, one.vectors, scope=one.scope) for one in steps
    ]
    return [engine.similarities(one, rows) for one in found]


def check(engine: SearchEngine, found: TwoStepResult, steps: tuple[Step, Step], within_s: float) -> None:
    """Every list is that of the plain search as far as it says it is sure, and true behind."""
    scores, depth = scored(engine, steps), steps[0].scope.depth
    following = followers(engine.collection, within_s)
    for name, pairs in found.pairs.items():
        number = NAMES.index(name)
        of_list = [one[number] for one in scores]
        plain = best_partners(engine.collection, of_list, following=following, allowed=masks(steps))
        ranked = sorted(plain, key=lambda one: (one[0], one[1].encode()), reverse=True)
        rows, values = pairs.hits
        assert len(rows) <= min(depth, len(ranked))
        np.testing.assert_allclose(
            values[: pairs.sure], [one[0] for one in ranked[: pairs.sure]], atol=2e-7, rtol=0
        )
        assert len(set(rows.tolist())) == len(rows)
        by_row = {row: (score, partners) for score, _, partners, row in ranked}
        for row, value, partner in zip(rows.tolist(), values.tolist(), pairs.partners.tolist(), strict=True):
            assert value == pytest.approx(by_row[row][0], abs=2e-7)
            assert partner in by_row[row][1]
        np.testing.assert_allclose(pairs.first_scores, of_list[0][rows], atol=2e-7)
        np.testing.assert_allclose(pairs.second_scores, of_list[1][pairs.partners], atol=2e-7)
        np.testing.assert_allclose(values, (pairs.first_scores + pairs.second_scores) / 2, atol=2e-7)
        if pairs.exact:
            assert (pairs.sure, len(rows)) == (len(rows), min(depth, len(ranked)))


DEEPENINGS = {
    "in one go": Deepening(SHOTS, 4, SHOTS),
    "as deep as needed": Deepening(30, 2, SHOTS),
    "not deep enough": Deepening(30, 2, 60),
}


@pytest.mark.parametrize("deepening", DEEPENINGS)
@pytest.mark.parametrize("within_s", [0.0, 3.0, 1e9])
def test_the_lists_are_those_of_all_pairs(engine: SearchEngine, within_s: float, deepening: str) -> None:
    steps = step(engine, 1, engine.scope(25)), step(engine, 2, engine.scope(25))
    found = search_two_steps(engine, steps, within_s=within_s, label="a; b", deepening=DEEPENINGS[deepening])
    check(engine, found, steps, within_s)
    sure = {name: pairs.sure for name, pairs in found.pairs.items()}
    if deepening == "not deep enough" and within_s < 1e9:
        assert found.depth == 60
        assert 0 < min(sure.values()) < 25
    else:
        assert sure == dict.fromkeys(NAMES, 25)


@pytest.mark.parametrize("lengths", [(1.0, 2.0), (1.5, 1.0), (4.0, 1.0)])
def test_steps_may_score_in_different_ranges(engine: SearchEngine, lengths: tuple[float, float]) -> None:
    """One step decides more than the other, so its list holds more of the best pairs."""
    steps = (
        step(engine, 1, engine.scope(25), length=lengths[0]),
        step(engine, 2, engine.scope(25), length=lengths[1]),
    )
    found = search_two_steps(engine, steps, within_s=3, label="a; b", deepening=Deepening(30, 2, 120))
    check(engine, found, steps, 3)


def test_it_goes_no_deeper_than_it_must(engine: SearchEngine) -> None:
    steps = step(engine, 1, engine.scope(3)), step(engine, 2, engine.scope(3))
    found = search_two_steps(engine, steps, within_s=5, label="a; b", deepening=Deepening(40, 2, SHOTS))
    check(engine, found, steps, 5)
    assert all(pairs.exact for pairs in found.pairs.values())
    assert 40 <= found.depth < SHOTS / 2


def test_few_pairs_make_short_lists(engine: SearchEngine) -> None:
    """A list may be shorter than asked for, and then it says whether it holds all pairs."""
    scope = engine.scope(SHOTS, video="video3")
    steps = step(engine, 1, scope), step(engine, 2, scope)
    found = search_two_steps(engine, steps, within_s=2, label="a; b")
    check(engine, found, steps, 2)
    assert 0 < len(found.result.lists["fused"].rows) < scope.allowed.sum()
    assert all(pairs.exact for pairs in found.pairs.values())


def test_each_step_keeps_to_what_it_may_return(engine: SearchEngine) -> None:
    allowed = np.random.default_rng(3).random(SHOTS) < 0.3
    steps = (
        step(engine, 1, engine.scope(20, subset="some", allowed=allowed)),
        step(engine, 2, engine.scope(20, subset="some")),
    )
    found = search_two_steps(engine, steps, within_s=6, label="a; b", deepening=Deepening(15, 2, SHOTS))
    check(engine, found, steps, 6)
    assert allowed[found.result.lists["fused"].rows].all()
    assert not allowed[found.pairs["fused"].partners].all()
    untimed = engine.timeline.places < 0
    assert found.untimed == (untimed & steps[0].scope.allowed).sum() > 0
    nothing = step(engine, 1, engine.scope(20, allowed=np.zeros(SHOTS, dtype=bool)))
    empty = search_two_steps(engine, (nothing, steps[1]), within_s=6, label="a; b")
    assert not any(len(hits.rows) for hits in empty.result.lists.values())


def test_some_spaces_alone(engine: SearchEngine) -> None:
    scope = engine.scope(10, spaces=["space:2", "space:0"], weights=[1, 5, 3])
    steps = step(engine, 1, scope), step(engine, 2, scope)
    found = search_two_steps(engine, steps, within_s=6, label="a; b", deepening=Deepening(20, 2, SHOTS))
    assert list(found.result.lists) == list(found.pairs) == ["fused", "space:0", "space:2"]
    check(engine, found, steps, 6)


def test_what_the_result_says(engine: SearchEngine) -> None:
    steps = step(engine, 1, engine.scope(25)), step(engine, 2, engine.scope(25))
    whole = search_two_steps(engine, steps, within_s=3, label="a; b", deepening=DEEPENINGS["in one go"])
    result, first = whole.result, engine.search_vectors("a", steps[0].vectors, scope=engine.scope(25))
    assert (result.query, result.shots_searched) == ("a; b", SHOTS)
    assert result.timings_ms["pairs"] > 0
    assert {"encode", "search", "pairs"} <= set(result.timings_ms)
    rows = [3, 1]
    np.testing.assert_array_equal(engine.similarities(result, rows), engine.similarities(first, rows))
    part = search_two_steps(engine, steps, within_s=3, label="a; b", deepening=DEEPENINGS["not deep enough"])
    exact = engine.index.kind == "exact"
    made_by = "" if exact else "8-bit codes, "
    assert result.exactness.words == ("exact" if exact else "approximate (8-bit codes, recall not measured)")
    assert part.result.exactness.words == f"approximate ({made_by}recall not measured)"


def test_equal_pairs_are_ordered_by_id_and_equal_partners_by_time(demo: SearchEngine) -> None:
    """Four equal shots: the second step's list is full of ties, also at its cut."""
    table = {
        "shot_id": ["a", "b", "c", "d"],
        "video_id": ["v"] * 4,
        "start_s": [3.0, 0.0, 1.0, 2.0],
        "end_s": [4.0, 1.0, 2.0, 3.0],
    }
    case = plain_case(4, WIDTHS)
    same = case._replace(components=[np.repeat(one[:1], 4, axis=0) for one in case.components])
    engine = engine_of(demo, same, make_collection("same", pd.DataFrame(table)), kind="exact", fusion="mean")
    steps = step(engine, 1, engine.scope(9)), step(engine, 2, engine.scope(9))
    found = search_two_steps(engine, steps, within_s=10, label="a; b")
    ids = engine.shot_ids
    for pairs in found.pairs.values():
        assert [ids[row] for row in pairs.hits.rows] == ["d", "c", "b"]
        assert [ids[row] for row in pairs.partners] == ["a", "d", "c"]
        assert pairs.exact


def test_a_collection_without_times_is_refused(demo: SearchEngine) -> None:
    case = plain_case(3, WIDTHS)
    plain = make_collection("plain", pd.DataFrame({"shot_id": case.shot_ids}))
    engine = engine_of(demo, case, plain, kind="exact", fusion="mean")
    steps = step(engine, 1, engine.scope(9)), step(engine, 2, engine.scope(9))
    with pytest.raises(LpdError, match="plain does not know when its shots begin and end"):
        search_two_steps(engine, steps, within_s=10, label="a; b")


def test_few_shots_are_scored_one_by_one(demo: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 20,000 shots some are, at most 256 at a time, for the five best pairs of one list."""
    case = plain_case(20_000, WIDTHS)
    engine = engine_of(demo, case, timed_shots(20_000, videos=400), kind="exact", fusion="mean")
    asked: list[int] = []
    whole = engine.similarities

    def counted(result: SearchResult, rows: np.ndarray) -> np.ndarray:
        asked.extend(np.asarray(rows).tolist())
        return whole(result, rows)

    monkeypatch.setattr(engine, "similarities", counted)
    scope = engine.scope(5, spaces=["space:1"])
    steps = step(engine, 1, scope), step(engine, 2, scope)
    found = search_two_steps(engine, steps, within_s=5, label="a; b")
    assert found.pairs["space:1"].exact
    assert found.depth == 1000
    assert 0 < len(asked) < 300
