import json
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file, save_file

from lpd.cards import read_model_card
from lpd.checkpoints import (
    CARD_NAME,
    WEIGHT_TYPES,
    WEIGHTS_NAME,
    CheckpointNotes,
    load_checkpoint,
    read_card,
    save_checkpoint,
)
from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.models import build_model

CONFIG = {
    "system": "lpd",
    "text_features": {"bow": 4, "a.b": 3},
    "video_features": {"colour": 5},
    "width": 6,
}
NOTES = CheckpointNotes(
    training={"batch_size": 4}, seed=3, best={"epoch": 2, "mAP": 0.5}, made_from={"captions": "abc"}
)


@pytest.fixture
def saved(tmp_path):
    model = build_model(CONFIG, seed=3)
    model.fit_normalisation(
        {"bow": torch.rand(9, 4), "a.b": 1e6 * torch.rand(9, 3)}, {"colour": torch.rand(9, 5)}
    )
    save_checkpoint(tmp_path / "model", model, notes=NOTES)
    return tmp_path / "model", model


def test_round_trip(saved):
    directory, model = saved
    checkpoint = load_checkpoint(directory)
    assert not checkpoint.model.training
    assert checkpoint.model.to_config() == model.to_config()
    for name, tensor in checkpoint.model.state_dict().items():
        assert torch.equal(tensor, model.state_dict()[name])
        assert tensor.device.type == "cpu"
    assert all(parameter.requires_grad for parameter in checkpoint.model.parameters())
    text = {"bow": torch.rand(2, 4), "a.b": torch.rand(2, 3)}
    assert torch.equal(checkpoint.model.embed_text(text), model.eval().embed_text(text))
    assert checkpoint.digest == checkpoint.card["weights_digest"]


def test_spaces_led_by_features_of_one_name_are_told_apart(tmp_path):
    model = build_model({**CONFIG, "video_features": {"colour": 5, "bow": 4}}, seed=3)
    model.fit_normalisation(
        {"bow": torch.rand(9, 4), "a.b": torch.rand(9, 3)},
        {"colour": torch.rand(9, 5), "bow": torch.rand(9, 4)},
    )
    save_checkpoint(tmp_path / "model", model, notes=NOTES)
    labels = [space.label for space in read_model_card(tmp_path / "model").spaces]
    assert sorted(labels) == ["a.b", "bow (text)", "bow (video)", "colour"]


def test_the_card(saved):
    card = read_card(saved[0])
    assert set(card) == {
        "format_version",
        "system",
        "model",
        "training",
        "spaces",
        "fusion",
        "bi_encoder",
        "seed",
        "best",
        "made_from",
        "lpd_version",
        "weights_digest",
        "parameters",
    }
    assert card["best"] == NOTES.best
    assert card["made_from"] == NOTES.made_from
    assert card["spaces"][2] == {
        "name": "video:colour",
        "end": "video",
        "feature": "colour",
        "width": 6,
        "similarity": "cosine",
    }
    assert card["parameters"] == sum(p.numel() for p in saved[1].parameters())
    assert (card["fusion"], card["bi_encoder"]) == ({"kind": "mean", "weights": []}, True)


def test_a_card_of_the_first_version_is_a_bi_encoder_that_takes_the_mean(saved):
    path = saved[0] / "config.json"
    older = json.loads(path.read_text())
    del older["fusion"], older["bi_encoder"]
    path.write_text(json.dumps(older))
    card = read_model_card(saved[0])
    assert (card.fusion.kind, card.fusion.weights, card.bi_encoder) == ("mean", (), True)


