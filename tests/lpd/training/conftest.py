"""Small pairs that can be learnt, and one thread so that small tensors are not slowed down by many."""

import numpy as np
import pytest
import torch

from lpd.training import PairedData


@pytest.fixture(autouse=True, scope="package")
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def make_pairs(shots: int, *, captions: int = 3, seed: int = 0, repeats: int = 0) -> PairedData:
    """Pairs whose texts and shots share hidden values; the first `repeats` shots share one caption."""
    world = np.random.default_rng(99)
    mixing = {name: world.standard_normal((8, size)) for name, size in SIZES.items()}
    rng = np.random.default_rng(seed)
    hidden = rng.standard_normal((shots, 8))
    caption_shot = np.repeat(np.arange(shots), captions)
    group = np.arange(len(caption_shot))
    group[: repeats * captions : captions] = 0
    hidden_text = hidden[caption_shot[np.unique(group, return_index=True)[1]]]
    place = np.unique(group, return_inverse=True)[1]
    noise = rng.standard_normal((len(hidden_text), 8))
    spoken = (hidden_text + 0.3 * noise)[place]
    return PairedData(
        text={name: (spoken @ mixing[name]).astype(np.float32) for name in ("w2v", "gru")},
        video={name: (hidden @ mixing[name]).astype(np.float32) for name in ("colour", "shape", "motion")},
        caption_shot=caption_shot,
        caption_group=group,
    )


SIZES = {"w2v": 6, "gru": 9, "colour": 7, "shape": 5, "motion": 4}


@pytest.fixture
def pairs():
    return make_pairs
