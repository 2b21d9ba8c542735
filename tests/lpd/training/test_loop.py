import dataclasses
import json
import math

import numpy as np
import pytest
import torch

from lpd.checkpoints import CheckpointNotes, load_checkpoint, save_checkpoint
from lpd.errors import FormatError, LpdError, MismatchError, StaleError
from lpd.models import build_model
from lpd.training import (
    HISTORY_NAME,
    PRESETS,
    STATE_NAME,
    TrainingConfig,
    TrainingStopped,
    loop,
    preset,
    read_history,
    saved_epochs,
    train,
    write_history,
)
from lpd.training.data import shot_labels
from tests.lpd.training.conftest import SIZES, make_pairs

FEATURES = {
    "text_features": {name: SIZES[name] for name in ("w2v", "gru")},
    "video_features": {name: SIZES[name] for name in ("colour", "shape", "motion")},
}
LPD = {"system": "lpd", **FEATURES, "width": 16}
LAFF = {"system": "laff", **FEATURES, "width": 16, "heads": 4}
QUICK = TrainingConfig(epochs=6, batch_size=16, learning_rate=2e-3, device="cpu")


class Killed(Exception):
    """Stands for a process that ends without warning."""


def kill_after(steps):
    def progress(stage, done, total):
        if done >= steps:
            raise Killed

    return progress


def outcome(config=QUICK, model=LPD, **more):
    return train(
        build_model(model, seed=1), make_pairs(60, repeats=20), make_pairs(30, seed=5), config, **more
    )


@pytest.fixture(scope="module")
def finished():
    return outcome()


@pytest.mark.parametrize(
    ("model", "config"), [(LPD, QUICK), (LAFF, dataclasses.replace(QUICK, ef="off", dcl_weight=0.1))]
)
def test_it_learns(model, config):
    result = outcome(config, model)
    chance = sum(1 / rank for rank in range(1, 31)) / 30
    assert result.history[-1]["loss"] < result.history[0]["loss"]
    assert result.best["mAP"] > 3 * chance
    assert result.best["mAP"] == max(row["validation"]["mAP"] for row in result.history)
    assert not result.model.training


def test_a_history_row(finished):
    row = finished.history[0]
    spaces = ["text:w2v", "text:gru", "video:colour", "video:shape", "video:motion"]
    for name in ("itrl", "selection_rate", "entropy"):
        assert list(row[name]) == spaces
    assert row["epoch"] == 1
    assert row["steps"] == 180 // 16
    assert row["carried"] == 180 % 16
    assert row["known_relevant"] > 0
    assert row["loss"] == pytest.approx(row["fair"] + 0.2 * row["dcl"], rel=1e-5)
    assert set(row["validation"]) == {"mAP", "MRR", "R@1", "R@5", "R@10", "median_rank"}
    norms = row["gradient_norms"]
    assert row["gradient_ratio"] == pytest.approx(0.2 * norms["dcl"] / norms["fair"])
    assert [one["learning_rate"] for one in finished.history[:2]] == [2e-3, 2e-3 * 0.99]
    assert all(math.isfinite(one["seconds"]) for one in finished.history)
    json.dumps(finished.history, allow_nan=False)


def test_same_seed_same_result_and_the_global_generator_is_left_alone(finished):
    torch.manual_seed(123)
    before = torch.random.get_rng_state()
    again = outcome()
    assert torch.equal(before, torch.random.get_rng_state())
    assert_same(again, finished)
    other = outcome(dataclasses.replace(QUICK, seed=9))
    assert other.history[0]["loss"] != finished.history[0]["loss"]


def assert_same(one, other):
    state = other.model.state_dict()
    assert all(torch.equal(tensor, state[name]) for name, tensor in one.model.state_dict().items())
    assert one.best == other.best
    assert [{**row, "seconds": 0} for row in one.history] == [{**row, "seconds": 0} for row in other.history]


@pytest.mark.parametrize("steps", [5, 15, 40])
def test_resume_after_a_kill_gives_the_same_bits(finished, tmp_path, steps):
    with pytest.raises(Killed):
        outcome(directory=tmp_path, progress=kill_after(steps))
    resumed = outcome(directory=tmp_path)
    assert resumed.resumed_from >= (1 if steps > 11 else 0)
    assert_same(resumed, finished)
    rows = read_history(tmp_path / HISTORY_NAME)
    assert [row["epoch"] for row in rows] == list(range(1, 7))


def test_resume_of_every_switch_at_once(tmp_path):
    config = dataclasses.replace(QUICK, ef="random_half", plateau=True, captions_per_epoch="one", epochs=8)
    model = {**LAFF, "with_ave": True, "batch_norm": True}
    with pytest.raises(Killed):
        outcome(config, model, directory=tmp_path, progress=kill_after(14))
    assert_same(outcome(config, model, directory=tmp_path), outcome(config, model))


