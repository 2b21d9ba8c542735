"""TS2-Net: the official numbers."""

import pytest

from tests.lpd.models.frame_cases import OFFICIAL_FRAMES, agree, official_model, packed


@pytest.mark.parametrize("case", ["ts2net_frame_softmax", "ts2net_frame_similarity"])
def test_ts2net_gives_the_official_similarities(frame_heads, case):
    model = official_model(frame_heads, case, {"system": "ts2net"})
    found = model(
        {"clip": frame_heads["sentence"]},
        {OFFICIAL_FRAMES: packed(frame_heads["frames"], frame_heads["frame_mask"])},
    )
    agree(found[0], frame_heads[f"{case}::logits"])
