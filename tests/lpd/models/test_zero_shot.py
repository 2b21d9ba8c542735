import pytest
import torch

from lpd.errors import FormatError
from lpd.models import build_model, count_parameters

PAIR = {"system": "zero-shot", "text_features": {"clip": 3}, "video_features": {"clip": 3}}
FRAMES = {**PAIR, "video_features": {"frames:clip": 2 * 4}, "frames": 2}


def test_the_cosine_of_the_stored_features():
    model = build_model(PAIR).eval()
    text = {"clip": torch.tensor([[3.0, 4.0, 0.0], [0.0, 0.0, 0.0]])}
    video = {"clip": torch.tensor([[4.0, 3.0, 0.0], [0.0, 0.0, 2.0]])}
    expected = torch.tensor([[24 / 25, 0.0], [0.0, 0.0]])
    torch.testing.assert_close(model(text, video)[0], expected)
    assert torch.equal(model.embed_video(video)[0], video["clip"])
    assert count_parameters(model) == 0
    assert model.state_dict() == {}
    assert model.multiply_adds() == {"cosines": 9}


# two frames of lengths 2 and 1; one frame; none
ROWS = torch.tensor([[2.0, 0, 0, 1, 0, 1, 0, 1], [0, 0, 3, 1, 9, 9, 9, 0], [5, 5, 5, 0, 9, 9, 9, 0]])
MEANS = {False: [[1.0, 0.5, 0], [0, 0, 3], [0, 0, 0]], True: [[0.5, 0.5, 0], [0, 0, 1], [0, 0, 0]]}
ADDS = {False: {"frames": 6, "cosines": 9}, True: {"frames": 12, "cosines": 9}}


@pytest.mark.parametrize("normalise", [False, True])
def test_the_mean_of_the_frames_that_are_there(normalise):
    model = build_model({**FRAMES, "normalise_frames": normalise}).eval()
    assert model.embed_video({"frames:clip": ROWS})[0].tolist() == MEANS[normalise]
    unit = model.embed_video({"frames:clip": ROWS}, unit=True)[0]
    torch.testing.assert_close(unit.norm(dim=1), torch.tensor([1.0, 1.0, 0.0]))
    assert model.multiply_adds() == ADDS[normalise]


BAD_CONFIGS = {
    "different dimensions": (
        {"video_features": {"beit": 4}},
        "beit of dimension 3, as text feature clip has 3; found dimension 4",
    ),
    "frames of another dimension": (
        {"video_features": {"frames:clip": 10}, "frames": 2},
        r"dimension 8 \(2 frames x \(3 \+ 1\)\), as text feature clip has 3; found dimension 10",
    ),
    "two texts": ({"text_features": {"clip": 3, "blip": 3}}, "found clip, blip and clip"),
    "two videos": ({"video_features": {"clip": 3, "blip": 3}}, "found clip and clip, blip"),
    "no frames to normalise": ({"normalise_frames": True}, "frames:<name>"),
    "normalise_frames 1": ({"normalise_frames": 1}, "true or false"),
    "frames 0": ({"frames": 0}, "frames"),
    "scaled": ({"normalisation": {"video:clip": "zscore"}}, "video:clip"),
    "no feature": ({"text_features": {}}, "text features"),
}


@pytest.mark.parametrize("name", BAD_CONFIGS)
def test_a_bad_config_is_one_sentence(name):
    changes, words = BAD_CONFIGS[name]
    with pytest.raises(FormatError, match=words):
        build_model({**PAIR, **changes})
