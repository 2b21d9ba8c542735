import numpy as np
import pandas as pd
import pytest

from app.map.colouring import HIDDEN, by_cluster, by_judgement, by_score, by_video, number_videos, without
from app.map.colours import DARK_MAP, LIGHT_MAP
from app.tokens import TOKENS

VIDEOS = number_videos(pd.Series(["b", "a", "c", "a", "c", "d"]))


def counts(colouring) -> dict[str, int]:
    return {one.words: one.count for one in colouring.classes}


def contrast(first: str, second: str) -> float:
    """WCAG contrast of two colours."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(first), light(second)))
    return (high + 0.05) / (low + 0.05)


def test_videos_with_most_shots_come_first_and_of_equal_ones_the_first() -> None:
    assert VIDEOS.names == ["a", "c", "b", "d"]
    assert [VIDEOS.names[number] for number in VIDEOS.numbers] == ["b", "a", "c", "a", "c", "d"]


def test_named_videos_have_their_class_and_all_others_stand_back() -> None:
    found = by_video(VIDEOS, ["c", "b"], LIGHT_MAP)
    assert counts(found) == {"c": 2, "b": 1, "other videos": 3}
    assert found.kinds.tolist() == [1, 2, 0, 2, 0, 2]
    assert found.classes[0].level > found.classes[-1].level


def test_videos_beyond_the_colours_are_among_the_others() -> None:
    many = number_videos(pd.Series([str(one) for one in range(30)]))
    found = by_video(many, many.names, LIGHT_MAP)
    assert len(found.classes) == len(LIGHT_MAP.classes) + 1
    assert found.classes[-1].count == 30 - len(LIGHT_MAP.classes)


def test_judgements_have_four_classes_that_differ_without_colour_too() -> None:
    found = by_judgement({1: [4], 0: [1, 2], -1: [0]}, 6, LIGHT_MAP)
    assert found.kinds.tolist() == [2, 1, 1, 3, 0, 3]
    assert [one.count for one in found.classes] == [1, 2, 1, 2]
    assert len({(one.shape, one.size) for one in found.classes}) == 4


def test_scores_are_steps_of_one_scale_with_its_ends() -> None:
    scores = np.array([0.2, -0.1, 0.5], np.float32)
    found = by_score(scores, LIGHT_MAP)
    assert found.ends == (pytest.approx(-0.1), 0.5)
    assert found.kinds.tolist() == [126, 0, 253]
    assert [found.classes[0].colour, found.classes[-1].colour] == [LIGHT_MAP.low, LIGHT_MAP.high]
    assert sum(one.count for one in found.classes) == 3


@pytest.mark.parametrize("scores", [[], [0.3], [0.3, 0.3]], ids=["none", "one", "equal"])
def test_scores_without_a_spread_have_one_colour(scores) -> None:
    assert not by_score(np.array(scores, np.float32), LIGHT_MAP).kinds.any()


def test_clusters_count_from_one_and_the_small_ones_beyond_the_colours_are_together() -> None:
    clusters = np.array([0, 0, 1, 13, 14, 12], np.uint16)
    found = by_cluster(clusters, LIGHT_MAP, title="clusters of bow")
    assert counts(found)["1"] == 2
    assert found.classes[-1].words == "smaller ones"
    assert found.classes[-1].count == 3
    assert found.title == "clusters of bow"


def test_hidden_shots_are_in_no_class_and_no_count() -> None:
    found = without(by_video(VIDEOS, ["c"], LIGHT_MAP), np.array([1, 1, 0, 1, 1, 1], dtype=bool))
    assert found.kinds[2] == HIDDEN
    assert counts(found) == {"c": 1, "other videos": 4}


@pytest.mark.parametrize("colours", [LIGHT_MAP, DARK_MAP], ids=["light", "dark"])
def test_colours_are_told_from_the_page_and_from_each_other(colours) -> None:
    marks = [*colours.classes, colours.relevant, colours.not_relevant, colours.unjudged, colours.high]
    assert all(contrast(one, colours.background) > 1.9 for one in marks)
    assert len(set(colours.classes)) == len(colours.classes) == 12
    assert colours.background == getattr(TOKENS["surface"], "light" if colours is LIGHT_MAP else "dark")
    assert len(colours.scale(254)) == 254
