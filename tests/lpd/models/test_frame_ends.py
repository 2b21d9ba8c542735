"""What the frame-level systems begin with: their settings, the normalisation, the logit scale."""

import math

import pytest
import torch

from lpd.errors import FormatError
from lpd.models import build_model, logit_multiplier, unpack_frames
from tests.lpd.models.frame_cases import FRAMES, SIZES, inputs


def test_the_scale_stops_at_100_and_can_come_down_again():
    for value, expected in ((3.0, math.exp(3)), (math.log(100), 100.0), (6.0, 100.0)):
        scale = torch.nn.Parameter(torch.tensor(value))
        found = logit_multiplier(scale)
        found.backward()
        assert found.item() == pytest.approx(expected, rel=1e-6)
        assert scale.grad.item() == pytest.approx(expected, rel=1e-6)


def test_normalisation_is_fitted_on_the_frames_that_are_there():
    config, text, video = inputs("clip4clip-mean")
    model = build_model(config | {"normalisation": {f"video:{FRAMES}": "zscore", "text:clip": "l2"}})
    model.fit_normalisation(text, video)
    frames, mask = unpack_frames(video[FRAMES], 3)
    there = frames[mask]
    torch.testing.assert_close(model.inputs.frame_input.mean, there.mean(dim=0))
    torch.testing.assert_close(model.inputs.frame_input.std, there.std(dim=0, correction=0))
    plain = build_model(config)
    plain.fit_normalisation(text, video)
    assert not [name for name, _ in plain.named_buffers()]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text_features": {"clip": 8, "bow": 5}}, "one sentence vector"),
        ({"text_features": {"tokens": 8}}, "one sentence vector"),
        ({"video_features": {"clip": 27}}, "frames:<name>"),
        ({"video_features": {"frames:a": 27, "frames:b": 27}}, "frames:<name>"),
        ({"video_features": {FRAMES: 28}}, "3 frames x"),
        ({"video_features": {FRAMES: 3}}, "3 frames x"),
        ({"video_features": {"frames:clip": 27}}, "expected 12; found 3"),
        ({"video_features": {"frames:clip@6": 54}}, "expected 6; found 3"),
        ({"frames": 0}, "frames"),
        ({"width": True}, "width"),
        ({"pooling": "transformer", "heads": 3}, "3 heads"),
        ({"pooling": "transformer", "layers": 0}, "layers"),
        ({"normalisation": {"text:clip": "max"}}, "normalisation"),
        ({"normalisation": 3}, "normalisation"),
    ],
)
def test_impossible_settings(change, message):
    with pytest.raises(FormatError, match=message):
        build_model(SIZES | {"system": "clip4clip"} | change)
