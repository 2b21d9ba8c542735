"""X-CLIP: the official numbers, costs, half precision, token ids."""

import pytest
import torch

from lpd.errors import FormatError, MismatchError
from lpd.models import build_model
from tests.lpd.models.frame_cases import OFFICIAL_FRAMES, agree, inputs, official_model, packed


def test_xclip_gives_the_official_similarities(frame_heads):
    settings = {
        "system": "xclip",
        "text_features": {"clip": 64, "tokens": 4},
        "vocabulary": 16,
        "layers": 1,
        "heads": 1,
    }
    model = official_model(frame_heads, "xclip", settings, words=frame_heads["words"])
    text = {"clip": frame_heads["sentence"], "tokens": torch.arange(4.0, 16.0).reshape(3, 4)}
    found = model(text, {OFFICIAL_FRAMES: packed(frame_heads["xclip::frames"], torch.ones(4, 5))})
    agree(found[0], frame_heads["xclip::logits"])


def test_costs_of_xclip_counted_by_hand():
    model = build_model(inputs("xclip")[0])
    parts = model.multiply_adds()
    # width 8, 3 frames, 5 words; attention over k similarities: a k x k product and a weighted sum
    assert parts == {
        "projections": 0,
        "transformer": 3 * (12 * 64 + 2 * 3 * 8),
        "pooling": 48,
        "lengths": (1 + 1 + 3 + 5) * 8,
        "sentence_shot": 8 * 8 + 8,
        "word_shot": 5 * 8 + (25 + 5),
        "sentence_frame": 3 * 8 + (9 + 3),
        "word_frame": 5 * 64 + 15 * 8 + 3 * (25 + 5) + (9 + 3) + 5 * (9 + 3) + (25 + 5),
    }


def test_matching_is_done_in_single_precision_under_autocast():
    config, text, video = inputs("xclip")
    model = build_model(config).eval()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = model(text, video)
    assert found.dtype == torch.float32
    assert (found - model(text, video)).abs().max() < 0.05


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text_features": {"clip": 8}}, "tokens"),
        ({"text_features": {"tokens": 5}}, "tokens"),
        ({"vocabulary": 0}, "vocabulary"),
        ({"normalisation": {"text:tokens": "zscore"}}, "token ids"),
    ],
)
def test_impossible_settings_of_xclip(change, message):
    with pytest.raises(FormatError, match=message):
        build_model(inputs("xclip")[0] | change)


def test_token_ids_outside_of_the_vocabulary():
    config, text, video = inputs("xclip")
    text["tokens"][1, 1] = 11
    with pytest.raises(MismatchError, match="vocabulary"):
        build_model(config)(text, video)
