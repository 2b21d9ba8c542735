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
    assert (bow["rank"], bow["similarity"], bow["similarity_share"]) == (">1000", "-.100", 0.0)


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