def test_a_stop_ends_after_the_epoch_and_loses_none(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "SHARE_FOR_SAVING", 0.0)  # else only the first epoch is saved
    asked = iter([False, False, True])
    with pytest.raises(TrainingStopped, match=r"after 3 epochs.*--resume") as stopped:
        outcome(directory=tmp_path, stop_asked=lambda: next(asked))
    assert stopped.value.epochs == 3
    assert saved_epochs(tmp_path / STATE_NAME) == len(read_history(tmp_path / HISTORY_NAME)) == 3
    resumed = outcome(directory=tmp_path)
    assert resumed.resumed_from == 3
    assert_same(resumed, finished)


def test_a_stop_in_the_last_epoch_changes_nothing(finished):
    asked = []
    assert_same(outcome(stop_asked=lambda: bool(asked.append(1))), finished)
    assert len(asked) == QUICK.epochs - 1


def test_a_stop_without_a_folder_promises_no_resume():
    with pytest.raises(TrainingStopped, match=r"after 1 epoch, as asked$"):
        outcome(stop_asked=lambda: True)


def test_a_damaged_state_has_no_number_of_epochs(tmp_path):
    path = tmp_path / STATE_NAME
    path.write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    with pytest.raises(FormatError, match="not the state of a training"):
        saved_epochs(path)


def test_a_finished_training_is_returned_at_once_and_can_be_begun_afresh(finished, tmp_path):
    outcome(directory=tmp_path)
    again = outcome(directory=tmp_path)
    assert again.resumed_from == 6
    assert_same(again, finished)
    assert outcome(directory=tmp_path, resume=False).resumed_from == 0


def test_the_checkpoint_replaces_the_state(finished, tmp_path):
    result = outcome(directory=tmp_path / "model" / "training")
    save_checkpoint(
        tmp_path / "model",
        result.model,
        notes=CheckpointNotes(QUICK.to_dict(), seed=1, best=result.best),
        extra=lambda folder: write_history(folder / HISTORY_NAME, result.history),
    )
    names = sorted(path.name for path in (tmp_path / "model").iterdir())
    assert names == ["config.json", "history.jsonl", "model.safetensors"]
    opened = load_checkpoint(tmp_path / "model").model.state_dict()
    assert all(torch.equal(tensor, opened[name]) for name, tensor in finished.model.state_dict().items())


def test_progress_begins_at_zero_and_ends_at_the_total():
    calls = []
    outcome(progress=lambda *call: calls.append(call))
    assert calls[0] == ("training", 0, 66)
    assert calls[-1] == ("training", 66, 66)
    assert [done for _, done, _ in calls] == sorted(done for _, done, _ in calls)


def test_early_stop_after_exactly_the_patience():
    config = dataclasses.replace(QUICK, epochs=40, patience=2, learning_rate=1e-12)
    result = outcome(config)
    assert result.stopped == "patience"
    assert len(result.history) == result.best["epoch"] + 2


def test_the_plateau_halves_the_rate_after_three_epochs_without_gain():
    config = dataclasses.replace(
        QUICK, epochs=5, patience=9, learning_rate=1e-12, decay=1.0, plateau=True, ef="off"
    )
    result = outcome(config)
    rates = [row["learning_rate"] for row in result.history]
    assert result.best["epoch"] == 1
    assert rates == [1e-12] * 4 + [5e-13]


def test_a_space_that_never_learns_is_named(caplog):
    data = make_pairs(60)
    data.text["w2v"][:, :] = 0  # no entropy in its embedding
    config = dataclasses.replace(QUICK, epochs=1, ef_end="dominant")
    result = train(build_model(LPD), data, make_pairs(30), config)
    assert any("text:w2v" in warning for warning in result.history[0]["warnings"])
    assert "text:w2v (1 of 1 epoch)" in caplog.text


def test_presets_run():
    for name in PRESETS:
        outcome(dataclasses.replace(preset(name), epochs=1, batch_size=16, device="cpu"))


def test_half_precision_features_and_read_only_arrays():
    data = make_pairs(60)
    for features in (data.text, data.video):
        for name, rows in features.items():
            features[name] = rows.astype(np.float16)
            features[name].setflags(write=False)
    result = train(build_model(LPD), data, make_pairs(30), dataclasses.replace(QUICK, epochs=1))
    assert math.isfinite(result.history[0]["loss"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"config": dataclasses.replace(QUICK, margin=0.3)}, "margin"),
        ({"model": {**LPD, "width": 8}}, "width"),
    ],
)
def test_a_state_of_other_settings_is_not_used(tmp_path, changes, words):
    outcome(dataclasses.replace(QUICK, epochs=1), directory=tmp_path)
    before = (tmp_path / STATE_NAME).read_bytes()
    with pytest.raises(StaleError, match=words):
        outcome(**changes, directory=tmp_path)
    assert (tmp_path / STATE_NAME).read_bytes() == before


