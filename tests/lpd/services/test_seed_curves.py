"""Curves of several seeds as one line."""

import numpy as np

from lpd.services.seed_curves import COLUMNS, line_curves
from lpd.services.training_curves import CurvePoint


def point(model: str, epoch: int, value: float, space: str | None = None) -> CurvePoint:
    return CurvePoint(model, epoch, "validation", "mAP", space, value)


def test_a_line_is_the_mean_of_its_seeds() -> None:
    points = [point("a-s0", 1, 0.1), point("a-s0", 2, 0.3), point("a-s1", 1, 0.2), point("other", 1, 9.0)]
    frame = line_curves({"a": ["a-s0", "a-s1"], "b": ["a-s0"]}, points)
    assert tuple(frame.columns) == COLUMNS
    # a model that stands in two lines counts in the last
    assert frame["line"].tolist() == ["a", "b", "b"]
    frame = line_curves({"a": ["a-s0", "a-s1"]}, points)
    assert frame["epoch"].tolist() == [1, 2]
    assert frame["seeds"].tolist() == [2, 1]
    np.testing.assert_allclose(frame["mean"], [0.15, 0.3])
    spread = np.std([0.1, 0.2], ddof=1)
    np.testing.assert_allclose(frame["low"], [0.15 - spread, 0.3])
    np.testing.assert_allclose(frame["high"], [0.15 + spread, 0.3])
