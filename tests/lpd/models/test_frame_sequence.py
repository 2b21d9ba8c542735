"""Rows that hold frames, and the temporal transformer."""

import pytest
import torch

from lpd.errors import MismatchError
from lpd.models import unpack_frames
from lpd.models.frame_sequence import TemporalTransformer
from tests.lpd.models.frame_cases import packed


def test_rows_hold_frames_and_their_mask():
    frames, mask = torch.randn(2, 3, 4), torch.tensor([[True, True, False], [True, False, False]])
    found, there = unpack_frames(packed(frames, mask), 3)
    assert torch.equal(found, frames)
    assert torch.equal(there, mask)
    for rows in (torch.zeros(2, 16), torch.zeros(2, 3), torch.zeros(15)):
        with pytest.raises(MismatchError, match="rows of frames"):
            unpack_frames(rows, 3)


def test_transformer_in_half_precision_stays_finite():
    transformer = TemporalTransformer(8, 3, layers=2, heads=2)
    transformer.reset(torch.Generator().manual_seed(0))
    mask = torch.tensor([[True, True, False], [False, False, False]])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.isfinite(transformer(torch.randn(2, 3, 8), mask)).all()
