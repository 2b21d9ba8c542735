"""The plain loop steps as the library does; the benchmark runs."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.plain_step import PlainLpd
from benchmarks.training_floor import Floor
from lpd.models import build_model
from lpd.progress import no_progress
from lpd.training import TrainingConfig
from lpd.training.data import gather
from lpd.training.steps import forward, move_weights, prepare_run
from tests.lpd.training.conftest import SIZES, make_pairs

ROOT = Path(__file__).resolve().parents[2]
MODEL = {
    "system": "lpd",
    "text_features": {name: SIZES[name] for name in ("w2v", "gru")},
    "video_features": {name: SIZES[name] for name in ("colour", "shape", "motion")},
    "width": 16,
    "dropout": 0.0,
}
CONFIG = TrainingConfig(device="cpu", batch_size=16, learning_rate=2e-3)


@pytest.mark.parametrize(("precision", "within"), [("float32", 1e-5), ("float64", 1e-10)])
@pytest.mark.parametrize("clip", [2.0, 0.05])
def test_the_plain_loop_has_our_losses_selections_and_weights(clip, precision, within):
    config = replace(CONFIG, clip=clip, precision=precision)
    model = build_model(MODEL, seed=1)
    run = prepare_run(model, make_pairs(60, repeats=20), config, progress=no_progress)
    plain = PlainLpd(model, config)
    rng, generator, masks = np.random.default_rng(0), torch.Generator().manual_seed(0), 0
    for _ in range(10):
        rows = rng.choice(len(run.pairs.caption_shot), config.batch_size, replace=False)
        mask = run.carriers.mask(rows)
        masks += mask is not None
        shots = torch.from_numpy(run.pairs.caption_shot[rows])
        expected = plain.step(
            gather(run.text, torch.from_numpy(rows), device=run.device, precision=run.precision),
            gather(run.video, shots, device=run.device, precision=run.precision),
            None if mask is None else torch.from_numpy(mask),
        )
        parts = forward(run, rows, mask=mask, generator=generator)
        move_weights(run, parts.total)
        for name in ("total", "fair", "dcl"):
            assert getattr(parts, name).item() == pytest.approx(getattr(expected, name).item(), abs=within)
        assert parts.itrl.tolist() == pytest.approx(
            [one.item() for one in expected.itrl.values()], abs=within
        )
        if precision == "float64":  # in float32 rounding moves values at the edges of bins
            assert parts.entropy.tolist() == pytest.approx(list(expected.entropy.values()), abs=within)
        learning = [name for name, chosen in zip(plain.spaces, parts.selected, strict=True) if chosen]
        assert learning == expected.selected
    assert masks
    for ours, theirs in (
        (model.text_transforms.layers[1].weight, plain.transform["text:gru"][0]),
        (model.video_fusion.weight[0], plain.attention["text:w2v"][0]),
    ):
        torch.testing.assert_close(ours, theirs, atol=within, rtol=0)


def test_the_floor_makes_the_products_of_a_step():
    model = build_model(MODEL, seed=1)
    floor = Floor(model, batch=8, precision=torch.float32)
    made = [product() for product in floor.products]
    transforms, fusions = [one.shape for one in made[:10]], [one.shape for one in made[10:22]]
    assert transforms[0::2] == [(8, 16)] * 5
    sizes = [*MODEL["text_features"].values(), *MODEL["video_features"].values()]
    assert transforms[1::2] == [(16, size) for size in sizes]
    assert fusions[:4] == [(8 * 2, 3), (8 * 2, 16), (3, 16), (8, 3, 16)]
    assert [one.shape for one in made[22:25]] == [(5, 8, 8), (5, 8, 16), (5, 8, 16)]
    assert [one.shape for one in made[25:]] == [(8, 5, 5), (8, 5, 8)]
    before = [one.detach().clone() for one in model.parameters()]
    floor.step()
    assert all(torch.equal(*pair) for pair in zip(before, model.parameters(), strict=True))


@pytest.mark.slow
def test_the_benchmark_runs(tmp_path):
    few = ["--turns", "1", "--steps", "1", "--epochs", "1", "--captions", "256", "--threads", "1"]
    target = tmp_path / "figures.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.training", "--device", "cpu", *few, "--json", str(target)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    figures = json.loads(target.read_text())
    assert set(figures["step"]) == {"lpd", "plain", "floor"}
    assert figures["memory MiB"]["lpd"] > 0
    assert "| optimiser |" in done.stdout