def test_the_card_is_read_without_torch(saved):
    code = (
        "import sys; from pathlib import Path; from lpd.checkpoints import read_card; "
        f"read_card(Path({str(saved[0])!r})); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("weights", WEIGHT_TYPES)
def test_half_precision_opens_as_float32(saved, tmp_path, weights):
    _, model = saved
    save_checkpoint(tmp_path / "half", model, weights=weights)
    stored = load_file(tmp_path / "half" / WEIGHTS_NAME)
    assert stored["text_fusion.weight"].dtype == getattr(torch, weights)
    assert stored["text_transforms.inputs.1.mean"].dtype == torch.float32  # 1e6 would not fit into float16
    opened = load_checkpoint(tmp_path / "half").model
    assert {tensor.dtype for tensor in opened.state_dict().values()} == {torch.float32}
    for name, parameter in opened.named_parameters():
        torch.testing.assert_close(parameter, dict(model.named_parameters())[name], atol=2e-3, rtol=1e-2)


def test_a_model_of_half_precision_can_be_saved_and_opened(tmp_path):
    model = build_model(CONFIG).to(torch.bfloat16)
    save_checkpoint(tmp_path / "model", model, weights="bfloat16")
    opened = load_checkpoint(tmp_path / "model").model
    assert opened.embed_video({"colour": torch.rand(2, 5)}).dtype == torch.float32


def test_extra_files_arrive_with_the_rest_and_a_failure_leaves_the_old_one(saved, tmp_path):
    directory, model = saved
    save_checkpoint(directory, model, extra=lambda folder: (folder / "notes.txt").write_text("x") and None)
    assert sorted(path.name for path in directory.iterdir()) == [CARD_NAME, WEIGHTS_NAME, "notes.txt"]

    def fail(folder):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        save_checkpoint(directory, model, extra=fail)
    assert (directory / "notes.txt").read_text() == "x"
    load_checkpoint(directory)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def change_card(**changes):
    def apply(directory):
        card = json.loads((directory / CARD_NAME).read_text())
        (directory / CARD_NAME).write_text(json.dumps(card | changes))

    return apply


def change_weights(change):
    def apply(directory):
        tensors = load_file(directory / WEIGHTS_NAME)
        change(tensors)
        save_file(tensors, directory / WEIGHTS_NAME)

    return apply


def truncate(directory):
    data = (directory / WEIGHTS_NAME).read_bytes()
    (directory / WEIGHTS_NAME).write_bytes(data[: len(data) // 2])


def pickled(directory):
    torch.save({"weight": torch.zeros(2)}, directory / WEIGHTS_NAME)


def of_another_model(directory):
    other = build_model({**CONFIG, "width": 7, "text_features": {"bow": 4}})
    save_file(other.state_dict(), directory / WEIGHTS_NAME)


def rename_and_shrink(tensors):
    tensors["x"] = tensors.pop("text_fusion.bias")
    tensors["text_fusion.weight"] = torch.zeros(1, 1)


BAD = {
    "no card": (lambda d: (d / CARD_NAME).unlink(), NotFoundError, "no checkpoint"),
    "no weights": (lambda d: (d / WEIGHTS_NAME).unlink(), NotFoundError, "weights are missing"),
    "card is no JSON": (lambda d: (d / CARD_NAME).write_text("{"), FormatError, "not valid JSON"),
    "other version": (change_card(format_version=9), FormatError, "expected 1; found 9"),
    "keys of the wrong kind": (change_card(spaces=3, seed="x"), FormatError, "spaces, seed"),
    "no spaces": (change_card(spaces=[]), FormatError, "spaces"),
    "unknown system": (change_card(system="lpd2"), NotFoundError, "unknown system"),
    "wrong settings": (change_card(model={"depth": 1}), FormatError, "depth"),
    "truncated": (truncate, FormatError, "not a whole safetensors file"),
    "a pickle": (pickled, FormatError, "not a whole safetensors file"),
    "another model": (of_another_model, MismatchError, "of another model"),
    "all problems at once": (
        change_weights(rename_and_shrink),
        MismatchError,
        r"1 missing: 'text_fusion.bias'; 1 unexpected: 'x'; 1 of another shape: "
        r".*\(1, 1\) instead of \(1, 6\)",
    ),
    "NaN": (
        change_weights(lambda t: t["video_fusion.bias"].fill_(float("nan"))),
        FormatError,
        "video_fusion.bias",
    ),
    "other weights": (change_weights(lambda t: t["video_fusion.bias"].fill_(1)), MismatchError, "not those"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_checkpoint_is_one_sentence(saved, case):
    spoil, kind, words = BAD[case]
    spoil(saved[0])
    with pytest.raises(LpdError, match=words) as caught:
        load_checkpoint(saved[0])
    assert type(caught.value) is kind
    assert str(saved[0]) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_card_cannot_make_us_allocate(saved):
    card = json.loads((saved[0] / CARD_NAME).read_text())
    card["model"]["text_features"]["bow"] = 1 << 24
    card["model"]["width"] = 1 << 24  # would be a petabyte
    (saved[0] / CARD_NAME).write_text(json.dumps(card))
    with pytest.raises(MismatchError, match="of another shape"):
        load_checkpoint(saved[0])


def test_saving_refuses_what_is_not_finite(tmp_path):
    model = build_model(CONFIG)
    with torch.no_grad():
        model.text_fusion.weight.fill_(1e6)
    with pytest.raises(FormatError, match=r"text_fusion\.weight"):
        save_checkpoint(tmp_path / "model", model, weights="float16")
    assert not (tmp_path / "model").exists()
    with pytest.raises(NotFoundError, match="bfloat16"):
        save_checkpoint(tmp_path / "model", model, weights="int8")
