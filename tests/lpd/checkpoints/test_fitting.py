"""What does not fit between tensors and a model is told all at once."""

from pathlib import Path

import pytest
import torch

from lpd.checkpoints.fitting import built, misfits, not_finite
from lpd.errors import LpdError

OWN = {"a": torch.zeros(2, 3), "b": torch.zeros(4), "c": torch.zeros(1)}


def test_tensors_that_fit_say_nothing() -> None:
    assert misfits(OWN, {name: one + 1 for name, one in OWN.items()}) == ""


def test_all_that_does_not_fit_is_told() -> None:
    found = {"a": torch.zeros(3, 2), "b": torch.zeros(4), "x": torch.zeros(1)}
    told = "1 missing: 'c'; 1 unexpected: 'x'; 1 of another shape: 'a (3, 2) instead of (2, 3)'"
    assert misfits(OWN, found) == told


def test_numbers_that_are_none_are_named() -> None:
    tensors = {
        "a": torch.tensor([1.0, float("nan")]),
        "b": torch.tensor([1, 2]),
        "c": torch.tensor([-torch.inf]),
    }
    assert not_finite(tensors) == ["a", "c"]


def test_a_model_takes_no_memory_before_it_is_filled(tmp_path: Path) -> None:
    settings = {"system": "lpd", "text_features": {"bow": 5}, "video_features": {"colour": 3}, "width": 4}
    assert {one.device.type for one in built(settings, where=tmp_path).parameters()} == {"meta"}
    with pytest.raises(LpdError, match=r"card.json: settings of the model: .*no-such-system"):
        built({**settings, "system": "no-such-system"}, where=tmp_path / "card.json")
