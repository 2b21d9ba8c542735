import numpy as np

from app.comparison import iou_over_topics, shared_and_alone


def test_two_lists_fall_into_three_parts():
    assert shared_and_alone(["a", "b", "c", "x"], ["c", "d", "a", "y"], 3) == (["a", "c"], ["b"], ["d"])
    assert shared_and_alone([], ["a"], 5) == ([], [], ["a"])


def test_iou_is_averaged_over_topics():
    lists = {"one": [["a", "b"], ["a", "b"]], "two": [["a", "c"], ["a", "b"]]}
    np.testing.assert_allclose(iou_over_topics(lists, ["one", "two"], 2), [[1, 2 / 3], [2 / 3, 1]])
