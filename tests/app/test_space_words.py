from dataclasses import replace

import numpy as np
import pytest

from app.space_words import fused_words, fusion_words, two_ends
from lpd.cards import FusionInfo, ModelCard, SpaceInfo

BOW = SpaceInfo("text:bow", "text", "bow", 8, "cosine")
COLOUR = SpaceInfo("video:colour", "video", "colour", 8, "cosine")
HEAD = SpaceInfo("head:1", "head", None, 8, "cosine")
COMMON = SpaceInfo("common", "head", None, 8, "cosine")
PAIR = SpaceInfo("text:bow+video:colour", "head", None, 8, "cosine")
CONCEPTS = SpaceInfo("concepts", "head", None, 240, "dot")
ONE_CONCEPT = SpaceInfo("concepts", "head", None, 1, "dot")

LPD = ModelCard(
    name="m",
    system="lpd",
    spaces=(BOW, COLOUR, HEAD),
    text_features={"bow": 4, "w2v": 4},
    video_features={"colour": 3, "shape": 3, "motion": 3},
    seed=1,
    digest="abc",
    config={},
)


@pytest.mark.parametrize(
    ("system", "space", "words"),
    [
        ("lpd", BOW, "query: bow → shots: fused 3"),
        ("lpd", COLOUR, "query: fused 2 → shots: colour"),
        ("laff", HEAD, "query: fused 2 → shots: fused 3"),
        ("sea", BOW, "query: bow → shots: 3 side by side"),
        ("txv", PAIR, "query: bow → shots: colour"),
        ("w2vvpp", COMMON, "query: 2 side by side → shots: 3 side by side"),
        ("dual-task", CONCEPTS, "query: concepts it names → shots: probabilities of 240 concepts"),
        ("dual-task", ONE_CONCEPT, "query: concepts it names → shots: probabilities of 1 concept"),
    ],
)
def test_two_ends_say_what_meets_in_a_space(system, space, words):
    assert two_ends(space, replace(LPD, system=system)) == words


def test_trained_encoders_count_and_what_only_they_read_does_not():
    card = replace(
        LPD,
        system="w2vvpp",
        text_features={"bow": 4, "tokens": 9},
        config={"model": {"encoders": {"gru": {}}}},
    )
    assert two_ends(COMMON, card).startswith("query: 2 side by side")
    alone = replace(LPD, system="zero-shot", text_features={"clip": 4}, video_features={"clip": 4})
    assert two_ends(COMMON, alone) == "query: clip → shots: clip"


def test_how_the_fused_score_is_made():
    assert fusion_words(LPD) == "mean of 3 spaces"
    assert fusion_words(replace(LPD, fusion=FusionInfo("sum"))) == "sum of 3 spaces"
    assert fusion_words(replace(LPD, spaces=(COMMON,))) == "one space"
    stretched = replace(LPD, spaces=(COMMON, CONCEPTS), fusion=FusionInfo("minmax", (0.7, 0.3)))
    assert fusion_words(stretched) == "0.7 common + 0.3 concepts, each stretched to 0..1"


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((1 / 3, 1 / 3, 1 / 3), "mean of 3 spaces"),
        ((0.5, 0.5, 0), "mean of 2 of 3 spaces"),
        ((0, 1, 0), "only colour of 3 spaces"),
        ((0.2, 0.7, 0.1), ".70 colour + .20 bow + .10 head 1"),
    ],
)
def test_how_the_score_of_one_search_is_made(shares, words):
    assert fused_words(LPD, np.array(shares)) == words


def test_many_weights_are_counted():
    spaces = tuple(SpaceInfo(f"text:{name}", "text", name, 8, "cosine") for name in "abcde")
    shares = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
    assert fused_words(replace(LPD, spaces=spaces), shares) == ".30 a + .25 b + .20 c + 2 more"


def test_stretched_scores_say_so_with_other_weights_too():
    card = replace(LPD, fusion=FusionInfo("minmax", (0.6, 0.4, 0.0)))
    assert fused_words(card, np.array([0.6, 0.4, 0.0])) == fusion_words(card)
    assert fused_words(card, np.array([0.5, 0.5, 0.0])) == "mean of 2 of 3 spaces, each stretched to 0..1"
