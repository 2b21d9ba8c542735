"""Shots in their videos."""

from types import SimpleNamespace

import pandas as pd

from app.judging.places import ShotPlaces

SHOTS = pd.DataFrame(
    {
        "shot_id": ["b2", "a1", "b1", "b3", "x"],
        "video_id": ["b", "a", "b", "b", "z"],
        "start_s": [2.0, 0.0, 0.0, 61.0, float("nan")],
        "end_s": [61.0, 5.0, 2.0, 65.0, float("nan")],
    }
)
PLACES = ShotPlaces(SimpleNamespace(shots=SHOTS))


def test_a_shot_has_its_place_in_the_order_of_time() -> None:
    assert PLACES.words(0) == "shot 2 of 3 in b, 2.0 s to 1:01"
    assert PLACES.words(3) == "shot 3 of 3 in b, 1:01 to 1:05"
    assert PLACES.words(1) == "shot 1 of 1 in a, 0.0 s to 5.0 s"
    assert (PLACES.words(4), PLACES.label(4)) == ("shot 1 of 1 in z", "1")
    assert PLACES.label(0) == "2 · 2.0 s"


def test_beside_it_are_shots_of_the_same_video_only() -> None:
    assert PLACES.beside(0) == [2, 0, 3]
    assert PLACES.beside(1) == [1]


def test_of_many_two_on_each_side_are_shown() -> None:
    many = SHOTS.iloc[[0] * 9].assign(start_s=range(9)).reset_index(drop=True)
    assert ShotPlaces(SimpleNamespace(shots=many)).beside(4) == [2, 3, 4, 5, 6]
    assert ShotPlaces(SimpleNamespace(shots=many)).beside(8) == [6, 7, 8]
