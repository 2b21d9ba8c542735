import math

import numpy as np
import pytest
import torch

from lpd.errors import FormatError, LpdError
from lpd.models import build_model, count_parameters
from lpd.models.ridge import solve

SMALL = {"system": "ridge", "text_features": {"bow": 4}, "video_features": {"colour": 3, "shape": 2}}


@pytest.mark.parametrize("rows", [1, 2, 7, 40])
@pytest.mark.parametrize("penalty", [0.1, 50.0])
def test_the_solution_is_that_of_least_squares(rows, penalty):
    rng = np.random.default_rng(rows)
    inputs, outputs = rng.standard_normal((rows, 5)), rng.standard_normal((rows, 3))
    # a penalty is the same as one more observation of zero per input
    stacked = np.concatenate([inputs, math.sqrt(penalty) * np.eye(5)])
    expected = np.linalg.lstsq(stacked, np.concatenate([outputs, np.zeros((5, 3))]), rcond=None)[0]
    gram, cross = torch.from_numpy(inputs.T @ inputs), torch.from_numpy(inputs.T @ outputs)
    before = gram.clone()
    np.testing.assert_allclose(solve(gram, cross, penalty), expected, atol=1e-11)
    assert torch.equal(gram, before)


@pytest.mark.parametrize("penalty", [0.0, -1.0, math.nan, math.inf])
def test_a_penalty_is_above_zero(penalty):
    with pytest.raises(LpdError, match="above 0"):
        solve(torch.eye(2, dtype=torch.float64), torch.ones(2, 1, dtype=torch.float64), penalty)


def test_a_penalty_that_vanishes_beside_the_inputs_is_named():
    gram = torch.full((2, 2), 1e20, dtype=torch.float64)
    with pytest.raises(LpdError, match="larger penalty"):
        solve(gram, torch.ones(2, 1, dtype=torch.float64), 1e-9)


def test_predicted_words_are_compared_with_counted_ones():
    model = build_model({**SMALL, "normalisation": {"video:colour": "none", "video:shape": "none"}}).eval()
    assert model.weight.abs().max() == 0
    with torch.no_grad():
        model.weight.copy_(torch.arange(20.0).view(4, 5))
        model.word_weights.copy_(torch.tensor([1.0, 0.5, 2, 1]))
    video = {"colour": torch.tensor([[1.0, 0, 0]]), "shape": torch.tensor([[0.0, 2]])}
    # column 0 and twice column 4: 8, 23, 38, 53
    assert model.embed_video(video).tolist() == [[[8.0, 11.5, 76, 53]]]
    counts = torch.tensor([[0.0, 2, 0, 1]])
    assert model.embed_text({"bow": counts})[0].tolist() == [[0.0, 1, 0, 1]]
    expected = (11.5 + 53) / (math.sqrt(2) * math.sqrt(8**2 + 11.5**2 + 76**2 + 53**2))
    assert float(model({"bow": counts}, video)) == pytest.approx(expected, rel=1e-6)


def test_the_coefficients_count_but_are_not_trained():
    model = build_model(SMALL)
    assert count_parameters(model) == 5 * 4
    assert not any(weight.requires_grad for weight in model.parameters())
    assert model.multiply_adds() == {"prediction": 20, "cosines": 12}


BAD_CONFIGS = {
    "two texts": ({"text_features": {"bow": 4, "w2v": 3}}, "found bow, w2v"),
    "scaled counts": ({"normalisation": {"text:bow": "zscore"}}, "text:bow"),
    "idf": ({"idf": 1}, "idf"),
    "no feature": ({"text_features": {}}, "text features"),
}


@pytest.mark.parametrize("name", BAD_CONFIGS)
def test_a_bad_config_is_one_sentence(name):
    changes, words = BAD_CONFIGS[name]
    with pytest.raises(FormatError, match=words):
        build_model({**SMALL, **changes})
