import json
import math

import numpy as np
import pytest
import torch

from lpd.errors import MismatchError
from lpd.losses import end_features, feature_entropy, random_half, select_spaces, space_weights
from tests.reference import losses as slow


def test_entropies_weights_and_selections_of_the_oracle(copied_oracles):
    cases = json.loads((copied_oracles / "dcl_ef.json").read_text())["ef"]
    arrays = np.load(copied_oracles / "dcl_ef.npz")
    for name, expected in cases.items():
        count = len(expected["entropy"])
        features = torch.stack([torch.from_numpy(arrays[f"ef__{name}__{s}"]) for s in range(count)])
        entropy = feature_entropy(features)
        np.testing.assert_allclose(entropy, expected["entropy"], atol=1e-12)
        np.testing.assert_allclose(space_weights(entropy), expected["weights"], atol=1e-12)
        selected = select_spaces(entropy)
        wanted = expected["selected"] or list(range(count))  # none selected: every space learns
        assert selected.nonzero().flatten().tolist() == wanted
        losses = torch.tensor(expected["itrl"], dtype=torch.float64)
        fair = expected["ef_mtrl"] if expected["selected"] else expected["sum_all"]
        assert float((losses * selected).sum()) == pytest.approx(fair, abs=1e-12)


@pytest.mark.parametrize("rows", [1, 2, 7])
@pytest.mark.parametrize("spaces", [1, 3])
def test_equals_the_loops(spaces, rows):
    generator = torch.Generator().manual_seed(spaces + rows)
    features = torch.randn(spaces, rows, 5, generator=generator, dtype=torch.float64)
    features[0, :, 0] = 2.5  # a constant dimension
    entropy = feature_entropy(features)
    expected = [slow.entropy(one) for one in features.numpy()]
    np.testing.assert_allclose(entropy, expected, atol=1e-12)
    assert select_spaces(entropy).tolist() == slow.selection(expected)


def test_by_hand():
    features = torch.tensor([[[0.0, 5.0], [1.0, 5.0]]])  # values 0, 1 and twice 0: shares 3/4 and 1/4
    expected = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert float(feature_entropy(features)) == pytest.approx(expected, abs=1e-9)


def test_no_gradient_flows_and_the_type_is_float64():
    features = torch.randn(2, 4, 3, generator=torch.Generator().manual_seed(0)).requires_grad_()
    entropy = feature_entropy(features)
    assert entropy.dtype == torch.float64
    assert not entropy.requires_grad


def test_float32_differs_from_float64_only_at_the_edges_of_bins():
    features = torch.randn(3, 64, 32, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(
        feature_entropy(features), feature_entropy(features.double()), atol=1e-3, rtol=0
    )


def test_equal_entropies_up_to_rounding_select_everybody():
    entropy = torch.tensor([4.3, 4.3 + 1e-13, 4.3], dtype=torch.float64)
    assert select_spaces(entropy).tolist() == [True, True, True]


def test_a_single_space_learns():
    assert select_spaces(torch.tensor([1.0], dtype=torch.float64)).tolist() == [True]


def test_ends():
    text, video = torch.zeros(2, 3, 4), torch.ones(2, 3, 4)
    leads = ("text", "video")
    assert end_features(text, video, leads=leads).shape == (2, 6, 4)
    assert end_features(text, video, leads=leads, end="dominant").mean(dim=(1, 2)).tolist() == [0, 1]
    assert end_features(text, video, leads=leads, end="fused").mean(dim=(1, 2)).tolist() == [1, 0]
    with pytest.raises(MismatchError, match="heads"):
        end_features(text, video, leads=("head", "head"), end="fused")
    with pytest.raises(MismatchError, match="unknown end"):
        end_features(text, video, leads=leads, end="middle")


def test_random_half_is_half_and_seeded():
    draws = [random_half(9, generator=torch.Generator().manual_seed(seed)) for seed in (0, 0, 1, 2, 3)]
    assert all(int(draw.sum()) == 5 for draw in draws)
    assert torch.equal(draws[0], draws[1])
    assert len({tuple(draw.tolist()) for draw in draws}) > 1


@pytest.mark.parametrize("rows", [(1, 1), (7, 7), (7, 2)])
def test_rows_given_apart_are_pooled(rows):
    generator = torch.Generator().manual_seed(2)
    ends = [torch.randn(3, count, 5, generator=generator) * (1 + count) for count in rows]
    together = feature_entropy(torch.cat(ends, dim=1))
    assert torch.equal(feature_entropy(*ends), together)
    if rows == (7, 7):
        assert torch.equal(together, feature_entropy(end_features(*ends, leads=["text"] * 3)))
