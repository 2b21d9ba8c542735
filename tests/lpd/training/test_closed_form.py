import dataclasses

import numpy as np
import pytest
import torch

from lpd.errors import FormatError, MismatchError
from lpd.models import build_model
from lpd.training import HISTORY_NAME, PENALTIES, PairedData, closed_form, fit_ridge, read_history, validate

SIZES = {"colour": 6, "shape": 4}
WORDS = 9
CONFIG = {"system": "ridge", "text_features": {"bow": WORDS}, "video_features": SIZES}


def world(shots, *, seed, captions=None):
    """Shots with some hidden values, captions with words that these make likely."""
    mixing = np.random.default_rng(7)
    see = {name: mixing.standard_normal((WORDS, size)) for name, size in SIZES.items()}
    rng = np.random.default_rng(seed)
    hidden = rng.random((shots, WORDS)) < 0.35
    if captions is None:
        captions = rng.integers(0, 4, shots)
    caption_shot = rng.permutation(np.repeat(np.arange(shots), captions))
    said = hidden[caption_shot] * rng.integers(0, 3, (len(caption_shot), WORDS))
    noise = {name: rng.standard_normal((shots, size)) for name, size in SIZES.items()}
    return PairedData(
        text={"bow": said.astype(np.float32)},
        video={name: (3 + hidden @ see[name] + 0.5 * noise[name]).astype(np.float32) for name in SIZES},
        caption_shot=caption_shot,
        caption_group=np.arange(len(caption_shot)),
    )


TRAINING, VALIDATION = world(90, seed=0), world(30, seed=1, captions=np.full(30, 2))


def plain_coefficients(data, penalty):
    """Returns coefficients (D, V) and the error: one row per caption, an offset that costs nothing."""
    video = np.concatenate([data.video[name] for name in SIZES], axis=1).astype(np.float64)
    scaled = (video - video.mean(axis=0)) / video.std(axis=0)
    rows, words = scaled[data.caption_shot], data.text["bow"].astype(np.float64)
    centred = rows - rows.mean(axis=0)
    stacked = np.concatenate([centred, np.sqrt(penalty) * np.eye(centred.shape[1])])
    targets = np.concatenate([words - words.mean(axis=0), np.zeros((centred.shape[1], WORDS))])
    weights = np.linalg.lstsq(stacked, targets, rcond=None)[0]
    offset = words.mean(axis=0) - rows.mean(axis=0) @ weights
    return weights, float(((rows @ weights + offset - words) ** 2).sum() / len(rows))


@pytest.mark.parametrize("block", [1, 7, 256])
@pytest.mark.parametrize("penalty", [1.0, 200.0])
def test_it_equals_least_squares_over_the_captions(penalty, block, monkeypatch):
    monkeypatch.setattr(closed_form, "SHOTS_AT_ONCE", block)
    result = fit_ridge(build_model(CONFIG), TRAINING, VALIDATION, penalties=[penalty], device="cpu")
    weights, loss = plain_coefficients(TRAINING, penalty)
    np.testing.assert_allclose(result.model.weight.T, weights, atol=2e-6)
    assert result.history[0]["loss"] == pytest.approx(loss, rel=1e-5)


def test_the_best_penalty_is_that_of_the_validation(tmp_path):
    calls = []
    result = fit_ridge(
        build_model(CONFIG),
        TRAINING,
        VALIDATION,
        device="cpu",
        directory=tmp_path / "training",
        progress=lambda stage, done, total: calls.append((stage, done, total)),
    )
    assert read_history(tmp_path / "training" / HISTORY_NAME) == result.history
    assert [row["penalty"] for row in result.history] == list(PENALTIES)
    scores = [row["validation"]["mAP"] for row in result.history]
    number = scores.index(max(scores))
    assert result.best == {
        "epoch": number + 1,
        "penalty": PENALTIES[number],
        **result.history[number]["validation"],
    }
    so_far = [row["best"] for row in result.history]
    assert so_far == [index == 0 or score > max(scores[:index]) for index, score in enumerate(scores)]
    # the model holds the best one's coefficients, not those tried last
    again = fit_ridge(build_model(CONFIG), TRAINING, VALIDATION, penalties=[PENALTIES[number]], device="cpu")
    assert torch.equal(result.model.weight, again.model.weight)
    measures = validate(result.model, VALIDATION, device=torch.device("cpu"))
    assert measures == result.history[number]["validation"]
    assert not result.model.training
    assert result.stopped == "penalties"
    assert calls[0] == ("training", 0, 8)
    assert calls[-1] == ("training", 8, 8)


def test_it_learns_and_errs_more_with_every_penalty():
    result = fit_ridge(build_model(CONFIG), TRAINING, VALIDATION, device="cpu")
    chance = sum(1 / rank for rank in range(1, 31)) / 30
    assert result.best["mAP"] > 3 * chance
    losses = [row["loss"] for row in result.history]
    assert losses == sorted(losses)


def test_words_are_weighed_by_how_rare_they_are():
    rare = build_model(CONFIG | {"idf": True})
    fit_ridge(rare, TRAINING, VALIDATION, penalties=[1.0], device="cpu")
    holding = (TRAINING.text["bow"] > 0).sum(axis=0)
    expected = np.log(len(TRAINING.caption_shot) / holding)
    np.testing.assert_allclose(rare.word_weights, expected, rtol=1e-6)
    alike = build_model(CONFIG | {"idf": False})
    fit_ridge(alike, TRAINING, VALIDATION, penalties=[1.0], device="cpu")
    assert alike.word_weights.tolist() == [1.0] * WORDS
    assert torch.equal(rare.weight, alike.weight)


def test_the_same_data_give_the_same_model():
    first, second = (fit_ridge(build_model(CONFIG), TRAINING, VALIDATION, device="cpu") for _ in range(2))
    assert all(
        torch.equal(tensor, second.model.state_dict()[name])
        for name, tensor in first.model.state_dict().items()
    )
    assert first.best == second.best


def test_an_equal_score_keeps_the_earlier_penalty():
    result = fit_ridge(build_model(CONFIG), TRAINING, VALIDATION, penalties=[5.0, 5.0], device="cpu")
    assert result.best["epoch"] == 1
    assert [row["best"] for row in result.history] == [True, False]


def test_features_of_half_precision_that_repeat_one_another_can_be_solved():
    twice = {
        name: np.repeat(TRAINING.video["colour"][:, :3], 2, axis=1)[:, :size] for name, size in SIZES.items()
    }
    data = dataclasses.replace(
        TRAINING, video={name: rows.astype(np.float16) for name, rows in twice.items()}
    )
    result = fit_ridge(build_model(CONFIG), data, VALIDATION, penalties=[1.0], device="cpu")
    weights = result.model.weight.reshape(WORDS, 5, 2)
    torch.testing.assert_close(weights[..., 0], weights[..., 1], atol=1e-6, rtol=0)


@pytest.mark.parametrize("penalties", [(), (0.0,), (1.0, -2.0), (float("nan"),), (True,), ("1",)], ids=str)
def test_impossible_penalties_are_named(penalties):
    with pytest.raises(FormatError, match="penalties"):
        fit_ridge(build_model(CONFIG), TRAINING, VALIDATION, penalties=penalties, device="cpu")


def test_other_features_are_named():
    other = build_model({**CONFIG, "video_features": {"colour": 6, "motion": 4}})
    with pytest.raises(MismatchError, match="motion"):
        fit_ridge(other, TRAINING, VALIDATION, device="cpu")
