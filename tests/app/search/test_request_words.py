import pytest

from app.search.request import Fold, Rerank, SearchRequest
from app.search.request_words import asked_parts, rerank_words, shape_words

LABELS = {"text:bow": "bow", "video:colour": "colour", "head:1": "head 1"}

FULL = SearchRequest(
    query="a car",
    also=("an automobile",),
    without=("a dog", "a cat"),
    strength=0.7,
    like="s1",
    like_space="text:bow",
    then="a boat",
    within_s=12,
    relevant=("r1", "r2"),
    not_relevant=("n1",),
    weights=(("text:bow", 0.5), ("video:colour", 0.0), ("head:1", 2.0)),
    spaces=("text:bow",),
    videos=("v1",),
    from_s=3.0,
    to_s=60.0,
    minimum=0.2,
    hide=("judged", "seen"),
    fold=Fold("spaces", 0.95),
    best_per_video=True,
    rerank=Rerank("mmr", 0.7),
)


def test_every_part_is_told_in_words():
    assert [part.words for part in asked_parts(FULL, LABELS)] == [
        "or: an automobile",
        "like s1 in bow",
        "feedback: 2 relevant, 1 not",
        "without a dog, strength .7",
        "without a cat, strength .7",
        "then a boat within 12 s",
        "weights: bow × .5, colour × 0 and 1 other",
        "spaces: bow",
        "video v1",
        "begins from 3 s to 60 s",
        "judged shots hidden",
        "shots seen in this session hidden",
        "score from .2",
        "near-duplicates folded from .95",
        "best of each video",
        "MMR .7: post-processing",
    ]


def test_a_text_alone_has_no_parts():
    assert asked_parts(SearchRequest(query="a car", layout="grid", lanes=("fused",)), LABELS) == []


@pytest.mark.parametrize("number", range(16))
def test_taking_a_part_away_leaves_the_others(number):
    parts = asked_parts(FULL, LABELS)
    left = [part.words for part in asked_parts(parts[number].without, LABELS)]
    assert left == [part.words for place, part in enumerate(parts) if place != number]


def test_all_taken_away_leaves_the_text():
    request = FULL
    while parts := asked_parts(request, LABELS):
        request = parts[0].without
    assert request == SearchRequest(query="a car")


def test_rerank_words():
    assert rerank_words(SearchRequest()) == "none"
    assert rerank_words(SearchRequest(rerank=Rerank("xquad", 0.25))) == "xQuAD .25"


def test_what_was_done_to_the_lists_in_few_words():
    assert shape_words(SearchRequest()) == []
    assert shape_words(FULL) == [
        "score from .2",
        "post-processing: folded from .95, best of each video, MMR .7",
    ]