def test_a_damaged_state_is_named(tmp_path):
    outcome(dataclasses.replace(QUICK, epochs=1), directory=tmp_path)
    path = tmp_path / STATE_NAME
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(FormatError, match="not the state of a training"):
        outcome(dataclasses.replace(QUICK, epochs=1), directory=tmp_path)


def test_a_loss_that_runs_away_is_named(monkeypatch):
    data = make_pairs(60)
    data.video["colour"][3, 0] = 1e38
    model = {**LPD, "normalisation": {f"video:{name}": "none" for name in ("colour", "shape", "motion")}}
    monkeypatch.setattr(loop, "validate_epoch", lambda *_, **__: pytest.fail("must stop before"))
    broken = build_model(model)
    with torch.no_grad():
        broken.video_fusion.weight.fill_(float("nan"))
    with pytest.raises(LpdError, match="no longer a finite number"):
        train(broken, data, make_pairs(30), QUICK)


def test_features_of_another_model_are_named():
    with pytest.raises(MismatchError, match="motion2"):
        train(build_model({**LPD, "video_features": {"motion2": 4}}), make_pairs(60), make_pairs(30), QUICK)
    with pytest.raises(MismatchError, match="at most 5"):
        train(build_model(LPD), make_pairs(5), make_pairs(30), QUICK)


def test_history_file(tmp_path):
    path = tmp_path / HISTORY_NAME
    path.write_text('{"epoch": 1}\nnot json\n')
    with pytest.raises(FormatError, match=r"history\.jsonl:2"):
        read_history(path)
    path.write_text("3\n")
    with pytest.raises(FormatError, match=r"history\.jsonl:1"):
        read_history(path)
    with pytest.raises(LpdError, match="no history"):
        read_history(tmp_path / "other.jsonl")
    path.write_bytes(b'{"epoch": 1}\n{"\xff": 2}\n')
    with pytest.raises(FormatError, match=r"history\.jsonl:2: not UTF-8 text"):
        read_history(path)


def test_a_history_that_is_being_written(tmp_path):
    path = tmp_path / HISTORY_NAME
    # cut within a character of two bytes
    path.write_bytes(b'{"epoch": 1}\n{"epoch": 2, "warnings": ["\xc3')
    assert read_history(path, unfinished=True) == [{"epoch": 1}]
    with pytest.raises(FormatError, match=r"history\.jsonl:2"):
        read_history(path)
    path.write_bytes(b'{"epo\n{"epoch": 2}\n')
    with pytest.raises(FormatError, match=r"history\.jsonl:1"):
        read_history(path, unfinished=True)
    path.write_bytes(b"")
    assert read_history(path) == read_history(path, unfinished=True) == []


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA on this machine")
@pytest.mark.parametrize("precision", ["float32", "float16", "bfloat16"])
def test_on_a_gpu_it_learns_and_opens_on_a_cpu(tmp_path, precision):
    result = outcome(dataclasses.replace(QUICK, device="cuda", precision=precision), directory=tmp_path / "t")
    assert result.best["mAP"] > 0.3
    save_checkpoint(tmp_path / "model", result.model, weights="float16")
    opened = load_checkpoint(tmp_path / "model").model
    assert {tensor.device.type for tensor in opened.state_dict().values()} == {"cpu"}


def test_labels_are_the_union_over_a_shot():
    data = make_pairs(3, captions=2)
    counts = np.array([[2, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 3], [1, 0, 1]], dtype=np.float32)
    data.text["w2v"] = counts
    assert shot_labels(data, "w2v").tolist() == [[True, True, False], [False] * 3, [True, False, True]]


def test_going_on_keeps_the_inputs_normalisation_and_is_another_training(tmp_path):
    first = train(build_model(LPD), make_pairs(60), make_pairs(30), QUICK)
    before = {name: value.clone() for name, value in first.model.named_buffers()}
    other = make_pairs(60, seed=7)
    going_on = {"directory": tmp_path, "started_from": "abc"}
    second = train(first.model, other, make_pairs(30), QUICK, **going_on)
    assert all(torch.equal(value, before[name]) for name, value in second.model.named_buffers())
    with pytest.raises(StaleError):
        train(first.model, other, make_pairs(30), QUICK, directory=tmp_path, started_from="def")


@pytest.mark.parametrize("optimiser", ["adam", "rmsprop"])
def test_optimisers_learn(optimiser):
    config = dataclasses.replace(QUICK, optimiser=optimiser, criterion="recall_sum")
    result = train(build_model(LAFF | {"heads": 2}), make_pairs(60), make_pairs(30), config)
    assert result.history[-1]["loss"] < result.history[0]["loss"]
    assert result.best["recall_sum"] == max(row["validation"]["recall_sum"] for row in result.history)
    assert 0 <= result.history[0]["extra_hard_negatives"] <= 1
