"""CLIP4Clip: the official numbers, and what there is to learn."""

import math

import pytest

from lpd.errors import FormatError
from lpd.models import build_model, count_parameters
from tests.lpd.models.frame_cases import OFFICIAL_FRAMES, SIZES, agree, inputs, official_model, packed


@pytest.mark.parametrize("pooling", ["mean", "transformer"])
def test_clip4clip_gives_the_official_similarities(frame_heads, pooling):
    layers = {"pooling": pooling, "layers": 1, "heads": 1}
    model = official_model(frame_heads, "clip4clip_seq", {"system": "clip4clip", **layers})
    found = model(
        {"clip": frame_heads["sentence"]},
        {OFFICIAL_FRAMES: packed(frame_heads["frames"], frame_heads["frame_mask"])},
    )
    case = "clip4clip_mean" if pooling == "mean" else "clip4clip_seq"
    agree(found[0], frame_heads[f"{case}::logits"])


def test_the_mean_of_clip_frames_has_nothing_to_learn_but_the_scale():
    model = build_model(inputs("clip4clip-mean")[0])
    assert [name for name, _ in model.named_parameters()] == ["logit_scale"]
    assert model.logit_scale.item() == pytest.approx(math.log(100))
    assert count_parameters(build_model(model.to_config() | {"width": 4})) == 1 + 2 * 4 * 8


def test_unknown_pooling():
    with pytest.raises(FormatError, match="pooling"):
        build_model(SIZES | {"system": "clip4clip", "pooling": "max"})
