import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from lpd.errors import MismatchError
from lpd.losses import itrl
from lpd.models import build_model
from lpd.training import TrainingConfig, gradient_norms, overall_loss, preset
from lpd.training.objective import check_objective
from tests.lpd.models.test_lpd import oracle_model


@pytest.fixture(params=["small", "nine_spaces"])
def oracle(request, copied_oracles):
    arrays = np.load(copied_oracles / "lpd_forward.npz")
    notes = json.loads((copied_oracles / "lpd_forward.json").read_text())["cases"][request.param]
    model, text, video = oracle_model(arrays, request.param, notes)
    batch = notes["batch"]
    return model, model.embed_text(text)[:, :batch], model.embed_video(video)[:, :batch], notes


def loss(oracle, config, **more):
    model, text, video, _ = oracle
    return overall_loss(model, text, video, config=config, generator=torch.Generator().manual_seed(0), **more)


def test_totals_of_the_oracle(oracle):
    notes = oracle[3]
    mean = loss(oracle, TrainingConfig(ef_end="dominant", dcl_weight=1.0))
    assert mean.total.item() == pytest.approx(notes["total_mean_mean"], abs=1e-11)
    total = loss(oracle, replace(preset("paper-literal"), ef_end="dominant"))
    assert total.total.item() == pytest.approx(notes["total_sum_sum"], abs=1e-10)
    assert mean.selected.nonzero().flatten().tolist() == notes["ef_dominant"]["selected"]


def test_switches(oracle):
    notes = oracle[3]
    off = loss(oracle, preset("lpd-recipe", "laff"))
    assert off.total.item() == pytest.approx(notes["mtrl_all_spaces_mean"], abs=1e-11)
    assert off.dcl.item() == pytest.approx(notes["dcl_remove"]["mean_pairs"], abs=1e-11)
    assert not off.dcl.requires_grad  # watched, not learnt from
    assert off.entropy is None
    half = loss(oracle, TrainingConfig(ef="random_half"))
    assert int(half.selected.sum()) == (len(half.selected) + 1) // 2
    for end in ("dominant", "fused"):
        fair = loss(oracle, TrainingConfig(ef_end=end)).fair.item()
        assert fair == pytest.approx(notes[f"ef_{end}"]["ef_mtrl_mean"], abs=1e-11)


def test_gradient_norms_are_those_of_the_parts(oracle):
    model = oracle[0]
    config = TrainingConfig(dcl_weight=0.5)
    parts = loss(oracle, config)
    fair, decorrelation = gradient_norms(parts, list(model.parameters()))
    parts.dcl.backward()
    squares = [float(p.grad.square().sum()) for p in model.parameters() if p.grad is not None]
    assert decorrelation == pytest.approx(sum(squares) ** 0.5)
    assert fair > 0
    leaves = [end.detach().requires_grad_() for end in oracle[1:3]]
    without = loss((model, *leaves, None), preset("original", "laff"))
    assert gradient_norms(without, list(model.parameters())) == (0.0, 0.0)


def test_heads_learn_together_and_refuse_an_end_they_lack():
    model = build_model({"system": "laff", "text_features": {"a": 3}, "video_features": {"b": 3}})
    check_objective(model, preset("lpd-recipe", "laff"))
    with pytest.raises(MismatchError, match="heads have no fused end"):
        check_objective(model, TrainingConfig(ef_end="fused"))


def test_one_space_cannot_be_decorrelated():
    model = build_model({"system": "laff", "text_features": {"a": 3}, "video_features": {"b": 3}, "heads": 1})
    with pytest.raises(MismatchError, match="two common spaces"):
        check_objective(model, TrainingConfig())


def test_one_hinge_on_the_summed_similarity(oracle):
    model, text, video, _ = oracle
    parts = loss(oracle, replace(preset("lpd-recipe", "sea"), select_on_sum=True))
    summed = itrl(model.similarities(text, video).sum(dim=0))
    assert parts.total.item() == pytest.approx(summed.item(), abs=1e-12)
    assert 1 <= parts.distinct_negatives.item() <= len(model.spaces)


def test_what_a_system_learns_beside_the_ranking_is_added(oracle):
    config = replace(preset("lpd-recipe", "sea"), ranking_weight=0.2)
    alone = loss(oracle, config)
    with_more = loss(oracle, config, auxiliary=torch.tensor(3.0))
    assert alone.total.item() == pytest.approx(0.2 * alone.fair.item())
    assert with_more.total.item() == pytest.approx(0.2 * alone.fair.item() + 3.0)


def test_what_a_model_lacks_is_said():
    with pytest.raises(MismatchError, match="no logit scale"):
        check_objective(build_model(SMALL_LAFF), TrainingConfig(ef="off", dcl_weight=0.0, loss="infonce"))
    scorer = build_model(
        {"system": "ts2net", "text_features": {"a": 3}, "video_features": {"frames:b@2": 8}, "frames": 2}
    )
    with pytest.raises(MismatchError, match="no ends"):
        check_objective(scorer, TrainingConfig(dcl_weight=0.0))


SMALL_LAFF = {"system": "laff", "text_features": {"a": 3}, "video_features": {"b": 3}}
