"""Lists as they are shown, on a real small workspace: step by step, shot by shot."""

from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.search import HitList, SearchEngine, SearchResult, open_engine
from lpd.services.live_reranking import LiveReranking, rerank_hits
from lpd.services.representations import Representation, feature_representation
from lpd.services.shaping import ShapedList, Shaping, shape_list, shape_lists
from lpd.workspace import open_workspace


@pytest.fixture(scope="module")
def engine(demo_workspace: Path) -> SearchEngine:
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


@pytest.fixture(scope="module")
def colour(demo_workspace: Path, engine: SearchEngine) -> Representation:
    return feature_representation(open_workspace(demo_workspace), engine.collection, "colour")


@pytest.fixture(scope="module")
def result(engine: SearchEngine) -> SearchResult:
    return engine.search("a boat in the water", depth=60)


def every_row(shaped: ShapedList) -> list[int]:
    return [*shaped.hits.rows.tolist(), *(row for one in shaped.members for row in one.rows.tolist())]


def test_nothing_is_done_by_default(engine: SearchEngine, result: SearchResult) -> None:
    shaped = shape_lists(engine, result, shaping=Shaping())
    assert list(shaped) == list(result.lists)
    for name, hits in result.lists.items():
        assert shaped[name].hits.rows.tolist() == hits.rows.tolist()
        assert shaped[name].hits.scores.tolist() == hits.scores.tolist()
        assert shaped[name].places.tolist() == list(range(60))
        assert (shaped[name].folded, shaped[name].below, shaped[name].labels) == (0, 0, ())


def test_scores_below_the_minimum_are_left_out(engine: SearchEngine, result: SearchResult) -> None:
    hits = result.lists["fused"]
    minimum = float(hits.scores[24])
    shaped = shape_list(engine, result, hits, shaping=Shaping(minimum=minimum))
    expected = [row for row, score in zip(hits.rows.tolist(), hits.scores, strict=True) if score >= minimum]
    assert shaped.hits.rows.tolist() == expected
    assert shaped.below == 60 - len(expected) > 0
    assert shape_list(engine, result, hits, shaping=Shaping(minimum=0.25)).labels == ("scores from .25",)
    none = shape_list(engine, result, hits, shaping=Shaping(minimum=2.0))
    assert (none.hits.rows.tolist(), none.members, none.below) == ([], (), 60)


def test_best_per_video(engine: SearchEngine, result: SearchResult) -> None:
    videos = engine.collection.shots["video_id"].tolist()
    for name, shaped in shape_lists(engine, result, shaping=Shaping(best_per_video=True)).items():
        best: dict[str, list[int]] = {}
        for row in result.lists[name].rows.tolist():
            best.setdefault(videos[row], []).append(row)
        assert shaped.hits.rows.tolist() == [rows[0] for rows in best.values()]
        assert [one.rows.tolist() for one in shaped.members] == [rows[1:] for rows in best.values()]
        assert shaped.labels == ("best of each video: post-processing",)
        assert shaped.folded > 0


def cosine(first: np.ndarray, second: np.ndarray) -> float:
    return float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))


def test_near_duplicates_are_folded(
    engine: SearchEngine, result: SearchResult, colour: Representation
) -> None:
    hits = result.lists["fused"]
    vectors = dict(zip(hits.rows.tolist(), colour.vectors(hits.rows).astype(float), strict=True))
    shaped = shape_list(engine, result, hits, shaping=Shaping(fold_from=0.98), representation=colour)
    groups: dict[int, list[int]] = {}
    for row in hits.rows.tolist():
        alike = [one for one in groups if cosine(vectors[one], vectors[row]) >= 0.98]
        groups.setdefault(alike[0] if alike else row, []).append(row)
    assert shaped.hits.rows.tolist() == list(groups)
    assert [one.rows.tolist() for one in shaped.members] == [rows[1:] for rows in groups.values()]
    assert 0 < shaped.folded < 50
    assert shaped.labels == (
        "near-duplicates folded, cosine from .98, over video feature colour: post-processing",
    )


def test_all_of_it_in_its_order(engine: SearchEngine, result: SearchResult, colour: Representation) -> None:
    hits = result.lists["fused"]
    minimum = float(hits.scores[49])
    shaping = Shaping(minimum, 0.98, True, LiveReranking("mmr", 0.4, depth=10))
    shaped = shape_list(engine, result, hits, shaping=shaping, representation=colour)
    cut = HitList(*(part[:50] for part in hits))
    folded = shape_list(engine, result, cut, shaping=Shaping(fold_from=0.98), representation=colour)
    videos = shape_list(engine, result, folded.hits, shaping=Shaping(best_per_video=True))
    request = LiveReranking("mmr", 0.4, depth=10)
    reranked = rerank_hits(engine, result, videos.hits, request=request, representation=colour)
    assert shaped.hits.rows.tolist() == reranked.hits.rows.tolist() != videos.hits.rows.tolist()
    assert shaped.below == 10
    assert sorted(every_row(shaped)) == sorted(cut.rows.tolist())
    assert shaped.hits.rows.tolist() == hits.rows[shaped.places].tolist()
    of_video = dict(zip(videos.hits.rows.tolist(), videos.members, strict=True))
    alike = {
        row: one.rows.tolist() for row, one in zip(folded.hits.rows.tolist(), folded.members, strict=True)
    }
    for row, members in zip(shaped.hits.rows.tolist(), shaped.members, strict=True):
        others = of_video[row].rows.tolist()
        expected = [*alike[row], *others, *(one for other in others for one in alike[other])]
        assert sorted(members.rows.tolist()) == sorted(expected)
    assert shaped.labels == (
        f"scores from {minimum:g}".replace("0.", "."),
        "near-duplicates folded, cosine from .98, over video feature colour: post-processing",
        "best of each video: post-processing",
        "MMR, lambda .4, over video feature colour: post-processing of the first 10",
    )


@pytest.mark.parametrize(
    ("shaping", "sentence"),
    [
        (Shaping(minimum=float("nan")), "impossible lowest score; expected a number; found nan"),
        (Shaping(fold_from=0.9), "near-duplicates are found by comparing shots; expected a representation"),
        (Shaping(reranking=LiveReranking("best")), "unknown re-ranking method"),
    ],
    ids=["minimum", "representation", "method"],
)
def test_what_cannot_be_done(
    engine: SearchEngine, result: SearchResult, shaping: Shaping, sentence: str
) -> None:
    with pytest.raises(LpdError, match=sentence):
        shape_lists(engine, result, shaping=shaping)
