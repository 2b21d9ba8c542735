import numpy as np
import pytest
import torch

from lpd.models.frame_sequence import mean_frames
from lpd.models.pair_matching import MultiGrained, PairInputs, attend_similarities, frame_softmax
from tests.reference import frame_heads as slow

SIZES = [(1, 1, 1, 1), (2, 3, 4, 2), (3, 2, 5, 4)]


def drawn(texts, shots, frames, words, *, width=6):
    """Returns sentences, words, frames and both masks, in float64; the last shot has no frame, if there are
    two.
    """
    generator = torch.Generator().manual_seed(texts * 100 + frames)
    frame_mask = torch.arange(frames) <= torch.arange(shots)[:, None]
    if shots > 1:
        frame_mask[-1] = False
    word_mask = torch.arange(words) <= torch.arange(texts)[:, None]
    vectors = [
        torch.randn(*size, width, generator=generator, dtype=torch.float64)
        for size in ((texts,), (texts, words), (shots, frames))
    ]
    vectors[2] = vectors[2] * frame_mask.unsqueeze(-1)
    return *vectors, word_mask, frame_mask


@pytest.mark.parametrize("sizes", SIZES)
def test_frame_softmax_of_every_pair(sizes):
    sentences, _, frames, _, mask = drawn(*sizes)
    unit = [slow.unit(one.numpy()) for one in sentences]
    cosines = torch.tensor(
        np.array([[[one @ slow.unit(frame.numpy()) for frame in shot] for shot in frames] for one in unit])
    )
    expected = [
        [slow.frame_softmax(one.numpy(), shot.numpy(), kept) for shot, kept in zip(frames, mask, strict=True)]
        for one in sentences
    ]
    np.testing.assert_allclose(frame_softmax(cosines, mask), expected, atol=1e-12)


def test_frame_softmax_by_hand():
    # lengths .5 and 1 of (.3, .4) and (0, 1): weights softmax(2.4, 3.2) and softmax(0, 4)
    found = frame_softmax(torch.tensor([[[0.3, 0.4], [0.0, 1.0]]]), torch.ones(2, 2, dtype=torch.bool))
    first = (0.3 * np.exp(2.4) + 0.4 * np.exp(3.2)) / (np.exp(2.4) + np.exp(3.2))
    np.testing.assert_allclose(found, [[first, np.exp(4) / (1 + np.exp(4))]], rtol=1e-6)


def test_attention_over_similarities_by_hand():
    similarities = torch.tensor([0.02, 0.01, 0.5], dtype=torch.float64)
    matrix = torch.tensor([[1.0, 2.0, 9.0], [0.0, 1.0, 9.0], [9.0, 9.0, 9.0]], dtype=torch.float64)
    found = attend_similarities(similarities, matrix, torch.tensor([True, True, False]))
    large, small = np.exp(2) / (np.exp(2) + np.exp(1)), np.exp(1) / (np.exp(2) + np.exp(1))
    assert float(found) == pytest.approx(large * 0.02 + (2 * large + small) * 0.01, abs=1e-15)


@pytest.mark.parametrize("sizes", SIZES)
def test_multi_grained_matching_of_every_pair(sizes):
    sentences, words, frames, word_mask, frame_mask = drawn(*sizes)
    texts, shots, per_shot, per_text = sizes
    matching = MultiGrained(6, per_shot, per_text).double()
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for matrix in matching.parameters():
            matrix += 0.2 * torch.randn(matrix.shape, generator=generator, dtype=torch.float64)
    pooled = mean_frames(frames, frame_mask)
    found = matching(PairInputs(sentences, words, word_mask, pooled, frames, frame_mask)).detach()
    matrices = {name: matrix.detach().numpy() for name, matrix in matching.named_parameters()}
    for text in range(texts):
        for shot in range(shots):
            expected = slow.multi_grained(
                sentences[text].numpy(),
                words[text].numpy(),
                word_mask[text],
                slow.pooled(frames[shot].numpy(), frame_mask[shot]),
                frames[shot].numpy(),
                frame_mask[shot],
                matrices,
            )
            assert float(found[text, shot]) == pytest.approx(expected, abs=1e-12)


def test_the_identity_everywhere_at_the_start():
    matching = MultiGrained(4, 3, 2)
    with torch.no_grad():
        for matrix in matching.parameters():
            matrix.fill_(3.0)
    matching.reset()
    assert all(torch.equal(matrix, torch.eye(len(matrix))) for matrix in matching.parameters())
