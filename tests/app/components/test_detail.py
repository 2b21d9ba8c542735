import pytest

from app.components import FusedEnd, Neighbour, ShotFacts, SpaceScore, detail_payload


def payload(**changed):
    facts = ShotFacts(
        "s1_2", True, "https://m/p.webp", ("s1_2", "shot 2 of 3 in s1"), ("<b>a dog</b>",), "relevant"
    )
    given = {
        "neighbours": [Neighbour(f"s1_{n}", f"{n}", 2.0, n == 2, True) for n in (1, 2, 3)],
        "scores": [SpaceScore("Fused", "fused", 1, 0.4, 0.4), SpaceScore("bow", "text", None, -0.1, 0.5)],
        "weights": [FusedEnd("bow", "text", {"colour": 0.25, "shape": 0.75})],
        **changed,
    }
    return detail_payload(facts, media="shots/w/c", **given)


def test_scores_are_printed_and_scaled():
    fused, bow = payload()["scores"]
    assert (fused["rank"], fused["rank_share"], fused["similarity_share"]) == ("1", 1.0, 1.0)
    assert (bow["rank"], bow["similarity"], bow["similarity_share"]) == (">1000", "−.100", 0.0)


def test_weights_are_one_row_per_fused_end():
    assert payload()["weights"] == {
        "features": ["colour", "shape"],
        "rows": [{"label": "bow", "end": "text", "shares": [0.25, 0.75], "printed": [".25", ".75"]}],
    }
    assert payload(weights=[])["weights"] is None


def test_judgement_has_colour_mark_and_words():
    assert payload()["judgement"] == {"kind": "relevant", "mark": "✓", "words": "relevant"}


def test_of_a_long_video_the_nearest_shots_are_shown_and_all_count_in_the_timeline():
    many = [Neighbour(f"s_{n}", str(n), 1.0, n == 50, False) for n in range(100)]
    shots = payload(neighbours=many)["neighbours"]
    assert len(shots) == 100
    assert [shot["shot"] for shot in shots if shot["shown"]] == [f"s_{n}" for n in range(38, 63)]


def test_more_like_it_can_be_asked_of_the_lists_that_have_a_space():
    scores = [SpaceScore("Fused", "fused", 1, 0.4, 0.4), SpaceScore("bow", "text", 2, 0.3, 0.5, "text:bow")]
    assert [score["space"] for score in payload(scores=scores)["scores"]] == ["", "text:bow"]


def test_neighbours_say_their_judgement():
    near = [Neighbour("s1_1", "1", 2.0, True, True, "not"), Neighbour("s1_2", "2", 2.0, False, True)]
    first, second = payload(neighbours=near)["neighbours"]
    assert first["judgement"] == {"kind": "not", "mark": "✕", "words": "not relevant"}
    assert first["alt"] == "shot s1_1, 1, not relevant"
    assert (second["judgement"], second["alt"]) == (None, "shot s1_2, 2")


def test_a_person_s_mark_is_one_of_two_or_none():
    facts = ShotFacts("s", False, False, (), (), None, "relevant")
    made = detail_payload(facts, media="", neighbours=[], scores=[], weights=[])
    assert (made["verdict"], made["judgement"]) == ("relevant", None)
    with pytest.raises(ValueError, match="verdict 'perhaps'"):
        detail_payload(
            ShotFacts("s", False, False, (), (), None, "perhaps"),
            media="",
            neighbours=[],
            scores=[],
            weights=[],
        )
