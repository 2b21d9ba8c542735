"""The oracle that the tests of several frame-level systems read."""

import numpy as np
import pytest
import torch


@pytest.fixture
def frame_heads(oracles):
    """What the official heads make of given frames and sentences, and their weights: name -> tensor."""
    arrays = np.load(oracles / "frame_heads.npz")
    return {name: torch.from_numpy(np.asarray(arrays[name])) for name in arrays.files}
