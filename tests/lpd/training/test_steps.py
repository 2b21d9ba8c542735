import dataclasses

import numpy as np
import pytest
import torch

from lpd.models import build_model
from lpd.progress import no_progress
from lpd.training import TrainingConfig, train
from lpd.training.steps import forward, move_weights, prepare_run
from tests.lpd.training.conftest import SIZES, make_pairs

LPD = {
    "system": "lpd",
    "text_features": {name: SIZES[name] for name in ("w2v", "gru")},
    "video_features": {name: SIZES[name] for name in ("colour", "shape")},
    "width": 16,
}
CONFIG = TrainingConfig(epochs=1, batch_size=16, learning_rate=2e-3, device="cpu")


def after_a_step(bound, *, times=1.0):
    """Returns the gradients that the weights moved along, their clipping bound given."""
    model = build_model(LPD, seed=1)
    run = prepare_run(model, make_pairs(60), dataclasses.replace(CONFIG, clip=bound), progress=no_progress)
    torch.manual_seed(0)
    parts = forward(run, np.arange(0, 48, 3), mask=None, generator=torch.Generator())
    move_weights(run, parts.total * times)
    return [weight.grad for weight in model.parameters()]


@pytest.mark.parametrize("times", [1.0, 1000.0])
def test_gradients_are_cut_where_their_norm_is_too_long(times):
    whole = after_a_step(0.0, times=times)
    norm = torch.stack([gradient.norm() for gradient in whole]).norm()
    share = min(1.0, 2.0 / (float(norm) + 1e-6))
    assert (share < 1) == (times > 1)
    for cut, gradient in zip(after_a_step(2.0, times=times), whole, strict=True):
        if times == 1:
            assert torch.equal(cut, gradient)
        torch.testing.assert_close(cut, share * gradient)


def test_a_training_in_float64_leaves_a_float32_model():
    data = make_pairs(60), make_pairs(30, seed=5)
    single, double = (
        train(build_model(LPD, seed=1), *data, dataclasses.replace(CONFIG, precision=precision))
        for precision in ("float32", "float64")
    )
    assert {tensor.dtype for tensor in double.model.state_dict().values()} == {torch.float32}
    assert double.history[0]["loss"] == pytest.approx(single.history[0]["loss"], rel=1e-4)
    assert double.history[0]["loss"] != single.history[0]["loss"]
