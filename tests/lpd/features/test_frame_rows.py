"""Frames of shots: found by their ids or by a list, sorted by number."""

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.features import order_frames

SHOTS = ["v_1", "v_2"]
FRAMES = ["v_2_0", "v_1_10", "other_1_3", "v_1_9", "v_1_0", "v_2_007", "nothing"]


def test_frames_are_sorted_by_number_within_their_shots() -> None:
    found = order_frames(FRAMES, SHOTS, where="f")
    assert found.offsets.tolist() == [0, 3, 5]
    assert found.targets.tolist() == [3, 2, -1, 1, 0, 4, -1]
    assert found.cut == 0


def test_of_more_frames_the_first_are_kept() -> None:
    found = order_frames(FRAMES, SHOTS, most=2, where="f")
    assert found.offsets.tolist() == [0, 2, 4]
    assert found.targets.tolist() == [2, -1, -1, 1, 0, 3, -1]
    assert found.cut == 1


def test_a_list_says_which_frames_are_a_videos() -> None:
    listed = {"v_1": ["v_1_10", "x_9"], "v_2": ["v_2_0"], "v_3": ["absent"]}
    found = order_frames([*FRAMES, "x_9"], SHOTS, listed=listed, where="f")
    assert found.offsets.tolist() == [0, 2, 3]
    assert found.targets.tolist() == [2, 1, -1, -1, -1, -1, -1, 0]


def test_of_a_frame_that_is_there_twice_the_last_counts() -> None:
    assert order_frames(["v_1_0", "v_2_0", "v_1_0"], SHOTS, where="f").targets.tolist() == [-1, 1, 0]


def test_the_order_is_that_of_sorting_by_shot_and_number() -> None:
    rng = np.random.default_rng(0)
    shots = [f"s{number}" for number in rng.permutation(7)]
    pairs = [(shot, int(number)) for shot in shots for number in rng.choice(50, 9, replace=False)]
    rng.shuffle(pairs)
    frames = [f"{shot}_{number}" for shot, number in pairs]
    for most in (None, 1, 4):
        found = order_frames(frames, shots, most=most, where="f")
        slow = []
        for shot in shots:
            slow += sorted(int(number) for owner, number in pairs if owner == shot)[:most]
        placed = {target: pairs[row][1] for row, target in enumerate(found.targets) if target >= 0}
        assert [placed[row] for row in range(len(slow))] == slow
        assert found.offsets[-1] == len(slow)


BAD: dict[str, tuple[list[str], dict | None, str]] = {
    "no frames": (["v_1_0"], None, "f: 1 of 2 shots have no frames; .*found none for 'v_2'"),
    "an empty list": (["v_1_0"], {"v_1": ["v_1_0"], "v_2": []}, "none for 'v_2'"),
    "no number": (["v_1_0", "v_2_x", "v_2_²"], None, "frames without a number; .*found 'v_2_x', 'v_2_²'"),
    "a huge number": (["v_1_0", "v_2_" + "9" * 5000], None, "frames without a number"),
    "a listed frame without a row": (["v_1_0"], {"v_1": ["v_1_0", "v_1_1"]}, "1 frames .*'v_1_1'"),
    "a frame listed twice": (["v_1_0"], {"v_1": ["v_1_0", "v_1_0"]}, "lists frames twice.*'v_1'"),
    "a frame of two videos": (["v_1_0"], {"v_1": ["v_1_0"], "v_2": ["v_1_0"]}, "those of 'v_2'"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_does_not_fit_is_told(case: str) -> None:
    frames, listed, words = BAD[case]
    with pytest.raises(LpdError, match=words):
        order_frames(frames, SHOTS, listed=listed, where="f")
